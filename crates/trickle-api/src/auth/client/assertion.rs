//! `private_key_jwt`: an assertion that one of the client's keys signed (RFC 7523 §3).

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use trickle_engine::Engine;
use trickle_model::{
    ApiClient, ClientCredential, ClientId, CredentialAlgorithm, TokenEndpointAuth,
};

use super::{BadClient, KnownClient};
use crate::{
    auth::{Error, parameters::Parameters},
    host::Site,
};

const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Longer ones would be as good as a secret.
const LIVES_MOST_SECONDS: i64 = 300;
/// Clocks differ.
const SKEW_SECONDS: i64 = 60;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    jti: String,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    nbf: Option<i64>,
}

pub(super) async fn authenticate(
    site: &Site,
    engine: &Engine,
    parameters: &Parameters,
    assertion: &str,
) -> Result<KnownClient, BadClient> {
    if parameters.get("client_assertion_type") != Some(KIND) {
        return Err(Error::Malformed(format!("client_assertion_type must be {KIND}")).into());
    }
    let id = issuer(assertion).ok_or(Error::BadClient)?;
    if parameters.get("client_id").is_some_and(|named| named != id) {
        return Err(Error::BadClient.into());
    }
    let id = ClientId::from_text(id);
    let store = engine.store();
    let client = store.client(&site.tenant.id, &id).await;
    let Some(client) = client.map_err(Error::from)? else {
        return Err(Error::BadClient.into());
    };
    let bad = |error: Error| BadClient {
        named: Some(client.id.clone()),
        error,
    };
    if client.settings.token_endpoint_auth() != TokenEndpointAuth::PrivateKeyJwt {
        return Err(bad(Error::BadClient));
    }
    let keys = store.client_credentials(&site.tenant.id, &id).await;
    let keys = keys.map_err(|error| bad(error.into()))?;
    let now = engine.clock().now();
    let claims =
        verify(site, &client, &keys, assertion, now).ok_or_else(|| bad(Error::BadClient))?;
    check_time(&claims, now).map_err(bad)?;
    let fresh = store
        .take_assertion(
            &site.tenant.id,
            &id,
            &hex(&Sha256::digest(claims.jti.as_bytes())),
            now + jiff::SignedDuration::from_secs(LIVES_MOST_SECONDS + 2 * SKEW_SECONDS),
        )
        .await;
    if !fresh.map_err(|error| bad(error.into()))? {
        return Err(bad(Error::BadClient));
    }
    Ok(KnownClient {
        client,
        is_proven: true,
        secret: None,
    })
}

/// Whom the assertion speaks for; not verified yet.
fn issuer(assertion: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Issuer {
        iss: String,
    }
    let token = jsonwebtoken::dangerous::insecure_decode::<Issuer>(assertion).ok()?;
    Some(token.claims.iss)
}

/// Says what is wrong with a lifetime that is too long: only whoever has the client's key comes this far.
fn check_time(claims: &Claims, now: Timestamp) -> Result<(), Error> {
    let now = now.as_second();
    let in_time = claims.exp > now - SKEW_SECONDS
        && claims.nbf.is_none_or(|at| at <= now + SKEW_SECONDS)
        && claims.iat.is_none_or(|at| at <= now + SKEW_SECONDS);
    if !in_time {
        return Err(Error::BadClient);
    }
    if claims.exp > now + LIVES_MOST_SECONDS + SKEW_SECONDS {
        return Err(Error::LongAssertion(LIVES_MOST_SECONDS));
    }
    Ok(())
}

/// Any of the client's keys that are in force and made for the algorithm of the assertion. Its times are to be checked still.
fn verify(
    site: &Site,
    client: &ApiClient,
    keys: &[ClientCredential],
    assertion: &str,
    now: Timestamp,
) -> Option<Claims> {
    let header = decode_header(assertion).ok()?;
    let counts = |key: &&ClientCredential| {
        client
            .settings
            .assertion_credentials()
            .any(|id| id == key.id)
            && key.expires_at.is_none_or(|at| at > now)
            && algorithm(key.algorithm) == header.alg
            && header.kid.as_ref().is_none_or(|kid| *kid == key.kid)
    };
    let audiences = [
        site.issuer(),
        site.issuer().trim_end_matches('/').to_owned(),
        format!("{}oauth/token", site.issuer()),
    ];
    let claims = keys.iter().filter(counts).find_map(|key| {
        let mut rules = Validation::new(header.alg);
        rules.set_audience(&audiences);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // By our clock, afterwards.
        rules.validate_exp = false;
        let key = DecodingKey::from_rsa_pem(key.public_pem.as_bytes()).ok()?;
        let token = decode::<Claims>(assertion, &key, &rules).ok()?;
        Some(token.claims)
    })?;
    let id = client.id.as_str();
    (claims.iss == id && claims.sub == id && !claims.jti.is_empty()).then_some(claims)
}

const fn algorithm(known: CredentialAlgorithm) -> Algorithm {
    match known {
        CredentialAlgorithm::Rs256 => Algorithm::RS256,
        CredentialAlgorithm::Rs384 => Algorithm::RS384,
        CredentialAlgorithm::Ps256 => Algorithm::PS256,
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
