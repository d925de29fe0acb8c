//! Reading users out of a collection.

use super::{
    columns::{Place, Users},
    fill::fill,
    scripts::literal,
};

/// `userOf(address)`, with what it needs.
pub fn store(users: &Users, columns: &[(&str, Place)]) -> String {
    let email = key(&users.email.column);
    let by_collation = users.capitals && users.has_collations;
    let filter = if by_collation {
        format!("{{ {email}: address }}")
    } else {
        // As typed, or as most applications store it; either can use an index.
        format!("{{ {email}: {{ $in: [address, address.toLowerCase()] }} }}")
    };
    let shown: Vec<String> = columns
        .iter()
        .map(|(_, place)| format!("{}: 1", key(&place.column)))
        .collect();
    // Of somebody who left and came back the document that stayed counts: what is not there comes first.
    let order: Vec<String> = users
        .deleted()
        .chain([&users.id])
        .map(|place| format!("{}: 1", key(&place.column)))
        .collect();
    let mut options = format!(
        "projection: {{ {} }}, sort: {{ {} }}, limit: 10",
        shown.join(", "),
        order.join(", ")
    );
    if by_collation {
        options.push_str(", collation: { locale: 'en', strength: 2 }");
    }
    let row: Vec<String> = columns
        .iter()
        .map(|(name, place)| format!("{name}: {}", reading(&place.column)))
        .collect();
    let skeleton = if users.has_collations {
        include_str!("skeleton/mongodb.user.js")
    } else {
        include_str!("skeleton/mongodb.capitals.js")
    };
    let user = fill(
        skeleton,
        &[
            ("item", &item(&users.email.column)),
            ("email", &email),
            ("filter", &filter),
            ("options", &format!("{{ {options} }}")),
            (
                "row",
                &format!("{{\n      {},\n    }}", row.join(",\n      ")),
            ),
        ],
    );
    format!("{}\n{user}", collection(users))
}

/// `users()`: how many documents have an address, with what it needs.
pub fn count(users: &Users) -> String {
    let filter = format!("{{ {}: {{ $gt: '' }} }}", key(&users.email.column));
    let count = include_str!("skeleton/mongodb.count.js").replace("{{filter}}", &filter);
    format!("{}\n{count}", collection(users))
}

fn collection(users: &Users) -> String {
    include_str!("skeleton/mongodb.js").replace("{{collection}}", &literal(&users.table[1]))
}

/// `isTyped(item)` for addresses in a list; nothing for others.
fn item(email: &str) -> String {
    let Some((_, field)) = email.split_once("[]") else {
        return String::new();
    };
    let address = format!("item{}", steps(field.trim_start_matches('.'), true));
    format!(
        "    // Of several addresses the one that was typed is meant.\n    const isTyped = (item) => {address}?.toLowerCase() === address.toLowerCase();\n"
    )
}

fn is_word(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A path as the key of an object. The store looks into lists by itself.
fn key(path: &str) -> String {
    let path = path.replace("[]", "");
    if is_word(&path) { path } else { literal(&path) }
}

/// `found.local?.email`, and `found.emails?.find(isTyped)?.address`.
fn reading(path: &str) -> String {
    match path.split_once("[]") {
        None => format!("found{}", steps(path, false)),
        Some((list, field)) => format!(
            "found{}?.find(isTyped){}",
            steps(list, false),
            steps(field.trim_start_matches('.'), true)
        ),
    }
}

/// `.local?.email`; `optional` where what it is taken of may be missing.
fn steps(path: &str, optional: bool) -> String {
    let names = path.split('.').filter(|name| !name.is_empty());
    names
        .enumerate()
        .map(
            |(depth, name)| match (depth > 0 || optional, is_word(name)) {
                (true, true) => format!("?.{name}"),
                (false, true) => format!(".{name}"),
                (true, false) => format!("?.[{}]", literal(name)),
                (false, false) => format!("[{}]", literal(name)),
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::{
        columns::{proposals, tests::table},
        store::Kind,
    };

    #[test]
    fn paths_are_followed_where_they_lead() {
        assert_eq!(reading("email"), "found.email");
        assert_eq!(reading("local.e-mail.x"), "found.local?.['e-mail']?.x");
        assert_eq!(reading("it's"), "found[\"it's\"]");
        assert_eq!(key("local.email"), "'local.email'");
        assert_eq!(key("_id"), "_id");
    }

    #[test]
    fn names_of_fields_are_no_code() {
        let name = "; console.warn(`${password}`) /*{{options}}*/ },//.email";
        let columns = table("users{{sql}}", &["*_id", name, "{{row}}.password"]);
        let users = proposals(Kind::MongoDb, &columns).remove(0);
        let columns = [("email", users.email.clone()), ("hash", users.hash.clone())];
        let script = store(&users, &columns);
        for part in [
            format!("{{ '{name}': {{ $in: [address, address.toLowerCase()] }} }},\n"),
            format!("{{ projection: {{ '{name}': 1, '{{{{row}}}}.password': 1 }}"),
            "hash: found['{{row}}']?.password,".to_owned(),
            ".collection('users{{sql}}')".to_owned(),
        ] {
            assert!(script.contains(&part), "{part}: {script}");
        }
    }

    #[test]
    fn capitals_need_no_collation() {
        let columns = table("users", &["*_id", "local.email", "local.password"]);
        let mut users = proposals(Kind::MongoDb, &columns).remove(0);
        users.capitals = true;
        let email = [("email", users.email.clone())];
        let script = store(&users, &email);
        assert!(script.contains("collation:") && !script.contains("$regex"));
        users.has_collations = false;
        let script = store(&users, &email);
        assert!(!script.contains("collation:") && !script.contains("{{"));
        for part in [
            "{ 'local.email': { $in: [address, address.toLowerCase()] } }",
            "{ 'local.email': { $regex: `^${address.replace(",
            "row.email?.toLowerCase() === address.toLowerCase()",
        ] {
            assert!(script.contains(part), "{part}: {script}");
        }
    }

    #[test]
    fn of_a_list_the_typed_address_is_read() {
        let columns = table(
            "users",
            &[
                "*_id",
                "emails[].address",
                "emails[].verified",
                "services.password.bcrypt",
            ],
        );
        let users = proposals(Kind::MongoDb, &columns).remove(0);
        let script = store(&users, &[("email", users.email.clone())]);
        for part in [
            "{ 'emails.address': { $in: [address, address.toLowerCase()] } }",
            "projection: { 'emails.address': 1 }",
            "isTyped = (item) => item?.address?.toLowerCase() === address.toLowerCase()",
            "email: found.emails?.find(isTyped)?.address,",
        ] {
            assert!(script.contains(part), "{part}: {script}");
        }
        assert!(count(&users).contains("{ 'emails.address': { $gt: '' } }"));
        assert_eq!(
            item("emails[]").lines().last().unwrap().trim(),
            "const isTyped = (item) => item?.toLowerCase() === address.toLowerCase();"
        );
        assert_eq!(reading("emails[]"), "found.emails?.find(isTyped)");
        assert_eq!(item("email"), "");
    }
}
