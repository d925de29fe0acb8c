//! `POST /oauth/token`.

mod answer;
mod client_credentials;
mod code;
mod mfa_otp;
mod password;
mod person;
mod refresh;

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use trickle_engine::{Caller, Engine, ExchangeSubject};
use trickle_model::{EventCode, Grant};
use trickle_store::Store;

use super::{
    Error,
    client::{self, BadClient, KnownClient},
    issue::Issuer,
    parameters::Parameters,
};
use crate::{client_address::ClientAddress, host::Site, tokens::KeyRing};

/// All that a grant needs.
struct Exchange {
    site: Site,
    engine: Engine,
    store: Store,
    keys: KeyRing,
    parameters: Parameters,
    known: KnownClient,
    caller: Caller,
}

/// Exchanges credentials for tokens.
pub(crate) async fn handler(
    site: Site,
    State(engine): State<Engine>,
    State(keys): State<KeyRing>,
    address: ClientAddress,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let parameters = Parameters::parse(&headers, &body)?;
    let grant = parameters.require("grant_type")?;
    let grant = grant
        .parse::<Grant>()
        .ok()
        // The short forms are for our own command line; there is no exchange for `implicit`.
        .filter(|known| known.as_str() == grant && *known != Grant::Implicit)
        .ok_or_else(|| Error::UnsupportedGrant(grant.to_owned()))?;
    let store = engine.store().clone();
    let known = client::authenticate(&site, &engine, &parameters, &headers).await;
    let known = known.and_then(|known| match known.require(grant) {
        Ok(()) => Ok(known),
        Err(error) => Err(BadClient {
            named: Some(known.client.id),
            error,
        }),
    });
    let known = match known {
        Ok(known) => known,
        Err(bad) => {
            if let Some(named) = bad.named {
                let caller = address.into_caller(Some(named));
                let (code, why) = (failed(grant), bad.error.description());
                let about = ExchangeSubject::default();
                engine
                    .log_exchange(&site.tenant.id, code, why, &caller, about)
                    .await;
            }
            return Err(bad.error);
        }
    };
    let exchange = Exchange {
        caller: known.caller(address),
        site,
        engine,
        store,
        keys,
        parameters,
        known,
    };
    match grant {
        Grant::ClientCredentials => exchange.client_credentials().await,
        Grant::Password => exchange.password(false).await,
        Grant::PasswordRealm => exchange.password(true).await,
        Grant::RefreshToken => exchange.refresh().await,
        Grant::AuthorizationCode => exchange.code().await,
        Grant::MfaOtp => exchange.mfa_otp().await,
        Grant::Implicit => Err(Error::UnsupportedGrant(grant.as_str().to_owned())),
    }
}

/// How the log calls an exchange that failed.
const fn failed(grant: Grant) -> EventCode {
    match grant {
        Grant::ClientCredentials => EventCode::ClientCredentialsExchangeFailed,
        Grant::Password | Grant::PasswordRealm => EventCode::PasswordExchangeFailed,
        Grant::AuthorizationCode | Grant::Implicit => EventCode::CodeExchangeFailed,
        Grant::RefreshToken => EventCode::RefreshTokenExchangeFailed,
        Grant::MfaOtp => EventCode::PasswordAndOtpExchangeFailed,
    }
}

impl Exchange {
    fn issuer(&self) -> Issuer<'_> {
        Issuer {
            site: &self.site,
            client: &self.known.client,
            now: self.engine.clock().now(),
        }
    }

    async fn log(&self, code: EventCode, description: &str, about: ExchangeSubject) {
        let tenant = &self.site.tenant.id;
        self.engine
            .log_exchange(tenant, code, description, &self.caller, about)
            .await;
    }
}
