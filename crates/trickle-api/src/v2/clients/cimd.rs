//! `POST /api/v2/clients/cimd/register`: a client that a document on the web describes. Nothing is fetched from there: the client is kept by
//! the document's address, so that tools find it again, and there is no address to which a login would lead (`docs/decisions/0111`).

use axum::{Json, extract::State, http::StatusCode};
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Map, Value, json};
use trickle_engine::{Engine, generate_client_secret, secret_hash};
use trickle_model::{ApiClient, ClientId, ClientSettings};
use trickle_store::{ClientFilter, Page};

use super::CLIENT;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
};

/// The setting that says where the document is.
const ADDRESS: &str = "external_client_id";
/// Auth0 takes as many.
const ADDRESS_MAX_CHARS: usize = 120;
const WARNING: &str =
    "The document is not fetched, and nobody logs in with the client: it is kept by its address";

/// Keeps the client; one that is there already stays as it is.
pub(super) async fn register(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let address = fields.required_text(ADDRESS)?;
    fields.finish()?;
    check_address(&address)?;
    let filter = ClientFilter {
        external_id: Some(address.clone()),
        ..ClientFilter::default()
    };
    let first = Page {
        offset: 0,
        limit: 1,
    };
    let found = engine.store().list_clients(caller.tenant(), &filter, first);
    let client = match found.await?.items.pop() {
        Some(client) => client,
        None => add(&caller, &engine, &address).await?,
    };
    let shown = json!({
        "client_id": client.id.as_str(),
        "mapped_fields": {ADDRESS: address, "name": client.name},
        "validation": {"valid": true, "violations": [], "warnings": [WARNING]},
    });
    Ok((StatusCode::CREATED, Json(shown)))
}

async fn add(caller: &Bearer, engine: &Engine, address: &str) -> Result<ApiClient, Error> {
    let settings: [(&str, Value); 5] = [
        (ADDRESS, address.into()),
        ("external_metadata_type", "cimd".into()),
        ("external_metadata_created_by", "admin".into()),
        ("is_first_party", false.into()),
        ("token_endpoint_auth_method", "none".into()),
    ];
    let settings: Map<String, Value> = settings
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let client = ApiClient {
        id: ClientId::generate(&mut OsRng.unwrap_err()),
        tenant: caller.tenant().clone(),
        name: address.to_owned(),
        // Nobody is told it.
        secret_sha256: secret_hash(&generate_client_secret()),
        grant_types: ["authorization_code", "refresh_token"]
            .map(str::to_owned)
            .into(),
        settings: ClientSettings::parse(settings)?,
        created_at: engine.clock().now(),
    };
    match engine.store().add_client(&client, &[]).await? {
        true => Ok(client),
        false => Err(Error::Exists(&CLIENT)),
    }
}

/// It becomes the client's name, too.
fn check_address(address: &str) -> Result<(), Error> {
    let rest = address.strip_prefix("https://").unwrap_or_default();
    let is_sound = !rest.is_empty()
        && address.chars().count() <= ADDRESS_MAX_CHARS
        && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || ['<', '>'].contains(&c));
    if is_sound {
        return Ok(());
    }
    Err(Error::Body(format!(
        "Expected an address of at most {ADDRESS_MAX_CHARS} characters that begins with https:// on property {ADDRESS}"
    )))
}
