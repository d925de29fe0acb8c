//! `{ID}rest`: LDAP (RFC 2307), Spring Security, Dovecot, Atlassian.

use zeroize::Zeroizing;

use super::hashed::{Hashed, Parsed, marked};
use super::{bcrypt, crypt, parse_marked, pbkdf2, scrypt};
use crate::codec::{from_base64, from_hex};
use crate::digest::Digest;

pub(super) fn parse(hash: &str) -> Parsed {
    let (id, rest) = hash.strip_prefix('{')?.split_once('}')?;
    let id = id.to_ascii_lowercase();
    let id = id.as_str();
    match id {
        "noop" | "cleartext" | "plain" | "plaintext" => plain(rest),
        "pkcs5s2" => atlassian(rest),
        "pbkdf2" | "pbkdf2@springsecurity_v5_8" if from_hex(rest).is_some() => {
            spring_pbkdf2(id, rest)
        }
        "sha256" if from_hex(rest).is_some_and(|bytes| bytes.len() == 40) => spring_standard(rest),
        "scrypt" | "scrypt@springsecurity_v5_8" => scrypt::parse_spring(rest),
        "bcrypt" | "blf-crypt" => bcrypt::parse(rest),
        "crypt" => ldap_crypt(rest),
        "ldap" => ldap_inside_spring(rest),
        "argon2"
        | "argon2i"
        | "argon2d"
        | "argon2id"
        | "argon2@springsecurity_v5_8"
        | "sha256-crypt"
        | "sha512-crypt"
        | "md5-crypt" => parse_marked(rest),
        _ if id.starts_with("pbkdf2") => ldap_pbkdf2(&id["pbkdf2".len()..], rest),
        _ => spring_digest(id, rest).or_else(|| ldap_digest(id, rest)),
    }
}

fn ldap_inside_spring(rest: &str) -> Parsed {
    let (id, rest) = rest.strip_prefix('{')?.split_once('}')?;
    ldap_digest(&id.to_ascii_lowercase(), rest)
}

fn ldap_crypt(rest: &str) -> Parsed {
    if rest.starts_with('$') {
        parse_marked(rest)
    } else {
        crypt::parse_des(rest)
    }
}

/// The password itself. An import stores a new hash in its place.
fn plain(password: &str) -> Parsed {
    let password = password.to_owned();
    marked("plain", || {
        Ok(Some(Hashed::new("plain", "none", password, |typed| {
            Zeroizing::new(typed.to_vec())
        })))
    })
}

/// `{SSHA}base64(digest ‖ salt)`; without the `S` in front there is no salt.
fn ldap_digest(id: &str, rest: &str) -> Parsed {
    const SCHEME: &str = "ldap";
    let (salted, name) = match id {
        "smd5" => (true, "md5"),
        _ if id.starts_with("ssha") => (true, &id[1..]),
        _ => (false, id),
    };
    let digest = Digest::from_name(name)?;
    marked(SCHEME, || {
        let Some(bytes) = from_base64(rest) else {
            return Ok(None);
        };
        let Some((hash, salt)) = bytes.split_at_checked(digest.bytes()) else {
            return Ok(None);
        };
        if salted == salt.is_empty() {
            return Ok(None);
        }
        let salt = salt.to_vec();
        let cost = if salted {
            format!("{name}, salted")
        } else {
            name.to_owned()
        };
        Ok(Some(Hashed::new(SCHEME, cost, hash, move |password| {
            digest.hash(&[password, &salt])
        })))
    })
}

/// Spring's `MessageDigestPasswordEncoder`: `{MD5}{salt}hex`, hashed as the password followed by `{salt}`; hexadecimal where
/// LDAP has base64.
fn spring_digest(id: &str, rest: &str) -> Parsed {
    const SCHEME: &str = "spring-digest";
    let digest = Digest::from_name(id)?;
    let (salt, text) = match rest.strip_prefix('{').and_then(|rest| rest.find('}')) {
        Some(end) => rest.split_at(end + 2),
        None => ("", rest),
    };
    let hash = from_hex(text).filter(|hash| hash.len() == digest.bytes())?;
    let salt = salt.to_owned();
    marked(SCHEME, || {
        Ok(Some(Hashed::new(
            SCHEME,
            digest.name(),
            hash,
            move |password| digest.hash(&[password, salt.as_bytes()]),
        )))
    })
}

/// Spring's `StandardPasswordEncoder`: hexadecimal of 8 bytes of salt and SHA-256 in 1024 rounds.
fn spring_standard(rest: &str) -> Parsed {
    const ROUNDS: u32 = 1024;
    let bytes = from_hex(rest)?;
    let salt = bytes[..8].to_vec();
    marked("spring-sha256", || {
        Ok(Some(Hashed::new(
            "spring-sha256",
            "1024 rounds",
            &bytes[8..],
            move |password| {
                let mut hash = Digest::Sha256.hash(&[&salt, password]);
                for _ in 1..ROUNDS {
                    hash = Digest::Sha256.hash(&[&hash]);
                }
                hash
            },
        )))
    })
}

/// Spring's `Pbkdf2PasswordEncoder`: hexadecimal of salt and 32 bytes of key; SHA-1 and 185 000 iterations before
/// version 5.8, then SHA-256 and 310 000.
fn spring_pbkdf2(id: &str, rest: &str) -> Parsed {
    const SCHEME: &str = "spring-pbkdf2";
    let (digest, iterations, salt_bytes) = match id {
        "pbkdf2" => (Digest::Sha1, 185_000, 8),
        _ => (Digest::Sha256, 310_000, 16),
    };
    let bytes = from_hex(rest)?;
    marked(SCHEME, || {
        if bytes.len() != salt_bytes + 32 {
            return Ok(None);
        }
        let (salt, key) = bytes.split_at(salt_bytes);
        pbkdf2::hashed(SCHEME, digest, iterations, salt.to_vec(), key.to_vec())
    })
}

/// Atlassian (Jira, Crowd): base64 of 16 bytes of salt and 32 of PBKDF2-HMAC-SHA1 with 10 000 iterations.
fn atlassian(rest: &str) -> Parsed {
    const SCHEME: &str = "atlassian-pkcs5s2";
    marked(SCHEME, || match from_base64(rest) {
        Some(bytes) if bytes.len() == 48 => {
            let (salt, key) = bytes.split_at(16);
            pbkdf2::hashed(SCHEME, Digest::Sha1, 10_000, salt.to_vec(), key.to_vec())
        }
        _ => Ok(None),
    })
}

/// OpenLDAP's `{PBKDF2-SHA256}iterations$salt$key`; 389-ds' `{PBKDF2_SHA256}` in base64: iterations in 4 bytes, 64 of salt,
/// 256 of key.
fn ldap_pbkdf2(name: &str, rest: &str) -> Parsed {
    const SCHEME: &str = "ldap-pbkdf2";
    let digest = match name.trim_start_matches(['-', '_']) {
        "" => Digest::Sha1,
        name => Digest::from_name(name)?,
    };
    marked(SCHEME, || {
        let parts: Vec<_> = rest.split('$').collect();
        if let [iterations, salt, key] = parts[..] {
            return match (iterations.parse(), from_base64(salt), from_base64(key)) {
                (Ok(iterations), Some(salt), Some(key)) => {
                    pbkdf2::hashed(SCHEME, digest, iterations, salt, key)
                }
                _ => Ok(None),
            };
        }
        let Some(bytes) = from_base64(rest).filter(|bytes| bytes.len() == 4 + 64 + 256) else {
            return Ok(None);
        };
        let iterations = u32::from_be_bytes(bytes[..4].try_into().expect("four bytes"));
        pbkdf2::hashed(
            SCHEME,
            digest,
            iterations,
            bytes[4..68].to_vec(),
            bytes[68..].to_vec(),
        )
    })
}
