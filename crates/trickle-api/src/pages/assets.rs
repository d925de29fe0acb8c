//! What pages need besides themselves.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// The look of all pages.
pub(super) async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, include_str!("style.css")).into_response()
}

/// Shows the password's rules while it is typed.
pub(super) async fn policy() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, include_str!("policy.js")).into_response()
}
