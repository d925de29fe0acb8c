//! Clients as the document has them.

use serde_json::{Value, json};
use trickle_model::{ClientSettings, JsonKind};

use crate::v2::operation::Named;

pub(super) static CLIENT_SCHEMA: Named = Named {
    name: "Client",
    schema: || {
        let mut schema = settings();
        schema["required"] = json!(["client_id", "name", "grant_types", "tenant"]);
        schema
    },
};

pub(super) static CREDENTIAL_SCHEMA: Named = Named {
    name: "ClientCredential",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "string"}, "name": {"type": "string"},
                "credential_type": {"const": "public_key"}, "kid": {"type": "string"},
                "alg": {"enum": ["RS256", "RS384", "PS256"]}, "created_at": {"type": "string"},
                "updated_at": {"type": "string"}, "expires_at": {"type": "string"},
            },
            "required": ["id", "credential_type", "kid", "alg", "created_at", "updated_at"],
            "additionalProperties": false,
        })
    },
};

pub(super) fn created() -> Value {
    let mut schema = settings();
    schema["required"] = json!(["name"]);
    schema
}

pub(super) fn changed() -> Value {
    settings()
}

pub(super) fn registering() -> Value {
    json!({
        "type": "object",
        "properties": {"external_client_id": {"type": "string"}},
        "required": ["external_client_id"],
        "additionalProperties": false,
    })
}

pub(super) fn registered() -> Value {
    let texts = json!({"type": "array", "items": {"type": "string"}});
    json!({
        "type": "object",
        "properties": {
            "client_id": {"type": "string"},
            "mapped_fields": {"type": "object"},
            "validation": {
                "type": "object",
                "properties": {"valid": {"type": "boolean"}, "violations": texts, "warnings": texts},
                "required": ["valid", "violations", "warnings"],
                "additionalProperties": false,
            },
        },
        "required": ["client_id", "mapped_fields", "validation"],
        "additionalProperties": false,
    })
}

pub(super) fn credential_created() -> Value {
    json!({
        "type": "object",
        "properties": {
            "credential_type": {"const": "public_key"}, "name": {"type": "string"}, "pem": {"type": "string"},
            "alg": {"enum": ["RS256", "RS384", "PS256"]}, "kid": {"type": "string"},
            "expires_at": {"type": "string"}, "parse_expiry_from_cert": {"type": "boolean"},
        },
        "required": ["credential_type", "pem"],
        "additionalProperties": false,
    })
}

pub(super) fn credential_changed() -> Value {
    json!({
        "type": "object",
        "properties": {"expires_at": {"type": ["string", "null"]}},
        "additionalProperties": false,
    })
}

fn settings() -> Value {
    let mut schema = json!({
        "type": "object",
        "properties": {
            "client_id": {"type": "string"}, "client_secret": {"type": "string"}, "name": {"type": "string"},
            "tenant": {"type": "string"}, "global": {"type": "boolean"},
            "grant_types": {"type": ["array", "null"], "items": {"type": "string"}},
        },
    });
    for (key, kind) in ClientSettings::KNOWN {
        schema["properties"][key] = json!({"type": [kind.name(), "null"]});
        if kind == JsonKind::Texts {
            schema["properties"][key]["items"] = json!({"type": "string"});
        }
    }
    schema
}
