//! `POST /api/v2/clients`.

use axum::{Json, extract::State, http::StatusCode};
use rand::{TryRngCore, rngs::OsRng};
use serde_json::Value;
use trickle_engine::{Engine, generate_client_secret, secret_hash};
use trickle_model::{ApiClient, ClientId, ClientSettings};

use super::{
    CLIENT, global,
    input::{ClientInput, take_credentials, usual_grant_types},
    view::view_with_secret,
};
use crate::{
    id_tokens::keep_secret,
    v2::{
        Bearer, Error,
        body::{Body, Fields},
        kept::unserved,
    },
};

const ID_MAX_CHARS: usize = 64;

/// Adds a client. `client_id` and `client_secret` can be brought along, so that applications keep theirs when they move here.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let id = client_id(&mut fields)?;
    let mut input = ClientInput::take(fields)?;
    let name = input
        .name
        .ok_or_else(|| Error::Body("Missing required property: name".to_owned()))?;
    let (store, tenant) = (engine.store(), caller.tenant());
    let now = engine.clock().now();
    let credentials = take_credentials(&mut input.settings, now)?;
    let settings = ClientSettings::parse(input.settings)?;
    unserved::check_pushed(store, tenant, None, settings.as_map()).await?;
    let app_type = settings.as_map().get("app_type").and_then(Value::as_str);
    let secret = input.secret.unwrap_or_else(generate_client_secret);
    let client = ApiClient {
        id,
        tenant: tenant.clone(),
        name,
        secret_sha256: secret_hash(&secret),
        grant_types: input
            .grant_types
            .unwrap_or_else(|| usual_grant_types(app_type)),
        settings,
        created_at: now,
    };
    if !store.add_client(&client, &credentials).await? {
        return Err(Error::Exists(&CLIENT));
    }
    keep_secret(store, &client, Some(&secret)).await?;
    let shown = view_with_secret(&client, &caller.site.tenant.name, &secret);
    Ok((StatusCode::CREATED, Json(shown)))
}

fn client_id(fields: &mut Fields) -> Result<ClientId, Error> {
    let Some(id) = fields.text("client_id")? else {
        return Ok(ClientId::generate(&mut OsRng.unwrap_err()));
    };
    let sound = |c: u8| c.is_ascii_alphanumeric() || b"-_.".contains(&c);
    if id == global::ID {
        return Err(Error::Exists(&CLIENT));
    }
    if (1..=ID_MAX_CHARS).contains(&id.len()) && id.bytes().all(sound) {
        return Ok(ClientId::from_text(id));
    }
    Err(Error::Body(format!(
        "Expected 1 to {ID_MAX_CHARS} letters, digits, -, _ and . on property client_id"
    )))
}
