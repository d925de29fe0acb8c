//! `/refresh-tokens` of the user whom the query names, and `/refresh-tokens/revoke`.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::{ClientId, UserId};

use super::refresh_tokens::view;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    fields::FieldFilter,
    paging::Paging,
    query::Query,
};

/// Key of the list.
pub(super) const KEY: &str = "refresh_tokens";
/// Query parameters that say whose.
pub(super) const WHOSE: &[&str] = &["user_id", "client_id"];
/// Ids at once.
const MOST: usize = 100;

pub(super) fn revoked() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "properties": {
            "ids": {"type": "array", "minItems": 1, "maxItems": MOST, "items": text},
            "user_id": text, "client_id": text, "audience": text,
        },
        "additionalProperties": false,
    })
}

/// Those of a user, or of these those of a client.
pub(super) async fn list(
    caller: Bearer,
    State(engine): State<Engine>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?.always_checkpoint();
    let fields = FieldFilter::parse(&query)?;
    let user = query.get("user_id").map(UserId::from_text);
    let user = user.ok_or_else(|| Error::Query("Missing required property: user_id".to_owned()))?;
    let (store, tenant, now) = (engine.store(), caller.tenant(), engine.clock().now());
    store.user(tenant, &user).await?.ok_or(Error::NoUser)?;
    let part = paging.part()?;
    let listed = match query.get("client_id").map(ClientId::from_text) {
        None => {
            store
                .list_refresh_families(tenant, &user, now, part)
                .await?
        }
        Some(client) => {
            let listed = store.list_refresh_families_of_client(tenant, &user, &client, now, part);
            listed.await?
        }
    };
    let items = listed.items.into_iter().map(view);
    let items = items.map(|item| fields.apply(item)).collect();
    Ok(paging.render(KEY, items, (listed.total, listed.next)))
}

/// Ends those of some ids, or those of a user, of a client of the user, or of both for an API; of those that are not there the same is
/// true afterwards.
pub(super) async fn revoke(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<StatusCode, Error> {
    let mut given = Fields::new(body)?;
    let ids = given.texts("ids")?;
    let user = given.text("user_id")?.map(UserId::from_text);
    let client = given.text("client_id")?.map(ClientId::from_text);
    let audience = given.text("audience")?;
    given.finish()?;
    let (store, tenant) = (engine.store(), caller.tenant());
    match (ids, user, client, audience) {
        (Some(ids), None, None, None) if (1..=MOST).contains(&ids.len()) => {
            for id in ids {
                store.end_refresh_family(tenant, &id).await?;
            }
        }
        (None, Some(user), None, None) => store.end_refresh_families_of(tenant, &user).await?,
        (None, Some(user), Some(client), audience) => {
            let audience = audience.as_deref();
            let ended = store.end_refresh_families_at(tenant, &user, &client, audience);
            ended.await?;
        }
        _ => {
            return Err(Error::Body(format!(
                "Expected 1 to {MOST} items on property ids, or user_id, or it with client_id, or both with audience"
            )));
        }
    }
    Ok(StatusCode::ACCEPTED)
}
