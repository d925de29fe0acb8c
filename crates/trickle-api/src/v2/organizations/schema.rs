//! Organizations as the document has them.

use serde_json::{Value, json};

use crate::v2::operation::Named;

pub(super) static ORGANIZATION: Named = Named {
    name: "Organization",
    schema: || {
        let mut schema = changed();
        schema["properties"]["id"] = json!({"type": "string"});
        schema["required"] = json!(["id", "name"]);
        schema
    },
};

pub(super) static LINK: Named = Named {
    name: "OrganizationConnection",
    schema: || {
        let mut schema = link_created();
        schema["properties"]["connection"] = json!({
            "type": "object",
            "properties": {"name": {"type": "string"}, "strategy": {"type": "string"}},
            "required": ["name", "strategy"],
        });
        schema["required"] = json!(["connection_id", "connection"]);
        schema
    },
};

pub(super) static MEMBER: Named = Named {
    name: "OrganizationMember",
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

pub(super) fn created() -> Value {
    let mut schema = changed();
    schema["properties"]["enabled_connections"] = json!({"type": "array", "items": link_created()});
    schema["required"] = json!(["name"]);
    schema
}

pub(super) fn changed() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,49}$"},
            "display_name": {"type": "string"},
            "branding": {"type": "object"},
            "metadata": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    })
}

pub(super) fn link_created() -> Value {
    let mut schema = link_changed();
    schema["properties"]["connection_id"] = json!({"type": "string"});
    schema["required"] = json!(["connection_id"]);
    schema
}

pub(super) fn link_changed() -> Value {
    json!({
        "type": "object",
        "properties": {
            "assign_membership_on_login": {"type": "boolean"}, "show_as_button": {"type": "boolean"},
            "is_signup_enabled": {"type": "boolean"}, "is_enabled": {"type": "boolean"},
        },
    })
}

pub(super) fn members() -> Value {
    json!({
        "type": "object",
        "properties": {"members": {"type": "array", "minItems": 1, "maxItems": 10, "items": {"type": "string"}}},
        "required": ["members"],
    })
}
