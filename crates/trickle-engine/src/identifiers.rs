//! By what people are known.

use serde_json::{Map, Value};
use trickle_model::{Connection, ConnectionOptions, UserId, phone_identifier, phone_identifier_of};
use trickle_store::StoredUser;

use crate::{Engine, EngineError, forms::TextForms};

/// How identifiers are compared: without space around them, in lower case.
pub fn normalise_identifier(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// How a connection compares identifiers: in its form of text, and as [`normalise_identifier`]. Where people log in by their
/// telephone numbers, those are compared without what stands between their digits.
pub fn identifier_of(options: &ConnectionOptions, typed: &str) -> String {
    compared(options, &TextForms::of(options).identifier(typed))
}

/// The same, of an identifier that is in the connection's form of text.
pub(crate) fn compared(options: &ConnectionOptions, formed: &str) -> String {
    let is_tried = options.phone_is_identifier();
    let number = is_tried.then(|| phone_identifier(formed)).flatten();
    number.unwrap_or_else(|| normalise_identifier(formed))
}

/// The telephone number by which somebody with these root fields logs in.
pub(crate) fn phone_of(
    options: &ConnectionOptions,
    attributes: &Map<String, Value>,
) -> Option<String> {
    let is_identifier = options.phone_is_identifier();
    is_identifier
        .then(|| phone_identifier_of(attributes))
        .flatten()
}

/// By what the legacy store is told of somebody: the address, else the user name, else the number.
pub(crate) fn first_of(
    options: &ConnectionOptions,
    email: Option<&String>,
    username: Option<&String>,
    attributes: &Map<String, Value>,
) -> Option<String> {
    let text = email.or(username).cloned();
    text.or_else(|| phone_of(options, attributes))
}

impl Engine {
    /// The user whom a connection knows by this identifier, which is [`compared`].
    pub(crate) async fn find(
        &self,
        connection: &Connection,
        identifier: &str,
    ) -> Result<Option<StoredUser>, EngineError> {
        let order = connection.options.precedence();
        let store = &self.parts.store;
        let found = store.find_in_order(&connection.id, identifier, order).await;
        found.map_err(EngineError::store("look up the user"))
    }

    /// The user of a connection who has this id. The same id in another connection is another person.
    pub(crate) async fn find_by_id(
        &self,
        connection: &Connection,
        id: &UserId,
    ) -> Result<Option<StoredUser>, EngineError> {
        let stored = self.parts.store.stored_user(&connection.tenant, id).await;
        let stored = stored.map_err(EngineError::store("read the user"))?;
        Ok(stored.filter(|stored| stored.user.connection == connection.id))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_compared_by_their_digits_where_people_log_in_by_them() {
        let options = |active: bool| {
            let value = json!({"attributes": {"phone_number": {"identifier": {"active": active}}}});
            match value {
                Value::Object(map) => ConnectionOptions::from_stored(map),
                _ => unreachable!("an object was written"),
            }
        };
        let typed = " +49 (30) 123-456";
        assert_eq!(identifier_of(&options(true), typed), "+4930123456");
        assert_eq!(identifier_of(&options(false), typed), "+49 (30) 123-456");
        assert_eq!(identifier_of(&options(true), "Ada@b.c "), "ada@b.c");
        let Value::Object(attributes) = json!({"phone_number": "+49 30"}) else {
            unreachable!("an object was written")
        };
        assert_eq!(phone_of(&options(false), &attributes), None);
        let first = first_of(&options(true), None, None, &attributes);
        assert_eq!(first.as_deref(), Some("+4930"));
    }
}
