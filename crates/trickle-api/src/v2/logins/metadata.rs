//! Metadata of sessions and of refresh tokens: shown again, and nothing else.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;

use super::handlers::Login;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
};

/// Properties at most.
const MOST: usize = 25;
/// Characters of a name or of a text.
const MAX_CHARS: usize = 255;

pub(super) fn takes<L: Login>() -> Value {
    let field = L::METADATA;
    let value = json!({"type": ["string", "number", "boolean"], "maxLength": MAX_CHARS});
    json!({
        "type": "object",
        "properties": {
            field: {"type": ["object", "null"], "maxProperties": MOST, "additionalProperties": value},
        },
        "additionalProperties": false,
    })
}

/// What is given replaces; `null` and an empty object remove.
pub(super) async fn change<L: Login>(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let given = given(L::METADATA, body)?;
    let (store, now) = (engine.store(), engine.clock().now());
    let id = (caller.tenant(), id.as_str());
    let before = L::find(store, id, now).await?;
    let before = before.ok_or(Error::Missing(L::KIND))?;
    let Some(metadata) = given else {
        return Ok(Json(before));
    };
    L::set_metadata(store, id, &metadata).await?;
    let after = L::find(store, id, now).await?;
    after.map(Json).ok_or(Error::Missing(L::KIND))
}

/// None where nothing is said.
fn given(field: &str, body: Body) -> Result<Option<Map<String, Value>>, Error> {
    let mut fields = Fields::new(body)?;
    let given = match fields.take_nullable(field) {
        None => None,
        Some(Value::Null) => Some(Map::new()),
        Some(Value::Object(metadata)) => Some(metadata),
        Some(other) => return Err(wrong_type(field, "object", &other)),
    };
    fields.finish()?;
    let properties = given.iter().flatten();
    if properties.clone().count() > MOST {
        return Err(Error::Body(format!(
            "Expected at most {MOST} properties on property {field}"
        )));
    }
    for (name, value) in properties {
        let is_sound = match value {
            Value::String(text) => is_short(text),
            Value::Number(_) | Value::Bool(_) => true,
            _ => false,
        };
        if !is_short(name) || !is_sound {
            return Err(Error::Body(format!(
                "Expected names and texts of at most {MAX_CHARS} characters without NUL, numbers or booleans on property {field}"
            )));
        }
    }
    Ok(given)
}

/// The databases that look into JSON have no NUL in it.
fn is_short(text: &str) -> bool {
    text.chars().count() <= MAX_CHARS && !text.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Value) -> Option<Option<Map<String, Value>>> {
        given("session_metadata", Body(body)).ok()
    }

    #[test]
    fn metadata_is_small_and_flat() {
        assert_eq!(read(json!({})), Some(None));
        let nothing = Some(Some(Map::new()));
        assert_eq!(read(json!({"session_metadata": null})), nothing);
        assert_eq!(read(json!({"session_metadata": {}})), nothing);
        let flat = json!({"a": "b", "n": 1, "yes": true});
        let kept = read(json!({"session_metadata": flat.clone()})).flatten();
        assert_eq!(kept.map(Value::Object), Some(flat));
        let many: Map<String, Value> = (0..26).map(|n| (n.to_string(), n.into())).collect();
        for odd in [
            json!("x"),
            json!([]),
            json!({"a": {"b": 1}}),
            json!({"a": null}),
            json!({"a": "x".repeat(256)}),
            json!({"a": "\0"}),
            json!({"x".repeat(256): 1}),
            Value::Object(many),
        ] {
            assert_eq!(read(json!({"session_metadata": odd})), None);
        }
        assert_eq!(read(json!({"other": {}})), None);
    }
}
