//! By what users of a connection are found.

use serde_json::{Map, Value};

use crate::{ConnectionOptions, is_phone};

/// What people write between the digits of a telephone number.
pub const PHONE_SEPARATORS: [char; 6] = [' ', '-', '.', '(', ')', '/'];

/// A kind of identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierKind {
    /// `email`.
    Email,
    /// `phone_number`.
    PhoneNumber,
    /// `username`.
    Username,
}

impl IdentifierKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::Username => "username",
        }
    }
}

/// In which order the kinds are tried, where one text is an identifier of several users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precedence([IdentifierKind; 3]);

impl Default for Precedence {
    fn default() -> Self {
        Self([
            IdentifierKind::Email,
            IdentifierKind::PhoneNumber,
            IdentifierKind::Username,
        ])
    }
}

impl Precedence {
    /// Reads `["phone_number","email","username"]`; kinds that the list leaves out come last, in the usual order.
    fn read(list: &[Value]) -> Self {
        let mut order = Self::default();
        let place = |kind: &IdentifierKind| {
            let named = list.iter().position(|name| name == kind.name());
            named.unwrap_or(list.len())
        };
        order.0.sort_by_key(place);
        order
    }

    /// The place of a kind; the lowest comes first.
    pub fn rank(self, kind: IdentifierKind) -> usize {
        self.0.iter().take_while(|other| **other != kind).count()
    }
}

impl ConnectionOptions {
    /// Whether people log in by their telephone numbers: `attributes.phone_number.identifier.active`.
    pub fn phone_is_identifier(&self) -> bool {
        self.is_active(IdentifierKind::PhoneNumber)
    }

    /// By what forms ask people to log in: what `attributes` says is active, in a fixed order; where it says nothing the address, and the user
    /// name too with `requires_username`.
    pub fn identifiers(&self) -> Vec<IdentifierKind> {
        let all = [
            IdentifierKind::Email,
            IdentifierKind::PhoneNumber,
            IdentifierKind::Username,
        ];
        let active: Vec<_> = all
            .into_iter()
            .filter(|&kind| self.is_active(kind))
            .collect();
        if !active.is_empty() {
            return active;
        }
        let username = self.flag("requires_username");
        let usual = [IdentifierKind::Email].into_iter();
        usual
            .chain(username.then_some(IdentifierKind::Username))
            .collect()
    }

    fn is_active(&self, kind: IdentifierKind) -> bool {
        let identifier = self
            .attribute(kind.name())
            .and_then(|attribute| attribute.get("identifier"));
        identifier.and_then(|identifier| identifier.get("active")) == Some(&Value::Bool(true))
    }

    /// `precedence`.
    pub fn precedence(&self) -> Precedence {
        match self.as_map().get("precedence") {
            Some(Value::Array(list)) => Precedence::read(list),
            _ => Precedence::default(),
        }
    }
}

/// The telephone number that a text is, as E.164 writes it and without what stands between its digits.
pub fn phone_identifier(text: &str) -> Option<String> {
    let mut bare = text.trim().to_owned();
    bare.retain(|character| !PHONE_SEPARATORS.contains(&character));
    is_phone(&bare).then_some(bare)
}

/// The number by which somebody with these root fields is found.
pub fn phone_identifier_of(attributes: &Map<String, Value>) -> Option<String> {
    phone_identifier(attributes.get("phone_number")?.as_str()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn options(value: Value) -> ConnectionOptions {
        match value {
            Value::Object(map) => ConnectionOptions::from_stored(map),
            other => panic!("{other} is no object"),
        }
    }

    #[test]
    fn forms_ask_for_what_is_active() {
        use IdentifierKind::{Email, PhoneNumber, Username};

        let active = json!({"identifier": {"active": true}});
        let inactive = json!({"identifier": {"active": false}});
        for (value, kinds) in [
            (json!({}), &[Email][..]),
            (json!({"requires_username": true}), &[Email, Username][..]),
            (
                json!({"attributes": {"username": active, "email": inactive}}),
                &[Username][..],
            ),
            (
                json!({"attributes": {"phone_number": active, "email": active}}),
                &[Email, PhoneNumber][..],
            ),
            (json!({"attributes": {"email": inactive}}), &[Email][..]),
        ] {
            assert_eq!(options(value.clone()).identifiers(), kinds, "{value}");
        }
    }

    #[test]
    fn numbers_are_known_by_their_plus() {
        for (typed, number) in [
            ("+4930123456", Some("+4930123456")),
            (" +49 (30) 123-456 ", Some("+4930123456")),
            ("+1.555/1234567", Some("+15551234567")),
            ("+1", Some("+1")),
            ("030123456", None),
            ("+1234567890123456", None),
            ("+49ada", None),
            ("+49+30", None),
            ("+", None),
            ("ada@example.com", None),
        ] {
            assert_eq!(phone_identifier(typed).as_deref(), number, "{typed}");
        }
        let of = |value: Value| {
            let Value::Object(attributes) = json!({"phone_number": value}) else {
                unreachable!("an object was written")
            };
            phone_identifier_of(&attributes)
        };
        assert_eq!(of(json!("+49 30")).as_deref(), Some("+4930"));
        assert_eq!(of(json!(4930)), None);
        assert_eq!(of(json!(null)), None);
    }

    #[test]
    fn a_number_is_an_identifier_where_the_connection_says_so() {
        let active = |value: Value| {
            options(json!({"attributes": {"phone_number": value}})).phone_is_identifier()
        };
        assert!(active(json!({"identifier": {"active": true}})));
        assert!(!active(json!({"identifier": {"active": false}})));
        assert!(!active(json!({"identifier": {}})));
        assert!(!active(json!({"signup": {"status": "required"}})));
        assert!(!ConnectionOptions::default().phone_is_identifier());
    }

    #[test]
    fn kinds_that_the_list_leaves_out_come_last() {
        use IdentifierKind::{Email, PhoneNumber, Username};
        for (list, order) in [
            (json!(null), [Email, PhoneNumber, Username]),
            (json!([]), [Email, PhoneNumber, Username]),
            (json!(["username"]), [Username, Email, PhoneNumber]),
            (
                json!(["phone_number", "username", "email"]),
                [PhoneNumber, Username, Email],
            ),
            (
                json!(["shoe_size", "phone_number"]),
                [PhoneNumber, Email, Username],
            ),
        ] {
            let precedence = options(json!({"precedence": list})).precedence();
            assert_eq!(precedence, Precedence(order), "{list}");
            let ranks = order.map(|kind| precedence.rank(kind));
            assert_eq!(ranks, [0, 1, 2], "{list}");
        }
    }
}
