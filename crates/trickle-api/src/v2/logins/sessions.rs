//! Browsers that the login page knows.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::iso_millis;
use trickle_store::LoginSession;

use super::user;
use crate::v2::{Bearer, Error, Named, error::Kind, paging::Paging, query::Query};

static KIND: Kind = Kind {
    code: "inexistent_session",
    name: "session",
};

pub(super) static SESSION: Named = Named {
    name: "Session",
    schema: || {
        let time = json!({"type": "string", "format": "date-time"});
        let method = json!({
            "type": "object",
            "properties": {"name": {"enum": ["pwd", "mfa"]}, "timestamp": time},
            "required": ["name", "timestamp"],
        });
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "string", "description": "SHA-256 of the cookie, hexadecimal"},
                "user_id": {"type": "string"},
                "created_at": time, "authenticated_at": time, "idle_expires_at": time, "expires_at": time,
                "authentication": {
                    "type": "object",
                    "properties": {"methods": {"type": "array", "items": method}},
                },
            },
            "required": ["id", "user_id", "created_at", "authenticated_at", "idle_expires_at", "expires_at"],
        })
    },
};

pub(super) async fn list(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let (store, now) = (engine.store(), engine.clock().now());
    let user = user(&caller, store, id).await?;
    let listed = store.list_sessions(caller.tenant(), &user, now, paging.page());
    let listed = listed.await?;
    let items = listed.items.iter().map(view).collect();
    Ok(paging.render("sessions", items, listed.total))
}

pub(super) async fn show(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let now = engine.clock().now();
    let found = engine.store().session(caller.tenant(), &id, now).await?;
    let found = found.ok_or(Error::Missing(&KIND))?;
    Ok(Json(view(&found)))
}

/// Ends one; of one that is not there the same is true afterwards.
pub(super) async fn end(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    engine.store().end_session(caller.tenant(), &id).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn end_all(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let store = engine.store();
    let user = user(&caller, store, id).await?;
    store.end_sessions_of(caller.tenant(), &user).await?;
    Ok(StatusCode::ACCEPTED)
}

fn view(session: &LoginSession) -> Value {
    let at = iso_millis(session.authenticated_at);
    let mut methods = vec![json!({"name": "pwd", "timestamp": at})];
    if session.details.get("with_second_factor") == Some(&Value::Bool(true)) {
        methods.push(json!({"name": "mfa", "timestamp": at}));
    }
    json!({
        "id": session.id,
        "user_id": session.user.as_str(),
        "created_at": at,
        "authenticated_at": at,
        "idle_expires_at": iso_millis(session.idle_expires_at),
        "expires_at": iso_millis(session.expires_at),
        "authentication": {"methods": methods},
    })
}
