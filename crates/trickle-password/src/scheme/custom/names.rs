use serde_json::{Map, Value};

use super::{CustomHashError, fields::error};

/// The names of each object, by its JSON pointer and by what its paths begin with.
const NAMES: [(&str, &str, &[&str]); 5] = [
    (
        "",
        "",
        &[
            "algorithm",
            "hash",
            "salt",
            "password",
            "keylen",
            "cost",
            "blockSize",
            "parallelization",
            "iterations",
            "template",
            "user",
            "comment",
        ],
    ),
    ("/hash", "hash.", &["value", "encoding", "digest", "key"]),
    ("/hash/key", "hash.key.", &["value", "encoding"]),
    ("/salt", "salt.", &["value", "encoding", "position"]),
    ("/password", "password.", &["encoding", "digest"]),
];

/// Refuses names that nobody reads: `salt.pos` would be a prefix, and no password would fit.
///
/// Only at import: what is stored was accepted once.
pub(super) fn check(value: &Value) -> Result<(), CustomHashError> {
    for (pointer, path, names) in NAMES {
        let object = value.pointer(pointer).and_then(Value::as_object);
        let mut found = object.into_iter().flat_map(Map::keys);
        if let Some(name) = found.find(|name| !names.contains(&name.as_str())) {
            let path = format!("{path}{name}");
            return Err(error(&path, "NOT_PASSED", "unknown field"));
        }
    }
    Ok(())
}
