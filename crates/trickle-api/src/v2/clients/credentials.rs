//! `/api/v2/clients/{id}/credentials`: public keys of a client.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::{ClientCredential, ClientId, iso_millis};
use trickle_store::Store;

use super::{
    CLIENT,
    input::{credential, expiry},
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    error::Kind,
};

const CREDENTIAL: Kind = Kind {
    code: "inexistent_credential",
    name: "credential",
};

/// All keys, oldest first.
pub(super) async fn list(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let id = ClientId::from_text(id);
    if store.client(caller.tenant(), &id).await?.is_none() {
        return Err(Error::Missing(&CLIENT));
    }
    let credentials = store.client_credentials(caller.tenant(), &id).await?;
    Ok(Json(credentials.iter().map(view).collect()))
}

/// One key.
pub(super) async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, credential)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let found = find(&store, &caller, &ClientId::from_text(id), &credential).await?;
    Ok(Json(view(&found)))
}

/// Adds a key. It counts once the client's `client_authentication_methods` name it.
pub(super) async fn create(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let made = credential(body, engine.clock().now())?;
    let id = ClientId::from_text(id);
    let added = engine
        .store()
        .add_client_credential(caller.tenant(), &id, &made);
    if !added.await? {
        return Err(Error::Missing(&CLIENT));
    }
    Ok((StatusCode::CREATED, Json(view(&made))))
}

/// Changes until when a key counts.
pub(super) async fn change(
    caller: Bearer,
    State(engine): State<Engine>,
    Path((id, credential)): Path<(String, String)>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let expires_at = expiry(&mut fields)?;
    fields.finish()?;
    let (store, id) = (engine.store(), ClientId::from_text(id));
    let now = engine.clock().now();
    let changed =
        store.expire_client_credential(caller.tenant(), &id, &credential, expires_at, now);
    if !changed.await? {
        return Err(Error::Missing(&CREDENTIAL));
    }
    let found = find(store, &caller, &id, &credential).await?;
    Ok(Json(view(&found)))
}

/// Removes a key.
pub(super) async fn delete(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, credential)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let id = ClientId::from_text(id);
    let removed = store.remove_client_credential(caller.tenant(), &id, &credential);
    if removed.await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::Missing(&CREDENTIAL))
    }
}

async fn find(
    store: &Store,
    caller: &Bearer,
    client: &ClientId,
    id: &str,
) -> Result<ClientCredential, Error> {
    let credentials = store.client_credentials(caller.tenant(), client).await?;
    let found = credentials.into_iter().find(|one| one.id == id);
    found.ok_or(Error::Missing(&CREDENTIAL))
}

fn view(credential: &ClientCredential) -> Value {
    let mut shown = json!({
        "id": credential.id,
        "credential_type": "public_key",
        "kid": credential.kid,
        "alg": credential.algorithm.as_str(),
        "created_at": iso_millis(credential.created_at),
        "updated_at": iso_millis(credential.updated_at),
    });
    if let Some(name) = &credential.name {
        shown["name"] = name.as_str().into();
    }
    if let Some(at) = credential.expires_at {
        shown["expires_at"] = iso_millis(at).into();
    }
    shown
}
