//! Scripts for a table or a collection of users.

use super::{
    columns::{Place, Text, Users, Verified},
    dispatch::Comparison,
    documents,
    fill::fill,
    sql,
    store::Kind,
};

/// Rounds for users that there are not, where no row says how many are usual.
pub const ROUNDS: u32 = 10_000;

/// `login.js`.
pub fn login(kind: Kind, users: &Users, comparison: &Comparison) -> String {
    format!(
        "// Checks the password and gives the profile.\n/** @type {{LoginScript}} */\nfunction login(email, password, callback) {{\n{store}\n{compare}\n  async function check() {{\n    const user = await userOf(email);\n    // Unknown users, and those without a password, cost the same work, so that the time taken does not tell who exists.\n    const right = await matches(password, {hash} || UNKNOWN{beside});\n    if (!user) throw new WrongUsernameOrPasswordError();\n    if (!right || !user.hash) throw new WrongUsernameOrPasswordError(email);\n{checks}    return {profile};\n  }}\n\n  check().then((profile) => callback(null, profile), callback);\n}}\n",
        store = store(kind, users, &compared(users, comparison, columns(users))),
        compare = comparison.code,
        hash = text("hash", &users.hash),
        beside = beside(users, comparison),
        checks = checks(
            users,
            "if ({condition}) throw new UnauthorizedError('The account is closed.');"
        ),
        profile = profile(users),
    )
}

/// A script that gives `FORM:READING` as its `user_id`: which of several comparisons the known user's password fits. `forms` is a list in
/// JavaScript of `[pattern, [() => matches, …]]`.
pub fn probe(kind: Kind, users: &Users, forms: &str) -> String {
    let all = Comparison {
        code: String::new(),
        salted: true,
        rounds: true,
        algorithm: true,
    };
    let columns = vec![("id", users.id.clone()), ("email", users.email.clone())];
    fill(
        include_str!("skeleton/probe.js"),
        &[
            (
                "store",
                &store(kind, users, &compared(users, &all, columns)),
            ),
            ("hash", &text("hash", &users.hash)),
            ("beside", &beside(users, &all)),
            ("forms", forms),
        ],
    )
}

/// What a login reads: the profile's columns, the hash, and what stands beside it.
fn compared(
    users: &Users,
    comparison: &Comparison,
    mut columns: Vec<(&'static str, Place)>,
) -> Vec<(&'static str, Place)> {
    columns.push(("hash", users.hash.clone()));
    let salt = users.salt.as_ref().filter(|_| comparison.salted);
    columns.extend(salt.map(|place| ("salt", place.clone())));
    let rounds = users.rounds.as_ref().filter(|_| comparison.rounds);
    columns.extend(rounds.map(|place| ("rounds", place.clone())));
    let algorithm = users.algorithm.as_ref().filter(|_| comparison.algorithm);
    columns.extend(algorithm.map(|place| ("algorithm", place.clone())));
    columns
}

/// The arguments behind the hash.
fn beside(users: &Users, comparison: &Comparison) -> String {
    let salt = users.salt.as_ref().filter(|_| comparison.salted);
    let rounds = users.rounds.as_ref().filter(|_| comparison.rounds);
    let algorithm = users.algorithm.as_ref().filter(|_| comparison.algorithm);
    let usual_rounds = users.usual.rounds.unwrap_or(ROUNDS);
    let usual_algorithm = users.usual.algorithm.as_deref().unwrap_or_default();
    let all = [
        (
            salt.map(|place| format!("{} || ''", text("salt", place))),
            "''",
        ),
        (
            rounds.map(|_| format!("user?.rounds || {usual_rounds}")),
            "0",
        ),
        (
            algorithm.map(|place| {
                format!(
                    "{} || {}",
                    text("algorithm", place),
                    literal(usual_algorithm)
                )
            }),
            "''",
        ),
    ];
    // What stands before another argument has a place even where there is no column for it.
    let last = all.iter().rposition(|(found, _)| found.is_some());
    all.into_iter()
        .take(last.map_or(0, |at| at + 1))
        .map(|(found, missing)| format!(", {}", found.unwrap_or_else(|| missing.to_owned())))
        .collect()
}

/// A column's text in JavaScript, or nothing.
fn text(name: &str, place: &Place) -> String {
    let read = match place.text {
        Text::Plain | Text::Padded => "",
        Text::Bytes => "?.toString('hex')",
        // A column of a fixed length is filled up with zeros.
        Text::Encoded => "?.toString('latin1').replace(/\\0+$/, '')",
    };
    format!("user?.{name}{read}")
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

fn store(kind: Kind, users: &Users, columns: &[(&'static str, Place)]) -> String {
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
fn columns(users: &Users) -> Vec<(&'static str, Place)> {
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
    let mut checks: Vec<String> = users
        .states
        .keys()
        .map(|state| {
            let condition = match *state {
                "active" | "approved" | "non_locked" | "non_expired" => {
                    format!("!isYes(user.{state})")
                }
                "banned_until" | "locked_until" | "suspended_until" => {
                    format!("new Date(user.{state}) > new Date()")
                }
                "expired_at" => {
                    "user.expired_at && new Date(user.expired_at) < new Date()".to_owned()
                }
                "state" | "status" => format!("user.{state} !== 'active'"),
                // Which number stands for an active account, the store alone knows: 1 as a rule.
                "status_number" => "Number(user.status_number) !== 1".to_owned(),
                _ => format!("isYes(user.{state})"),
            };
            format!("    // {}\n", then.replace("{condition}", &condition))
        })
        .collect();
    if !users.bans.is_empty() {
        let check = then.replace("{condition}", "Number(user.bans) > 0");
        checks.push(format!("    // {check}\n"));
    }
    if checks.is_empty() {
        return String::new();
    }
    format!(
        "    // What the store has that may shut a user out. Use those that do.\n{}",
        checks.concat()
    )
}

/// A JavaScript string with any text. It has no keyword either that `trickle push` would fill in from the environment.
pub fn literal(text: &str) -> String {
    if text.contains('\'') || !can_stand(text) {
        escaped(text)
    } else {
        format!("'{}'", text.replace('\\', "\\\\"))
    }
}

/// Whether a text shows all that it has, and no keyword.
pub fn can_stand(text: &str) -> bool {
    !text.contains("##") && !text.contains("@@") && !text.contains(is_unseen)
}

fn escaped(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let json = json.replace("##", "#\\u0023").replace("@@", "@\\u0040");
    let mut escaped = String::new();
    for c in json.chars() {
        if is_unseen(c) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// What ends a line of JavaScript or for the eye, or changes the order in which people see it (Unicode UAX #9 §2).
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn profile(users: &Users) -> String {
    let verified = match &users.verified {
        Some(Verified::Flag(_)) => "isYes(user.verified)",
        Some(Verified::Since(_)) => "isYes(user.verified_at)",
        None => "false",
    };
    let id = match users.id.text {
        Text::Bytes => "user.id.toString('hex')",
        _ => "user.id",
    };
    let mut lines = vec![
        format!("user_id: `legacy|${{{id}}}`"),
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
    use super::*;
    use crate::init::columns::{proposals, tests::table};

    fn users(kind: Kind, columns: &[&str]) -> Users {
        proposals(kind, &table("users", columns)).remove(0)
    }

    #[test]
    fn literals_are_one_line_without_keywords() {
        for (text, written) in [
            ("plain \"a\" \\", r#"'plain "a" \\'"#),
            ("it's", r#""it's""#),
            ("a\nb\u{2028}\u{9b}\u{202e}", r#""a\nb\u2028\u009b\u202e""#),
            ("##PATH## ###", r##""#\u0023PATH#\u0023 #\u0023#""##),
            ("'@@PATH@@'", r#""'@\u0040PATH@\u0040'""#),
            ("# @", "'# @'"),
        ] {
            assert_eq!(literal(text), written);
        }
    }

    #[test]
    fn marks_in_names_are_no_marks_of_the_probe() {
        let columns = table("{{forms}} users", &["*id", "email", "password"]);
        let users = proposals(Kind::Postgres, &columns).remove(0);
        let script = probe(Kind::Postgres, &users, "/x/");
        assert!(script.contains(r#""public"."{{forms}} users""#), "{script}");
    }

    #[test]
    fn what_may_shut_a_user_out_is_read_and_left_to_people() {
        let columns = ["*id", "email", "password", "is_active", "deleted_at"];
        let users = users(Kind::Postgres, &columns);
        for script in [
            login(Kind::Postgres, &users, &Comparison::default()),
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
    fn bans_in_another_table_are_left_to_people_too() {
        let columns = [
            table("users", &["*id:int", "email", "password"]),
            table("user_bans", &["user_id:int"]),
        ]
        .concat();
        let users = proposals(Kind::Mysql, &columns).remove(0);
        for (script, check) in [
            (
                login(Kind::Mysql, &users, &Comparison::default()),
                "    // if (Number(user.bans) > 0) throw ",
            ),
            (
                get_user(Kind::Mysql, &users),
                "    // if (user && Number(user.bans) > 0) return undefined;",
            ),
        ] {
            assert!(script.contains(check), "{script}");
            assert!(script.contains(" AS `bans` "), "{script}");
        }
    }

    #[test]
    fn a_check_suits_its_column() {
        for (column, check) in [
            ("enabled:boolean", "// if (!isYes(user.active)) "),
            (
                "account_non_locked:boolean",
                "// if (!isYes(user.non_locked)) ",
            ),
            (
                "lockout_end:datetime",
                "// if (new Date(user.locked_until) > new Date()) ",
            ),
            ("status", "// if (user.status !== 'active') "),
            (
                "status:tinyint",
                "// if (Number(user.status_number) !== 1) ",
            ),
            ("block:tinyint", "// if (isYes(user.blocked)) "),
        ] {
            let users = users(Kind::Mysql, &["*id", "email", "password", column]);
            let script = login(Kind::Mysql, &users, &Comparison::default());
            assert!(script.contains(check), "{check}: {script}");
        }
    }

    #[test]
    fn what_says_yes_is_read_by_one_function() {
        for (column, reading) in [
            ("verified", "isYes(user.verified)"),
            ("verified_at", "isYes(user.verified_at)"),
        ] {
            for kind in [Kind::Mysql, Kind::MongoDb] {
                let users = users(kind, &["*id", "email", "password", column]);
                let script = get_user(kind, &users);
                assert!(
                    script.contains(&format!("email_verified: {reading}")),
                    "{script}"
                );
                assert!(script.contains("function isYes(value)"), "{script}");
            }
        }
        let users = users(Kind::Postgres, &["*id", "email", "password"]);
        let script = get_user(Kind::Postgres, &users);
        assert!(!script.contains("isYes"), "{script}");
    }

    #[test]
    fn a_column_may_say_how_each_hash_was_made() {
        let columns = [
            "*id",
            "email",
            "password_hash",
            "salt",
            "password_algorithm",
        ];
        let mut users = users(Kind::Postgres, &columns);
        users.usual.algorithm = Some("$pbkdf2-sha256$i=64000,l=32$'".into());
        let comparison = Comparison {
            salted: true,
            rounds: true,
            algorithm: true,
            ..Comparison::default()
        };
        let script = login(Kind::Postgres, &users, &comparison);
        for part in [
            r#", user?.salt || '', 0, user?.algorithm || "$pbkdf2-sha256$i=64000,l=32$'")"#,
            r#""password_algorithm" AS "algorithm""#,
        ] {
            assert!(script.contains(part), "{part}: {script}");
        }
    }

    #[test]
    fn what_stands_beside_the_hash_is_read_where_it_is_needed() {
        let columns = [
            "*id",
            "email",
            "password:bytea",
            "salt:bytea",
            "iterations:integer",
        ];
        let mut users = users(Kind::Postgres, &columns);
        let comparison = |salted, rounds| Comparison {
            salted,
            rounds,
            ..Comparison::default()
        };
        for (salted, rounds, arguments) in [
            (false, false, "user?.hash?.toString('hex') || UNKNOWN)"),
            (
                true,
                false,
                "|| UNKNOWN, user?.salt?.toString('hex') || '')",
            ),
            (false, true, "|| UNKNOWN, '', user?.rounds || 10000)"),
            (
                true,
                true,
                "user?.salt?.toString('hex') || '', user?.rounds || 10000)",
            ),
        ] {
            let script = login(Kind::Postgres, &users, &comparison(salted, rounds));
            assert!(script.contains(arguments), "{arguments}: {script}");
            assert_eq!(script.contains("\"salt\""), salted, "{script}");
            assert_eq!(script.contains("\"iterations\""), rounds, "{script}");
        }
        users.usual.rounds = Some(27_500);
        let script = login(Kind::Postgres, &users, &comparison(false, true));
        assert!(script.contains("user?.rounds || 27500)"), "{script}");
        users.id.text = Text::Bytes;
        let script = get_user(Kind::Postgres, &users);
        assert!(
            script.contains("`legacy|${user.id.toString('hex')}`"),
            "{script}"
        );
        users.hash.text = Text::Encoded;
        let script = login(Kind::Postgres, &users, &comparison(false, false));
        let read = r"user?.hash?.toString('latin1').replace(/\0+$/, '') || UNKNOWN";
        assert!(script.contains(read), "{script}");
    }
}
