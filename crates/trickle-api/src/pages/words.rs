//! What pages call identifiers.

use trickle_model::{ConnectionOptions, IdentifierKind};

const fn word(kind: IdentifierKind) -> &'static str {
    match kind {
        IdentifierKind::Email => "email address",
        IdentifierKind::PhoneNumber => "phone number",
        IdentifierKind::Username => "user name",
    }
}

/// `email address, phone number or user name`, by what people of a connection log in.
pub(super) fn noun(options: &ConnectionOptions) -> String {
    let kinds = options.identifiers();
    let words: Vec<&str> = kinds.into_iter().map(word).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// The same as the label of a field.
pub(super) fn label(options: &ConnectionOptions) -> String {
    let mut text = noun(options);
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Which keyboard a telephone shows: the one for addresses has no digits at hand.
pub(super) fn keyboard(options: &ConnectionOptions) -> &'static str {
    let kinds = options.identifiers();
    let only_addresses = !kinds.contains(&IdentifierKind::PhoneNumber);
    if only_addresses && kinds.contains(&IdentifierKind::Email) {
        "email"
    } else {
        "text"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn fields_are_called_by_what_is_typed_into_them() {
        let active = json!({"identifier": {"active": true}});
        for (options, text, keys) in [
            (json!({}), "Email address", "email"),
            (
                json!({"requires_username": true}),
                "Email address or user name",
                "email",
            ),
            (
                json!({"attributes": {"phone_number": active}}),
                "Phone number",
                "text",
            ),
            (
                json!({"attributes": {"username": active}}),
                "User name",
                "text",
            ),
            (
                json!({"attributes": {"email": active, "username": active, "phone_number": active}}),
                "Email address, phone number or user name",
                "text",
            ),
        ] {
            let Value::Object(map) = options else {
                unreachable!("an object was written");
            };
            let options = ConnectionOptions::from_stored(map);
            assert_eq!((label(&options).as_str(), keyboard(&options)), (text, keys));
        }
    }
}
