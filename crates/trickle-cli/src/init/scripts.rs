//! Scripts for a table or a collection of users.

use super::{
    columns::{Users, Verified},
    documents,
    schemes::Comparison,
    sql,
    store::Kind,
};

/// `login.js`.
pub fn login(kind: Kind, users: &Users, comparison: &Comparison) -> String {
    let salt = users.salt.as_ref().filter(|_| comparison.salted);
    let mut columns = columns(users);
    columns.push(("hash", users.hash.clone()));
    if let Some(salt) = salt {
        columns.push(("salt", salt.clone()));
    }
    let third = if salt.is_some() {
        ", user?.salt || ''"
    } else {
        ""
    };
    format!(
        "// Checks the password and gives the profile.\n/** @type {{LoginScript}} */\nfunction login(email, password, callback) {{\n{store}\n{compare}\n  async function check() {{\n    const user = await userOf(email);\n    // Unknown users, and those without a password, cost the same work, so that the time taken does not tell who exists.\n    const right = await matches(password, user?.hash || UNKNOWN{third});\n    if (!user) throw new WrongUsernameOrPasswordError();\n    if (!right || !user.hash) throw new WrongUsernameOrPasswordError(email);\n{checks}    return {profile};\n  }}\n\n  check().then((profile) => callback(null, profile), callback);\n}}\n",
        store = store(kind, users, &columns),
        compare = comparison.code,
        checks = checks(
            users,
            "if ({condition}) throw new UnauthorizedError('The account is closed.');"
        ),
        profile = profile(users),
    )
}

/// `get_user.js`.
pub fn get_user(kind: Kind, users: &Users) -> String {
    format!(
        "// Gives the profile without a password; nothing for an unknown user.\n/** @type {{GetUserScript}} */\nfunction getUser(email, callback) {{\n{store}\n  async function find() {{\n    const user = await userOf(email);\n{checks}    return user && {profile};\n  }}\n\n  find().then((profile) => callback(null, profile), callback);\n}}\n",
        store = store(kind, users, &columns(users)),
        checks = checks(users, "if (user && {condition}) return undefined;"),
        profile = profile(users),
    )
}

/// `count.js`.
pub fn count(kind: Kind, users: &Users) -> String {
    let store = match kind {
        Kind::MongoDb => documents::count(users),
        Kind::Postgres | Kind::Mysql | Kind::SqlServer => sql::count(kind, users),
    };
    format!(
        "// Says how many users have an address, for the forecast of the migration.\n/** @type {{CountScript}} */\nfunction count(callback) {{\n{store}\n  users().then((number) => callback(null, number), callback);\n}}\n"
    )
}

fn store(kind: Kind, users: &Users, columns: &[(&'static str, String)]) -> String {
    let store = match kind {
        Kind::MongoDb => documents::store(users, columns),
        Kind::Postgres | Kind::Mysql | Kind::SqlServer => sql::store(kind, users, columns),
    };
    if users.verified.is_some() || !users.states.is_empty() {
        format!("{store}\n{}", include_str!("skeleton/yes.js"))
    } else {
        store
    }
}

/// What is read, under the names that the scripts use.
fn columns(users: &Users) -> Vec<(&'static str, String)> {
    let mut columns = vec![("id", users.id.clone()), ("email", users.email.clone())];
    match &users.verified {
        Some(Verified::Flag(column)) => columns.push(("verified", column.clone())),
        Some(Verified::Since(column)) => columns.push(("verified_at", column.clone())),
        None => {}
    }
    columns.extend(
        users
            .fields
            .iter()
            .chain(&users.states)
            .map(|(field, column)| (*field, column.clone())),
    );
    columns
}

/// Checks for users who may be shut out. Only somebody who knows the store can say what its columns mean, so that they are comments.
fn checks(users: &Users, then: &str) -> String {
    let checks: Vec<String> = users
        .states
        .keys()
        .map(|state| {
            let condition = match *state {
                "active" => "!isYes(user.active)".to_owned(),
                "status" => "user.status !== 'active'".to_owned(),
                _ => format!("isYes(user.{state})"),
            };
            format!("    // {}\n", then.replace("{condition}", &condition))
        })
        .collect();
    if checks.is_empty() {
        return String::new();
    }
    format!(
        "    // Columns of the store that may shut a user out. Use those that do.\n{}",
        checks.concat()
    )
}

/// A JavaScript string with any text.
pub fn literal(text: &str) -> String {
    if text.contains('\'') {
        serde_json::Value::from(text).to_string()
    } else {
        format!("'{}'", text.replace('\\', "\\\\"))
    }
}

fn profile(users: &Users) -> String {
    let verified = match &users.verified {
        Some(Verified::Flag(_)) => "isYes(user.verified)",
        Some(Verified::Since(_)) => "isYes(user.verified_at)",
        None => "false",
    };
    let mut lines = vec![
        "user_id: `legacy|${user.id}`".to_owned(),
        "email: user.email".to_owned(),
        format!("email_verified: {verified}"),
    ];
    lines.extend(
        users
            .fields
            .keys()
            .map(|field| format!("{field}: user.{field}")),
    );
    format!("{{\n      {},\n    }}", lines.join(",\n      "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn users(verified: Option<Verified>) -> Users {
        Users {
            table: ["public".into(), "users".into()],
            id: "id".into(),
            email: "email".into(),
            hash: "password".into(),
            salt: None,
            verified,
            fields: BTreeMap::new(),
            states: BTreeMap::new(),
            capitals: false,
        }
    }

    #[test]
    fn what_may_shut_a_user_out_is_read_and_left_to_people() {
        let mut users = users(None);
        users.states = BTreeMap::from([
            ("active", "is_active".to_owned()),
            ("deleted", "deleted_at".into()),
        ]);
        let comparison = Comparison {
            name: "x".into(),
            code: String::new(),
            salted: false,
        };
        for script in [
            login(Kind::Postgres, &users, &comparison),
            get_user(Kind::Postgres, &users),
        ] {
            for part in [
                "\"deleted_at\" AS \"deleted\"",
                "!isYes(user.active)) ",
                "isYes(user.deleted)) ",
                "function isYes",
            ] {
                assert!(script.contains(part), "{part}: {script}");
            }
        }
    }

    #[test]
    fn what_says_yes_is_read_by_one_function() {
        for (verified, reading) in [
            (Verified::Flag("ok".into()), "isYes(user.verified)"),
            (Verified::Since("ok_at".into()), "isYes(user.verified_at)"),
        ] {
            for kind in [Kind::Mysql, Kind::MongoDb] {
                let script = get_user(kind, &users(Some(verified.clone())));
                assert!(
                    script.contains(&format!("email_verified: {reading}")),
                    "{script}"
                );
                assert!(script.contains("function isYes(value)"), "{script}");
            }
        }
        let script = get_user(Kind::Postgres, &users(None));
        assert!(!script.contains("isYes"), "{script}");
    }
}
