//! Values of `options.configuration` that are Auth0's ciphertext, as its exports have them. Nobody but Auth0 can open them, and they may be clear
//! texts after all: they are kept, and the tenant's log tells that scripts see them as they are.

use std::sync::Arc;

use trickle_engine::{Engine, ExchangeSubject};
use trickle_model::{Connection, EventCode, Secret};

use crate::v2::Bearer;

/// The version of Auth0's format, with which its ciphertext begins.
const PREFIX: &str = "2.0$";
/// No initialisation vector and tag of a cipher are shorter together, as text.
const LEAST_BYTES: usize = 32;
/// Names in one entry of the log.
const NAMED_MOST: usize = 10;

fn looks_foreign(value: &Secret) -> bool {
    let text = value.expose();
    text.starts_with(PREFIX) && text.len() >= LEAST_BYTES
}

/// Names of those values that look like it.
pub(super) fn names<'a>(values: impl Iterator<Item = (&'a String, &'a Secret)>) -> Vec<String> {
    let foreign = values.filter(|(_, value)| looks_foreign(value));
    foreign.map(|(name, _)| name.clone()).collect()
}

/// Tells the tenant's log of them, where there are any.
pub(super) async fn tell(
    engine: &Engine,
    caller: &Bearer,
    connection: &Connection,
    names: &[String],
) {
    if names.is_empty() {
        return;
    }
    let named = names[..names.len().min(NAMED_MOST)].join(", ");
    let more = match names.len().saturating_sub(NAMED_MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let text = format!(
        "Scripts of {} see ciphertext of Auth0 in configuration: {named}{more}. Put the values in its place",
        connection.name
    );
    let about = ExchangeSubject {
        connection: Some(Arc::new(connection.clone())),
        ..ExchangeSubject::default()
    };
    engine
        .log_exchange(
            caller.tenant(),
            EventCode::Warning,
            text,
            &caller.caller(),
            about,
        )
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_long_enough_is_ciphertext() {
        for (text, expected) in [
            ("2.0$ad0f8dd1a1e0f8b1c7d2$6e1f00aa11bb22cc33", true),
            ("2.0$5", false),
            ("postgres://user:2.0$@db.example/legacy", false),
        ] {
            assert_eq!(looks_foreign(&Secret::new(text)), expected, "{text}");
        }
    }
}
