//! Reading a user out of a table.

use super::{columns::Users, scripts::literal, store::Kind};

/// `userOf(address)`, with what it needs.
pub fn store(kind: Kind, users: &Users, columns: &[(&str, String)]) -> String {
    let skeleton = match kind {
        Kind::Mysql => include_str!("skeleton/mysql.js"),
        Kind::SqlServer => include_str!("skeleton/sqlserver.js"),
        Kind::Postgres | Kind::MongoDb => include_str!("skeleton/postgres.js"),
    };
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
    let [schema, table] = &users.table;
    let email = quoted(&users.email);
    let condition = match kind {
        // Other stores compare text without regard to case, unless they were told otherwise.
        Kind::Postgres | Kind::MongoDb => format!("lower({email}) = lower($1)"),
        Kind::Mysql => format!("{email} = ?"),
        Kind::SqlServer => format!("{email} = @address"),
    };
    // A schema in MySQL is the database that the connection names.
    let table = match kind {
        Kind::Mysql => quoted(table),
        _ => format!("{}.{}", quoted(schema), quoted(table)),
    };
    let sql = format!("SELECT {} FROM {table} WHERE {condition}", list.join(", "));
    skeleton.replace("{{sql}}", &literal(&sql))
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
