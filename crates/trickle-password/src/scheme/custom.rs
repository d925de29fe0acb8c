//! `custom_password_hash` of the bulk import: a JSON object that says how a hash was made. The object itself is what is stored.

mod fields;
mod names;
mod prepared;

use serde_json::Value;
use zeroize::Zeroizing;

use self::fields::{Fields, Salt, at_least_one, need_number};
use super::hashed::{Hashed, Parsed, marked};
use super::scrypt::Costs;
use super::template::Template;
use super::{argon2, bcrypt, braces, pbkdf2, scrypt};
use crate::digest::Digest;
use crate::{PasswordHash, VerifyError, ceiling};

/// What is wrong with a `custom_password_hash`.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("accept a custom_password_hash: {message} ({path})")]
pub struct CustomHashError {
    /// Which field, such as `hash.encoding`; empty for the object itself.
    pub path: String,
    /// One of the import's error codes, such as `ENUM_MISMATCH`.
    pub code: &'static str,
    /// For people; quotes no value.
    pub message: String,
}

/// Checks a `custom_password_hash` and gives the text to store.
///
/// ```json
/// {"algorithm": "sha256", "hash": {"value": "…", "encoding": "hex"},
///  "salt": {"value": "…", "encoding": "utf8", "position": "prefix"}, "password": {"encoding": "utf16le"}}
/// ```
/// Algorithms: those of Auth0 (`argon2`, `bcrypt`, `hmac`, `ldap`, `md4`, `md5`, `sha1`, `sha256`, `sha512`, `pbkdf2`,
/// `scrypt`) and, beyond them, `sha224`, `sha384`, `ripemd160`, `whirlpool`, `template` with a field of that name, `pbkdf2`
/// with `iterations` and the hash in `hex` or `base64`, `password.digest` for passwords that were hashed before, and
/// `stored` for every text that [`identify`](crate::identify) knows.
///
/// # Errors
/// The first field that is wrong.
pub fn custom_hash(value: &Value) -> Result<PasswordHash, CustomHashError> {
    names::check(value)?;
    let fields = Fields::read(value)?;
    if fields.algorithm == "stored" {
        fields.refuse_salt()?;
    }
    let text = PasswordHash::from(value.to_string());
    if text.as_str().len() > ceiling::TEXT_BYTES {
        let message = format!("takes more than {} bytes", ceiling::TEXT_BYTES);
        return Err(fields::error("", "MAX_LENGTH", &message));
    }
    match build(&fields) {
        Ok(Some(Ok(check))) if check.scheme() == "plain" => Err(fields::error(
            "hash.value",
            "FORMAT",
            "plain text is not stored; hash it first",
        )),
        Ok(Some(Ok(_))) => Ok(text),
        Ok(Some(Err(error))) => Err(CustomHashError {
            path: "hash.value".to_owned(),
            code: match error {
                VerifyError::CostTooHigh { .. } => "MAXIMUM",
                _ => "FORMAT",
            },
            message: format!("failed to {error}"),
        }),
        Ok(None) => Err(CustomHashError {
            path: "hash.value".to_owned(),
            code: "FORMAT",
            message: format!("this is no {} hash", fields.algorithm),
        }),
        Err(error) => Err(error),
    }
}

/// A stored `custom_password_hash`.
pub(super) fn parse(hash: &str) -> Parsed {
    const SCHEME: &str = "custom";
    if !hash.starts_with('{') || !hash.contains("\"algorithm\"") {
        return None;
    }
    let value: Value = serde_json::from_str(hash).ok()?;
    value.get("algorithm").and(value.get("hash"))?;
    let malformed = Some(Err(VerifyError::Malformed { scheme: SCHEME }));
    match Fields::read(&value).and_then(|fields| build(&fields)) {
        Ok(parsed) => parsed.or(malformed),
        Err(_) => malformed,
    }
}

/// Beside digests; those of [`of_prepared`].
const ALGORITHMS: [&str; 8] = [
    "argon2", "bcrypt", "hmac", "ldap", "pbkdf2", "scrypt", "template", "stored",
];

fn build(fields: &Fields) -> Result<Parsed, CustomHashError> {
    let hash = of_prepared(fields)?;
    Ok(hash.map(|read| read.map(|hash| fields.prepared.before(hash))))
}

/// The hash, which takes the password as it was prepared.
fn of_prepared(fields: &Fields) -> Result<Parsed, CustomHashError> {
    let text = fields.value.as_str();
    Ok(match fields.algorithm.as_str() {
        "argon2" => {
            fields.refuse_salt()?;
            argon2::parse_as("argon2", text)
        }
        "bcrypt" => bcrypt::parse_with("bcrypt", text, before(fields)),
        "ldap" => {
            fields.refuse_salt()?;
            braces::parse(text)
        }
        "pbkdf2" if fields.hash_encoding == "utf8" => {
            fields.refuse_salt()?;
            pbkdf2::parse(text)
        }
        "pbkdf2" => parts_of_pbkdf2(fields)?,
        "scrypt" => parts_of_scrypt(fields)?,
        "hmac" => hmac(fields)?,
        "template" => template(fields)?,
        "stored" => super::parse_stored(text),
        name => match Digest::from_name(name) {
            Some(digest) => salted(fields, digest)?,
            None => {
                return Err(fields::error(
                    "algorithm",
                    "ENUM_MISMATCH",
                    &format!(
                        "unknown algorithm; known are {}, and the digests {}",
                        ALGORITHMS.join(", "),
                        Digest::ALL.map(Digest::name).join(", ")
                    ),
                ));
            }
        },
    })
}

/// Bcrypt's text has a salt; a salt object beside it is what the product put around the password.
fn before(fields: &Fields) -> bcrypt::Before {
    let Some(Salt { bytes, suffix }) = fields.salt.clone() else {
        return bcrypt::Before::Nothing;
    };
    let (prefix, suffix) = if suffix {
        (Vec::new(), bytes)
    } else {
        (bytes, Vec::new())
    };
    bcrypt::Before::Around { prefix, suffix }
}

fn parts_of_pbkdf2(fields: &Fields) -> Result<Parsed, CustomHashError> {
    let digest = fields.digest()?;
    let key = fields.hash_bytes()?;
    let iterations = need_number("iterations", fields.iterations)?;
    let iterations = at_least_one("iterations", iterations)?;
    let salt = fields.salt_bytes();
    Ok(marked("pbkdf2", || {
        pbkdf2::hashed("pbkdf2", digest, iterations, salt, key)
    }))
}

fn parts_of_scrypt(fields: &Fields) -> Result<Parsed, CustomHashError> {
    let key = fields.hash_bytes()?;
    let keylen = need_number("keylen", fields.keylen)?;
    if usize::try_from(keylen) != Ok(key.len()) {
        return Err(fields::error(
            "keylen",
            "NOT_PASSED",
            "the hash has another length",
        ));
    }
    let costs = Costs::from_n(
        u64::from(fields.cost.unwrap_or(16_384)),
        at_least_one("blockSize", fields.block_size.unwrap_or(8))?,
        at_least_one("parallelization", fields.parallelization.unwrap_or(1))?,
    );
    let costs = costs
        .ok_or_else(|| fields::error("cost", "NOT_PASSED", "must be a power of two above 1"))?;
    let salt = fields.salt_bytes();
    Ok(marked("scrypt", || {
        scrypt::hashed("scrypt", costs, salt, key)
    }))
}

fn hmac(fields: &Fields) -> Result<Parsed, CustomHashError> {
    let digest = fields.digest()?;
    let expected = fields.hash_bytes_of(digest)?;
    let key = fields
        .key
        .clone()
        .ok_or_else(|| fields::error("hash.key", "OBJECT_REQUIRED", "an HMAC needs its key"))?;
    let salt = fields.salt.clone();
    Ok(marked("hmac", || {
        Ok(Some(Hashed::new(
            "hmac",
            digest.name(),
            expected,
            move |password| digest.hmac(&key, &[&with_salt(salt.as_ref(), password)]),
        )))
    }))
}

fn salted(fields: &Fields, digest: Digest) -> Result<Parsed, CustomHashError> {
    let expected = fields.hash_bytes_of(digest)?;
    let salt = fields.salt.clone();
    Ok(marked(digest.name(), || {
        Ok(Some(Hashed::new(
            digest.name(),
            "1 round",
            expected,
            move |password| digest.hash(&[&with_salt(salt.as_ref(), password)]),
        )))
    }))
}

fn with_salt(salt: Option<&Salt>, password: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(match salt {
        None => password.to_vec(),
        Some(Salt {
            bytes,
            suffix: true,
        }) => [password, bytes].concat(),
        Some(Salt { bytes, .. }) => [bytes, password].concat(),
    })
}

/// A template's result is compared as text; with `hash.encoding` `hex` in lower case, with `base64` as bytes.
fn template(fields: &Fields) -> Result<Parsed, CustomHashError> {
    let text = fields.template.as_deref().unwrap_or_default();
    let (salt, user) = (fields.salt_bytes(), fields.user.clone());
    let template = match Template::parse("template", text, (salt.len(), user.len())) {
        Ok(Some(template)) => template,
        Ok(None) => return Err(fields::error("template", "FORMAT", "this is no expression")),
        Err(error) => return Ok(Some(Err(error))),
    };
    let expected = match fields.hash_encoding.as_str() {
        "base64" => fields.hash_bytes()?,
        "hex" => fields.value.to_ascii_lowercase().into_bytes(),
        _ => fields.value.clone().into_bytes(),
    };
    let scheme = if template.shows_password() {
        "plain"
    } else {
        "template"
    };
    let cost = text.to_owned();
    Ok(marked(scheme, || {
        Ok(Some(Hashed::new(scheme, cost, expected, move |password| {
            template.evaluate(password, &salt, user.as_bytes())
        })))
    }))
}
