//! The hash formats, one file each.

mod argon2;
mod bcrypt;

use crate::memory::Memory;
use crate::{Argon2Params, VerifyError};

pub(crate) use self::argon2::compute_argon2id;

/// All formats. The first that recognises a text has it, so a format with a clear mark comes before one that guesses by shape.
static SCHEMES: &[&dyn Scheme] = &[&self::argon2::Argon2Phc, &self::bcrypt::Bcrypt];

/// One format of stored hashes.
pub(crate) trait Scheme: Sync {
    /// `None`: not this format. `Some(Err)`: this format, but broken or too costly. Must do no hashing work.
    fn parse(&self, hash: &str) -> Option<Result<Box<dyn Check>, VerifyError>>;
}

/// One stored hash, read and within the ceilings.
pub(crate) trait Check: Send {
    fn scheme(&self) -> &'static str;

    /// Parameters for people, such as `m=19456 KiB, t=2, p=1`.
    fn cost(&self) -> String;

    /// The work. Compares in constant time.
    fn matches(&self, password: &[u8], memory: &mut Memory) -> bool;

    /// Whether the hash is as good as one made now.
    fn is_as_good_as(&self, target: &Argon2Params) -> bool;
}

pub(crate) fn parse(hash: &str) -> Result<Box<dyn Check>, VerifyError> {
    SCHEMES
        .iter()
        .find_map(|scheme| scheme.parse(hash))
        .unwrap_or(Err(VerifyError::UnknownScheme))
}

/// # Errors
/// When `value` is above `ceiling`.
fn check_ceiling(
    scheme: &'static str,
    parameter: &'static str,
    value: u32,
    ceiling: u32,
) -> Result<(), VerifyError> {
    if value > ceiling {
        return Err(VerifyError::CostTooHigh {
            scheme,
            parameter,
            value,
            ceiling,
        });
    }
    Ok(())
}
