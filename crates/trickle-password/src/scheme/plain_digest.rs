//! One round of a digest, in the text forms that say which.

use super::hashed::{Hashed, Parsed, marked};
use super::template::Template;
use crate::codec::{from_base64, from_hex};
use crate::digest::Digest;

/// Ory's `$md5$pf=base64$salt$hash`, where the base64 is a text with `{PASSWORD}` and `{SALT}`, and `$md5$$$hash`; and
/// `$hmac-sha256$hash$key`.
pub(super) fn parse_labelled(hash: &str) -> Parsed {
    const SCHEME: &str = "ory-digest";
    let (id, rest) = hash.strip_prefix('$')?.split_once('$')?;
    if let Some(name) = id.strip_prefix("hmac-") {
        let digest = Digest::from_name(name)?;
        return parse_hmac(digest, rest);
    }
    let digest = Digest::from_name(id)?;
    marked(SCHEME, || {
        let read = || {
            let parts: Vec<_> = rest.split('$').collect();
            let [format, salt, hash] = parts[..] else {
                return None;
            };
            let format = match format.strip_prefix("pf=") {
                Some(text) => String::from_utf8(from_base64(text)?).ok()?,
                None if format.is_empty() => "{PASSWORD}".to_owned(),
                None => return None,
            };
            let hash = from_base64(hash).filter(|hash| hash.len() == digest.bytes())?;
            Some((
                Template::from_braces(digest, &format)?,
                from_base64(salt)?,
                hash,
            ))
        };
        Ok(read().map(|(template, salt, hash)| {
            Hashed::new(SCHEME, digest.name(), hash, move |password| {
                template.evaluate(password, &salt, b"")
            })
        }))
    })
}

fn parse_hmac(digest: Digest, rest: &str) -> Parsed {
    const SCHEME: &str = "ory-hmac";
    marked(SCHEME, || {
        let read = || {
            let (hash, key) = rest.split_once('$')?;
            // Ory encodes the hexadecimal text of the digest.
            let hash = from_base64(hash)?;
            let hash = std::str::from_utf8(&hash)
                .ok()
                .and_then(from_hex)
                .unwrap_or(hash);
            Some((hash, from_base64(key)?))
        };
        Ok(read()
            .filter(|(hash, _)| hash.len() == digest.bytes())
            .map(|(hash, key)| {
                Hashed::new(SCHEME, digest.name(), hash, move |password| {
                    digest.hmac(&key, &[password])
                })
            }))
    })
}

/// Django's `sha1$salt$hex` and `md5$salt$hex`: the digest of salt and password. `sha256$` and `sha512$` are old Werkzeug,
/// which takes the salt as the key of an HMAC.
pub(super) fn parse_django(hash: &str) -> Parsed {
    let (name, rest) = hash.split_once('$')?;
    let (scheme, keyed) = match name {
        "md5" | "sha1" => ("django-digest", false),
        "sha224" | "sha256" | "sha384" | "sha512" => ("werkzeug-hmac", true),
        _ => return None,
    };
    let digest = Digest::from_name(name)?;
    let (salt, text) = rest.split_once('$')?;
    let hash = from_hex(text).filter(|hash| hash.len() == digest.bytes())?;
    let salt = salt.to_owned();
    marked(scheme, || {
        Ok(Some(Hashed::new(
            scheme,
            digest.name(),
            hash,
            move |password| {
                if keyed {
                    digest.hmac(salt.as_bytes(), &[password])
                } else {
                    digest.hash(&[salt.as_bytes(), password])
                }
            },
        )))
    })
}
