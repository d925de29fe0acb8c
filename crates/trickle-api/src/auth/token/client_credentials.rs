//! `grant_type=client_credentials`: a token for a program.

use axum::response::Response;
use trickle_engine::{ExchangeSubject, MANAGEMENT_AUDIENCE};
use trickle_model::{ClientGrant, EventCode};

use super::{Error, Exchange, Tokens};

impl Exchange {
    pub(super) async fn client_credentials(self) -> Result<Response, Error> {
        let result = self.client_credentials_tokens().await;
        let (code, description) = match &result {
            Ok(_) => (
                EventCode::ClientCredentialsExchanged,
                "Client credentials exchanged for an access token".to_owned(),
            ),
            Err(error) => (
                EventCode::ClientCredentialsExchangeFailed,
                error.description(),
            ),
        };
        let caller = self
            .address
            .clone()
            .into_caller(Some(self.client.id.clone()));
        self.engine
            .log_exchange(
                &self.site.tenant.id,
                code,
                description,
                &caller,
                ExchangeSubject::default(),
            )
            .await;
        result
    }

    /// Never with an ID token: there is no person, and clients fail on one.
    async fn client_credentials_tokens(&self) -> Result<Response, Error> {
        if self.parameters.get("organization").is_some() {
            return Err(Error::NotAllowed("organization"));
        }
        let audience = self.parameters.require("audience")?;
        let grant = self.granted(audience).await?;
        let asked = self.parameters.scopes();
        let scopes: Vec<&str> = grant
            .scopes
            .iter()
            .map(String::as_str)
            .filter(|scope| asked.is_empty() || asked.contains(scope))
            .collect();
        let scope = scopes.join(" ");
        let subject = format!("{}@clients", self.client.id);
        let audience = if self.is_management(audience) {
            self.site.management_audience()
        } else {
            audience.to_owned()
        };
        let access = self.access_claims(&subject, audience.into(), &scope, "client-credentials");
        self.sign(Tokens {
            access,
            scope,
            id: None,
        })
        .await
    }

    /// The client's right to an audience.
    pub(super) async fn granted(&self, audience: &str) -> Result<ClientGrant, Error> {
        let management = self.is_management(audience);
        let stored = if management {
            MANAGEMENT_AUDIENCE
        } else {
            audience
        };
        let grant = self
            .store
            .client_grant(&self.site.tenant.id, &self.client.id, stored)
            .await?;
        grant.ok_or_else(|| {
            let audience = audience.to_owned();
            if management {
                Error::AudienceNotGranted(audience)
            } else {
                Error::UnknownAudience(audience)
            }
        })
    }

    /// With and without the slash at the end.
    pub(super) fn is_management(&self, audience: &str) -> bool {
        let ours = self.site.management_audience();
        audience.trim_end_matches('/') == ours.trim_end_matches('/')
    }
}
