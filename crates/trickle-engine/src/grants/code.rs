//! Authorization codes (RFC 6749 §4.1, RFC 7636).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use trickle_model::{ClientId, Secret, TenantId, UserId};
use trickle_store::{LoginBasis, OneTimePurpose, OneTimeToken, TakeOneTime};

use super::{
    Authorization,
    authorization::{from_map, to_map},
};
use crate::{
    Engine, EngineError,
    opaque::{new_token, token_hash},
};

/// RFC 6749 §4.1.2 allows ten minutes and asks for less: a browser brings the code at once.
const CODE_LIVES: SignedDuration = SignedDuration::from_secs(60);

/// What a code is bound to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CodeOrder {
    /// Whose code it is.
    pub client: ClientId,
    /// Where it is sent.
    pub redirect_uri: String,
    /// Whether the request named that address: then the exchange has to name it too (RFC 6749 §4.1.3).
    pub named_redirect_uri: bool,
    /// `code_challenge`, by S256.
    pub challenge: Option<String>,
    /// Into the ID token.
    pub nonce: Option<String>,
    /// What the tokens will be for.
    pub authorization: Authorization,
}

/// What became of a code.
#[derive(Clone, Debug)]
pub enum RedeemCode {
    /// Good for tokens, which go back to this code.
    Redeemed {
        /// For whom.
        user: UserId,
        /// What was ordered.
        order: Box<CodeOrder>,
        /// The code's id, to be kept with what it gives.
        code: String,
        /// On what the login rests.
        by: LoginBasis,
    },
    /// It came a second time. What it gave works no more.
    Reused,
    /// Unknown, expired, or another client's; or the address differs.
    Invalid,
    /// The verifier is missing, is none, or does not fit.
    WrongVerifier,
}

/// What comes with a code.
#[derive(Clone, Copy, Debug)]
pub struct Redemption<'a> {
    /// Who comes.
    pub client: &'a ClientId,
    /// The code.
    pub code: &'a str,
    /// `redirect_uri`, if it was sent.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`, if it was sent.
    pub verifier: Option<&'a str>,
}

impl Engine {
    /// Makes a code. Gives it; only its hash is kept. None where the basis of the login holds no longer.
    ///
    /// # Errors
    /// The store failed.
    pub async fn make_code(
        &self,
        tenant: &TenantId,
        user: &UserId,
        order: &CodeOrder,
        by: &LoginBasis,
    ) -> Result<Option<Secret>, EngineError> {
        let code = new_token();
        let token = OneTimeToken {
            id: token_hash(code.expose()),
            tenant: tenant.clone(),
            purpose: OneTimePurpose::AuthorizationCode,
            user: user.clone(),
            by: by.clone(),
            details: to_map(order),
            expires_at: self.parts.clock.now() + CODE_LIVES,
        };
        let added = self.parts.store.add_one_time(&token).await;
        let added = added.map_err(EngineError::store("add the authorization code"))?;
        Ok(added.then_some(code))
    }

    /// Takes a code. It is used up whatever comes of it: a verifier cannot be tried out.
    ///
    /// # Errors
    /// The store failed.
    pub async fn redeem_code(
        &self,
        tenant: &TenantId,
        with: Redemption<'_>,
    ) -> Result<RedeemCode, EngineError> {
        let id = token_hash(with.code);
        let purpose = OneTimePurpose::AuthorizationCode;
        let store = &self.parts.store;
        let taken = store
            .take_one_time(tenant, &id, purpose, self.parts.clock.now())
            .await
            .map_err(EngineError::store("use the authorization code up"))?;
        let token = match taken {
            TakeOneTime::Taken(token) => token,
            TakeOneTime::Unknown => return Ok(RedeemCode::Invalid),
            TakeOneTime::Used => {
                let ended = store.end_refresh_families_of_code(tenant, &id).await;
                ended.map_err(EngineError::store("end what the code gave"))?;
                return Ok(RedeemCode::Reused);
            }
        };
        let order: CodeOrder = from_map(token.details)?;
        let same_address = match with.redirect_uri {
            Some(uri) => uri == order.redirect_uri,
            None => !order.named_redirect_uri,
        };
        if order.client != *with.client || !same_address {
            return Ok(RedeemCode::Invalid);
        }
        if !verifies(order.challenge.as_deref(), with.verifier) {
            return Ok(RedeemCode::WrongVerifier);
        }
        Ok(RedeemCode::Redeemed {
            user: token.user,
            order: Box::new(order),
            code: id,
            by: token.by,
        })
    }
}

/// RFC 7636 §4.6. A verifier without a challenge is an attack on clients that believe in their challenge (RFC 9700 §4.8.2).
fn verifies(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let sound = |c: u8| c.is_ascii_alphanumeric() || b"-._~".contains(&c);
            let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
            (43..=128).contains(&verifier.len())
                && verifier.bytes().all(sound)
                && bool::from(digest.as_bytes().ct_eq(challenge.as_bytes()))
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_of_the_rfc_fits_its_challenge() {
        // RFC 7636 appendix B.
        let challenge = Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert!(verifies(challenge, Some(verifier)));
        assert!(!verifies(challenge, None));
        assert!(!verifies(None, Some(verifier)));
        assert!(verifies(None, None));
        // That would be the method `plain`.
        assert!(!verifies(Some(verifier), Some(verifier)));
        assert!(!verifies(challenge, Some("short")));
    }
}
