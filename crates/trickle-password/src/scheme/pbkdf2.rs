use super::check_ceiling;
use super::hashed::{Hashed, Parsed, marked};
use crate::codec::{from_base64, from_hex};
use crate::digest::Digest;
use crate::phc::Phc;
use crate::{VerifyError, ceiling};

/// A PBKDF2 hash from its parts.
///
/// # Errors
/// When it would cost more than the ceilings allow. `Ok(None)`: a length or a count that makes no sense.
pub(super) fn hashed(
    scheme: &'static str,
    digest: Digest,
    iterations: u32,
    salt: Vec<u8>,
    key: Vec<u8>,
) -> Result<Option<Hashed>, VerifyError> {
    let bytes = u32::try_from(key.len()).unwrap_or(u32::MAX);
    check_ceiling(scheme, "key bytes", bytes, ceiling::KEY_BYTES)?;
    let blocks = u32::try_from(key.len().div_ceil(digest.bytes())).unwrap_or(u32::MAX);
    let calls = iterations.saturating_mul(blocks);
    check_ceiling(
        scheme,
        "iterations times blocks",
        calls,
        ceiling::PBKDF2_ITERATIONS / digest.weight(),
    )?;
    if iterations == 0 || key.len() < 8 {
        return Ok(None);
    }
    let cost = format!("{}, i={iterations}, l={bytes}", digest.name());
    let length = key.len();
    Ok(Some(Hashed::new(scheme, cost, key, move |password| {
        digest.pbkdf2(password, &salt, iterations, length)
    })))
}

/// `$pbkdf2-sha256$i=600000,l=32$salt$key` (PHC, as Auth0 imports it) and `$pbkdf2-sha256$29000$salt$key` (passlib).
pub(super) fn parse(hash: &str) -> Parsed {
    const SCHEME: &str = "pbkdf2";
    /// What Auth0 documents for texts that leave them out.
    const DEFAULT_ITERATIONS: u32 = 100_000;
    const DEFAULT_BYTES: usize = 64;

    let (id, rest) = hash.strip_prefix('$')?.split_once('$')?;
    let digest = match id.strip_prefix("pbkdf2")? {
        "" => Digest::Sha1,
        name => Digest::from_name(name.strip_prefix('-')?)?,
    };
    if let Some(parsed) = parse_passlib(digest, rest) {
        return Some(parsed);
    }
    marked(SCHEME, || {
        // Without any parameter the salt comes first, which may be padded.
        let is_bare = rest.matches('$').count() == 1;
        let with_defaults = format!("i={DEFAULT_ITERATIONS}${rest}");
        let text = if is_bare {
            with_defaults.as_str()
        } else {
            rest
        };
        let Some(phc) = Phc::parse(text).filter(|phc| phc.has_only(&["i", "l"])) else {
            return Ok(None);
        };
        let iterations = match phc.param("i") {
            Some(_) => phc.number("i"),
            None => Some(DEFAULT_ITERATIONS),
        };
        let length = match phc.param("l") {
            Some(_) => phc.number("l").and_then(|l| usize::try_from(l).ok()),
            None if is_bare => Some(DEFAULT_BYTES),
            None => Some(phc.hash.len()),
        };
        match iterations {
            Some(iterations) if length == Some(phc.hash.len()) => {
                hashed(SCHEME, digest, iterations, phc.salt, phc.hash)
            }
            _ => Ok(None),
        }
    })
}

fn parse_passlib(digest: Digest, rest: &str) -> Parsed {
    const SCHEME: &str = "passlib-pbkdf2";
    let parts: Vec<_> = rest.split('$').collect();
    let [rounds, salt, key] = parts[..] else {
        return None;
    };
    let rounds = rounds.parse().ok()?;
    marked(SCHEME, || match (from_base64(salt), from_base64(key)) {
        (Some(salt), Some(key)) => hashed(SCHEME, digest, rounds, salt, key),
        _ => Ok(None),
    })
}

/// Django: `pbkdf2_sha256$iterations$salt$key`, the key in base64. Clerk writes the key in hexadecimal too.
pub(super) fn parse_django(hash: &str) -> Parsed {
    const SCHEME: &str = "django-pbkdf2";
    let (name, rest) = hash.strip_prefix("pbkdf2_")?.split_once('$')?;
    let digest = Digest::from_name(name)?;
    marked(SCHEME, || {
        let parts: Vec<_> = rest.split('$').collect();
        let [iterations, salt, key] = parts[..] else {
            return Ok(None);
        };
        match (iterations.parse(), hex_or_base64(key, digest)) {
            (Ok(iterations), Some(key)) => hashed(SCHEME, digest, iterations, salt.into(), key),
            _ => Ok(None),
        }
    })
}

fn hex_or_base64(text: &str, digest: Digest) -> Option<Vec<u8>> {
    from_hex(text)
        .filter(|bytes| bytes.len() == digest.bytes())
        .or_else(|| from_base64(text))
}

/// Werkzeug (Flask): `pbkdf2:sha256:260000$salt$hex`; very old ones leave the count out, which meant 50 000.
pub(super) fn parse_werkzeug(hash: &str) -> Parsed {
    const SCHEME: &str = "werkzeug-pbkdf2";
    let (method, rest) = hash.strip_prefix("pbkdf2:")?.split_once('$')?;
    let (name, iterations) = method.split_once(':').unwrap_or((method, "50000"));
    let digest = Digest::from_name(name)?;
    marked(SCHEME, || {
        let Some((salt, key)) = rest.split_once('$') else {
            return Ok(None);
        };
        match (iterations.parse(), from_hex(key)) {
            (Ok(iterations), Some(key)) => hashed(SCHEME, digest, iterations, salt.into(), key),
            _ => Ok(None),
        }
    })
}

/// Keycloak's export: a credential with `credentialData` and `secretData`, both JSON, as objects or as texts.
pub(super) fn parse_keycloak(hash: &str) -> Parsed {
    const SCHEME: &str = "keycloak";
    if !hash.starts_with('{') || !hash.contains("\"credentialData\"") {
        return None;
    }
    let outer: serde_json::Value = serde_json::from_str(hash).ok()?;
    let inner = |name: &str| match outer.get(name)? {
        serde_json::Value::String(text) => serde_json::from_str(text).ok(),
        value => Some(value.clone()),
    };
    let (Some(data), Some(secret)) = (inner("credentialData"), inner("secretData")) else {
        return Some(Err(VerifyError::Malformed { scheme: SCHEME }));
    };
    let text = |of: &serde_json::Value, name: &str| of.get(name)?.as_str().map(str::to_owned);
    let (algorithm, salt, value) = (
        text(&data, "algorithm").unwrap_or_default(),
        text(&secret, "salt").and_then(|text| from_base64(&text)),
        text(&secret, "value"),
    );
    let (Some(salt), Some(value)) = (salt, value) else {
        return Some(Err(VerifyError::Malformed { scheme: SCHEME }));
    };
    let iterations = data
        .get("hashIterations")
        .and_then(serde_json::Value::as_u64);
    let iterations = iterations.and_then(|count| u32::try_from(count).ok());
    if algorithm == "argon2" {
        let text = keycloak_argon2(&data, iterations?, &salt, &value)?;
        return super::argon2::parse_as(SCHEME, &text);
    }
    marked(SCHEME, || {
        let digest = match algorithm.strip_prefix("pbkdf2") {
            Some("") => Some(Digest::Sha1),
            Some(name) => Digest::from_name(name.trim_start_matches('-')),
            None => None,
        };
        match (digest, iterations, from_base64(&value)) {
            (Some(digest), Some(iterations), Some(key)) => {
                hashed(SCHEME, digest, iterations, salt, key)
            }
            _ => Ok(None),
        }
    })
}

/// Keycloak keeps Argon2's parameters apart, each in a list of texts.
fn keycloak_argon2(
    data: &serde_json::Value,
    passes: u32,
    salt: &[u8],
    value: &str,
) -> Option<String> {
    let parameter = |name: &str| {
        let of = data.get("additionalParameters")?.get(name)?;
        of.as_array()
            .and_then(|list| list.first())
            .unwrap_or(of)
            .as_str()
    };
    let version = match parameter("version").unwrap_or("1.3") {
        "1.0" => 16,
        _ => 19,
    };
    Some(format!(
        "$argon2{}$v={version}$m={},t={passes},p={}${}${}",
        parameter("type").unwrap_or("id"),
        parameter("memory")?,
        parameter("parallelism").unwrap_or("1"),
        crate::phc::encode(salt),
        crate::phc::encode(&from_base64(value)?),
    ))
}
