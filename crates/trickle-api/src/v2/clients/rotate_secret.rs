//! `POST /api/v2/clients/{id}/rotate-secret`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_engine::{generate_client_secret, secret_hash};
use trickle_model::ClientId;
use trickle_store::{ClientChange, Store};

use super::{CLIENT, view::view_with_secret};
use crate::{
    id_tokens::keep_secret,
    v2::{Bearer, Error},
};

/// Gives a client a new secret; the old one counts no more.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let secret = generate_client_secret();
    let change = ClientChange {
        secret_sha256: Some(secret_hash(&secret)),
        ..ClientChange::default()
    };
    let id = ClientId::from_text(id);
    let changed = store.change_client(caller.tenant(), &id, change).await?;
    let client = changed.ok_or(Error::Missing(&CLIENT))??;
    keep_secret(&store, &client, Some(&secret)).await?;
    let shown = view_with_secret(&client, &caller.site.tenant.name, &secret);
    Ok(Json(shown))
}
