//! Browsers that the login page knows.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use trickle_model::{TenantId, UserId, iso_millis};
use trickle_store::{LOGIN_METADATA, LoginSession, Part, Store, StoreError};

use super::handlers::{Login, Views};
use crate::v2::{Named, error::Kind};

const METADATA: &str = "session_metadata";

pub(super) static KIND: Kind = Kind {
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
                METADATA: {"type": "object"},
            },
            "required": ["id", "user_id", "created_at", "authenticated_at", "idle_expires_at", "expires_at"],
        })
    },
};

/// Sessions, as the handlers have them.
pub(super) struct Sessions;

impl Login for Sessions {
    const KEY: &'static str = "sessions";
    const KIND: &'static Kind = &KIND;
    const METADATA: &'static str = METADATA;

    async fn list(
        store: &Store,
        (tenant, user): (&TenantId, &UserId),
        now: Timestamp,
        part: Part,
    ) -> Result<Views, StoreError> {
        let listed = store.list_sessions(tenant, user, now, part).await?;
        let items = listed.items.iter().map(view).collect();
        Ok((items, (listed.total, listed.next).into()))
    }

    async fn find(
        store: &Store,
        (tenant, id): (&TenantId, &str),
        now: Timestamp,
    ) -> Result<Option<Value>, StoreError> {
        let found = store.session(tenant, id, now).await?;
        Ok(found.as_ref().map(view))
    }

    async fn set_metadata(
        store: &Store,
        (tenant, id): (&TenantId, &str),
        metadata: &Map<String, Value>,
    ) -> Result<bool, StoreError> {
        store.set_session_metadata(tenant, id, metadata).await
    }

    async fn end(store: &Store, (tenant, id): (&TenantId, &str)) -> Result<(), StoreError> {
        store.end_session(tenant, id).await.map(drop)
    }

    async fn end_all(
        store: &Store,
        (tenant, user): (&TenantId, &UserId),
    ) -> Result<(), StoreError> {
        store.end_sessions_of(tenant, user).await
    }
}

fn view(session: &LoginSession) -> Value {
    let at = iso_millis(session.authenticated_at);
    let mut methods = vec![json!({"name": "pwd", "timestamp": at})];
    if session.details.get("with_second_factor") == Some(&Value::Bool(true)) {
        methods.push(json!({"name": "mfa", "timestamp": at}));
    }
    let mut shown = json!({
        "id": session.id,
        "user_id": session.user.as_str(),
        "created_at": at,
        "authenticated_at": at,
        "idle_expires_at": iso_millis(session.idle_expires_at),
        "expires_at": iso_millis(session.expires_at),
        "authentication": {"methods": methods},
    });
    if let Some(metadata) = session.details.get(LOGIN_METADATA) {
        shown[METADATA] = metadata.clone();
    }
    shown
}
