//! Refresh tokens: one for all that go back to the same login, of which one works at a time.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use trickle_model::{TenantId, UserId, iso_millis};
use trickle_store::{LOGIN_METADATA, LiveRefresh, Part, Store, StoreError};

use super::handlers::{Login, Views};
use crate::v2::{Named, error::Kind};

const METADATA: &str = "refresh_token_metadata";

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
                METADATA: {"type": "object"},
            },
            "required": ["id", "user_id", "client_id", "created_at", "idle_expires_at", "expires_at"],
        })
    },
};

/// Refresh tokens, as the handlers have them.
pub(super) struct RefreshTokens;

impl Login for RefreshTokens {
    const KEY: &'static str = "tokens";
    const KIND: &'static Kind = &KIND;
    const METADATA: &'static str = METADATA;

    async fn list(
        store: &Store,
        (tenant, user): (&TenantId, &UserId),
        now: Timestamp,
        part: Part,
    ) -> Result<Views, StoreError> {
        let listed = store.list_refresh_families(tenant, user, now, part).await?;
        let items = listed.items.into_iter().map(view).collect();
        Ok((items, (listed.total, listed.next).into()))
    }

    async fn find(
        store: &Store,
        (tenant, id): (&TenantId, &str),
        now: Timestamp,
    ) -> Result<Option<Value>, StoreError> {
        let found = store.live_refresh_family(tenant, id, now).await?;
        Ok(found.map(view))
    }

    async fn set_metadata(
        store: &Store,
        (tenant, id): (&TenantId, &str),
        metadata: &Map<String, Value>,
    ) -> Result<bool, StoreError> {
        store.set_refresh_metadata(tenant, id, metadata).await
    }

    async fn end(store: &Store, (tenant, id): (&TenantId, &str)) -> Result<(), StoreError> {
        store.end_refresh_family(tenant, id).await.map(drop)
    }

    async fn end_all(
        store: &Store,
        (tenant, user): (&TenantId, &UserId),
    ) -> Result<(), StoreError> {
        store.end_refresh_families_of(tenant, user).await
    }
}

pub(super) fn view(live: LiveRefresh) -> Value {
    let mut details = live.family.details;
    let scopes = details.get("scopes").and_then(Value::as_array);
    let scopes = scopes.into_iter().flatten().filter_map(Value::as_str);
    let mut server = json!({"scopes": scopes.collect::<Vec<_>>().join(" ")});
    if let Some(audience) = details.remove("audience") {
        server["audience"] = audience;
    }
    let mut shown = json!({
        "id": live.family.id,
        "user_id": live.family.user.as_str(),
        "client_id": live.family.client.as_str(),
        "created_at": iso_millis(live.family.created_at),
        "idle_expires_at": iso_millis(live.idle_expires_at),
        "expires_at": iso_millis(live.family.expires_at),
        "resource_servers": [server],
    });
    if let Some(metadata) = details.remove(LOGIN_METADATA) {
        shown[METADATA] = metadata;
    }
    shown
}
