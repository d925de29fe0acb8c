mod products;

use serde_json::json;

use crate::codec::{from_base64, from_hex};
use crate::digest::Digest;
use crate::{PasswordHash, VerifyError, identify};

/// What a text may be.
#[derive(Clone, Debug)]
pub struct Guess {
    /// Such as `bcrypt` or `sha256`.
    pub scheme: String,
    /// 0 to 100; all guesses of one text together come to no more than 100.
    pub likelihood_percent: u8,
    /// The cost, where the text says it.
    pub cost: Option<String>,
    /// What to store or to verify with: the text itself, or a `custom_password_hash` that describes it.
    pub hash: PasswordHash,
    /// Set when the text is a hash that can never be verified.
    pub error: Option<VerifyError>,
    /// Where such a hash comes from and what is to be done with it, where its form does not say so.
    pub note: Option<&'static str>,
}

/// From this likelihood on, a text says by itself what it is.
const CERTAIN_PERCENT: u8 = 95;

impl Guess {
    /// Whether the text has a mark of its own. One that goes by its shape alone might as well be a password, and whoever imports it has to
    /// say that it is none.
    pub const fn is_certain(&self) -> bool {
        self.likelihood_percent >= CERTAIN_PERCENT
    }
}

/// What people should know of a scheme.
fn note(scheme: &str) -> Option<&'static str> {
    Some(match scheme {
        "plain" => "the password itself, which imports do not take: leave it out, or hash it first",
        "mysql" => "MySQL's PASSWORD(): of a database account, or of an application that called it",
        "mssql" => "SQL Server's PWDENCRYPT(): of a login, or of an application that called it",
        "oracle" => "a database account of Oracle: spare4 of sys.user$",
        "postgres-scram" => "a role of PostgreSQL: rolpassword of pg_authid",
        "postgres-md5" => {
            "a role of PostgreSQL, whose name went into it: write the name into `user`, without it no password fits"
        }
        "magento" => "Magento 2; of hashes that were hashed again all versions are followed",
        _ => return None,
    })
}

/// Everything that a stored text may be, the likeliest first; nothing when it looks like no hash.
///
/// A text with a mark of its own has one guess. A bare digest has several, because MD5, MD4 and the NT hash look the same.
/// `salt:hash` and `hash:salt` are taken apart. Compare a known password with each to find the right one.
pub fn guess(text: &str) -> Vec<Guess> {
    let hash = PasswordHash::from(text);
    match identify(&hash) {
        Ok(identified) => {
            let likelihood_percent = match identified.scheme {
                "des-crypt" if !text.starts_with('{') => 80,
                "spring-scrypt" => 95,
                _ => 99,
            };
            return vec![Guess {
                scheme: identified.scheme.to_owned(),
                likelihood_percent,
                cost: Some(identified.cost),
                hash,
                error: None,
                note: note(identified.scheme),
            }];
        }
        Err(VerifyError::UnknownScheme) => {}
        Err(error) => {
            let scheme = match &error {
                VerifyError::CostTooHigh { scheme, .. } | VerifyError::Malformed { scheme } => {
                    *scheme
                }
                VerifyError::UnknownScheme => "unknown",
            };
            return vec![Guess {
                scheme: scheme.to_owned(),
                likelihood_percent: 60,
                cost: None,
                hash,
                error: Some(error),
                note: note(scheme),
            }];
        }
    }
    if let Some(guess) = products::marked(text) {
        return vec![guess];
    }
    let mut guesses = match (text.strip_prefix("md5"), text.split_once(':')) {
        (Some(digest), _) if digest.len() == 32 && from_hex(digest).is_some() => {
            vec![role_of_postgres(text)]
        }
        (_, Some((left, right))) => pair(left, right),
        (_, None) => bare(text),
    };
    guesses.sort_by_key(|guess| std::cmp::Reverse(guess.likelihood_percent));
    guesses
}

fn described(scheme: &str, likelihood_percent: u8, description: &serde_json::Value) -> Guess {
    Guess {
        scheme: scheme.to_owned(),
        likelihood_percent,
        cost: None,
        hash: PasswordHash::from(description.to_string()),
        error: None,
        note: note(scheme),
    }
}

/// `md5` and the MD5 of password and name, as PostgreSQL kept it before version 14.
fn role_of_postgres(text: &str) -> Guess {
    let description = json!({
        "algorithm": "template",
        "template": "\"md5\" . md5($p.$u)",
        "user": "",
        "hash": {"value": text, "encoding": "utf8"},
    });
    described("postgres-md5", 90, &description)
}

/// Bytes and the encoding they were read in.
fn decode(text: &str) -> Option<(Vec<u8>, &'static str)> {
    if text.len() >= 32
        && let Some(bytes) = from_hex(text)
    {
        return Some((bytes, "hex"));
    }
    // A word of letters is base64 too; digests end in padding or mix cases.
    let mixed = text.bytes().any(|byte| byte.is_ascii_lowercase())
        && text
            .bytes()
            .any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (text.len() >= 22 && mixed).then(|| from_base64(text).map(|bytes| (bytes, "base64")))?
}

/// Digests of one length, with the share of each in what is found in practice.
fn digests(bytes: usize) -> &'static [(&'static str, Digest, u8)] {
    match bytes {
        16 => &[
            ("md5", Digest::Md5, 75),
            ("nt", Digest::Md4, 15),
            ("md4", Digest::Md4, 2),
        ],
        20 => &[
            ("sha1", Digest::Sha1, 90),
            ("ripemd160", Digest::Ripemd160, 4),
        ],
        28 => &[("sha224", Digest::Sha224, 85)],
        32 => &[("sha256", Digest::Sha256, 90)],
        48 => &[("sha384", Digest::Sha384, 70)],
        64 => &[
            ("sha512", Digest::Sha512, 85),
            ("whirlpool", Digest::Whirlpool, 6),
        ],
        _ => &[],
    }
}

fn bare(text: &str) -> Vec<Guess> {
    let Some((bytes, encoding)) = decode(text) else {
        return Vec::new();
    };
    let mut guesses: Vec<_> = digests(bytes.len())
        .iter()
        .map(|(name, digest, likelihood)| {
            let mut description = json!({
                "algorithm": digest.name(),
                "hash": {"value": text, "encoding": encoding},
            });
            if *name == "nt" {
                description["password"] = json!({"encoding": "utf16le"});
            }
            described(name, *likelihood, &description)
        })
        .collect();
    // 36 bytes are a salt of 16 and SHA-1's 20 of the many samples for .NET, 48 the same with SHA-256's 32.
    if encoding == "base64" && matches!(bytes.len(), 36 | 48) {
        for iterations in [10_000, 100_000] {
            guesses.push(rfc2898(
                &bytes,
                iterations,
                if bytes.len() == 36 { 40 } else { 10 },
            ));
        }
    }
    guesses
}

fn rfc2898(bytes: &[u8], iterations: u32, likelihood_percent: u8) -> Guess {
    let (salt, key) = bytes.split_at(16);
    let description = json!({
        "algorithm": "pbkdf2",
        "iterations": iterations,
        "hash": {"value": crate::codec::to_base64(key), "encoding": "base64", "digest": "sha1"},
        "salt": {"value": crate::codec::to_base64(salt), "encoding": "base64"},
    });
    described("rfc2898", likelihood_percent, &description)
}

/// `hash:salt` of web shops and forums, `salt:hash` of Node.js.
fn pair(left: &str, right: &str) -> Vec<Guess> {
    let mut guesses = Vec::new();
    if let Some((bytes, encoding)) =
        decode(left).filter(|(bytes, _)| !digests(bytes.len()).is_empty())
        && right.len() <= 64
    {
        guesses.extend(salted(left, right, bytes.len(), encoding));
    }
    if let Some((bytes, encoding)) = decode(right).filter(|_| guesses.is_empty()) {
        if bytes.len() == 64 {
            for (r, likelihood) in [(8, 40), (16, 35)] {
                let description = json!({
                    "algorithm": "scrypt", "keylen": 64, "cost": 16384, "blockSize": r, "parallelization": 1,
                    "hash": {"value": right, "encoding": encoding},
                    "salt": {"value": left, "encoding": "utf8"},
                });
                guesses.push(described("scrypt", likelihood, &description));
            }
        } else {
            guesses.extend(salted(right, left, bytes.len(), encoding));
        }
    }
    guesses
}

fn salted(hash: &str, salt: &str, bytes: usize, encoding: &str) -> Vec<Guess> {
    let Some((name, digest, _)) = digests(bytes).first() else {
        return Vec::new();
    };
    let mut guesses: Vec<_> = [("prefix", 40), ("suffix", 30)]
        .into_iter()
        .map(|(position, likelihood)| {
            let description = json!({
                "algorithm": digest.name(),
                "hash": {"value": hash, "encoding": encoding},
                "salt": {"value": salt, "encoding": "utf8", "position": position},
            });
            described(
                &format!("{name}, salt as {position}"),
                likelihood,
                &description,
            )
        })
        .collect();
    if *digest == Digest::Md5 && encoding == "hex" {
        for (template, likelihood) in [("md5(md5($p).$s)", 15), ("md5(md5($s).md5($p))", 10)] {
            let description = json!({
                "algorithm": "template",
                "template": template,
                "hash": {"value": hash, "encoding": "hex"},
                "salt": {"value": salt, "encoding": "utf8"},
            });
            guesses.push(described(template, likelihood, &description));
        }
    }
    guesses
}
