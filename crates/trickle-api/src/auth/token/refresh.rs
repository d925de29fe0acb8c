//! `grant_type=refresh_token`.

use axum::response::Response;
use trickle_engine::{ExchangeRefresh, ExchangeSubject};
use trickle_model::EventCode;

use super::{Error, Exchange, person::Source};
use crate::auth::organization;

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
}
