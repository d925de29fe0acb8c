use argon2::{Algorithm, Argon2, AssociatedData, Params, ParamsBuilder, Version};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Check, Parsed, check_ceiling};
use crate::memory::Memory;
use crate::phc::Phc;
use crate::{Argon2Params, VerifyError, ceiling};

/// Salt and tag lengths in bytes: the PHC string format's lower bounds, and far above anything seen.
const SALT: std::ops::RangeInclusive<usize> = 8..=512;
pub(super) const TAG: std::ops::RangeInclusive<usize> = 12..=512;

struct Argon2Hash {
    scheme: &'static str,
    algorithm: Algorithm,
    version: Version,
    params: Params,
    salt: Vec<u8>,
    tag: Zeroizing<Vec<u8>>,
}

/// `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`; also argon2i, argon2d, the older version 16 (`v=` absent) and `data=`.
pub(super) fn parse(hash: &str) -> Parsed {
    let (id, _) = hash.strip_prefix('$')?.split_once('$')?;
    parse_as(name(id.parse().ok()?), hash)
}

/// The same, under the name of what wraps it.
pub(super) fn parse_as(scheme: &'static str, hash: &str) -> Parsed {
    let (id, rest) = hash.strip_prefix('$')?.split_once('$')?;
    let algorithm: Algorithm = id.parse().ok()?;
    Some(read(scheme, algorithm, rest).map(|hash| Box::new(hash) as Box<dyn Check>))
}

fn read(scheme: &'static str, algorithm: Algorithm, rest: &str) -> Result<Argon2Hash, VerifyError> {
    let malformed = || VerifyError::Malformed { scheme };
    let phc = Phc::parse(rest).ok_or_else(malformed)?;
    // `keyid` names a secret that went into the hash and that is not here.
    if !phc.has_only(&["m", "t", "p", "data"]) {
        return Err(malformed());
    }
    let [memory, passes, lanes] = ["m", "t", "p"].map(|name| phc.number(name));
    let (memory, passes, lanes) = (
        memory.ok_or_else(malformed)?,
        passes.ok_or_else(malformed)?,
        lanes.ok_or_else(malformed)?,
    );
    check_ceiling(scheme, "memory in KiB", memory, ceiling::ARGON2_MEMORY_KIB)?;
    check_ceiling(scheme, "passes", passes, ceiling::ARGON2_PASSES)?;
    check_ceiling(scheme, "lanes", lanes, ceiling::ARGON2_LANES)?;

    let version = match phc.version {
        Some(0x13) => Version::V0x13,
        Some(0x10) | None => Version::V0x10,
        Some(_) => return Err(malformed()),
    };
    if !SALT.contains(&phc.salt.len()) || !TAG.contains(&phc.hash.len()) {
        return Err(malformed());
    }
    let mut params = ParamsBuilder::new();
    params
        .m_cost(memory)
        .t_cost(passes)
        .p_cost(lanes)
        .output_len(phc.hash.len());
    if phc.param("data").is_some() {
        let data = phc.bytes("data").ok_or_else(malformed)?;
        params.data(AssociatedData::new(&data).map_err(|_| malformed())?);
    }
    let params = params.build().map_err(|_| malformed())?;
    Ok(Argon2Hash {
        scheme,
        algorithm,
        version,
        params,
        salt: phc.salt,
        tag: Zeroizing::new(phc.hash),
    })
}

impl Check for Argon2Hash {
    fn scheme(&self) -> &'static str {
        self.scheme
    }

    fn cost(&self) -> String {
        let params = &self.params;
        format!(
            "m={} KiB, t={}, p={}",
            params.m_cost(),
            params.t_cost(),
            params.p_cost()
        )
    }

    fn matches(&self, password: &[u8], memory: &mut Memory) -> bool {
        let mut tag = Zeroizing::new(vec![0; self.tag.len()]);
        let argon2 = Argon2::new(self.algorithm, self.version, self.params.clone());
        compute(&argon2, password, &self.salt, &mut tag, memory);
        tag.ct_eq(&self.tag).into()
    }

    fn is_as_good_as(&self, target: &Argon2Params) -> bool {
        self.algorithm == Algorithm::Argon2id
            && self.version == Version::V0x13
            && self.params.m_cost() >= target.memory_kib()
            && self.params.t_cost() >= target.passes()
            // RFC 9106 §3.1 recommends a salt of 16 bytes; §4 a tag of 128 bits at the least.
            && self.salt.len() >= 16
            && self.tag.len() >= 16
    }
}

/// Argon2id version 19 of `password` into `tag`.
pub(crate) fn compute_argon2id(
    password: &[u8],
    params: Argon2Params,
    salt: &[u8; 16],
    tag: &mut [u8],
    memory: &mut Memory,
) {
    let params = params.with_output(tag.len());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    compute(&argon2, password, salt, tag, memory);
}

pub(super) fn compute(
    argon2: &Argon2<'_>,
    password: &[u8],
    salt: &[u8],
    tag: &mut [u8],
    memory: &mut Memory,
) {
    let blocks = memory.blocks(argon2.params().block_count());
    argon2
        .hash_password_into_with_memory(password, salt, tag, blocks)
        .expect("lengths and costs were checked, and a password is shorter than 4 GiB");
}

fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Argon2d => "argon2d",
        Algorithm::Argon2i => "argon2i",
        Algorithm::Argon2id => "argon2id",
    }
}
