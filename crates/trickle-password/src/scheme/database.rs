//! What databases keep of their own accounts. Applications have the same where they called `PASSWORD()` or `PWDENCRYPT()`.

use super::check_ceiling;
use super::hashed::{Hashed, Parsed, marked};
use crate::ceiling;
use crate::codec::{from_base64, from_hex, utf16le};
use crate::digest::Digest;

/// MySQL 4.1 and later, and MariaDB: `*` and SHA-1 over SHA-1, in hexadecimal.
pub(super) fn parse_mysql(hash: &str) -> Parsed {
    const SCHEME: &str = "mysql";
    let digest = from_hex(hash.strip_prefix('*')?).filter(|digest| digest.len() == 20)?;
    marked(SCHEME, || {
        Ok(Some(Hashed::new(
            SCHEME,
            "sha1, 2 rounds",
            digest,
            |password| Digest::Sha1.hash(&[&Digest::Sha1.hash(&[password])]),
        )))
    })
}

/// PostgreSQL 10 and later: `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`, the last three in base64; keys as RFC 5802 §3 makes them.
/// Passwords are taken as typed: what SASLprep (RFC 4013) would change is rare.
pub(super) fn parse_postgres(hash: &str) -> Parsed {
    const SCHEME: &str = "postgres-scram";
    let rest = hash.strip_prefix("SCRAM-SHA-256$")?;
    marked(SCHEME, || {
        let read = || {
            let (cost, keys) = rest.split_once('$')?;
            let (iterations, salt) = cost.split_once(':')?;
            let (stored, _) = keys.split_once(':')?;
            let iterations: u32 = iterations.parse().ok().filter(|count| *count > 0)?;
            let stored = from_base64(stored).filter(|key| key.len() == 32)?;
            Some((iterations, from_base64(salt)?, stored))
        };
        let Some((iterations, salt, stored)) = read() else {
            return Ok(None);
        };
        check_ceiling(SCHEME, "iterations", iterations, ceiling::PBKDF2_ITERATIONS)?;
        Ok(Some(Hashed::new(
            SCHEME,
            format!("sha256, i={iterations}"),
            stored,
            move |password| {
                let salted = Digest::Sha256.pbkdf2(password, &salt, iterations, 32);
                let client = Digest::Sha256.hmac(&salted, &[b"Client Key"]);
                Digest::Sha256.hash(&[&client])
            },
        )))
    })
}

/// SQL Server: `0x`, a version of two bytes, four bytes of salt, and the digest of the password in UTF-16 and the salt. Version `0100` is
/// SHA-1, with a second digest, of the password in capitals, before 2005; `0200` is SHA-512 (2012 and later).
pub(super) fn parse_sql_server(hash: &str) -> Parsed {
    const SCHEME: &str = "mssql";
    const SALT_BYTES: usize = 4;
    let text = hash.strip_prefix("0x").or(hash.strip_prefix("0X"))?;
    let bytes = from_hex(text)?;
    let (version, rest) = bytes.split_at_checked(2)?;
    let (digest, lengths) = match version {
        [1, 0] => (Digest::Sha1, [20, 40]),
        [2, 0] => (Digest::Sha512, [64, 64]),
        _ => return None,
    };
    marked(SCHEME, || {
        let Some((salt, digests)) = rest
            .split_at_checked(SALT_BYTES)
            .filter(|(_, digests)| lengths.contains(&digests.len()))
        else {
            return Ok(None);
        };
        let salt = salt.to_vec();
        Ok(Some(Hashed::new(
            SCHEME,
            digest.name(),
            &digests[..digest.bytes()],
            move |password| digest.hash(&[&utf16le(password), &salt]),
        )))
    })
}

/// Oracle: parts joined by `;`, all in hexadecimal. `T:` (12c) is SHA-512 over PBKDF2 and ends in 16 bytes of salt, `S:` (11g) is SHA-1 and ends
/// in 10. The stronger one counts; `H:` beside them is not looked at.
pub(super) fn parse_oracle(hash: &str) -> Parsed {
    const SCHEME: &str = "oracle";
    let part = |mark: &str, bytes: usize| {
        hash.split(';')
            .filter_map(|part| from_hex(part.trim().strip_prefix(mark)?))
            .find(|part| part.len() == bytes)
    };
    if let Some(bytes) = part("T:", 64 + 16) {
        return marked(SCHEME, || Ok(Some(oracle_12(SCHEME, &bytes))));
    }
    let bytes = part("S:", 20 + 10)?;
    let (digest, salt) = bytes.split_at(20);
    let salt = salt.to_vec();
    marked(SCHEME, || {
        Ok(Some(Hashed::new(SCHEME, "sha1", digest, move |password| {
            Digest::Sha1.hash(&[password, &salt])
        })))
    })
}

/// As hashcat's mode 12300 describes it.
fn oracle_12(scheme: &'static str, bytes: &[u8]) -> Hashed {
    const ITERATIONS: u32 = 4096;
    let (digest, salt) = bytes.split_at(64);
    let salt = salt.to_vec();
    Hashed::new(
        scheme,
        format!("sha512, i={ITERATIONS}"),
        digest,
        move |password| {
            let salted = [&salt[..], b"AUTH_PBKDF2_SPEEDY_KEY"].concat();
            let key = Digest::Sha512.pbkdf2(password, &salted, ITERATIONS, 64);
            Digest::Sha512.hash(&[&key, &salt])
        },
    )
}
