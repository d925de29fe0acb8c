//! Magento 2: `hash:salt:version`, and `hash:salt:version:version` where an older hash was hashed again.

use argon2::{Algorithm, Argon2, ParamsBuilder, Version};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Check, Parsed, argon2 as argon, check_ceiling};
use crate::codec::from_hex;
use crate::digest::Digest;
use crate::memory::Memory;
use crate::{Argon2Params, VerifyError, ceiling};

const SCHEME: &str = "magento";
/// What libsodium takes of a salt; `SODIUM_CRYPTO_PWHASH_SALTBYTES`.
const SALT_BYTES: usize = 16;
/// Magento's version 2: the bytes of a key, and libsodium's interactive limits.
const INTERACTIVE: [u32; 3] = [32, 2, 64 << 20];

/// One hashing, whose hexadecimal text is the next one's password.
enum Step {
    /// Version 0 or 1: MD5 or SHA-256 over salt and password.
    Digest(Digest),
    /// Version 2, or `3_BYTES_PASSES_MEMORY`: Argon2id with one lane; memory in bytes.
    Argon2 {
        bytes: usize,
        passes: u32,
        memory_kib: u32,
    },
}

struct MagentoHash {
    steps: Vec<Step>,
    salt: Vec<u8>,
    expected: Zeroizing<String>,
}

/// As `Encryptor::isValidHash` of Magento 2.4 reads it.
pub(super) fn parse(hash: &str) -> Parsed {
    let mut parts = hash.splitn(3, ':');
    let (text, salt, versions) = (parts.next()?, parts.next()?, parts.next()?);
    let steps: Vec<Step> = versions.split(':').map(step).collect::<Option<_>>()?;
    let bytes = match steps.last()? {
        Step::Digest(digest) => digest.bytes(),
        Step::Argon2 { bytes, .. } => *bytes,
    };
    from_hex(text).filter(|key| key.len() == bytes && !salt.is_empty())?;
    let checked = check(&steps).map(|()| MagentoHash {
        steps,
        salt: salt.into(),
        expected: Zeroizing::new(text.to_ascii_lowercase()),
    });
    Some(checked.map(|hash| Box::new(hash) as Box<dyn Check>))
}

fn step(version: &str) -> Option<Step> {
    let argon2 = |[bytes, passes, memory]: [u32; 3]| {
        Some(Step::Argon2 {
            bytes: usize::try_from(bytes).ok()?,
            passes,
            memory_kib: memory / 1024,
        })
    };
    match version {
        "0" => Some(Step::Digest(Digest::Md5)),
        "1" => Some(Step::Digest(Digest::Sha256)),
        "2" => argon2(INTERACTIVE),
        _ => {
            let numbers: Vec<u32> = version
                .strip_prefix("3_")?
                .split('_')
                .map(|number| number.parse().ok())
                .collect::<Option<_>>()?;
            argon2(numbers.try_into().ok()?)
        }
    }
}

/// All steps together may have as many passes as one hash of another kind.
fn check(steps: &[Step]) -> Result<(), VerifyError> {
    let mut all_passes = 0_u32;
    for step in steps {
        let Step::Argon2 {
            bytes,
            passes,
            memory_kib,
        } = step
        else {
            continue;
        };
        check_ceiling(
            SCHEME,
            "memory in KiB",
            *memory_kib,
            ceiling::ARGON2_MEMORY_KIB,
        )?;
        all_passes = all_passes.saturating_add(*passes);
        check_ceiling(SCHEME, "passes", all_passes, ceiling::ARGON2_PASSES)?;
        if !argon::TAG.contains(bytes) || *passes == 0 || *memory_kib < 8 {
            return Err(VerifyError::Malformed { scheme: SCHEME });
        }
    }
    Ok(())
}

impl Step {
    fn of(&self, password: &[u8], salt: &[u8], memory: &mut Memory) -> Zeroizing<Vec<u8>> {
        let key = match self {
            Self::Digest(digest) => digest.hash(&[salt, password]),
            Self::Argon2 {
                bytes,
                passes,
                memory_kib,
            } => {
                let params = ParamsBuilder::new()
                    .m_cost(*memory_kib)
                    .t_cost(*passes)
                    .p_cost(1)
                    .output_len(*bytes)
                    .build()
                    .expect("costs and lengths were checked");
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                // A short salt is repeated.
                let salt: Vec<u8> = salt.iter().copied().cycle().take(SALT_BYTES).collect();
                let mut key = Zeroizing::new(vec![0; *bytes]);
                argon::compute(&argon2, password, &salt, &mut key, memory);
                key
            }
        };
        Zeroizing::new(hex::encode(&*key).into_bytes())
    }
}

impl Check for MagentoHash {
    fn scheme(&self) -> &'static str {
        SCHEME
    }

    fn cost(&self) -> String {
        let steps: Vec<String> = self
            .steps
            .iter()
            .map(|step| match step {
                Step::Digest(digest) => digest.name().to_owned(),
                Step::Argon2 {
                    passes, memory_kib, ..
                } => format!("argon2id m={memory_kib} KiB, t={passes}"),
            })
            .collect();
        steps.join(", then ")
    }

    fn matches(&self, password: &[u8], memory: &mut Memory) -> bool {
        if password.len() > ceiling::LEGACY_PASSWORD_BYTES {
            return false;
        }
        let mut text = Zeroizing::new(password.to_vec());
        for step in &self.steps {
            text = step.of(&text, &self.salt, memory);
        }
        text.ct_eq(self.expected.as_bytes()).into()
    }

    fn is_as_good_as(&self, _: &Argon2Params) -> bool {
        false
    }
}
