//! `POST /oauth/revoke` (RFC 7009).

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use trickle_engine::{Engine, ExchangeSubject};
use trickle_model::EventCode;

use super::{Error, client, parameters::Parameters};
use crate::{client_address::ClientAddress, host::Site};

/// Ends a refresh token and all that go back to the same login. Nobody learns whether there was such a token (§2.2).
pub(crate) async fn handler(
    site: Site,
    State(engine): State<Engine>,
    address: ClientAddress,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Error> {
    let parameters = Parameters::parse(&headers, &body)?;
    let known = client::authenticate(&site, &engine, &parameters, &headers)
        .await
        .map_err(|bad| bad.error)?;
    let token = parameters.require("token")?;
    let tenant = &site.tenant.id;
    let revoked = engine
        .revoke_refresh(tenant, &known.client.id, token)
        .await?;
    if let Some(user) = revoked {
        let about = ExchangeSubject {
            user: Some(user),
            ..ExchangeSubject::default()
        };
        let (code, caller) = (EventCode::RefreshTokenRevoked, known.caller(address));
        engine
            .log_exchange(tenant, code, "Refresh token revoked", &caller, about)
            .await;
    }
    Ok(StatusCode::OK)
}
