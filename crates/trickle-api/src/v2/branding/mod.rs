//! `/branding`: how the login pages look.

mod settings;

use serde_json::json;

use super::operation::{Named, Operation, Shape};

static BRANDING: Named = Named {
    name: "Branding",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "colors": {
                    "type": "object",
                    "properties": {"primary": {"type": "string"}, "page_background": {"type": ["string", "object"]}},
                },
                "logo_url": {"type": "string"}, "favicon_url": {"type": "string"}, "font": {"type": "object"},
            },
        })
    },
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/branding", &["read:branding"], settings::show)
            .says("Shows how the login pages look")
            .gives(Shape::One(&BRANDING)),
        Operation::patch("/branding", &["update:branding"], settings::change)
            .says("Changes how the login pages look; colours are merged")
            .takes(Shape::One(&BRANDING))
            .gives(Shape::One(&BRANDING)),
    ]
}
