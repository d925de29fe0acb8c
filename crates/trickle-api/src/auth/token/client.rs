//! Who asks (RFC 6749 §2.3.1).

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use trickle_engine::{Engine, ExchangeSubject, secret_matches};
use trickle_model::{ApiClient, ClientId, EventCode, Grant, Secret};

use super::{Error, parameters::Parameters};
use crate::{client_address::ClientAddress, host::Site};

/// The client, if its secret is right and it may use this grant.
pub(super) async fn authenticate(
    site: &Site,
    engine: &Engine,
    parameters: &Parameters,
    headers: &HeaderMap,
    address: &ClientAddress,
    grant: Grant,
) -> Result<ApiClient, Error> {
    let (id, secret) = match basic(headers) {
        Some(credentials) => credentials,
        None => (
            ClientId::from_text(parameters.require("client_id")?),
            // A client without a secret fails like one with a wrong secret.
            Secret::new(parameters.get("client_secret").unwrap_or("")),
        ),
    };
    let found = engine.store().client(&site.tenant.id, &id).await?;
    let Some(client) = found else {
        return Err(Error::BadClient);
    };
    let error = if !secret_matches(&client, &secret) {
        Error::BadClient
    } else if !client.allows(grant) {
        Error::GrantNotAllowed(grant)
    } else {
        return Ok(client);
    };
    let code = match grant {
        Grant::ClientCredentials => EventCode::ClientCredentialsExchangeFailed,
        Grant::Password | Grant::PasswordRealm => EventCode::PasswordExchangeFailed,
    };
    let caller = address.clone().into_caller(Some(client.id));
    let about = ExchangeSubject::default();
    engine
        .log_exchange(&site.tenant.id, code, error.description(), &caller, about)
        .await;
    Err(error)
}

/// Id and secret are percent-encoded inside the base64.
fn basic(headers: &HeaderMap) -> Option<(ClientId, Secret)> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let id = percent_decode_str(id).decode_utf8().ok()?;
    let secret = percent_decode_str(secret).decode_utf8().ok()?;
    Some((ClientId::from_text(id), Secret::new(secret)))
}
