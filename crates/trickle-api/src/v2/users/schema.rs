//! Users as the document has them.

use serde_json::{Value, json};

use super::identities::IDENTITY;
use crate::v2::operation::Named;

pub(super) static USER: Named = Named {
    name: "User",
    schema: || {
        let mut schema = fields();
        let properties = &mut schema["properties"];
        for (name, kind) in [
            ("user_id", "string"),
            ("created_at", "string"),
            ("updated_at", "string"),
            ("last_login", "string"),
            ("last_ip", "string"),
            ("last_password_reset", "string"),
            ("logins_count", "integer"),
        ] {
            properties[name] = json!({"type": kind});
        }
        properties["identities"] = json!({
            "type": "array",
            "items": (IDENTITY.schema)(),
        });
        schema
    },
};

pub(super) fn created() -> Value {
    let mut schema = fields();
    schema["properties"]["connection"] = json!({"type": "string"});
    schema["properties"]["password"] = json!({"type": ["string", "null"]});
    schema["properties"]["user_id"] = json!({"type": ["string", "null"]});
    schema["required"] = json!(["connection"]);
    schema
}

pub(super) fn changed() -> Value {
    let mut schema = fields();
    for name in ["connection", "password", "client_id"] {
        schema["properties"][name] = json!({"type": ["string", "null"]});
    }
    schema
}

fn fields() -> Value {
    let mut schema = json!({"type": "object", "properties": {}});
    for name in [
        "email",
        "username",
        "phone_number",
        "name",
        "given_name",
        "family_name",
        "nickname",
        "picture",
    ] {
        schema["properties"][name] = json!({"type": ["string", "null"]});
    }
    for name in [
        "email_verified",
        "phone_verified",
        "blocked",
        "verify_email",
    ] {
        schema["properties"][name] = json!({"type": ["boolean", "null"]});
    }
    for name in ["user_metadata", "app_metadata"] {
        schema["properties"][name] = json!({"type": ["object", "null"]});
    }
    schema
}
