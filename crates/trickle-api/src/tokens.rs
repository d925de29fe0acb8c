//! Tokens: RS256 JWTs (RFC 7519) under the tenant's own keys.

use std::{
    collections::{HashMap, HashSet},
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

use crate::{
    host::Site,
    published_key::PublishedKey,
    verified::{Place, Verified},
};

/// Lifetime of an access token in seconds where its API says nothing: one day, as existing clients expect it.
pub(crate) const ACCESS_TOKEN_SECONDS: i64 = 86_400;

/// The tenants' signing keys, parsed once.
#[derive(Clone)]
pub(crate) struct KeyRing {
    store: Store,
    parsed: Arc<Mutex<HashMap<String, Arc<PublishedKey>>>>,
    verified: Verified,
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
    /// The client's secret cannot be read or kept.
    #[error("look for the client's secret")]
    Secret(#[source] StoreError),
    /// The client's ID tokens are signed with its secret, and nobody here knows it.
    #[error(
        "sign an ID token with HS256: the client said so later than it got its secret and has not shown it since; \
         rotate it, or let the client call /oauth/token"
    )]
    NoSecret,
    /// The client's secret is no key.
    #[error("sign an ID token with the client's secret")]
    Hmac(#[source] jsonwebtoken::errors::Error),
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
    pub(crate) scope: Scopes,
    #[serde(default)]
    pub(crate) azp: Option<String>,
}

/// The scopes of a token: it may carry hundreds, and each request asks for some.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Scopes(HashSet<Box<str>>);

impl From<String> for Scopes {
    fn from(text: String) -> Self {
        Self(text.split(' ').map(Into::into).collect())
    }
}

impl Scopes {
    /// Each of them.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(AsRef::as_ref)
    }
}

impl Claims {
    /// Whether the token carries a scope.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scope.0.contains(scope)
    }
}

/// What a key is called as one of this algorithm: many libraries know keys by their names alone, so that no two may have the same.
pub(crate) fn key_name(kid: &str, algorithm: &str) -> String {
    match algorithm {
        "RS256" => kid.to_owned(),
        other => format!("{kid}.{other}"),
    }
}

impl KeyRing {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            parsed: Arc::default(),
            verified: Verified::default(),
        }
    }

    /// The tenant's keys that are published: the one that signs first.
    pub(crate) async fn keys(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<Arc<PublishedKey>>, TokenError> {
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
            let kid = key.kid.clone();
            let key = Arc::new(PublishedKey::read(key).map_err(TokenError::Key)?);
            parsed.insert(kid, Arc::clone(&key));
            keys.push(key);
        }
        Ok(keys)
    }

    /// Signs these claims with the current key; `kind` is the header's `typ`.
    pub(crate) async fn sign(
        &self,
        tenant: &TenantId,
        kind: &str,
        claims: Map<String, Value>,
    ) -> Result<String, TokenError> {
        self.sign_as(("RS256", kind), SigningKeyPair::sign, tenant, claims)
            .await
    }

    /// The same with PS256.
    pub(crate) async fn sign_pss(
        &self,
        tenant: &TenantId,
        claims: Map<String, Value>,
    ) -> Result<String, TokenError> {
        let header = ("PS256", "JWT");
        self.sign_as(header, SigningKeyPair::sign_pss, tenant, claims)
            .await
    }

    /// The same with RS512.
    pub(crate) async fn sign_sha512(
        &self,
        tenant: &TenantId,
        claims: Map<String, Value>,
    ) -> Result<String, TokenError> {
        let header = ("RS512", "JWT");
        self.sign_as(header, SigningKeyPair::sign_sha512, tenant, claims)
            .await
    }

    async fn sign_as(
        &self,
        (algorithm, kind): (&str, &str),
        sign: fn(&SigningKeyPair, &[u8]) -> Result<Vec<u8>, KeyError>,
        tenant: &TenantId,
        claims: Map<String, Value>,
    ) -> Result<String, TokenError> {
        let keys = self.keys(tenant).await?;
        let key = keys.first().ok_or(TokenError::NoKey)?;
        let header = json!({"alg": algorithm, "typ": kind, "kid": key_name(key.kid(), algorithm)});
        let message = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(Value::Object(claims).to_string())
        );
        let signature = sign(key, message.as_bytes()).map_err(TokenError::Key)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// Accepts a token that the tenant of a site signed for this path below its host and that has not expired; gives what it was checked against,
    /// too.
    pub(crate) async fn verify(
        &self,
        site: &Site,
        token: &str,
        audience: &'static str,
        now: Timestamp,
    ) -> Result<(Place, Arc<Claims>), Rejected> {
        let place = Place::of(token, [site.tenant.id.as_str(), &site.host, audience]);
        let claims = match self.verified.get(&place, &site.key_names) {
            Some(claims) => claims,
            None => {
                // In a box, since it is rare and large.
                let (kid, claims) = Box::pin(self.check(site, token, audience)).await?;
                let claims = Arc::new(claims);
                self.verified.keep(place, kid, &claims, now);
                claims
            }
        };
        if claims.exp <= now.as_second() {
            return Err(Rejected::Invalid);
        }
        Ok((place, claims))
    }

    /// The name of the key that signed, and what it signed; the time is not looked at.
    async fn check(
        &self,
        site: &Site,
        token: &str,
        audience: &str,
    ) -> Result<(String, Claims), Rejected> {
        let header = decode_header(token).map_err(|_| Rejected::Invalid)?;
        let kid = header.kid.ok_or(Rejected::Invalid)?;
        let keys = self.keys(&site.tenant.id).await;
        let keys = keys.map_err(Rejected::Failed)?;
        let key = keys
            .iter()
            .find(|key| key.kid() == kid)
            .ok_or(Rejected::Signature)?;
        let mut rules = Validation::new(Algorithm::RS256);
        rules.set_issuer(&[site.issuer()]);
        rules.set_audience(&[site.audience(audience)]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // By our clock.
        rules.validate_exp = false;
        let key = DecodingKey::from_rsa_raw_components(key.modulus(), key.exponent());
        let claims = decode::<Claims>(token, &key, &rules).map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => Rejected::Signature,
            _ => Rejected::Invalid,
        })?;
        Ok((kid, claims.claims))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_a_whole_word() {
        let claims = json!({"sub": "s", "exp": 1, "scope": "read:users update:users"});
        let claims: Claims = serde_json::from_value(claims).unwrap();
        assert!(
            ["read:users", "update:users"]
                .iter()
                .all(|scope| claims.has(scope))
        );
        assert!(!claims.has("read:user") && !claims.has("read:users update:users"));
    }
}
