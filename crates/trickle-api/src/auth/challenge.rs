//! `WWW-Authenticate` for clients that are not known.

use axum::{
    extract::Request,
    http::header::{AUTHORIZATION, WWW_AUTHENTICATE},
    middleware::Next,
    response::Response,
};

use super::error::BASIC;

/// Takes the challenge away where no header was tried; RFC 6749 §5.2 wants it only there. `oauth4webapi` and `openid-client` read no
/// body beside one, and would not tell the application of `invalid_client`.
pub(crate) async fn layer(request: Request, next: Next) -> Response {
    let is_tried = request.headers().contains_key(AUTHORIZATION);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let is_basic = headers
        .get(WWW_AUTHENTICATE)
        .is_some_and(|value| value == BASIC);
    if is_basic && !is_tried {
        headers.remove(WWW_AUTHENTICATE);
    }
    response
}
