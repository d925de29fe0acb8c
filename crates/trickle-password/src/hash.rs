use rand::CryptoRng;
use zeroize::Zeroizing;

use crate::memory::Memory;
use crate::scheme::compute_argon2id;
use crate::{Argon2Params, Password, PasswordHash, phc};

/// Bytes. RFC 9106 §4 recommends a salt of 128 bits and a tag of 256.
pub(crate) const SALT: usize = 16;
const TAG: usize = 32;

/// A new Argon2id hash with a salt from `rng`, computed on the calling thread (async code uses the
/// [`HashingPool`](crate::HashingPool)).
pub fn hash(
    password: &Password,
    params: &Argon2Params,
    rng: &mut (dyn CryptoRng + Send),
) -> PasswordHash {
    hash_with_salt(password, *params, new_salt(rng), &mut Memory::default())
}

pub(crate) fn new_salt(rng: &mut (dyn CryptoRng + Send)) -> [u8; SALT] {
    let mut salt = [0; SALT];
    rng.fill_bytes(&mut salt);
    salt
}

pub(crate) fn hash_with_salt(
    password: &Password,
    params: Argon2Params,
    salt: [u8; SALT],
    memory: &mut Memory,
) -> PasswordHash {
    let mut tag = Zeroizing::new([0; TAG]);
    compute_argon2id(
        password.expose().as_bytes(),
        params,
        &salt,
        &mut tag[..],
        memory,
    );
    PasswordHash::from(format!(
        "$argon2id$v=19$m={},t={},p={}${}${}",
        params.memory_kib(),
        params.passes(),
        params.lanes(),
        phc::encode(&salt),
        phc::encode(&tag[..]),
    ))
}

/// The work of [`hash_with_salt`], for nothing.
pub(crate) fn hash_nothing(password: &Password, params: Argon2Params, memory: &mut Memory) {
    let mut tag = Zeroizing::new([0; TAG]);
    compute_argon2id(
        password.expose().as_bytes(),
        params,
        &[0; SALT],
        &mut tag[..],
        memory,
    );
    // Else the optimiser might see that nobody looks at the result.
    std::hint::black_box(&tag);
}
