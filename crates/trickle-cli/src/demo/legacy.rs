//! The demo's legacy store: a small service that knows its users by Basic authentication.

use std::net::SocketAddr;

use anyhow::Context as _;
use axum::{
    Json, Router,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

/// Who can log in there.
pub const EMAIL: &str = "jane@example.com";
/// With this password.
pub const PASSWORD: &str = "correct horse battery staple";

/// Serves the legacy store until the program ends, and says where.
pub async fn serve(wanted: SocketAddr) -> anyhow::Result<SocketAddr> {
    let app = Router::new()
        .route("/profile", get(profile))
        .route("/users-by-email/{email}", get(by_email));
    let listener = tokio::net::TcpListener::bind(wanted)
        .await
        .context("listen for the legacy service")?;
    let address = listener.local_addr().context("read a socket's address")?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}

async fn profile(headers: HeaderMap) -> Response {
    let expected = format!("Basic {}", STANDARD.encode(format!("{EMAIL}:{PASSWORD}")));
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if given == Some(expected.as_str()) {
        jane().into_response()
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

async fn by_email(Path(email): Path<String>) -> Response {
    if email == EMAIL {
        jane().into_response()
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

fn jane() -> Json<serde_json::Value> {
    Json(json!({
        "user_id": "4711", "email": EMAIL, "email_verified": true, "nickname": "jane",
    }))
}
