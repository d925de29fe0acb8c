//! `grant_type=refresh_token`.

use axum::response::Response;
use trickle_engine::{Authorization, ExchangeRefresh, ExchangeSubject};
use trickle_model::EventCode;

use super::{Error, Exchange, person::Source};
use crate::auth::{organization, personal_access::is_about_the_login, target::is_management};

impl Exchange {
    pub(super) async fn refresh(self) -> Result<Response, Error> {
        let mut about = ExchangeSubject::default();
        let result = self.refresh_tokens(&mut about).await;
        let (code, description) = match &result {
            Ok(_) => (
                EventCode::RefreshTokenExchanged,
                "Refresh token exchanged for an access token".to_owned(),
            ),
            // It names its user where it was used before.
            Err(Error::BadRefreshToken) if about.user.is_some() => (
                EventCode::RefreshTokenReused,
                "The refresh token was used before; all of its family are revoked".to_owned(),
            ),
            Err(error) => (EventCode::RefreshTokenExchangeFailed, error.description()),
        };
        self.log(code, &description, about).await;
        result
    }

    async fn refresh_tokens(&self, about: &mut ExchangeSubject) -> Result<Response, Error> {
        let token = self.parameters.require("refresh_token")?;
        let client = &self.known.client.id;
        let exchanged = self
            .engine
            .exchange_refresh(&self.site.tenant.id, client, token, &self.rules())
            .await?;
        let (user, mut authorization, next) = match exchanged {
            ExchangeRefresh::Exchanged {
                user,
                authorization,
                next,
            } => (user, authorization, next),
            ExchangeRefresh::Reused { user } => {
                about.user = Some(user);
                return Err(Error::BadRefreshToken);
            }
            ExchangeRefresh::Invalid => return Err(Error::BadRefreshToken),
        };
        about.user_name = user.email.clone().or_else(|| user.username.clone());
        about.user = Some(user.id.clone());
        if let Some(claim) = &authorization.organization
            && !organization::is_still_in(&self.site, &self.store, claim, &user).await?
        {
            return Err(Error::NoMember {
                user: user.id.clone(),
                organization: claim.id.clone(),
            });
        }
        if let Some(other) = self.by_policy(&authorization).await? {
            authorization = other;
        }
        // Fewer scopes can be asked for, never more (RFC 6749 §6).
        let asked = self.parameters.scopes();
        if !asked.is_empty() {
            authorization
                .scopes
                .retain(|scope| asked.contains(&scope.as_str()));
        }
        let source = Source {
            gty: Some("refresh_token"),
            ..Source::default()
        };
        self.signed(&user, &authorization, &source, next).await
    }

    /// What the token is for where the client's policies name the API that is asked for (Auth0's "Multi-Resource Refresh Token"): the
    /// policy's scopes of that API, and what the login gave of it. Nothing where no policy does, or the tenant has no such API: clients of
    /// such servers are used to get a token for the API of the login then.
    async fn by_policy(&self, login: &Authorization) -> Result<Option<Authorization>, Error> {
        let settings = &self.known.client.settings;
        let Some(audience) = self.parameters.get("audience") else {
            return Ok(None);
        };
        let may = settings.is_first_party() && !is_management(&self.site, audience);
        let Some(policy) = settings.refresh_policy(audience).filter(|_| may) else {
            return Ok(None);
        };
        let api = self
            .store
            .resource_server(&self.site.tenant.id, audience)
            .await?;
        let Some(api) = api.filter(|api| api.identifier == audience) else {
            return Ok(None);
        };
        let is_of_login = login.audience.as_deref() == Some(audience);
        let mut scopes = login.scopes.clone();
        scopes.retain(|scope| is_of_login || is_about_the_login(scope));
        for scope in api.scopes() {
            // What the application learns of the person is not the API's to give.
            let is_new = !is_about_the_login(scope) && !scopes.iter().any(|one| one == scope);
            if is_new && policy.contains(&scope) {
                scopes.push(scope.to_owned());
            }
        }
        Ok(Some(Authorization {
            scopes,
            audience: Some(audience.to_owned()),
            ..login.clone()
        }))
    }
}
