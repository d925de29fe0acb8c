//! The hash formats, one file for each group.

mod argon2;
mod aspnet;
mod bcrypt;
mod braces;
mod crypt;
mod custom;
mod database;
mod hashed;
mod magento;
mod pbkdf2;
mod phpass;
mod plain_digest;
mod scrypt;
mod template;

use crate::memory::Memory;
use crate::{Argon2Params, VerifyError, ceiling};

use self::hashed::Parsed;

pub(crate) use self::argon2::compute_argon2id;
pub(crate) use self::bcrypt::make as make_bcrypt;
pub(crate) use self::crypt::{des as make_des, md5 as make_md5_crypt, sha as make_sha_crypt};
pub use self::custom::{CustomHashError, custom_hash};
pub(crate) use self::phpass::compute as make_phpass;
pub(crate) use self::scrypt::compute as make_scrypt;

/// `None`: not this format. `Some(Err)`: this format, but broken or too costly. Does no hashing work.
type Parse = fn(&str) -> Parsed;

/// Formats with a mark of their own that may also stand behind a wrapper.
static MARKED: &[Parse] = &[
    argon2::parse,
    bcrypt::parse,
    bcrypt::parse_django,
    bcrypt::parse_wordpress,
    bcrypt::parse_passlib,
    pbkdf2::parse,
    pbkdf2::parse_django,
    pbkdf2::parse_werkzeug,
    scrypt::parse,
    scrypt::parse_crypt,
    scrypt::parse_werkzeug,
    scrypt::parse_django,
    scrypt::parse_lambdaworks,
    scrypt::parse_firebase,
    scrypt::parse_yescrypt,
    crypt::parse_md5,
    crypt::parse_sha,
    phpass::parse,
    aspnet::parse_membership,
    plain_digest::parse_labelled,
    plain_digest::parse_django,
];

/// Formats that a `custom_password_hash` may hold as a text.
static STORED: &[Parse] = &[
    pbkdf2::parse_keycloak,
    aspnet::parse_nt,
    braces::parse,
    parse_nextcloud,
    parse_named_argon2,
    parse_marked,
    scrypt::parse_spring,
    aspnet::parse_identity,
    crypt::parse_des,
    database::parse_mysql,
    database::parse_postgres,
    database::parse_sql_server,
    database::parse_oracle,
    magento::parse,
];

/// All formats. The first that recognises a text has it, so a format with a clear mark comes before one that goes by shape.
static SCHEMES: &[Parse] = &[custom::parse, parse_stored];

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
    if hash.len() > ceiling::TEXT_BYTES {
        return Err(VerifyError::UnknownScheme);
    }
    first(SCHEMES, hash).unwrap_or(Err(VerifyError::UnknownScheme))
}

fn first(parsers: &[Parse], hash: &str) -> Parsed {
    parsers.iter().find_map(|parse| parse(hash))
}

/// A format with a mark of its own, without wrappers.
fn parse_marked(hash: &str) -> Parsed {
    first(MARKED, hash)
}

fn parse_stored(hash: &str) -> Parsed {
    first(STORED, hash)
}

/// Nextcloud and ownCloud put a version in front: `1|$2y$…`, `2|$argon2i$…`, `3|$argon2id$…`.
fn parse_nextcloud(hash: &str) -> Parsed {
    let (version, rest) = hash.split_once('|')?;
    matches!(version, "1" | "2" | "3").then(|| parse_marked(rest))?
}

/// Django and Auth0's exports put a name in front of the PHC string: `argon2$argon2id$v=19$…`, `ARGON2ID$argon2id$v=19$…`.
fn parse_named_argon2(hash: &str) -> Parsed {
    const NAMES: [&str; 4] = ["argon2", "argon2id", "argon2i", "argon2d"];
    let (name, text) = hash.split_at_checked(hash.find('$')?)?;
    let is_one = NAMES.iter().any(|one| name.eq_ignore_ascii_case(one));
    is_one.then(|| argon2::parse(text))?
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
