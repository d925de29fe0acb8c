//! From what callers send to what is kept, and back.

use jiff::Timestamp;
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Map, Value};
use trickle_model::{iso_millis, prefixed_id};
use trickle_store::{Kept, Place};

use super::{kind::Kind, secrets};
use crate::v2::{
    Error,
    body::{Body, Fields, wrong_type},
};

/// Bytes of a thing with its parts, as JSON. The longest of Auth0's are forms and the code of actions, of 100 kB each.
const MOST_BYTES: usize = 1 << 20;
/// Characters of the text that is unique.
const NAME_MAX_CHARS: usize = 1024;
/// Fields that the server sets.
const OWN: [&str; 2] = ["created_at", "updated_at"];

/// What the caller gives of a thing.
pub(super) fn given(kind: &Kind, body: Body) -> Result<Map<String, Value>, Error> {
    let mut given = Fields::new(body)?.rest();
    given.remove(kind.id.0);
    if kind.is_timed {
        given.retain(|name, _| !OWN.contains(&name.as_str()));
    }
    Ok(given)
}

/// A new thing.
pub(super) fn new(
    kind: &Kind,
    parent: &str,
    mut given: Map<String, Value>,
    now: Timestamp,
) -> Result<Kept, Error> {
    given.retain(|_, value| !value.is_null());
    if let Some(name) = kind
        .required
        .iter()
        .find(|name| !given.contains_key(**name))
    {
        return Err(Error::Body(format!("Missing required property: {name}")));
    }
    let mut kept = Kept {
        id: prefixed_id(kind.id.1, &mut OsRng.unwrap_err()),
        parent: parent.to_owned(),
        name: None,
        body: given,
        parts: Map::new(),
        created_at: now,
        updated_at: now,
    };
    settle(kind, &mut kept)?;
    Ok(kept)
}

/// Puts what is given over a thing, `null` removing.
pub(super) fn merge(kind: &Kind, kept: &mut Kept, given: Map<String, Value>) -> Result<(), Error> {
    for (name, value) in given {
        match (value, kept.body.get_mut(&name)) {
            (Value::Object(value), Some(Value::Object(before)))
                if kind.deep.contains(&name.as_str()) =>
            {
                before.extend(value);
            }
            (value, _) => drop(kept.body.insert(name, value)),
        }
    }
    kept.body.retain(|_, value| !value.is_null());
    settle(kind, kept)
}

/// Makes a thing ready to be stored.
pub(super) fn settle(kind: &Kind, kept: &mut Kept) -> Result<(), Error> {
    if kind.has_secrets {
        secrets::forget(&mut kept.body);
    }
    (kind.stores)(&mut kept.body);
    kept.name = match kind.unique.and_then(|field| kept.body.get_key_value(field)) {
        None => None,
        Some((_, Value::String(text))) if text.chars().count() <= NAME_MAX_CHARS => {
            Some(text.to_lowercase())
        }
        Some((field, Value::String(_))) => {
            return Err(Error::Body(format!(
                "Expected at most {NAME_MAX_CHARS} characters on property {field}"
            )));
        }
        Some((field, other)) => return Err(wrong_type(field, "string", other)),
    };
    check_size(kept)
}

/// A thing has an end.
pub(super) fn check_size(kept: &Kept) -> Result<(), Error> {
    let bytes = [&kept.body, &kept.parts]
        .map(|map| serde_json::to_string(map).map_or(usize::MAX, |text| text.len()));
    if bytes[0].saturating_add(bytes[1]) > MOST_BYTES {
        return Err(Error::Body(format!("Expected at most {MOST_BYTES} bytes")));
    }
    Ok(())
}

/// Its place in a list, the oldest first.
pub(crate) fn place(kept: &Kept) -> Place {
    Place::new([
        kept.created_at.as_millisecond().into(),
        kept.id.as_str().into(),
    ])
}

/// A thing as the API shows it.
pub(super) fn view(kind: &Kind, kept: &Kept) -> Value {
    let mut shown = kept.body.clone();
    (kind.shows)(&mut shown, kept);
    shown.insert(kind.id.0.to_owned(), kept.id.as_str().into());
    if kind.is_timed {
        for (name, at) in [
            ("created_at", kept.created_at),
            ("updated_at", kept.updated_at),
        ] {
            shown.insert(name.to_owned(), iso_millis(at).into());
        }
    }
    Value::Object(shown)
}
