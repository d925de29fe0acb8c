//! Roles and permissions of people as the document has them.

use serde_json::{Value, json};

use super::input::MOST;
use crate::v2::operation::Named;

pub(super) static ROLE: Named = Named {
    name: "Role",
    schema: || json!({"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}),
};

pub(super) static USER: Named = Named {
    name: "RoleUser",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "user_id": {"type": "string"}, "email": {"type": "string"}, "name": {"type": "string"},
                "picture": {"type": "string"},
            },
            "required": ["user_id"],
            "additionalProperties": false,
        })
    },
};

pub(super) static PERMISSION: Named = Named {
    name: "UserPermission",
    schema: || {
        let source = json!({
            "type": "object",
            "properties": {
                "source_id": {"type": "string"}, "source_name": {"type": "string"},
                "source_type": {"enum": ["DIRECT", "ROLE"]},
            },
            "required": ["source_id", "source_name", "source_type"],
            "additionalProperties": false,
        });
        json!({
            "type": "object",
            "properties": {
                "resource_server_identifier": {"type": "string"}, "permission_name": {"type": "string"},
                "resource_server_name": {"type": "string"}, "description": {"type": "string"},
                "sources": {"type": "array", "items": source, "minItems": 1},
            },
            "required": [
                "resource_server_identifier", "permission_name", "resource_server_name", "description", "sources",
            ],
            "additionalProperties": false,
        })
    },
};

pub(super) static EFFECTIVE_ROLE: Named = Named {
    name: "EffectiveRole",
    schema: || {
        let text = json!({"type": "string"});
        json!({
            "type": "object",
            "properties": {
                "id": text, "name": text, "description": text,
                "sources": {"type": "array", "items": {"enum": ["direct"]}, "minItems": 1},
            },
            "required": ["id", "name", "description", "sources"],
            "additionalProperties": false,
        })
    },
};

pub(super) static EFFECTIVE_PERMISSION: Named = Named {
    name: "EffectivePermission",
    schema: || {
        let text = json!({"type": "string"});
        json!({
            "type": "object",
            "properties": {
                "resource_server_identifier": text, "permission_name": text, "resource_server_name": text,
                "description": text,
                "sources": {"type": "array", "items": {"enum": ["direct", "roles"]}, "minItems": 1},
            },
            "required": [
                "resource_server_identifier", "permission_name", "resource_server_name", "description", "sources",
            ],
            "additionalProperties": false,
        })
    },
};

pub(super) static GROUP: Named = Named {
    name: "Group",
    schema: || json!({"type": "object", "properties": {"id": {"type": "string"}}}),
};

pub(super) fn roles() -> Value {
    ids("roles")
}

pub(super) fn users() -> Value {
    ids("users")
}

fn ids(name: &str) -> Value {
    json!({
        "type": "object",
        "properties": {name: {"type": "array", "minItems": 1, "maxItems": MOST, "items": {"type": "string"}}},
        "required": [name],
        "additionalProperties": false,
    })
}

pub(super) fn permissions() -> Value {
    json!({
        "type": "object",
        "properties": {"permissions": {"type": "array", "items": {
            "type": "object",
            "properties": {
                "resource_server_identifier": {"type": "string"}, "permission_name": {"type": "string"},
            },
            "required": ["resource_server_identifier", "permission_name"],
        }}},
        "required": ["permissions"],
    })
}
