//! What pages need besides themselves.

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use crate::ApiState;

/// Style and scripts; the same for everybody.
pub(super) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/style.css", get(async || style()))
        .route(
            "/policy.js",
            get(async || script(include_str!("policy.js"))),
        )
        .route("/show.js", get(async || script(include_str!("show.js"))))
        .route("/send.js", get(async || script(include_str!("send.js"))))
        .route(
            "/message.js",
            get(async || script(include_str!("message.js"))),
        )
}

fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("style.css")).into_response()
}

fn script(text: &'static str) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, text).into_response()
}
