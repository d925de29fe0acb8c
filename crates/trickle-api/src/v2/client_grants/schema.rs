//! Grants of clients as the document has them.

use serde_json::{Value, json};

use crate::v2::operation::Named;

pub(super) static CLIENT_GRANT: Named = Named {
    name: "ClientGrant",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "string"}, "client_id": {"type": "string"}, "audience": {"type": "string"},
                "scope": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["id", "client_id", "audience", "scope"],
        })
    },
};

pub(super) fn created() -> Value {
    json!({
        "type": "object",
        "properties": {
            "client_id": {"type": "string"}, "audience": {"type": "string"},
            "scope": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["client_id", "audience"],
    })
}

pub(super) fn changed() -> Value {
    json!({
        "type": "object",
        "properties": {"scope": {"type": "array", "items": {"type": "string"}}},
    })
}
