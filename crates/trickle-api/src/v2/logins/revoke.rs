//! Logging somebody out: of the browsers, and of the applications. Refresh tokens do not know in which browser they began, so that all of the
//! user's end with one session.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::UserId;

use super::sessions::KIND;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
};

const KEEPS: &str = "preserve_refresh_tokens";
/// Of the tokens, which others than those of sessions may end.
const TOKENS: &[&str] = &["delete:refresh_tokens"];

pub(super) fn of_user_takes() -> Value {
    json!({
        "type": "object",
        "properties": {"session_id": {"type": ["string", "null"]}, KEEPS: {"type": ["boolean", "null"]}},
        "additionalProperties": false,
    })
}

/// Of all sessions of a user, or of one.
pub(super) async fn of_user(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let mut fields = Fields::new(body)?;
    let session = fields.text("session_id")?;
    let keeps_tokens = match fields.take(KEEPS) {
        None => false,
        Some(Value::Bool(keeps)) => keeps,
        Some(other) => return Err(wrong_type(KEEPS, "boolean", &other)),
    };
    fields.finish()?;
    let (store, tenant) = (engine.store(), caller.tenant());
    let user = UserId::from_text(id);
    store.user(tenant, &user).await?.ok_or(Error::NoUser)?;
    if !keeps_tokens {
        caller.require(TOKENS)?;
    }
    match session {
        None => store.end_sessions_of(tenant, &user).await?,
        Some(id) => {
            let found = store.session(tenant, &id, engine.clock().now()).await?;
            let found = found.filter(|session| session.user == user);
            let found = found.ok_or(Error::Missing(&KIND))?;
            store.end_session(tenant, &found.id).await?;
        }
    }
    if !keeps_tokens {
        store.end_refresh_families_of(tenant, &user).await?;
    }
    Ok(StatusCode::ACCEPTED)
}

/// Of one session.
pub(super) async fn of_session(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let (store, tenant) = (engine.store(), caller.tenant());
    let found = store.session(tenant, &id, engine.clock().now()).await?;
    let found = found.ok_or(Error::Missing(&KIND))?;
    caller.require(TOKENS)?;
    store.end_session(tenant, &found.id).await?;
    store.end_refresh_families_of(tenant, &found.user).await?;
    Ok(StatusCode::ACCEPTED)
}
