//! `grant_type=authorization_code`.

use axum::response::Response;
use trickle_engine::{ExchangeSubject, RedeemCode, Redemption};
use trickle_model::EventCode;

use super::{Error, Exchange, person::Source};
use crate::auth::issue::IdExtras;

impl Exchange {
    pub(super) async fn code(self) -> Result<Response, Error> {
        let mut about = ExchangeSubject::default();
        let result = self.code_tokens(&mut about).await;
        let (code, description) = match &result {
            Ok(_) => (
                EventCode::CodeExchanged,
                "Authorization code exchanged for an access token".to_owned(),
            ),
            Err(error) => (EventCode::CodeExchangeFailed, error.description()),
        };
        self.log(code, &description, about).await;
        result
    }

    async fn code_tokens(&self, about: &mut ExchangeSubject) -> Result<Response, Error> {
        let code = self.parameters.require("code")?;
        let verifier = self.parameters.get("code_verifier");
        // Who has neither a secret nor a verifier proves nothing.
        if !self.known.is_proven && verifier.is_none() {
            return Err(Error::Missing("code_verifier"));
        }
        let with = Redemption {
            client: &self.known.client.id,
            code,
            redirect_uri: self.parameters.get("redirect_uri"),
            verifier,
        };
        let tenant = &self.site.tenant.id;
        let (user, order, code, by) = match self.engine.redeem_code(tenant, with).await? {
            RedeemCode::Redeemed {
                user,
                order,
                code,
                by,
            } => (user, order, code, by),
            RedeemCode::Reused | RedeemCode::Invalid => return Err(Error::BadCode),
            RedeemCode::WrongVerifier => return Err(Error::BadVerifier),
        };
        about.user = Some(user.clone());
        let user = self.store.user(tenant, &user).await?;
        let user = user.filter(|user| !user.blocked).ok_or(Error::BadCode)?;
        about.user_name = user.email.clone().or_else(|| user.username.clone());
        let source = Source {
            gty: None,
            code: Some(code),
            by: Some(by),
            id: IdExtras {
                nonce: order.nonce.as_deref(),
                with_time: true,
                ..IdExtras::default()
            },
        };
        self.tokens_of(&user, &order.authorization, source).await
    }
}
