//! Passwords that the legacy store gets as they were typed.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use crate::{
    lint::Findings,
    literal::fixed,
    script::Script,
    tree::NodeId,
    values::{Carriers, What, is_password, overwrites_password},
};

/// Statements that write; what they look for is of no interest here.
static WRITES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?is)^\s*(?:insert|update|replace|merge)\s(?:.*?)(?:\bwhere\b|$)")
        .expect("the pattern is valid")
});

/// Longer statements are not taken apart.
const MOST_BYTES: usize = 4096;

/// Methods that store the fields of their first argument.
const INSERTING: &[&str] = &["insert", "insertOne"];

/// Methods that store the fields of their second argument, as they are or in `$set`.
const CHANGING: &[&str] = &[
    "findByIdAndUpdate",
    "findOneAndReplace",
    "findOneAndUpdate",
    "replaceOne",
    "updateMany",
    "updateOne",
];

/// What was typed, where a hash belongs.
pub fn in_clear(script: &Script<'_>, findings: &mut Findings<'_>) {
    let carriers = Carriers::of(script, What::Password);
    for call in script.tree().of_kind("CallExpression") {
        let found =
            in_statement(script, *call, &carriers).or_else(|| by_method(script, *call, &carriers));
        if let Some(place) = found {
            findings.add(
                place,
                "the password is stored as it was typed, and whoever reads the legacy store can log in as everybody",
                "Store a hash of it: `await bcrypt.hash(password, 12)`.",
            );
        }
    }
}

/// A password itself, neither hashed nor put together with something.
fn is_clear(script: &Script<'_>, node: NodeId, carriers: &Carriers<'_, '_>) -> bool {
    let tree = script.tree();
    match tree.kind(node) {
        "Identifier" => {
            let variable = script.variable(node);
            carriers.carries(node)
                && variable.is_some_and(|variable| !script.names().is_rewritten(variable))
        }
        "MemberExpression" => {
            let object = tree.child(node, "object");
            tree.key(node).is_some_and(is_password)
                && object.is_some_and(|object| carriers.is_holder(object))
        }
        _ => false,
    }
}

/// `query('INSERT … VALUES (?, ?)', [email, password])`.
fn in_statement(script: &Script<'_>, call: NodeId, carriers: &Carriers<'_, '_>) -> Option<NodeId> {
    let tree = script.tree();
    let [query, values, ..] = tree.arguments(call) else {
        return None;
    };
    let (query, values) = (script.resolved(*query), script.resolved(*values));
    if tree.source(query).len() > MOST_BYTES {
        return None;
    }
    let elements = tree.list(values, "elements");
    let properties = tree.list(values, "properties");
    let is_fields = |node: &NodeId| tree.is(*node, "ObjectExpression");
    let is_of_interest = |node: NodeId| is_clear(script, node, carriers);
    let value_of = |property: &NodeId| tree.child(*property, "value");
    let may_be = elements
        .iter()
        .any(|it| is_of_interest(*it) || is_fields(it))
        || properties.iter().filter_map(value_of).any(is_of_interest);
    if !may_be {
        return None;
    }
    let text = fixed(tree, query)?;
    let stored = stored_as_given(WRITES.find(&text)?.as_str());
    let mut by_number = elements.iter().enumerate().filter(|(index, _)| {
        let number = index + 1;
        stored.contains(number.to_string().as_str())
    });
    let by_number = by_number.find_map(|(_, value)| {
        if is_fields(value) {
            return field_in_clear(script, *value, carriers);
        }
        is_of_interest(*value).then_some(*value)
    });
    by_number.or_else(|| {
        // mysql's `INSERT INTO users SET ?` with the fields.
        if stored.contains("1") {
            return field_in_clear(script, values, carriers);
        }
        let mut named = properties.iter().filter(|property| {
            let name = tree.key(**property);
            name.is_some_and(|name| stored.contains(name))
        });
        named
            .find(|property| value_of(property).is_some_and(is_of_interest))
            .copied()
    })
}

/// The placeholders of a statement whose values are stored as they are given: `?` by their number from 1, `$2` as `2`, `@name` and `:name`
/// by their name. What a function of the store is given may be hashed there.
fn stored_as_given(sql: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    // For each bracket that is open, whether it is a function's.
    let mut open: Vec<bool> = Vec::new();
    let (mut number, mut at) = (0, 0);
    while let Some(c) = sql[at..].chars().next() {
        let rest = &sql[at + c.len_utf8()..];
        let mut length = c.len_utf8();
        let name: &str = &rest[..word(rest)];
        let mut placeholder = None;
        match c {
            '\'' | '"' | '`' => length += rest.find(c).map_or(rest.len(), |end| end + 1),
            '(' => open.push(is_called(&sql[..at])),
            ')' => {
                open.pop();
            }
            // `??` is a name of mysql's.
            '?' if rest.starts_with('?') => {
                number += 1;
                length += 1;
            }
            '?' => {
                number += 1;
                placeholder = Some(number.to_string());
            }
            ':' if rest.starts_with(':') => length += 1,
            '$' | '@' | ':' if !name.is_empty() => {
                placeholder = Some(name.to_owned());
                length += name.len();
            }
            _ => {}
        }
        if !open.contains(&true) {
            found.extend(placeholder);
        }
        at += length;
    }
    found
}

/// How many bytes of a text are a word.
fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len())
}

/// Whether the bracket behind this text is that of a function.
fn is_called(before: &str) -> bool {
    let before = before.trim_end();
    let begin = before
        .rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .map_or(0, |at| at + 1);
    let name = before.get(begin..).unwrap_or_default();
    !name.is_empty()
        && !matches!(
            name.to_ascii_lowercase().as_str(),
            "values" | "value" | "set"
        )
}

/// `users.insertOne({ email, password })`, `users.insert(user)`, `users.updateOne({ email }, { $set: { password } })`.
fn by_method(script: &Script<'_>, call: NodeId, carriers: &Carriers<'_, '_>) -> Option<NodeId> {
    let tree = script.tree();
    let method = tree.method(call)?;
    let fields = match tree.arguments(call) {
        [fields, ..] if INSERTING.contains(&method) => *fields,
        [_, fields, ..] if CHANGING.contains(&method) => *fields,
        _ => return None,
    };
    if carriers.is_holder(fields) {
        return Some(fields);
    }
    let fields = script.resolved(fields);
    let mut properties = tree.list(fields, "properties").iter();
    let set = properties.find(|property| tree.key(**property) == Some("$set"));
    let set = set.and_then(|property| tree.child(*property, "value"));
    field_in_clear(script, set.unwrap_or(fields), carriers)
}

/// The field of an object that has the password as it was typed, or the user that is spread into it.
fn field_in_clear(
    script: &Script<'_>,
    object: NodeId,
    carriers: &Carriers<'_, '_>,
) -> Option<NodeId> {
    let tree = script.tree();
    let mut properties = tree.list(object, "properties").iter().copied();
    properties.find(|property| {
        if let Some(user) = tree.child(*property, "argument") {
            return carriers.is_holder(user) && !overwrites_password(tree, object, user);
        }
        let value = tree.child(*property, "value");
        tree.key(*property).is_some_and(is_password)
            && value.is_some_and(|value| is_clear(script, value, carriers))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_stored_where_no_function_has_them() {
        for (sql, expected) in [
            ("INSERT INTO users (email, password) VALUES (?, ?)", "1 2"),
            (
                "INSERT INTO users VALUES (?, sha2(concat(?, ?), 256), ?)",
                "1 4",
            ),
            (
                "insert into users (a, b) values ($1, crypt($2, gen_salt('bf'))), ($3, $4)",
                "1 3 4",
            ),
            ("UPDATE users SET password = @hash, seen = now()", "hash"),
            ("UPDATE ?? SET a = 'it''s ?', \"b?\" = ?", "2"),
            ("INSERT INTO users VALUES (:email::citext, :pw)", "email pw"),
        ] {
            let found = stored_as_given(sql);
            let found: Vec<&str> = found.iter().map(String::as_str).collect();
            assert_eq!(found.join(" "), expected, "{sql}");
        }
    }
}
