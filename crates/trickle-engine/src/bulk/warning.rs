//! What is worth knowing of rows that can be imported.

use super::row::SoundRow;

/// Something worth knowing of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowWarning {
    /// It has no hash.
    NoPassword,
    /// It names no id.
    NoId,
    /// Its id has the prefix of ids here.
    PrefixedId,
    /// Its address is taken as not proven.
    EmailNotVerified,
    /// Its hash is easily guessed until the first login replaces it.
    WeakHash,
}

impl RowWarning {
    /// For people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NoPassword => {
                "no hash: they log in through the legacy store once, or choose a new password"
            }
            Self::NoId => "no user_id: an id is made up",
            Self::PrefixedId => "user_id begins with auth0|, which is put before it once more",
            Self::EmailNotVerified => "email_verified is not true: the address counts as unproven",
            Self::WeakHash => "a fast hash: it is easy to guess until the first login replaces it",
        }
    }
}

/// Schemes whose single comparison takes less than a microsecond.
const FAST: [&str; 14] = [
    "md4",
    "md5",
    "nt",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "ripemd160",
    "whirlpool",
    "hmac",
    "ldap",
    "template",
    "des-crypt",
];

/// What is worth knowing of a row.
pub fn warnings(row: &SoundRow) -> Vec<RowWarning> {
    let id = row.id.as_deref();
    let fast = row.scheme.is_some_and(|scheme| FAST.contains(&scheme));
    [
        (row.password.is_none(), RowWarning::NoPassword),
        (id.is_none(), RowWarning::NoId),
        (
            id.is_some_and(|id| id.starts_with("auth0|")),
            RowWarning::PrefixedId,
        ),
        (
            row.profile.email.is_some() && !row.profile.email_verified,
            RowWarning::EmailNotVerified,
        ),
        (fast, RowWarning::WeakHash),
    ]
    .into_iter()
    .filter_map(|(is_so, warning)| is_so.then_some(warning))
    .collect()
}
