//! Grants of clients as the document has them.

use serde_json::{Value, json};

use crate::v2::operation::Named;

pub(in crate::v2) static CLIENT_GRANT: Named = Named {
    name: "ClientGrant",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "string"}, "client_id": {"type": "string"}, "default_for": default_for(),
                "audience": {"type": "string"},
                "scope": {"type": "array", "items": {"type": "string"}},
                "organization_usage": usage(), "allow_any_organization": {"type": "boolean"},
                "subject_type": subject(), "allow_all_scopes": {"type": "boolean"},
            },
            "required": ["id", "audience", "scope", "subject_type"],
        })
    },
};

pub(super) fn created() -> Value {
    json!({
        "type": "object",
        "properties": {
            "client_id": {"type": "string"}, "default_for": default_for(), "audience": {"type": "string"},
            "scope": {"type": "array", "items": {"type": "string"}},
            "organization_usage": usage(), "allow_any_organization": {"type": "boolean"},
            "subject_type": subject(), "allow_all_scopes": {"type": "boolean"},
        },
        "required": ["audience"],
        "oneOf": [{"required": ["client_id"]}, {"required": ["default_for"]}],
    })
}

pub(super) fn changed() -> Value {
    json!({
        "type": "object",
        "properties": {
            "scope": {"type": "array", "items": {"type": "string"}},
            "organization_usage": usage(), "allow_any_organization": {"type": "boolean"},
            "allow_all_scopes": {"type": "boolean"},
        },
    })
}

fn default_for() -> Value {
    json!({"enum": ["third_party_clients"]})
}

fn usage() -> Value {
    json!({"enum": ["deny", "allow", "require"]})
}

fn subject() -> Value {
    json!({"enum": ["client", "user", "anonymous_user"]})
}
