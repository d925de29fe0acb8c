//! Reading users out of a table.

use super::{columns::Users, scripts::literal, store::Kind};

/// The connection to the store, `userOf(address)` and `users()`.
const fn skeletons(kind: Kind) -> [&'static str; 3] {
    match kind {
        Kind::Mysql => [
            include_str!("skeleton/mysql.js"),
            include_str!("skeleton/mysql.user.js"),
            include_str!("skeleton/mysql.count.js"),
        ],
        Kind::SqlServer => [
            include_str!("skeleton/sqlserver.js"),
            include_str!("skeleton/sqlserver.user.js"),
            include_str!("skeleton/sqlserver.count.js"),
        ],
        Kind::Postgres | Kind::MongoDb => [
            include_str!("skeleton/postgres.js"),
            include_str!("skeleton/postgres.user.js"),
            include_str!("skeleton/postgres.count.js"),
        ],
    }
}

/// `userOf(address)`, with what it needs.
pub fn store(kind: Kind, users: &Users, columns: &[(&str, String)]) -> String {
    let [connection, user, _] = skeletons(kind);
    let quoted = |name: &str| quoted(kind, name);
    let list: Vec<String> = columns
        .iter()
        .map(|(name, column)| {
            if name == column {
                quoted(column)
            } else {
                format!("{} AS {}", quoted(column), quoted(name))
            }
        })
        .collect();
    let email = quoted(&users.email);
    let condition = match kind {
        // Other stores compare text without regard to case, unless they were told otherwise.
        Kind::Postgres | Kind::MongoDb => format!("lower({email}) = lower($1)"),
        Kind::Mysql => format!("{email} = ?"),
        Kind::SqlServer => format!("{email} = @address"),
    };
    let sql = format!(
        "SELECT {} FROM {} WHERE {condition} ORDER BY {}",
        list.join(", "),
        table(kind, users),
        quoted(&users.id)
    );
    format!("{connection}\n{}", user.replace("{{sql}}", &literal(&sql)))
}

/// `users()`: how many rows have an address, with what it needs.
pub fn count(kind: Kind, users: &Users) -> String {
    let [connection, _, count] = skeletons(kind);
    let sql = format!(
        "SELECT count({}) AS {} FROM {}",
        quoted(kind, &users.email),
        quoted(kind, "users"),
        table(kind, users)
    );
    format!("{connection}\n{}", count.replace("{{sql}}", &literal(&sql)))
}

fn table(kind: Kind, users: &Users) -> String {
    let [schema, table] = &users.table;
    match kind {
        // A schema in MySQL is the database that the connection names.
        Kind::Mysql => quoted(kind, table),
        _ => format!("{}.{}", quoted(kind, schema), quoted(kind, table)),
    }
}

fn quoted(kind: Kind, name: &str) -> String {
    let (open, close) = match kind {
        Kind::Mysql => ('`', '`'),
        Kind::SqlServer => ('[', ']'),
        Kind::Postgres | Kind::MongoDb => ('"', '"'),
    };
    let inner = name.replace(close, &format!("{close}{close}"));
    format!("{open}{inner}{close}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_end_their_quotes() {
        assert_eq!(quoted(Kind::SqlServer, "a]b[c"), "[a]]b[c]");
        assert_eq!(quoted(Kind::Mysql, "a`b"), "`a``b`");
        assert_eq!(quoted(Kind::Postgres, "a\"b"), "\"a\"\"b\"");
    }
}
