//! Who asks (RFC 6749 §2.3).

mod assertion;
mod basic;

use axum::http::HeaderMap;
use trickle_engine::{Caller, Engine, secret_matches};
use trickle_model::{ApiClient, ClientId, Grant, Secret, TenantId, TokenEndpointAuth};
use trickle_store::Store;

use super::{Error, parameters::Parameters};
use crate::{client_address::ClientAddress, host::Site};

/// A client of which we know whether it is the one that it says.
#[derive(Clone, Debug)]
pub(crate) struct KnownClient {
    pub(crate) client: ApiClient,
    /// It has shown its secret or signed with its key; otherwise it is one that cannot keep a secret.
    pub(crate) is_proven: bool,
    /// The secret that it has shown.
    pub(crate) secret: Option<Secret>,
}

/// Why there is no client.
pub(crate) struct BadClient {
    /// Whom it said to be, where there is such a client.
    pub(crate) named: Option<ClientId>,
    /// Why not.
    pub(crate) error: Error,
}

impl From<Error> for BadClient {
    fn from(error: Error) -> Self {
        Self { named: None, error }
    }
}

impl KnownClient {
    /// Whether the client gets this grant; one that cannot keep a secret gets nothing for itself.
    pub(crate) fn require(&self, grant: Grant) -> Result<(), Error> {
        if !self.client.allows(grant) {
            return Err(Error::GrantNotAllowed(grant.as_str()));
        }
        if grant == Grant::ClientCredentials && !self.is_proven {
            return Err(Error::BadClient);
        }
        Ok(())
    }

    /// The person for whom it asks. The address that a client tells counts where it has proven who it is and may speak for others;
    /// a client without a secret runs where the person is.
    pub(crate) fn caller(&self, address: ClientAddress) -> Caller {
        let id = Some(self.client.id.clone());
        if !self.is_proven {
            address.into_callers_own(id)
        } else if self.client.settings.trusts_forwarded_for() {
            address.into_caller_for_person(id)
        } else {
            address.into_caller(id)
        }
    }
}

/// Whom `client_id` names; nothing proves it.
pub(crate) async fn named(
    tenant: &TenantId,
    store: &Store,
    parameters: &Parameters,
) -> Result<ApiClient, Error> {
    let id = ClientId::from_text(parameters.require("client_id")?);
    store.client(tenant, &id).await?.ok_or(Error::BadClient)
}

/// Whom HTTP Basic names.
pub(crate) fn client_id_of(headers: &HeaderMap) -> Option<ClientId> {
    basic::credentials(headers).map(|(id, _)| id)
}

/// The client, if it can show that it is the one.
pub(crate) async fn authenticate(
    site: &Site,
    engine: &Engine,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Result<KnownClient, BadClient> {
    if let Some(assertion) = parameters.get("client_assertion") {
        return assertion::authenticate(site, engine, parameters, assertion).await;
    }
    let (id, secrets) = match basic::credentials(headers) {
        Some(credentials) => credentials,
        None => {
            let id = ClientId::from_text(parameters.require("client_id")?);
            let secret = parameters.secret("client_secret").cloned();
            (id, secret.into_iter().collect())
        }
    };
    let found = engine.store().client(&site.tenant.id, &id).await;
    let Some(client) = found.map_err(Error::from)? else {
        return Err(Error::BadClient.into());
    };
    let mut secrets = secrets.into_iter();
    let secret = secrets.find(|secret| secret_matches(&client, secret));
    match client.settings.token_endpoint_auth() {
        // Old tools send the secret of a client that has become public since.
        TokenEndpointAuth::None => {}
        TokenEndpointAuth::Secret if secret.is_some() => {}
        TokenEndpointAuth::Secret | TokenEndpointAuth::PrivateKeyJwt => {
            return Err(BadClient {
                named: Some(client.id),
                error: Error::BadClient,
            });
        }
    }
    Ok(KnownClient {
        client,
        is_proven: secret.is_some(),
        secret,
    })
}
