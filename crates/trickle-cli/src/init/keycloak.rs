//! Keycloak's table of credentials: several kinds in one table, and of a password several columns.

use super::{columns::Table, store::Column};

/// What `type` has where a row is a password.
pub const PASSWORD: &str = "password";

/// Columns of a table of credentials.
pub struct Credentials<'a> {
    /// The kind of credential.
    pub kind: &'a Column,
    /// The key; since Keycloak 8 key and salt as JSON.
    pub hash: &'a Column,
    /// The salt; since Keycloak 8 the algorithm and its parameters as JSON, which belong to the hash as a salt does.
    pub salt: &'a Column,
    /// How often the hash was computed, before Keycloak 8.
    pub rounds: Option<&'a Column>,
}

/// Keycloak's columns, if the table has them.
pub fn credentials<'a>(table: &Table<'a>) -> Option<Credentials<'a>> {
    let column = |name: &str| {
        let mut columns = table.columns.iter().copied();
        columns.find(|column| column.name.eq_ignore_ascii_case(name))
    };
    let kind = column("type")?;
    if let (Some(hash), Some(salt)) = (column("secret_data"), column("credential_data")) {
        let rounds = None;
        return Some(Credentials {
            kind,
            hash,
            salt,
            rounds,
        });
    }
    Some(Credentials {
        kind,
        hash: column("value")?,
        salt: column("salt")?,
        rounds: Some(column("hash_iterations")?),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{
        columns::{proposals, tests::table},
        store::Kind,
    };

    #[test]
    fn passwords_are_told_from_other_credentials() {
        let old = [
            "*id",
            "type",
            "user_id",
            "value",
            "salt:bytea",
            "hash_iterations:integer",
            "algorithm",
        ];
        let recent = [
            "*id",
            "salt:bytea",
            "type",
            "user_id",
            "secret_data",
            "credential_data",
        ];
        for (columns, found_columns) in [
            (&old[..], ("value", "salt", Some("hash_iterations"))),
            (&recent[..], ("secret_data", "credential_data", None)),
        ] {
            let columns = [
                table(
                    "user_entity",
                    &["*id", "email", "username", "enabled:boolean"],
                ),
                table("credential", columns),
            ]
            .concat();
            let users = proposals(Kind::Postgres, &columns).remove(0);
            assert_eq!(users.table[1], "user_entity");
            let rounds = users.rounds.as_ref().map(|place| place.column.as_str());
            let salt = users.salt.as_ref().unwrap();
            assert_eq!(
                (users.hash.column.as_str(), salt.column.as_str(), rounds),
                found_columns
            );
            assert_eq!((users.hash.table, salt.table), (1, 1));
            assert_eq!(users.algorithm.is_some(), rounds.is_some());
            let only = &users.joins[0].only;
            assert_eq!(only, &[["type".to_owned(), "password".to_owned()]]);
        }
    }
}
