//! Refresh tokens: one for all that go back to the same login, of which one works at a time.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::iso_millis;
use trickle_store::LiveRefresh;

use super::user;
use crate::v2::{Bearer, Error, Named, error::Kind, paging::Paging, query::Query};

static KIND: Kind = Kind {
    code: "inexistent_refresh_token",
    name: "refresh token",
};

pub(super) static REFRESH_TOKEN: Named = Named {
    name: "RefreshToken",
    schema: || {
        let time = json!({"type": "string", "format": "date-time"});
        let server = json!({
            "type": "object",
            "properties": {"audience": {"type": "string"}, "scopes": {"type": "string"}},
            "required": ["scopes"],
        });
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "string"}, "user_id": {"type": "string"}, "client_id": {"type": "string"},
                "created_at": time, "idle_expires_at": time, "expires_at": time,
                "resource_servers": {"type": "array", "items": server},
            },
            "required": ["id", "user_id", "client_id", "created_at", "idle_expires_at", "expires_at"],
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
    let listed = store.list_refresh_families(caller.tenant(), &user, now, paging.page());
    let listed = listed.await?;
    let items = listed.items.into_iter().map(view).collect();
    Ok(paging.render("tokens", items, listed.total))
}

pub(super) async fn show(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let now = engine.clock().now();
    let found = engine
        .store()
        .live_refresh_family(caller.tenant(), &id, now);
    let found = found.await?.ok_or(Error::Missing(&KIND))?;
    Ok(Json(view(found)))
}

/// Ends one; of one that is not there the same is true afterwards.
pub(super) async fn end(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let store = engine.store();
    store.end_refresh_family(caller.tenant(), &id).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn end_all(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let store = engine.store();
    let user = user(&caller, store, id).await?;
    store
        .end_refresh_families_of(caller.tenant(), &user)
        .await?;
    Ok(StatusCode::ACCEPTED)
}

fn view(live: LiveRefresh) -> Value {
    let mut details = live.family.details;
    let scopes = details.get("scopes").and_then(Value::as_array);
    let scopes = scopes.into_iter().flatten().filter_map(Value::as_str);
    let mut server = json!({"scopes": scopes.collect::<Vec<_>>().join(" ")});
    if let Some(audience) = details.remove("audience") {
        server["audience"] = audience;
    }
    json!({
        "id": live.family.id,
        "user_id": live.family.user.as_str(),
        "client_id": live.family.client.as_str(),
        "created_at": iso_millis(live.family.created_at),
        "idle_expires_at": iso_millis(live.idle_expires_at),
        "expires_at": iso_millis(live.family.expires_at),
        "resource_servers": [server],
    })
}
