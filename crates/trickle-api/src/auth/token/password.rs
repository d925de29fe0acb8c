//! `grant_type=password` and `password-realm`: tokens for a person.

use std::sync::Arc;

use axum::response::Response;
use serde_json::{Map, Value, json};
use trickle_engine::{Caller, ExchangeSubject, LoginRequest};
use trickle_model::{Connection, EventCode, User};

use super::{Error, Exchange, Tokens};
use crate::auth::{answer::answer, profile_claims};

/// Four times the longest address (RFC 5321 §4.5.3.1): it is looked up, logged and held while a script runs.
const USERNAME_MAX_BYTES: usize = 1_024;

/// What the tokens are for.
struct Target {
    audience: Value,
    scopes: Vec<String>,
}

impl Exchange {
    pub(super) async fn password(self, with_realm: bool) -> Result<Response, Error> {
        let caller = self
            .address
            .clone()
            .into_caller_for_person(Some(self.client.id.clone()));
        let (connection, target) = match self.prepare(with_realm).await {
            Ok(prepared) => prepared,
            Err(error) => {
                self.log(
                    EventCode::PasswordExchangeFailed,
                    &error.description(),
                    &caller,
                    ExchangeSubject::default(),
                )
                .await;
                return Err(error);
            }
        };
        let user = self.login(&connection, &caller).await?;
        let response = self.password_tokens(&user, &target).await?;
        let about = ExchangeSubject {
            user_name: user.email.clone().or_else(|| user.username.clone()),
            connection: Some(connection),
            user: Some(user.id),
        };
        self.log(
            EventCode::PasswordExchanged,
            "Password exchanged for an access token",
            &caller,
            about,
        )
        .await;
        Ok(response)
    }

    /// All that can be refused before the password is looked at.
    async fn prepare(&self, with_realm: bool) -> Result<(Arc<Connection>, Target), Error> {
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
        let connection = self
            .store
            .connection_by_name(&self.site.tenant.id, realm)
            .await?
            .ok_or(Error::ConnectionNotFound)?;
        if !connection.enabled_clients.contains(&self.client.id) {
            return Err(Error::ConnectionDisabled);
        }
        Ok((Arc::new(connection), self.target().await?))
    }

    async fn target(&self) -> Result<Target, Error> {
        let asked = self.parameters.scopes();
        let oidc = asked
            .iter()
            .filter(|scope| profile_claims::OIDC_SCOPES.contains(scope));
        let mut scopes: Vec<String> = oidc.map(|&scope| scope.to_owned()).collect();
        let userinfo = self.site.userinfo_audience();
        let Some(audience) = self
            .parameters
            .get("audience")
            .filter(|&one| one != userinfo)
        else {
            return Ok(Target {
                audience: userinfo.into(),
                scopes,
            });
        };
        // A person does not administer the tenant by logging in.
        if self.is_management(audience) {
            return Err(Error::AudienceNotGranted(audience.to_owned()));
        }
        let grant = self.granted(audience).await?;
        let granted = grant.scopes.into_iter();
        scopes.extend(granted.filter(|scope| asked.contains(&scope.as_str())));
        let audience = if asked.contains(&"openid") {
            json!([audience, userinfo])
        } else {
            audience.into()
        };
        Ok(Target { audience, scopes })
    }

    async fn login(&self, connection: &Arc<Connection>, caller: &Caller) -> Result<User, Error> {
        let outcome = self
            .engine
            .login(LoginRequest {
                connection: Arc::clone(connection),
                identifier: self.parameters.require("username")?.to_owned(),
                password: self.parameters.require_secret("password")?.clone(),
                caller: caller.clone(),
                context: Map::new(),
            })
            .await?;
        answer(outcome).map_err(Error::Login)
    }

    async fn password_tokens(&self, user: &User, target: &Target) -> Result<Response, Error> {
        let subject = user.id.as_str();
        let scopes: Vec<&str> = target.scopes.iter().map(String::as_str).collect();
        let scope = scopes.join(" ");
        let id = scopes
            .contains(&"openid")
            .then(|| self.id_claims(subject, profile_claims::claims(user, &scopes)));
        let access = self.access_claims(subject, target.audience.clone(), &scope, "password");
        self.sign(Tokens { access, scope, id }).await
    }

    async fn log(
        &self,
        code: EventCode,
        description: &str,
        caller: &Caller,
        about: ExchangeSubject,
    ) {
        let tenant = &self.site.tenant.id;
        self.engine
            .log_exchange(tenant, code, description, caller, about)
            .await;
    }
}
