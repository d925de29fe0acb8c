//! Scripts for a table of users.

use super::{
    columns::{Users, Verified},
    schemes::Comparison,
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
        ", user ? user.salt : ''"
    } else {
        ""
    };
    format!(
        "// Checks the password and gives the profile.\nfunction login(email, password, callback) {{\n{store}\n{compare}\n  async function check() {{\n    const user = await userOf(email);\n    // Unknown users cost the same work, so that the time taken does not tell who exists.\n    const right = await matches(password, user ? user.hash : UNKNOWN{third});\n    if (!user) throw new WrongUsernameOrPasswordError();\n    if (!right) throw new WrongUsernameOrPasswordError(email);\n    return {profile};\n  }}\n\n  check().then((profile) => callback(null, profile), callback);\n}}\n",
        store = store(kind, users, &columns),
        compare = comparison.code,
        profile = profile(users),
    )
}

/// `get_user.js`.
pub fn get_user(kind: Kind, users: &Users) -> String {
    format!(
        "// Gives the profile without a password; nothing for an unknown user.\nfunction getUser(email, callback) {{\n{store}\n  async function find() {{\n    const user = await userOf(email);\n    return user && {profile};\n  }}\n\n  find().then((profile) => callback(null, profile), callback);\n}}\n",
        store = store(kind, users, &columns(users)),
        profile = profile(users),
    )
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
            .map(|(field, column)| (*field, column.clone())),
    );
    columns
}

fn store(kind: Kind, users: &Users, columns: &[(&str, String)]) -> String {
    let (skeleton, quote) = match kind {
        Kind::Postgres => (include_str!("skeleton/postgres.js"), '"'),
        Kind::Mysql => (include_str!("skeleton/mysql.js"), '`'),
    };
    let quoted = |name: &str| {
        format!(
            "{quote}{}{quote}",
            name.replace(quote, &format!("{quote}{quote}"))
        )
    };
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
        Kind::Postgres => format!("lower({email}) = lower($1)"),
        Kind::Mysql => format!("{email} = ?"),
    };
    // A schema in MySQL is the database that the connection names.
    let table = match kind {
        Kind::Postgres => format!("{}.{}", quoted(schema), quoted(table)),
        Kind::Mysql => quoted(table),
    };
    let sql = format!("SELECT {} FROM {table} WHERE {condition}", list.join(", "));
    skeleton.replace("{{sql}}", &literal(&sql))
}

/// A JavaScript string with any text.
fn literal(text: &str) -> String {
    if text.contains('\'') {
        serde_json::Value::from(text).to_string()
    } else {
        format!("'{}'", text.replace('\\', "\\\\"))
    }
}

fn profile(users: &Users) -> String {
    let verified = match &users.verified {
        Some(Verified::Flag(_)) => "Boolean(Number(user.verified))",
        Some(Verified::Since(_)) => "user.verified_at !== null",
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
