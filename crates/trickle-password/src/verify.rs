use crate::memory::Memory;
use crate::scheme::{self, Check};
use crate::{Argon2Params, Password, PasswordHash};

/// What a comparison came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The right password, and a hash to keep.
    Match,
    /// The right password; store a new hash of it in place of this one.
    NeedsRehash,
    /// Another password.
    Mismatch,
}

/// Why a hash cannot be compared with any password. Known before any hashing work.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum VerifyError {
    /// No scheme has this form.
    #[error("recognise the scheme of a password hash")]
    UnknownScheme,
    /// The hash asks for more work than the [`ceiling`](crate::ceiling) allows.
    #[error("accept a {scheme} hash: its {parameter} is {value}, at most {ceiling} is allowed")]
    CostTooHigh {
        /// The recognised scheme.
        scheme: &'static str,
        /// Which cost, with its unit.
        parameter: &'static str,
        /// What the hash asks for.
        value: u32,
        /// What is allowed.
        ceiling: u32,
    },
    /// The mark of a scheme, followed by something else than its hash.
    #[error("read a {scheme} hash: what follows its mark is cut short, or of another form")]
    Malformed {
        /// The scheme that the mark names.
        scheme: &'static str,
    },
}

/// What is known of a hash without a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identified {
    /// Such as `argon2id` or `bcrypt`.
    pub scheme: &'static str,
    /// The cost for people, such as `m=19456 KiB, t=2, p=1`.
    pub cost: String,
    /// Whether a first success would replace it by a default hash.
    pub needs_rehash: bool,
}

/// Recognises a hash and checks form and costs, as an import must before it stores it.
///
/// # Errors
/// The same that [`verify`] would give later.
pub fn identify(hash: &PasswordHash) -> Result<Identified, VerifyError> {
    let check = scheme::parse(hash.as_str())?;
    Ok(Identified {
        scheme: check.scheme(),
        cost: check.cost(),
        needs_rehash: !check.is_as_good_as(&Argon2Params::default()),
    })
}

/// Compares on the calling thread, which takes tens of milliseconds to seconds: async code uses the
/// [`HashingPool`](crate::HashingPool). Rehash is asked for below the default cost.
///
/// # Errors
/// When the hash is of no known scheme, broken or too costly.
pub fn verify(password: &Password, hash: &PasswordHash) -> Result<Verdict, VerifyError> {
    verify_against(password, hash, &Argon2Params::default())
}

/// [`verify`], where rehash is asked for below `target`.
///
/// # Errors
/// As [`verify`].
pub fn verify_against(
    password: &Password,
    hash: &PasswordHash,
    target: &Argon2Params,
) -> Result<Verdict, VerifyError> {
    let check = scheme::parse(hash.as_str())?;
    Ok(run(&*check, password, target, &mut Memory::default()))
}

pub(crate) fn run(
    check: &dyn Check,
    password: &Password,
    target: &Argon2Params,
    memory: &mut Memory,
) -> Verdict {
    if !check.matches(password.expose().as_bytes(), memory) {
        Verdict::Mismatch
    } else if check.is_as_good_as(target) {
        Verdict::Match
    } else {
        Verdict::NeedsRehash
    }
}
