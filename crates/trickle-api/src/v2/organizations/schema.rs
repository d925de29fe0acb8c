//! Organizations as the document has them.

use serde_json::{Value, json};

use crate::v2::operation::Named;

pub(in crate::v2) static ORGANIZATION: Named = Named {
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
                "picture": {"type": "string"}, "roles": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["user_id"],
            "additionalProperties": false,
        })
    },
};

pub(super) static INVITATION: Named = Named {
    name: "OrganizationInvitation",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "string"}, "organization_id": {"type": "string"}, "client_id": {"type": "string"},
                "inviter": {"type": "object"}, "invitee": {"type": "object"}, "connection_id": {"type": "string"},
                "user_metadata": {"type": "object"}, "app_metadata": {"type": "object"},
                "roles": {"type": "array", "items": {"type": "string"}},
                "ticket_id": {"type": "string"}, "invitation_url": {"type": "string"},
                "created_at": {"type": "string"}, "expires_at": {"type": "string"},
            },
            "additionalProperties": false,
        })
    },
};

pub(super) fn invitation_created() -> Value {
    json!({
        "type": "object",
        "properties": {
            "inviter": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
            "invitee": {"type": "object", "properties": {"email": {"type": "string"}}, "required": ["email"]},
            "client_id": {"type": "string"}, "connection_id": {"type": "string"},
            "user_metadata": {"type": "object"}, "app_metadata": {"type": "object"},
            "ttl_sec": {"type": "integer", "minimum": 0, "maximum": 2_592_000},
            "roles": {"type": "array", "items": {"type": "string"}},
            "send_invitation_email": {"type": "boolean"},
        },
        "required": ["inviter", "invitee", "client_id"],
        "additionalProperties": false,
    })
}

pub(super) fn grant_added() -> Value {
    json!({
        "type": "object",
        "properties": {"grant_id": {"type": "string"}},
        "required": ["grant_id"],
        "additionalProperties": false,
    })
}

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
            "third_party_client_access": {"type": ["string", "null"]},
            "is_app_entitlement_active": {"type": ["boolean", "null"]},
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
