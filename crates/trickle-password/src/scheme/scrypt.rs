use zeroize::Zeroizing;

use super::check_ceiling;
use super::hashed::{Hashed, Parsed, marked};
use crate::codec::{crypt64_number, crypt64_value, from_base64, from_crypt64, from_hex};
use crate::phc::Phc;
use crate::{VerifyError, ceiling};

/// The costs of a scrypt hash (RFC 7914).
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    /// Binary logarithm of N.
    pub log_n: u32,
    pub r: u32,
    pub p: u32,
}

impl Costs {
    /// From N itself, which must be a power of two above 1.
    pub(super) fn from_n(n: u64, r: u32, p: u32) -> Option<Self> {
        (n > 1 && n.is_power_of_two()).then(|| Self {
            log_n: n.trailing_zeros(),
            r,
            p,
        })
    }

    fn check(self, scheme: &'static str) -> Result<Option<scrypt::Params>, VerifyError> {
        // 128 · r · N bytes to mix, and 128 · r · p to begin with, in KiB.
        let kib = 1_u64
            .checked_shl(self.log_n)
            .map(|n| n.max(u64::from(self.p)))
            .and_then(|blocks| blocks.checked_mul(u64::from(self.r)));
        let kib = kib.map_or(u32::MAX, |blocks| {
            u32::try_from(blocks / 8).unwrap_or(u32::MAX)
        });
        check_ceiling(scheme, "memory in KiB", kib, ceiling::SCRYPT_MEMORY_KIB)?;
        check_ceiling(scheme, "lanes", self.p, ceiling::SCRYPT_LANES)?;
        let log_n = u8::try_from(self.log_n).ok().filter(|log_n| *log_n > 0);
        Ok(log_n.and_then(|log_n| scrypt::Params::new(log_n, self.r, self.p).ok()))
    }

    fn text(self) -> String {
        format!("ln={}, r={}, p={}", self.log_n, self.r, self.p)
    }
}

/// A scrypt hash from its parts.
///
/// # Errors
/// When it would cost more than the ceilings allow. `Ok(None)`: a length or cost that makes no sense.
pub(super) fn hashed(
    scheme: &'static str,
    costs: Costs,
    salt: Vec<u8>,
    key: Vec<u8>,
) -> Result<Option<Hashed>, VerifyError> {
    let bytes = u32::try_from(key.len()).unwrap_or(u32::MAX);
    check_ceiling(scheme, "key bytes", bytes, ceiling::KEY_BYTES)?;
    let Some(params) = costs.check(scheme)?.filter(|_| key.len() >= 8) else {
        return Ok(None);
    };
    let length = key.len();
    Ok(Some(Hashed::new(
        scheme,
        costs.text(),
        key,
        move |password| compute(password, &salt, &params, length),
    )))
}

pub(crate) fn compute(
    password: &[u8],
    salt: &[u8],
    params: &scrypt::Params,
    bytes: usize,
) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(vec![0; bytes]);
    scrypt::scrypt(password, salt, params, &mut key).expect("the length was checked");
    key
}

/// `$scrypt$ln=16,r=8,p=1$salt$key`; Ory writes N as `ln`, Spring's form is told by its number.
pub(super) fn parse(hash: &str) -> Parsed {
    const SCHEME: &str = "scrypt";
    let rest = hash.strip_prefix("$scrypt$")?;
    marked(SCHEME, || {
        let Some(phc) = Phc::parse(rest).filter(|phc| phc.has_only(&["ln", "r", "p"])) else {
            return Ok(None);
        };
        let (Some(n), Some(r), Some(p)) = (phc.number("ln"), phc.number("r"), phc.number("p"))
        else {
            return Ok(None);
        };
        let costs = if n >= 64 {
            Costs::from_n(u64::from(n), r, p)
        } else {
            Some(Costs { log_n: n, r, p })
        };
        costs.map_or(Ok(None), |costs| hashed(SCHEME, costs, phc.salt, phc.hash))
    })
}

/// `$7$` of the scrypt author's `crypt(3)`: N, r and p in the alphabet of `crypt`, the salt as it is.
pub(super) fn parse_crypt(hash: &str) -> Parsed {
    const SCHEME: &str = "scrypt-crypt";
    let rest = hash.strip_prefix("$7$")?;
    marked(SCHEME, || {
        let read = || {
            let (settings, key) = rest.rsplit_once('$')?;
            let (numbers, salt) = settings.split_at_checked(11)?;
            let costs = Costs {
                log_n: crypt64_value(*numbers.as_bytes().first()?)?,
                r: crypt64_number(numbers.get(1..6)?)?,
                p: crypt64_number(numbers.get(6..)?)?,
            };
            Some((costs, salt.as_bytes().to_vec(), from_crypt64(key)?))
        };
        read().map_or(Ok(None), |(costs, salt, key)| {
            hashed(SCHEME, costs, salt, key)
        })
    })
}

/// Werkzeug: `scrypt:32768:8:1$salt$hex`.
pub(super) fn parse_werkzeug(hash: &str) -> Parsed {
    const SCHEME: &str = "werkzeug-scrypt";
    let rest = hash.strip_prefix("scrypt:")?;
    marked(SCHEME, || {
        let read = || {
            let parts: Vec<_> = rest.split('$').collect();
            let [costs, salt, key] = parts[..] else {
                return None;
            };
            let costs: Vec<_> = costs.split(':').collect();
            let [n, r, p] = costs[..] else {
                return None;
            };
            let costs = Costs::from_n(n.parse().ok()?, r.parse().ok()?, p.parse().ok()?)?;
            Some((costs, salt.as_bytes().to_vec(), from_hex(key)?))
        };
        read().map_or(Ok(None), |(costs, salt, key)| {
            hashed(SCHEME, costs, salt, key)
        })
    })
}

/// Django: `scrypt$16384$salt$8$1$base64`.
pub(super) fn parse_django(hash: &str) -> Parsed {
    const SCHEME: &str = "django-scrypt";
    let rest = hash.strip_prefix("scrypt$")?;
    marked(SCHEME, || {
        let read = || {
            let parts: Vec<_> = rest.split('$').collect();
            let [n, salt, r, p, key] = parts[..] else {
                return None;
            };
            let costs = Costs::from_n(n.parse().ok()?, r.parse().ok()?, p.parse().ok()?)?;
            Some((costs, salt.as_bytes().to_vec(), from_base64(key)?))
        };
        read().map_or(Ok(None), |(costs, salt, key)| {
            hashed(SCHEME, costs, salt, key)
        })
    })
}

/// Spring Security: `$e0801$salt$key`, where the number is `log2(N) << 16 | r << 8 | p` in hexadecimal.
pub(super) fn parse_spring(hash: &str) -> Parsed {
    const SCHEME: &str = "spring-scrypt";
    let (costs, salt, key) = one_number(hash)?;
    marked(SCHEME, || hashed(SCHEME, costs, salt, key))
}

/// The same behind `$s0`: `SCryptUtil` of lambdaworks, from which Spring has it.
pub(super) fn parse_lambdaworks(hash: &str) -> Parsed {
    const SCHEME: &str = "lambdaworks-scrypt";
    let rest = hash
        .strip_prefix("$s0")
        .filter(|rest| rest.starts_with('$'))?;
    marked(SCHEME, || {
        one_number(rest).map_or(Ok(None), |(costs, salt, key)| {
            hashed(SCHEME, costs, salt, key)
        })
    })
}

/// Costs in one number, salt and key.
fn one_number(text: &str) -> Option<(Costs, Vec<u8>, Vec<u8>)> {
    let parts: Vec<_> = text.strip_prefix('$')?.split('$').collect();
    let [number, salt, key] = parts[..] else {
        return None;
    };
    if !(5..=6).contains(&number.len()) {
        return None;
    }
    let number = u32::from_str_radix(number, 16).ok()?;
    let costs = Costs {
        log_n: number >> 16,
        r: number >> 8 & 0xff,
        p: number & 0xff,
    };
    Some((costs, from_base64(salt)?, from_base64(key)?))
}

/// Firebase: scrypt's key encrypts the project's signer key, and the result is what is stored.
///
/// Ory: `$firescrypt$ln=14,r=8,p=1$salt$hash$separator$signer key`. Supabase:
/// `$fbscrypt$v=1,n=14,r=8,p=1,ss=separator,sk=signer key$salt$hash`. Here r is Firebase's `rounds`.
pub(super) fn parse_firebase(hash: &str) -> Parsed {
    const SCHEME: &str = "firebase-scrypt";
    let ory = hash.strip_prefix("$firescrypt$");
    let supabase = hash.strip_prefix("$fbscrypt$");
    let rest = ory.or(supabase)?;
    marked(SCHEME, || {
        let parts: Vec<_> = rest.split('$').collect();
        let params = parts.first().copied().unwrap_or_default();
        let param = |name: &str| {
            let mut pairs = params.split(',').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let read = || {
            let (log_n, separator, signer) = match parts[..] {
                [_, _, _, separator, signer] if ory.is_some() => (param("ln")?, separator, signer),
                [_, _, _] if supabase.is_some() => (param("n")?, param("ss")?, param("sk")?),
                _ => return None,
            };
            let costs = Costs {
                log_n: log_n.parse().ok()?,
                r: param("r")?.parse().ok()?,
                p: param("p")?.parse().ok()?,
            };
            let mut salt = from_base64(parts[1])?;
            salt.extend(from_base64(separator)?);
            let hash = from_base64(parts[2])?;
            let signer = from_base64(signer)?;
            (hash.len() == signer.len() && !hash.is_empty()).then_some((costs, salt, signer, hash))
        };
        let Some((costs, salt, signer, hash)) = read() else {
            return Ok(None);
        };
        let Some(params) = costs.check(SCHEME)? else {
            return Ok(None);
        };
        Ok(Some(Hashed::new(
            SCHEME,
            costs.text(),
            hash,
            move |password| encrypt_signer(&compute(password, &salt, &params, 32), &signer),
        )))
    })
}

fn encrypt_signer(key: &[u8], signer: &[u8]) -> Zeroizing<Vec<u8>> {
    use aes::cipher::{KeyIvInit as _, StreamCipher as _};

    let mut text = Zeroizing::new(signer.to_vec());
    let mut cipher =
        ctr::Ctr128BE::<aes::Aes256>::new_from_slices(key, &[0; 16]).expect("the key has 32 bytes");
    cipher.apply_keystream(&mut text);
    text
}

/// yescrypt, the default of new Linux systems: `$y$j9T$salt$key`.
pub(super) fn parse_yescrypt(hash: &str) -> Parsed {
    const SCHEME: &str = "yescrypt";
    let rest = hash.strip_prefix("$y$")?;
    marked(SCHEME, || {
        let read = || {
            let parts: Vec<_> = rest.split('$').collect();
            let [params, salt, key] = parts[..] else {
                return None;
            };
            let params: yescrypt::Params = params.parse().ok()?;
            // Other modes and `t`, which multiplies the time, are nobody's default.
            let usual = yescrypt::Params::new(
                yescrypt::Mode::default(),
                params.n(),
                params.r(),
                params.p(),
            );
            usual.ok().filter(|usual| *usual == params)?;
            Some((params, from_crypt64(salt)?, from_crypt64(key)?))
        };
        let Some((params, salt, key)) = read() else {
            return Ok(None);
        };
        let blocks = params.n().max(u64::from(params.p()));
        let kib = blocks.saturating_mul(u64::from(params.r())) / 8;
        let kib = u32::try_from(kib).unwrap_or(u32::MAX);
        check_ceiling(SCHEME, "memory in KiB", kib, ceiling::SCRYPT_MEMORY_KIB)?;
        check_ceiling(SCHEME, "lanes", params.p(), ceiling::SCRYPT_LANES)?;
        if key.len() != 32 {
            return Ok(None);
        }
        let cost = format!("N={}, r={}, p={}", params.n(), params.r(), params.p());
        Ok(Some(Hashed::new(SCHEME, cost, key, move |password| {
            let mut key = Zeroizing::new(vec![0; 32]);
            match yescrypt::yescrypt(password, &salt, &params, &mut key) {
                Ok(()) => key,
                // Costs that it does not take: nothing equals an empty key.
                Err(_) => Zeroizing::default(),
            }
        })))
    })
}
