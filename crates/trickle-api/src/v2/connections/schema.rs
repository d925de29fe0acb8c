//! Connections as the document has them.

use serde_json::{Value, json};
use trickle_model::REALMS;

use super::{
    input::{KEPT, REALM_MAX_CHARS, REALMS_MOST},
    roll::{MOST_ADDED, MOST_TICKETS},
};
use crate::v2::operation::Named;

pub(super) static CONNECTION: Named = Named {
    name: "Connection",
    schema: || {
        let mut schema = changed();
        let properties = &mut schema["properties"];
        properties["id"] = json!({"type": "string"});
        properties["name"] = json!({"type": "string"});
        properties["strategy"] = json!({"type": "string"});
        if let Some(properties) = properties.as_object_mut() {
            properties.remove("note");
        }
        schema
    },
};

pub(super) static ENABLED_CLIENT: Named = Named {
    name: "EnabledClient",
    schema: || {
        json!({
            "type": "object",
            "properties": {"client_id": {"type": "string"}},
            "required": ["client_id"],
            "additionalProperties": false,
        })
    },
};

pub(super) fn created() -> Value {
    let mut schema = changed();
    schema["properties"]["name"] = json!({"type": "string", "minLength": 1, "maxLength": 128});
    schema["properties"]["strategy"] = json!({"type": "string", "minLength": 1, "maxLength": 64});
    schema["required"] = json!(["name", "strategy"]);
    schema
}

pub(super) fn changed() -> Value {
    let mut schema = json!({
        "type": "object",
        "properties": {
            "options": {"type": ["object", "null"]},
            "enabled_clients": {"type": ["array", "null"], "items": {"type": "string"}},
        },
        "additionalProperties": false,
    });
    for (name, kind) in KEPT {
        schema["properties"][name] = json!({"type": [kind, "null"]});
    }
    let realms = &mut schema["properties"][REALMS];
    realms["maxItems"] = REALMS_MOST.into();
    realms["items"] = json!({"type": "string", "minLength": 1, "maxLength": REALM_MAX_CHARS});
    schema["properties"]["note"] = note();
    schema
}

pub(super) fn switches() -> Value {
    json!({
        "type": "array",
        "maxItems": 50,
        "items": {
            "type": "object",
            "properties": {"client_id": {"type": "string"}, "status": {"type": "boolean"}},
            "required": ["client_id", "status"],
        },
    })
}

pub(super) fn removed() -> Value {
    json!({
        "type": "object",
        "properties": {"deleted_at": {"type": "string"}},
        "required": ["deleted_at"],
    })
}

pub(super) fn migration() -> Value {
    json!({"type": "object"})
}

pub(super) fn total() -> Value {
    json!({
        "type": "object",
        "properties": {"total": {"type": ["integer", "null"], "minimum": 0}},
        "additionalProperties": false,
    })
}

pub(super) fn ledger() -> Value {
    json!({
        "type": ["object", "string"],
        "properties": {"ledger": {"type": "array", "items": {"type": "object"}}, "next": {"type": "string"}},
    })
}

pub(super) static SCRIPT_VERSION: Named = Named {
    name: "ScriptVersion",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "action": {"type": "string"},
                "version": {"type": "integer", "minimum": 1},
                "live": {"type": "boolean"},
                "saved_at": {"type": "string"},
                "author": {"type": ["string", "null"]},
                "note": {"type": ["string", "null"]},
                "defect": {"type": ["string", "null"]},
                "bytes": {"type": "integer", "minimum": 0},
                "text": {"type": "string"},
                "diff": {"type": "string"},
            },
            "required": ["action", "version", "live", "saved_at", "author", "note", "defect", "bytes"],
            "additionalProperties": false,
        })
    },
};

pub(super) fn script() -> Value {
    json!({
        "type": "object",
        "properties": {"text": {"type": "string"}, "note": note()},
        "required": ["text"],
        "additionalProperties": false,
    })
}

fn note() -> Value {
    json!({"type": ["string", "null"], "maxLength": 500})
}

pub(super) fn rehearsal() -> Value {
    json!({
        "type": "object",
        "properties": {
            "counts": {"type": "array", "items": {"type": "object"}},
            "findings": {"type": "array", "items": {"type": "object"}},
            "next": {"type": "string"},
        },
        "required": ["counts", "findings"],
        "additionalProperties": false,
    })
}

pub(super) fn roll() -> Value {
    json!({
        "type": "object",
        "properties": {
            "users": {
                "type": "array",
                "maxItems": MOST_ADDED,
                "items": {
                    "type": "object",
                    "properties": {
                        "identifier": {"type": "string", "minLength": 1, "maxLength": 254},
                        "last_seen": {"type": ["string", "null"], "format": "date-time"},
                    },
                    "required": ["identifier"],
                    "additionalProperties": false,
                },
            },
        },
        "required": ["users"],
        "additionalProperties": false,
    })
}

pub(super) fn stragglers() -> Value {
    json!({
        "type": ["object", "string"],
        "properties": {"stragglers": {"type": "array", "items": straggler()}, "next": {"type": "string"}},
    })
}

fn straggler() -> Value {
    json!({
        "type": "object",
        "properties": {"identifier": {"type": "string"}, "last_seen": {"type": ["string", "null"]}},
        "required": ["identifier", "last_seen"],
    })
}

pub(super) fn tickets() -> Value {
    json!({
        "type": "object",
        "properties": {
            "take": {"type": "integer", "minimum": 1, "maximum": MOST_TICKETS},
            "from": {"type": "string"},
            "ttl_sec": {"type": "integer", "minimum": 1},
            "result_url": {"type": "string"},
            "format": {"enum": ["json", "ndjson", "csv"]},
        },
        "additionalProperties": false,
    })
}

pub(super) fn made_tickets() -> Value {
    let mut ticket = straggler();
    for name in ["email", "ticket", "reason"] {
        ticket["properties"][name] = json!({"type": ["string", "null"]});
    }
    json!({
        "type": ["object", "string"],
        "properties": {"tickets": {"type": "array", "items": ticket}, "next": {"type": "string"}},
    })
}

pub(super) fn end() -> Value {
    json!({
        "type": "object",
        "properties": {
            "ending": {"enum": ["native", "no-ops"]},
            "reversible_days": {"type": ["integer", "null"], "minimum": 0, "maximum": 365},
        },
        "required": ["ending"],
        "additionalProperties": false,
    })
}

pub(super) fn archive() -> Value {
    json!({
        "type": "object",
        "properties": {
            "ending": {"type": "string"},
            "ended_at": {"type": "string"},
            "reversible_until": {"type": "string"},
            "secrets_destroyed_at": {"type": ["string", "null"]},
            "options": {"type": "object"},
        },
        "required": ["ending", "ended_at", "reversible_until", "options"],
    })
}
