use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Check, Parsed, check_ceiling};
use crate::codec;
use crate::digest::Digest;
use crate::memory::Memory;
use crate::{Argon2Params, VerifyError, ceiling};

const NAME: &str = "bcrypt";
const MIN_COST: u32 = 4;
/// The key schedule takes 72 bytes; the terminating zero counts when there is room for it.
const KEY_BYTES: usize = 72;

/// Salts that people made by hand have loose last bits, which every implementation ignores.
const B64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// What became of the password before bcrypt saw it.
#[derive(Clone, Debug)]
pub(super) enum Before {
    Nothing,
    /// Text in front of it and behind it: Devise's pepper, Auth0's salt.
    Around {
        prefix: Vec<u8>,
        suffix: Vec<u8>,
    },
    /// Its digest in hexadecimal: Django's `bcrypt_sha256`, Meteor.
    Hex(Digest),
    /// WordPress 6.8: `base64(hmac-sha384("wp-sha384", trim(password)))`.
    WordPress,
    /// Passlib's `bcrypt_sha256`, version 2: `base64(hmac-sha256(salt, password))`.
    PasslibHmac(String),
    /// The same, version 1: `base64(sha256(password))`.
    PasslibDigest,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// `2a`, `2b` and `2y` differ in bugs of old implementations only.
    Usual,
    /// `2`: the terminating zero is not part of the key.
    First,
    /// `2x`: characters above 127 were taken as negative numbers.
    SignBug,
}

struct BcryptHash {
    scheme: &'static str,
    mark: Mark,
    before: Before,
    cost: u32,
    salt: [u8; 16],
    digest: Zeroizing<[u8; 23]>,
}

/// `$2b$10$` + 22 characters of salt + 31 of digest.
pub(super) fn parse(hash: &str) -> Parsed {
    parse_with(NAME, hash, Before::Nothing)
}

/// The same, of a password that was changed before.
pub(super) fn parse_with(scheme: &'static str, hash: &str, before: Before) -> Parsed {
    let (mark, rest) = [
        ("$2a$", Mark::Usual),
        ("$2b$", Mark::Usual),
        ("$2y$", Mark::Usual),
        ("$2x$", Mark::SignBug),
        ("$2$", Mark::First),
    ]
    .iter()
    .find_map(|(text, mark)| Some((*mark, hash.strip_prefix(text)?)))?;
    Some(read(scheme, mark, rest, before).map(|hash| Box::new(hash) as Box<dyn Check>))
}

/// `bcrypt_sha256$$2b$…` of Django.
pub(super) fn parse_django(hash: &str) -> Parsed {
    if let Some(rest) = hash.strip_prefix("bcrypt$") {
        return parse_with("django-bcrypt", rest, Before::Nothing);
    }
    let rest = hash.strip_prefix("bcrypt_sha256$")?;
    parse_with("django-bcrypt-sha256", rest, Before::Hex(Digest::Sha256))
}

/// `$wp$2y$…` of WordPress 6.8.
pub(super) fn parse_wordpress(hash: &str) -> Parsed {
    parse_with(
        "wordpress-bcrypt",
        hash.strip_prefix("$wp")?,
        Before::WordPress,
    )
}

/// `$bcrypt-sha256$v=2,t=2b,r=12$salt$digest` and `$bcrypt-sha256$2b,12$salt$digest` of passlib.
pub(super) fn parse_passlib(hash: &str) -> Parsed {
    const SCHEME: &str = "passlib-bcrypt-sha256";
    let rest = hash.strip_prefix("$bcrypt-sha256$")?;
    let parts: Vec<_> = rest.split('$').collect();
    let read = || {
        let [params, salt, digest] = parts[..] else {
            return None;
        };
        let params: Vec<_> = params.split(',').collect();
        let (mark, cost, before) = match params[..] {
            ["v=2", mark, cost] => (
                mark.strip_prefix("t=")?,
                cost.strip_prefix("r=")?,
                Before::PasslibHmac(salt.to_owned()),
            ),
            [mark, cost] => (mark, cost, Before::PasslibDigest),
            _ => return None,
        };
        let text = format!("${mark}${cost:0>2}${salt}{digest}");
        parse_with(SCHEME, &text, before)
    };
    read().or(Some(Err(VerifyError::Malformed { scheme: SCHEME })))
}

fn read(
    scheme: &'static str,
    mark: Mark,
    rest: &str,
    before: Before,
) -> Result<BcryptHash, VerifyError> {
    let malformed = || VerifyError::Malformed { scheme };
    let (cost, text) = rest.split_once('$').ok_or_else(malformed)?;
    let two_digits = cost.len() == 2 && cost.bytes().all(|byte| byte.is_ascii_digit());
    let cost = cost
        .parse()
        .ok()
        .filter(|cost| two_digits && *cost >= MIN_COST)
        .ok_or_else(malformed)?;
    check_ceiling(scheme, "cost", cost, ceiling::BCRYPT_COST)?;
    let (salt, digest) = text.split_at_checked(22).ok_or_else(malformed)?;
    Ok(BcryptHash {
        scheme,
        mark,
        before,
        cost,
        salt: decode(salt).ok_or_else(malformed)?,
        digest: Zeroizing::new(decode(digest).ok_or_else(malformed)?),
    })
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    B64.decode(text).ok()?.try_into().ok()
}

/// A new `$2b$` hash.
pub(crate) fn make(password: &[u8], cost: u32, salt: [u8; 16]) -> String {
    let digest = bcrypt::bcrypt(cost, salt, key(password, Mark::Usual).bytes());
    format!(
        "$2b${cost:02}${}{}",
        B64.encode(salt),
        B64.encode(&digest[..23])
    )
}

struct Key {
    bytes: Zeroizing<[u8; KEY_BYTES]>,
    used: usize,
}

impl Key {
    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.used]
    }
}

fn key(password: &[u8], mark: Mark) -> Key {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    if mark == Mark::Usual {
        let used = password.len().min(KEY_BYTES);
        bytes[..used].copy_from_slice(&password[..used]);
        return Key {
            bytes,
            used: (used + 1).min(KEY_BYTES),
        };
    }
    // The schedule as 18 words, so that their making can be imitated.
    let mut text = Zeroizing::new(password.to_vec());
    if mark == Mark::SignBug || text.is_empty() {
        text.push(0);
    }
    let mut next = text.iter().cycle();
    for word in bytes.chunks_exact_mut(4) {
        let mut value = 0_u32;
        for byte in next.by_ref().take(4) {
            let byte = match mark {
                Mark::SignBug => i32::from(byte.cast_signed()).cast_unsigned(),
                _ => u32::from(*byte),
            };
            value = value << 8 | byte;
        }
        word.copy_from_slice(&value.to_be_bytes());
    }
    Key {
        bytes,
        used: KEY_BYTES,
    }
}

impl Before {
    fn apply(&self, password: &[u8]) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Nothing => password.to_vec(),
            Self::Around { prefix, suffix } => [prefix, password, suffix].concat(),
            Self::Hex(digest) => hex::encode(&*digest.hash(&[password])).into_bytes(),
            Self::WordPress => {
                let trimmed = trim_like_php(password);
                let mac = Digest::Sha384.hmac(b"wp-sha384", &[trimmed]);
                codec::to_base64(&mac).into_bytes()
            }
            Self::PasslibHmac(salt) => {
                codec::to_base64(&Digest::Sha256.hmac(salt.as_bytes(), &[password])).into_bytes()
            }
            Self::PasslibDigest => codec::to_base64(&Digest::Sha256.hash(&[password])).into_bytes(),
        })
    }
}

fn trim_like_php(text: &[u8]) -> &[u8] {
    let blank = |byte: &u8| b" \t\n\r\0\x0b".contains(byte);
    let Some(start) = text.iter().position(|byte| !blank(byte)) else {
        return &[];
    };
    let end = text
        .iter()
        .rposition(|byte| !blank(byte))
        .map_or(start, |at| at + 1);
    &text[start..end]
}

impl Check for BcryptHash {
    fn scheme(&self) -> &'static str {
        self.scheme
    }

    fn cost(&self) -> String {
        format!("cost={}", self.cost)
    }

    fn matches(&self, password: &[u8], _: &mut Memory) -> bool {
        let password = self.before.apply(password);
        let key = key(&password, self.mark);
        let digest = Zeroizing::new(bcrypt::bcrypt(self.cost, self.salt, key.bytes()));
        digest[..23].ct_eq(&self.digest[..]).into()
    }

    /// Never: passwords beyond 72 bytes are cut, and the work needs no memory.
    fn is_as_good_as(&self, _: &Argon2Params) -> bool {
        false
    }
}
