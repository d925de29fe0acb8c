//! `/tenants`: settings of the tenant itself.

mod lifetimes;
mod settings;

use serde_json::json;

use super::operation::{FIELDS, Named, Operation, Shape};

static SETTINGS: Named = Named {
    name: "TenantSettings",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "friendly_name": {"type": "string"}, "picture_url": {"type": "string"},
                "support_email": {"type": "string"}, "support_url": {"type": "string"},
                "default_directory": {"type": ["string", "null"]}, "default_audience": {"type": ["string", "null"]},
                "trickle": {
                    "type": "object",
                    "properties": {"keep_unserved": {"type": ["boolean", "null"]}},
                    "additionalProperties": false,
                },
                "flags": {"type": "object"}, "allowed_logout_urls": {"type": "array", "items": {"type": "string"}},
            },
        })
    },
};

pub(super) fn operations() -> Vec<Operation> {
    const PATH: &str = "/tenants/settings";
    vec![
        Operation::get(PATH, &["read:tenant_settings"], settings::show)
            .says("Shows the tenant's settings")
            .query(&[FIELDS])
            .gives(Shape::One(&SETTINGS)),
        Operation::patch(PATH, &["update:tenant_settings"], settings::change)
            .says("Changes the tenant's settings")
            .takes(Shape::One(&SETTINGS))
            .gives(Shape::One(&SETTINGS)),
    ]
}
