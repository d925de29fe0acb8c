//! Tokens: RS256 JWTs (RFC 7519) under the tenant's own keys.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, errors::ErrorKind};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use trickle_engine::{KeyError, SigningKeyPair};
use trickle_model::TenantId;
use trickle_store::{Store, StoreError};

/// Lifetime of an access token in seconds where its API says nothing: one day, as existing clients expect it.
pub(crate) const ACCESS_TOKEN_SECONDS: i64 = 86_400;

/// The tenants' signing keys, parsed once.
#[derive(Clone)]
pub(crate) struct KeyRing {
    store: Store,
    parsed: Arc<Mutex<HashMap<String, Arc<SigningKeyPair>>>>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    /// The keys cannot be read.
    #[error("read the tenant's signing keys")]
    Store(#[source] StoreError),
    /// A key cannot be used.
    #[error("use the tenant's signing key")]
    Key(#[source] KeyError),
    /// The tenant has no key.
    #[error("sign a token: the tenant has no signing key")]
    NoKey,
}

/// Why a token is not accepted.
#[derive(Debug)]
pub(crate) enum Rejected {
    /// It was not signed by the tenant.
    Signature,
    /// Everything else: form, issuer, audience, time.
    Invalid,
    /// We failed.
    Failed(TokenError),
}

/// What an accepted token says.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Claims {
    pub(crate) sub: String,
    pub(crate) exp: i64,
    #[serde(default)]
    pub(crate) scope: String,
    #[serde(default)]
    pub(crate) azp: Option<String>,
}

impl Claims {
    /// Whether the token carries a scope.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|one| one == scope)
    }
}

impl KeyRing {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            parsed: Arc::default(),
        }
    }

    /// The tenant's keys that are published: the one that signs first.
    pub(crate) async fn keys(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<Arc<SigningKeyPair>>, TokenError> {
        let stored = self.store.signing_keys(tenant).await;
        let mut keys = Vec::new();
        for key in stored.map_err(TokenError::Store)? {
            if key.revoked_at.is_some() {
                continue;
            }
            let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = parsed.get(&key.kid) {
                keys.push(Arc::clone(known));
                continue;
            }
            let pair = SigningKeyPair::from_pkcs8(&key.private_pkcs8).map_err(TokenError::Key)?;
            let pair = Arc::new(pair);
            parsed.insert(key.kid, Arc::clone(&pair));
            keys.push(pair);
        }
        Ok(keys)
    }

    /// Signs these claims with the current key.
    pub(crate) async fn sign(
        &self,
        tenant: &TenantId,
        claims: Map<String, Value>,
    ) -> Result<String, TokenError> {
        let keys = self.keys(tenant).await?;
        let key = keys.first().ok_or(TokenError::NoKey)?;
        let header = json!({"alg": "RS256", "typ": "JWT", "kid": key.kid()});
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(Value::Object(claims).to_string())
        );
        let signature = key.sign(message.as_bytes()).map_err(TokenError::Key)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// For whom the tenant once signed an ID token; it may have expired. None for anything else.
    pub(crate) async fn audience_of(
        &self,
        tenant: &TenantId,
        token: &str,
        issuer: &str,
    ) -> Result<Option<String>, TokenError> {
        #[derive(Deserialize)]
        struct Audience {
            aud: String,
        }
        let Some(kid) = decode_header(token).ok().and_then(|header| header.kid) else {
            return Ok(None);
        };
        let keys = self.keys(tenant).await?;
        let Some(key) = keys.iter().find(|key| key.kid() == kid) else {
            return Ok(None);
        };
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_issuer(&[issuer]);
        rules.set_required_spec_claims(&["iss", "aud"]);
        rules.validate_exp = false;
        rules.validate_aud = false;
        let key = DecodingKey::from_rsa_raw_components(key.modulus(), key.exponent());
        let claims = decode::<Audience>(token, &key, &rules).ok();
        Ok(claims.map(|token| token.claims.aud))
    }

    /// Accepts a token that the tenant signed for this issuer and audience and that has not expired.
    pub(crate) async fn verify(
        &self,
        tenant: &TenantId,
        token: &str,
        issuer: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<Claims, Rejected> {
        let header = decode_header(token).map_err(|_| Rejected::Invalid)?;
        let kid = header.kid.ok_or(Rejected::Invalid)?;
        let keys = self.keys(tenant).await.map_err(Rejected::Failed)?;
        let key = keys
            .iter()
            .find(|key| key.kid() == kid)
            .ok_or(Rejected::Signature)?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_issuer(&[issuer]);
        rules.set_audience(&[audience]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // By our clock below.
        rules.validate_exp = false;
        let key = DecodingKey::from_rsa_raw_components(key.modulus(), key.exponent());
        let claims = decode::<Claims>(token, &key, &rules).map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => Rejected::Signature,
            _ => Rejected::Invalid,
        })?;
        if claims.claims.exp <= now.as_second() {
            return Err(Rejected::Invalid);
        }
        Ok(claims.claims)
    }
}
