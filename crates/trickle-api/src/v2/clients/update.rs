//! `PATCH /api/v2/clients/{id}`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_engine::{Engine, secret_hash};
use trickle_model::ClientId;
use trickle_store::ClientChange;

use super::{CLIENT, global, input::ClientInput, view::view};
use crate::{
    id_tokens::keep_secret,
    v2::{
        Bearer, Error,
        body::{Body, Fields},
        kept::unserved,
    },
};

/// Changes a client: what is given replaces, `null` removes, `client_metadata`, `jwt_configuration` and `refresh_token` are merged.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    if fields.text("client_id")?.is_some_and(|given| given != id) {
        return Err(Error::Body(
            "A client keeps its id, on property client_id".to_owned(),
        ));
    }
    if id == global::ID {
        let shown = global::change(&caller, engine.store(), fields).await?;
        return Ok(Json(shown));
    }
    let input = ClientInput::take(fields)?;
    if input.secret.is_some() {
        caller.require(&["update:client_keys"])?;
    }
    let (store, tenant) = (engine.store(), caller.tenant());
    let id = ClientId::from_text(id);
    if unserved::asks_for_pushed(None, &input.settings) {
        let before = store.client(tenant, &id).await?;
        let before = before.as_ref().map(|client| client.settings.as_map());
        unserved::check_pushed(store, tenant, before, &input.settings).await?;
    }
    let change = ClientChange {
        name: input.name,
        secret_sha256: input.secret.as_ref().map(secret_hash),
        grant_types: input.grant_types,
        settings: input.settings,
    };
    let changed = store.change_client(tenant, &id, change);
    let client = changed.await?.ok_or(Error::Missing(&CLIENT))??;
    keep_secret(store, &client, input.secret.as_ref()).await?;
    Ok(Json(view(&client, &caller.site.tenant.name)))
}
