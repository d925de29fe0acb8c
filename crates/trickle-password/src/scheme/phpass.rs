use zeroize::Zeroizing;

use super::check_ceiling;
use super::hashed::{Hashed, Parsed, marked};
use crate::ceiling;
use crate::codec::{crypt64_value, to_crypt64};
use crate::digest::Digest;

/// `$P$` and `$H$` (WordPress before 6.8, phpBB 3, Joomla), `$S$` (Drupal 7), `U$S$` and `U$P$` (passwords that Drupal
/// took over as MD5).
pub(super) fn parse(hash: &str) -> Parsed {
    /// Drupal cuts its text here.
    const DRUPAL_CHARS: usize = 55;

    let (wrapped, text) = match hash.strip_prefix('U') {
        Some(rest) => (true, rest),
        None => (false, hash),
    };
    let (scheme, digest, chars) = match text.get(..3)? {
        "$P$" | "$H$" => ("phpass", Digest::Md5, 34),
        "$S$" => ("drupal7", Digest::Sha512, DRUPAL_CHARS),
        _ => return None,
    };
    marked(scheme, || {
        if text.len() != chars || !text[3..].bytes().all(|byte| crypt64_value(byte).is_some()) {
            return Ok(None);
        }
        let log2 = crypt64_value(text.as_bytes()[3]).unwrap_or(u32::MAX);
        check_ceiling(
            scheme,
            "binary logarithm of the rounds",
            log2,
            ceiling::PHPASS_LOG2_ROUNDS,
        )?;
        let salt: Vec<u8> = text[4..12].into();
        let cost = format!("2^{log2} rounds");
        Ok(Some(Hashed::new(
            scheme,
            cost,
            &text[12..],
            move |password| {
                let password = if wrapped {
                    Zeroizing::new(hex::encode(&*Digest::Md5.hash(&[password])).into_bytes())
                } else {
                    Zeroizing::new(password.to_vec())
                };
                let mut text = compute(digest, &password, &salt, log2);
                text.truncate(chars - 12);
                Zeroizing::new(text.into_bytes())
            },
        )))
    })
}

/// The characters behind the salt.
pub(crate) fn compute(digest: Digest, password: &[u8], salt: &[u8], log2: u32) -> String {
    let mut hash = digest.hash(&[salt, password]);
    for _ in 0..1_u64 << log2 {
        hash = digest.hash(&[&hash, password]);
    }
    to_crypt64(&hash)
}
