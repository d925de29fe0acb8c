use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Check, Scheme, check_ceiling};
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

/// `$2b$10$` + 22 characters of salt + 31 of digest; the marks 2a, 2b and 2y differ in bugs of old implementations only.
/// `$2x$` marks hashes that one such bug made wrong, and is not taken.
pub(super) struct Bcrypt;

struct BcryptHash {
    cost: u32,
    salt: [u8; 16],
    digest: Zeroizing<[u8; 23]>,
}

impl Scheme for Bcrypt {
    fn parse(&self, hash: &str) -> Option<Result<Box<dyn Check>, VerifyError>> {
        let rest = ["$2a$", "$2b$", "$2y$"]
            .iter()
            .find_map(|mark| hash.strip_prefix(mark))?;
        Some(read(rest).map(|hash| Box::new(hash) as Box<dyn Check>))
    }
}

fn read(rest: &str) -> Result<BcryptHash, VerifyError> {
    let malformed = || VerifyError::Malformed { scheme: NAME };
    let (cost, text) = rest.split_once('$').ok_or_else(malformed)?;
    let two_digits = cost.len() == 2 && cost.bytes().all(|byte| byte.is_ascii_digit());
    let cost = cost
        .parse()
        .ok()
        .filter(|cost| two_digits && *cost >= MIN_COST)
        .ok_or_else(malformed)?;
    check_ceiling(NAME, "cost", cost, ceiling::BCRYPT_COST)?;
    let (salt, digest) = text.split_at_checked(22).ok_or_else(malformed)?;
    Ok(BcryptHash {
        cost,
        salt: decode(salt).ok_or_else(malformed)?,
        digest: Zeroizing::new(decode(digest).ok_or_else(malformed)?),
    })
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    B64.decode(text).ok()?.try_into().ok()
}

impl Check for BcryptHash {
    fn scheme(&self) -> &'static str {
        NAME
    }

    fn cost(&self) -> String {
        format!("cost={}", self.cost)
    }

    fn matches(&self, password: &[u8], _: &mut Memory) -> bool {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        let used = password.len().min(KEY_BYTES);
        key[..used].copy_from_slice(&password[..used]);
        let with_zero = (used + 1).min(KEY_BYTES);
        let digest = Zeroizing::new(bcrypt::bcrypt(self.cost, self.salt, &key[..with_zero]));
        digest[..23].ct_eq(&self.digest[..]).into()
    }

    /// Never: passwords beyond 72 bytes are cut, and the work needs no memory.
    fn is_as_good_as(&self, _: &Argon2Params) -> bool {
        false
    }
}
