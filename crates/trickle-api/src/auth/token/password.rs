//! `grant_type=password` and `password-realm`: tokens for a person.

use std::sync::Arc;

use axum::response::Response;
use trickle_engine::{Authorization, ExchangeSubject, MfaChallenge};
use trickle_model::{Connection, EventCode, User};

use super::{Error, Exchange, person::Source};
use crate::auth::{answer::answer, second_factor, target};

/// Four times the longest address (RFC 5321 §4.5.3.1): it is looked up, logged and held while a script runs.
pub(crate) const USERNAME_MAX_BYTES: usize = 1_024;

impl Exchange {
    pub(super) async fn password(self, with_realm: bool) -> Result<Response, Error> {
        let (connection, mut authorization) = match self.prepare(with_realm).await {
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
        let user = self.login(&connection).await?;
        if second_factor::is_needed(&self.engine, &user).await? {
            let challenge = MfaChallenge {
                client: self.known.client.id.clone(),
                connection: connection.id.clone(),
                authorization,
            };
            let token = self
                .engine
                .challenge(&user, &challenge, &self.caller)
                .await?;
            return Err(Error::SecondFactorRequired(token));
        }
        authorization.set_time(self.engine.clock().now());
        let source = Source {
            gty: Some("password"),
            ..Source::default()
        };
        let response = self.tokens_of(&user, &authorization, source).await?;
        let about = ExchangeSubject {
            user_name: user.email.clone().or_else(|| user.username.clone()),
            connection: Some(connection),
            user: Some(user.id),
        };
        self.log(
            EventCode::PasswordExchanged,
            "Password exchanged for an access token",
            about,
        )
        .await;
        Ok(response)
    }

    /// All that can be refused before the password is looked at.
    async fn prepare(&self, with_realm: bool) -> Result<(Arc<Connection>, Authorization), Error> {
        if self.parameters.get("organization").is_some() {
            return Err(Error::NotAllowed("organization"));
        }
        if self.parameters.require("username")?.len() > USERNAME_MAX_BYTES {
            return Err(Error::TooLong("username"));
        }
        self.parameters.require("password")?;
        let realm = if with_realm {
            self.parameters.require("realm")?
        } else {
            let directory = self.site.tenant.default_directory.as_deref();
            directory.ok_or(Error::NoDefaultDirectory)?
        };
        let client = &self.known.client;
        let connection = self
            .store
            .connection_by_name(&self.site.tenant.id, realm)
            .await?
            .ok_or(Error::ConnectionNotFound)?;
        if !connection.enabled_clients.contains(&client.id) {
            return Err(Error::ConnectionDisabled);
        }
        let asked = self.parameters.scopes();
        let audience = self.parameters.get("audience");
        let authorization =
            target::authorization(&self.site, &self.store, client, &asked, audience).await?;
        Ok((Arc::new(connection), authorization))
    }

    async fn login(&self, connection: &Arc<Connection>) -> Result<User, Error> {
        let outcome = self
            .engine
            .login(self.parameters.login(connection, &self.caller)?)
            .await?;
        answer(outcome).map_err(Error::Login)
    }
}
