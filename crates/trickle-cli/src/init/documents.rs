//! Reading users out of a collection.

use super::{columns::Users, scripts::literal};

/// `userOf(address)`, with what it needs.
pub fn store(users: &Users, columns: &[(&str, String)]) -> String {
    let email = key(&users.email);
    let filter = if users.capitals {
        format!("{{ {email}: address }}")
    } else {
        // As typed, or as most applications store it; either can use an index.
        format!("{{ {email}: {{ $in: [address, address.toLowerCase()] }} }}")
    };
    let shown: Vec<String> = columns
        .iter()
        .map(|(_, path)| format!("{}: 1", key(path)))
        .collect();
    let mut options = format!(
        "projection: {{ {} }}, sort: {{ {}: 1 }}, limit: 10",
        shown.join(", "),
        key(&users.id)
    );
    if users.capitals {
        options.push_str(", collation: { locale: 'en', strength: 2 }");
    }
    let row: Vec<String> = columns
        .iter()
        .map(|(name, path)| format!("{name}: {}", reading(path)))
        .collect();
    let user = include_str!("skeleton/mongodb.user.js")
        .replace("{{filter}}", &filter)
        .replace("{{options}}", &format!("{{ {options} }}"))
        .replace(
            "{{row}}",
            &format!("{{\n      {},\n    }}", row.join(",\n      ")),
        );
    format!("{}\n{user}", collection(users))
}

/// `users()`: how many documents have an address, with what it needs.
pub fn count(users: &Users) -> String {
    let filter = format!("{{ {}: {{ $gt: '' }} }}", key(&users.email));
    let count = include_str!("skeleton/mongodb.count.js").replace("{{filter}}", &filter);
    format!("{}\n{count}", collection(users))
}

fn collection(users: &Users) -> String {
    include_str!("skeleton/mongodb.js").replace("{{collection}}", &literal(&users.table[1]))
}

fn is_word(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A path as the key of an object.
fn key(path: &str) -> String {
    if is_word(path) {
        path.to_owned()
    } else {
        literal(path)
    }
}

/// `found.local?.email`.
fn reading(path: &str) -> String {
    let mut text = "found".to_owned();
    for (depth, name) in path.split('.').enumerate() {
        let safe = if depth > 0 { "?." } else { "" };
        if is_word(name) {
            text.push_str(if depth > 0 { "?." } else { "." });
            text.push_str(name);
        } else {
            text.push_str(safe);
            text.push('[');
            text.push_str(&literal(name));
            text.push(']');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_followed_where_they_lead() {
        assert_eq!(reading("email"), "found.email");
        assert_eq!(reading("local.e-mail.x"), "found.local?.['e-mail']?.x");
        assert_eq!(reading("it's"), "found[\"it's\"]");
        assert_eq!(key("local.email"), "'local.email'");
        assert_eq!(key("_id"), "_id");
    }
}
