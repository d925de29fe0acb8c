//! `grant_type=password` and `password-realm`: tokens for a person.

use std::sync::Arc;

use axum::response::Response;
use trickle_engine::{Authorization, ExchangeSubject, MfaChallenge};
use trickle_model::{Connection, EventCode, User};
use trickle_store::{LoginBasis, Organization};

use super::{Error, Exchange, person::Source};
use crate::auth::{
    answer::{answer, is_rehearsed},
    organization, target,
};

impl Exchange {
    pub(super) async fn password(self, with_realm: bool) -> Result<Response, Error> {
        let (connection, mut authorization, organization) = match self.prepare(with_realm).await {
            Ok(prepared) => prepared,
            Err(error) => {
                self.log(
                    EventCode::PasswordExchangeFailed,
                    &error.description(),
                    ExchangeSubject::default(),
                )
                .await;
                return Err(error);
            }
        };
        let (user, by, is_rehearsed) = self.login(&connection, organization.as_ref()).await?;
        if is_rehearsed {
            // There is nobody to whom a refresh token could belong; `scope` of the answer says so (RFC 6749 §5.1).
            authorization
                .scopes
                .retain(|scope| scope != target::OFFLINE);
        }
        let is_half = self.engine.needs_second_factor(&user).await?;
        if let Some(organization) = &organization {
            let (site, store) = (&self.site, &self.store);
            let joins = by.as_ref().filter(|_| !is_half);
            let admitted = organization::admit(site, store, organization, &user, joins).await;
            match admitted {
                Ok(claim) => authorization.organization = Some(claim),
                Err(error) => {
                    let about = ExchangeSubject {
                        user_name: user.email.clone().or_else(|| user.username.clone()),
                        connection: Some(connection),
                        user: Some(user.id),
                    };
                    let why = error.description();
                    self.log(EventCode::PasswordExchangeFailed, &why, about)
                        .await;
                    return Err(error);
                }
            }
        }
        if is_half {
            let challenge = MfaChallenge {
                client: self.known.client.id.clone(),
                connection: connection.id.clone(),
                authorization,
            };
            let by = by.as_ref().ok_or_else(Error::overtaken)?;
            let token = self
                .engine
                .challenge(&user, &challenge, by, &self.caller)
                .await?;
            let token = token.ok_or_else(Error::overtaken)?;
            return Err(Error::SecondFactorRequired(token));
        }
        authorization.set_time(self.engine.clock().now());
        let source = Source {
            gty: Some("password"),
            by,
            ..Source::default()
        };
        let result = self.tokens_of(&user, &authorization, source).await;
        let about = ExchangeSubject {
            user_name: user.email.clone().or_else(|| user.username.clone()),
            connection: Some(connection),
            user: Some(user.id),
        };
        let (code, description) = match &result {
            Ok(_) => (
                EventCode::PasswordExchanged,
                "Password exchanged for an access token".to_owned(),
            ),
            Err(error) => (EventCode::PasswordExchangeFailed, error.description()),
        };
        self.log(code, &description, about).await;
        result
    }

    /// All that can be refused before the password is looked at.
    async fn prepare(
        &self,
        with_realm: bool,
    ) -> Result<(Arc<Connection>, Authorization, Option<Organization>), Error> {
        let (site, store, client) = (&self.site, &self.store, &self.known.client);
        let organization = organization::asked(site, store, client, &self.parameters).await?;
        self.parameters.require_login()?;
        let tenant = &site.tenant;
        let found = if with_realm {
            let realm = self.parameters.require("realm")?;
            store.connection_by_realm(&tenant.id, realm).await?
        } else {
            let directory = tenant.default_directory.as_deref();
            let name = directory.ok_or(Error::NoDefaultDirectory)?;
            store.connection_by_name(&tenant.id, name).await?
        };
        let connection = found.ok_or(Error::ConnectionNotFound)?;
        if !connection.serves(&client.id) {
            return Err(Error::ConnectionDisabled);
        }
        if let Some(organization) = &organization {
            organization::check_connection(site, store, organization, &connection).await?;
        }
        let asked = self.parameters.scopes();
        let audience = self.parameters.get("audience");
        let authorization = target::authorization(
            &self.site,
            &self.store,
            client,
            (&asked, target::Unasked::Everything),
            audience,
        )
        .await?;
        Ok((Arc::new(connection), authorization, organization))
    }

    /// The user, on what the login rests, and whether a rehearsal let the person in.
    async fn login(
        &self,
        connection: &Arc<Connection>,
        organization: Option<&Organization>,
    ) -> Result<(User, Option<LoginBasis>, bool), Error> {
        let mut request = self.parameters.login(connection, &self.caller)?;
        request.context = organization::context(organization);
        let outcome = self.engine.login(request).await?;
        let is_rehearsed = is_rehearsed(&outcome);
        let by = outcome.basis().cloned();
        let user = answer(outcome).map_err(Error::Login)?;
        Ok((user, by, is_rehearsed))
    }
}
