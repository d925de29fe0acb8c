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

/// Schemes of which one graphics card tries a billion in a second.
const FAST: &[&str] = &[
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
    "django-digest",
    "werkzeug-hmac",
    "spring-digest",
    "aspnet-membership",
    "ory-digest",
    "ory-hmac",
    "mysql",
    "mssql",
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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trickle_model::ConnectionOptions;

    use super::*;
    use crate::bulk::{RowRules, check_row};

    #[test]
    fn fast_hashes_are_told() {
        let rules = RowRules::new(ConnectionOptions::from_stored(serde_json::Map::new()));
        for (hash, is_fast) in [
            ("*fcf7c1b8749cf99d88e5f34271d636178fb5d130", true),
            ("sha1$fe76b$02d5916550edf7fc8c886f044887f4b1abf9b013", true),
            ("{SHA}uJ6qx+YUFzQbcQtyd2gpTQ5qJ3s=", true),
            (
                "$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6",
                false,
            ),
        ] {
            let row = json!({"email": "a@b.c", "password_hash": hash});
            let told = warnings(&check_row(row, &rules).unwrap());
            assert_eq!(told.contains(&RowWarning::WeakHash), is_fast, "{hash}");
        }
    }
}
