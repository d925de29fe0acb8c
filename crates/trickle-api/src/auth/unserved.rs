//! What Auth0's Authentication API has and this one has not: each path says so, in the form in which clients read errors.

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::any,
};
use serde_json::json;

use crate::ApiState;

/// Path, and what is not here without it.
const UNSERVED: [(&str, &str); 16] = [
    ("/anonymous/token", "sessions of visitors without a name"),
    ("/bc-authorize", "logins that another device confirms"),
    ("/delegation", "delegation"),
    (
        "/mfa/authenticators/{id}",
        "second factors that people take away themselves",
    ),
    ("/oauth/device/code", "logins of devices without a browser"),
    ("/oauth/par", "pushed authorization requests"),
    ("/oidc/register", "clients that register themselves"),
    ("/otp/challenge", "logins by codes and links in messages"),
    ("/passkey/challenge", "logins by passkeys"),
    ("/passkey/register", "logins by passkeys"),
    (
        "/passwordless/challenge",
        "logins by codes and links in messages",
    ),
    (
        "/passwordless/start",
        "logins by codes and links in messages",
    ),
    (
        "/passwordless/verify",
        "logins by codes and links in messages",
    ),
    ("/tokeninfo", "reading of ID tokens for others"),
    ("/user/ssodata", "login pages of the tenant's own"),
    ("/usernamepassword/login", "login pages of the tenant's own"),
];

/// All of them, with any method; nothing of the request is read.
pub(crate) fn routes() -> Router<ApiState> {
    let paths = UNSERVED.into_iter();
    paths.fold(Router::new(), |router, (path, what)| {
        router.route(path, any(move || async move { refusal(path, what) }))
    })
}

/// `{"error":"not_found","error_description":…}`.
fn refusal(path: &str, what: &str) -> Response {
    let body = json!({
        "error": "not_found",
        "error_description": format!("{path} is not served here: no {what}."),
    });
    (StatusCode::NOT_FOUND, Json(body)).into_response()
}
