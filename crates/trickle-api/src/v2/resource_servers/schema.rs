//! APIs as the document has them.

use serde_json::{Value, json};
use trickle_model::GrantSubject;

use super::create::policies;
use crate::v2::operation::Named;

pub(super) static RESOURCE_SERVER_SCHEMA: Named = Named {
    name: "ResourceServer",
    schema: || {
        let mut schema = properties();
        schema["properties"]["id"] = json!({"type": "string"});
        schema["properties"]["identifier"] = json!({"type": "string"});
        schema["properties"]["is_system"] = json!({"type": "boolean"});
        schema
    },
};

pub(super) fn created() -> Value {
    let mut schema = properties();
    schema["properties"]["identifier"] = json!({"type": "string", "minLength": 1});
    schema["required"] = json!(["identifier"]);
    schema
}

pub(super) fn changed() -> Value {
    properties()
}

fn properties() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "scopes": {"type": "array", "items": {
                "type": "object",
                "properties": {"value": {"type": "string"}, "description": {"type": ["string", "null"]}},
                "required": ["value"],
            }},
            "signing_alg": {"type": ["string", "null"]},
            "token_lifetime": {"type": ["integer", "null"], "minimum": 1, "maximum": 2_592_000},
            "token_lifetime_for_web": {"type": ["integer", "null"], "minimum": 1, "maximum": 2_592_000},
            "token_dialect": {"enum": ["access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz", null]},
            "allow_offline_access": {"type": "boolean"},
            "enforce_policies": {"type": "boolean"},
            "subject_type_authorization": {"type": ["object", "null"], "properties": {
                "user": of_subject(GrantSubject::User),
                "client": of_subject(GrantSubject::Client),
                "anonymous_user": of_subject(GrantSubject::AnonymousUser),
            }},
        },
    })
}

/// Whether tokens may be about such a subject.
fn of_subject(subject: GrantSubject) -> Value {
    json!({"type": ["object", "null"], "properties": {"policy": {"enum": policies(subject)}}})
}
