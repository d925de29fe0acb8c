//! What .NET's libraries store.

use super::hashed::{Hashed, Parsed, marked};
use super::pbkdf2;
use crate::codec::{from_base64, from_hex, utf16le};
use crate::digest::Digest;

/// ASP.NET Identity: base64 of a version byte and what belongs to it.
///
/// Version 0 (Identity 2 and SimpleMembership): 16 bytes of salt, 32 of PBKDF2-HMAC-SHA1 with 1000 iterations. Version 1
/// (Identity 3, ASP.NET Core): PRF, iterations and salt length as 32-bit numbers, big end first, then salt and key.
pub(super) fn parse_identity(hash: &str) -> Parsed {
    const V2: &str = "aspnet-identity-v2";
    const V3: &str = "aspnet-identity-v3";
    if hash.len() < 40 || !hash.starts_with('A') {
        return None;
    }
    let bytes = from_base64(hash)?;
    if bytes.len() == 49 && bytes[0] == 0 {
        let (salt, key) = (bytes[1..17].to_vec(), bytes[17..].to_vec());
        return marked(V2, || pbkdf2::hashed(V2, Digest::Sha1, 1000, salt, key));
    }
    let number = |at: usize| {
        let four = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(four))
    };
    let digest = match (bytes.first()?, number(1)?) {
        (1, 0) => Digest::Sha1,
        (1, 1) => Digest::Sha256,
        (1, 2) => Digest::Sha512,
        _ => return None,
    };
    let salt_bytes = usize::try_from(number(9)?).ok()?;
    marked(V3, || {
        let Some((salt, key)) = bytes[13..].split_at_checked(salt_bytes) else {
            return Ok(None);
        };
        let iterations = number(5).unwrap_or_default();
        pbkdf2::hashed(V3, digest, iterations, salt.to_vec(), key.to_vec())
    })
}

/// The membership providers keep salt and hash in two columns, both base64: `$aspnet-membership$salt$hash`.
///
/// 32 bytes are HMAC-SHA256 of the Universal Providers (MVC 3), whose key is the salt repeated to 64 bytes; 20 bytes are
/// SHA-1 of salt and password (SQL provider of ASP.NET 2). Both take the password in UTF-16.
pub(super) fn parse_membership(hash: &str) -> Parsed {
    const SCHEME: &str = "aspnet-membership";
    let rest = hash.strip_prefix("$aspnet-membership$")?;
    marked(SCHEME, || {
        let read = || {
            let (salt, hash) = rest.split_once('$')?;
            let (salt, hash) = (from_base64(salt)?, from_base64(hash)?);
            (8..=64).contains(&salt.len()).then_some((salt, hash))
        };
        let Some((salt, hash)) = read() else {
            return Ok(None);
        };
        let hashed = match hash.len() {
            32 => {
                let key: Vec<u8> = salt.iter().copied().cycle().take(64).collect();
                Hashed::new(SCHEME, "hmac-sha256", hash, move |password| {
                    Digest::Sha256.hmac(&key, &[&utf16le(password)])
                })
            }
            20 => Hashed::new(SCHEME, "sha1", hash, move |password| {
                Digest::Sha1.hash(&[&salt, &utf16le(password)])
            }),
            _ => return Ok(None),
        };
        Ok(Some(hashed))
    })
}

/// The NT hash: MD4 of the password in UTF-16. `$NT$hex`, `$3$$hex` (FreeBSD), `{NT}hex`.
pub(super) fn parse_nt(hash: &str) -> Parsed {
    const SCHEME: &str = "nt";
    let text = ["$NT$", "$3$$", "{NT}", "{nt}"]
        .iter()
        .find_map(|mark| hash.strip_prefix(mark))?;
    marked(SCHEME, || {
        let digest = from_hex(text).filter(|digest| digest.len() == 16);
        Ok(digest.map(|digest| {
            Hashed::new(SCHEME, "md4", digest, |password| {
                Digest::Md4.hash(&[&utf16le(password)])
            })
        }))
    })
}
