//! `grant_type=http://auth0.com/oauth/grant-type/mfa-otp`: the second step after `mfa_required`.

use axum::response::Response;
use trickle_engine::ExchangeSubject;
use trickle_model::EventCode;

use super::{Error, Exchange, person::Source};
use crate::auth::{organization, second_factor};

impl Exchange {
    pub(super) async fn mfa_otp(self) -> Result<Response, Error> {
        let mut about = ExchangeSubject::default();
        let result = self.mfa_otp_tokens(&mut about).await;
        let (code, description) = match &result {
            Ok(_) => (
                EventCode::PasswordAndOtpExchanged,
                "Password and one-time password exchanged for an access token".to_owned(),
            ),
            Err(error) => (EventCode::PasswordAndOtpExchangeFailed, error.description()),
        };
        self.log(code, &description, about).await;
        result
    }

    async fn mfa_otp_tokens(&self, about: &mut ExchangeSubject) -> Result<Response, Error> {
        let token = self.parameters.require("mfa_token")?;
        let otp = self.parameters.require("otp")?;
        let (tenant, client) = (&self.site.tenant.id, &self.known.client.id);
        let open = self.engine.open_challenge(tenant, client, token).await?;
        let (user, challenge, by) = open.ok_or(Error::BadMfaToken)?;
        about.user = Some(user.id.clone());
        about.user_name = user.email.clone().or_else(|| user.username.clone());
        let outcome = self.engine.check_otp(&user, otp, &self.caller).await?;
        second_factor::refused(outcome)?;
        if !self.engine.close_challenge(tenant, token).await? {
            return Err(Error::BadMfaToken);
        }
        let mut authorization = challenge.authorization;
        if let Some(claim) = &authorization.organization {
            let found = self.store.organization(tenant, &claim.id).await?;
            let found = found.ok_or(Error::OrganizationNotFound)?;
            organization::admit(&self.site, &self.store, &found, &user, Some(&by)).await?;
        }
        authorization.with_second_factor = true;
        authorization.set_time(self.engine.clock().now());
        let source = Source {
            gty: Some("mfa-otp"),
            by: Some(by),
            ..Source::default()
        };
        self.tokens_of(&user, &authorization, source).await
    }
}
