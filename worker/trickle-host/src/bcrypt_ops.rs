//! bcrypt as the npm package of that name computes it.

use base64::{Engine as _, alphabet, engine};
use deno_core::op2;

/// Base64 with bcrypt's own alphabet and without padding.
const BASE64: engine::GeneralPurpose =
    engine::GeneralPurpose::new(&alphabet::BCRYPT, engine::general_purpose::NO_PAD);
const SALT_BYTES: usize = 16;
const SALT_TEXT: usize = 22;
/// What the npm package allows.
const COSTS: std::ops::RangeInclusive<u32> = 4..=31;
/// What is computed: native code cannot be stopped, and a cost of 15 takes two seconds. docs/reference/limits.md
const COST_MAX: u32 = 15;

#[derive(Debug, thiserror::Error, deno_error::JsError)]
pub enum BcryptFailure {
    #[class(generic)]
    #[error("Invalid salt. Salt must be in the form of: $Vers$log2(NumRounds)$saltvalue")]
    Salt,
    #[class(range)]
    #[error("the limit of bcrypt is a cost of {COST_MAX}; it is {0}; see docs/reference/limits.md")]
    Cost(u32),
    #[class(generic)]
    #[error("bcrypt was interrupted")]
    Interrupted,
}

struct Salt {
    version: String,
    cost: u32,
    bytes: [u8; SALT_BYTES],
}

/// Reads `$2b$10$` and 22 characters; what follows is ignored.
fn parse_salt(text: &str) -> Option<Salt> {
    let mut parts = text.strip_prefix('$')?.splitn(3, '$');
    let version = parts
        .next()
        .filter(|version| matches!(*version, "2a" | "2b"))?;
    let cost = parts.next().filter(|cost| cost.len() == 2)?.parse().ok()?;
    let salt = parts.next()?.get(..SALT_TEXT)?;
    let bytes = decode_lenient(salt)?;
    COSTS.contains(&cost).then(|| Salt {
        version: version.to_owned(),
        cost,
        bytes,
    })
}

/// The last character carries only two bits of salt; other implementations leave the rest set.
fn decode_lenient(salt: &str) -> Option<[u8; SALT_BYTES]> {
    let lenient = engine::GeneralPurpose::new(
        &alphabet::BCRYPT,
        engine::GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(engine::DecodePaddingMode::RequireNone),
    );
    lenient.decode(salt).ok()?.try_into().ok()
}

fn hash(data: &[u8], salt: &str) -> Result<String, BcryptFailure> {
    let salt = parse_salt(salt).ok_or(BcryptFailure::Salt)?;
    if salt.cost > COST_MAX {
        return Err(BcryptFailure::Cost(salt.cost));
    }
    // The terminating NUL is part of the key, and all beyond 72 bytes is not.
    let mut key = data.to_vec();
    key.push(0);
    key.truncate(72);
    let digest = bcrypt::bcrypt(salt.cost, salt.bytes, &key);
    Ok(format!(
        "${}${:02}${}{}",
        salt.version,
        salt.cost,
        BASE64.encode(salt.bytes),
        BASE64.encode(&digest[..23]),
    ))
}

/// A hash that is none compares as false, as in the npm package.
fn compare(data: &[u8], stored: &str) -> Result<bool, BcryptFailure> {
    const HASH_TEXT: usize = 60;
    if stored.len() != HASH_TEXT {
        return Ok(false);
    }
    let computed = match hash(data, stored) {
        Ok(computed) => computed,
        Err(BcryptFailure::Salt) => return Ok(false),
        Err(error) => return Err(error),
    };
    let difference = computed
        .bytes()
        .zip(stored.bytes())
        .fold(0, |difference, (one, other)| difference | (one ^ other));
    Ok(difference == 0)
}

async fn on_other_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, BcryptFailure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| BcryptFailure::Interrupted)
}

#[op2]
#[string]
pub fn op_trickle_bcrypt_salt(#[smi] cost: u32, #[string] minor: &str) -> String {
    // The npm package takes the nearest cost that is allowed.
    let cost = cost.clamp(*COSTS.start(), *COSTS.end());
    let bytes: [u8; SALT_BYTES] = rand08::random();
    format!("$2{minor}${cost:02}${}", BASE64.encode(bytes))
}

#[op2]
#[string]
pub fn op_trickle_bcrypt_hash_sync(
    #[buffer] data: &[u8],
    #[string] salt: &str,
) -> Result<String, BcryptFailure> {
    hash(data, salt)
}

#[op2]
#[string]
pub async fn op_trickle_bcrypt_hash(
    #[buffer(copy)] data: Vec<u8>,
    #[string] salt: String,
) -> Result<String, BcryptFailure> {
    on_other_thread(move || hash(&data, &salt)).await?
}

#[op2(fast)]
pub fn op_trickle_bcrypt_compare_sync(
    #[buffer] data: &[u8],
    #[string] stored: &str,
) -> Result<bool, BcryptFailure> {
    compare(data, stored)
}

#[op2]
pub async fn op_trickle_bcrypt_compare(
    #[buffer(copy)] data: Vec<u8>,
    #[string] stored: String,
) -> Result<bool, BcryptFailure> {
    on_other_thread(move || compare(&data, &stored)).await?
}
