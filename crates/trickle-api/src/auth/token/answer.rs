//! What an exchange answers with (RFC 6749 §5.1).

use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde_json::Map;
use trickle_model::Secret;

/// `{"access_token":…,"refresh_token":…,"id_token":…,"scope":…,"expires_in":86400,"token_type":"Bearer"}`.
pub(super) struct Tokens<'a> {
    pub(super) access: String,
    /// In seconds.
    pub(super) lives: i64,
    pub(super) scope: &'a str,
    pub(super) id: Option<String>,
    pub(super) refresh: Option<Secret>,
}

pub(super) fn tokens(tokens: Tokens<'_>) -> Response {
    let mut body = Map::new();
    body.insert("access_token".to_owned(), tokens.access.into());
    if let Some(refresh) = tokens.refresh {
        body.insert("refresh_token".to_owned(), refresh.expose().into());
    }
    if let Some(id) = tokens.id {
        body.insert("id_token".to_owned(), id.into());
    }
    if !tokens.scope.is_empty() {
        body.insert("scope".to_owned(), tokens.scope.into());
    }
    body.insert("expires_in".to_owned(), tokens.lives.into());
    body.insert("token_type".to_owned(), "Bearer".into());
    let mut response = Json(body).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
