//! Signatures of ID tokens: with the tenant's key, or with the client's secret where the client says so.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use trickle_engine::secret_matches;
use trickle_model::{ApiClient, ClientId, Secret, TenantId};
use trickle_store::{Store, StoreError};

use crate::{
    host::Site,
    tokens::{KeyRing, TokenError},
};

/// Setting of a tenant: algorithms beside RS256 under which its keys are published.
const PUBLISHED: &str = "id_token_algorithms";

/// `jwt_configuration.alg` of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdAlgorithm {
    /// RSA, PKCS #1 v1.5: what is usual.
    Rs256,
    /// The same over SHA-512.
    Rs512,
    /// RSA, PSS.
    Ps256,
    /// HMAC under the client's secret.
    Hs256,
}

impl IdAlgorithm {
    /// As the discovery document lists them.
    pub(crate) const ALL: [(&'static str, Self); 4] = [
        ("HS256", Self::Hs256),
        ("RS256", Self::Rs256),
        ("RS512", Self::Rs512),
        ("PS256", Self::Ps256),
    ];

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, algorithm)| *algorithm)
    }

    pub(crate) fn of(client: &ApiClient) -> Self {
        let name = configuration(client, "alg").and_then(Value::as_str);
        name.and_then(Self::from_name).unwrap_or(Self::Rs256)
    }
}

/// Algorithms beside RS256 under which a tenant's keys are published.
pub(crate) async fn other_algorithms(
    store: &Store,
    tenant: &TenantId,
) -> Result<Vec<String>, StoreError> {
    let stored = store.setting(tenant, PUBLISHED).await?;
    let stored = stored.unwrap_or_default().into_iter();
    Ok(stored.map(|(name, _)| name).collect())
}

/// Publishes the tenant's keys under what the client's ID tokens are signed with, too: OpenID libraries take no key of another algorithm.
async fn publish(store: &Store, client: &ApiClient) -> Result<(), StoreError> {
    let name = match IdAlgorithm::of(client) {
        IdAlgorithm::Rs256 | IdAlgorithm::Hs256 => return Ok(()),
        IdAlgorithm::Rs512 => "RS512",
        IdAlgorithm::Ps256 => "PS256",
    };
    let known = other_algorithms(store, &client.tenant).await?;
    if !known.iter().any(|known| known == name) {
        let published = store.change_setting(&client.tenant, PUBLISHED, |known| {
            known.insert(name.to_owned(), true.into());
        });
        published.await?;
    }
    Ok(())
}

fn configuration<'a>(client: &'a ApiClient, name: &str) -> Option<&'a Value> {
    let settings = client.settings.as_map();
    settings.get("jwt_configuration")?.get(name)
}

/// The bytes that a client signs with: older ones have a secret that is base64.
fn hmac_key<'a>(client: &ApiClient, secret: &'a Secret) -> Cow<'a, [u8]> {
    let text = secret.expose();
    let is_encoded = configuration(client, "secret_encoded") == Some(&Value::Bool(true));
    let decoded = is_encoded.then(|| {
        let plain = text.trim_end_matches('=').replace('+', "-");
        URL_SAFE_NO_PAD.decode(plain.replace('/', "_")).ok()
    });
    match decoded.flatten() {
        Some(bytes) => Cow::Owned(bytes),
        None => Cow::Borrowed(text.as_bytes()),
    }
}

/// Keeps a client's secret as long as its ID tokens are signed with it, and no longer; others verify them by published keys.
pub(crate) async fn keep_secret(
    store: &Store,
    client: &ApiClient,
    secret: Option<&Secret>,
) -> Result<(), StoreError> {
    publish(store, client).await?;
    let is_needed = IdAlgorithm::of(client) == IdAlgorithm::Hs256;
    match secret {
        Some(secret) if is_needed => {
            store
                .keep_client_secret(&client.tenant, &client.id, Some(secret))
                .await?;
        }
        None if is_needed => {}
        Some(_) | None => {
            store
                .keep_client_secret(&client.tenant, &client.id, None)
                .await?;
        }
    }
    Ok(())
}

impl KeyRing {
    /// Signs an ID token as its client wants it. `shown` is the secret that the client has just shown to be its own.
    pub(crate) async fn sign_id(
        &self,
        site: &Site,
        client: &ApiClient,
        claims: Map<String, Value>,
        shown: Option<&Secret>,
    ) -> Result<String, TokenError> {
        let tenant = &site.tenant.id;
        // It may be from before keys were published so.
        let published = publish(self.store(), client).await;
        published.map_err(TokenError::Store)?;
        match IdAlgorithm::of(client) {
            IdAlgorithm::Rs256 => self.sign(tenant, "JWT", claims).await,
            IdAlgorithm::Rs512 => self.sign_sha512(tenant, claims).await,
            IdAlgorithm::Ps256 => self.sign_pss(tenant, claims).await,
            IdAlgorithm::Hs256 => {
                let kept = self.kept_secret(client).await?;
                if let (None, Some(shown)) = (&kept, shown) {
                    // It said HS256 later than it got its secret.
                    let kept = keep_secret(self.store(), client, Some(shown)).await;
                    kept.map_err(TokenError::Secret)?;
                }
                let secret = kept.as_ref().or(shown).ok_or(TokenError::NoSecret)?;
                let key = EncodingKey::from_secret(&hmac_key(client, secret));
                encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(TokenError::Hmac)
            }
        }
    }

    async fn kept_secret(&self, client: &ApiClient) -> Result<Option<Secret>, TokenError> {
        let kept = self
            .store()
            .client_secret(&client.tenant, &client.id)
            .await
            .map_err(TokenError::Secret)?;
        Ok(kept.filter(|secret| secret_matches(client, secret)))
    }

    /// For whom an ID token was once signed here; it may have expired. None for anything else.
    pub(crate) async fn audience_of(
        &self,
        site: &Site,
        token: &str,
    ) -> Result<Option<String>, TokenError> {
        let Ok(header) = decode_header(token) else {
            return Ok(None);
        };
        let algorithm = match header.alg {
            Algorithm::HS256 => return self.audience_of_hmac(site, token).await,
            known @ (Algorithm::PS256 | Algorithm::RS512) => known,
            _ => Algorithm::RS256,
        };
        let Some(kid) = header.kid else {
            return Ok(None);
        };
        // Whichever algorithm it is the name for.
        let kid = kid.split('.').next().unwrap_or_default();
        let keys = self.keys(&site.tenant.id).await?;
        let key = keys.iter().find(|key| key.kid() == kid);
        Ok(key.and_then(|key| {
            let key = DecodingKey::from_rsa_raw_components(key.modulus(), key.exponent());
            signed_for(site, token, &key, algorithm)
        }))
    }

    /// The same of one that is signed with the secret of its client.
    async fn audience_of_hmac(
        &self,
        site: &Site,
        token: &str,
    ) -> Result<Option<String>, TokenError> {
        let claimed = token.split('.').nth(1);
        let claimed = claimed.and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let claimed = claimed.and_then(|json| serde_json::from_slice::<Audience>(&json).ok());
        let Some(claimed) = claimed else {
            return Ok(None);
        };
        let id = ClientId::from_text(claimed.aud);
        let client = self.store().client(&site.tenant.id, &id).await;
        let Some(client) = client.map_err(TokenError::Secret)? else {
            return Ok(None);
        };
        if IdAlgorithm::of(&client) != IdAlgorithm::Hs256 {
            return Ok(None);
        }
        let Some(secret) = self.kept_secret(&client).await? else {
            return Ok(None);
        };
        let key = DecodingKey::from_secret(&hmac_key(&client, &secret));
        Ok(signed_for(site, token, &key, Algorithm::HS256))
    }
}

#[derive(Deserialize)]
struct Audience {
    aud: String,
}

/// For whom this key signed an ID token of this site, whenever that was.
fn signed_for(site: &Site, token: &str, key: &DecodingKey, algorithm: Algorithm) -> Option<String> {
    let mut rules = Validation::new(algorithm);
    rules.set_issuer(&[site.issuer()]);
    rules.set_required_spec_claims(&["iss", "aud"]);
    rules.validate_exp = false;
    rules.validate_aud = false;
    let decoded = decode::<Audience>(token, key, &rules).ok()?;
    Some(decoded.claims.aud)
}
