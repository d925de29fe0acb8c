//! `/email-templates`: how the tenant's mails look.

mod template;

use serde_json::json;

use super::operation::{Named, Operation, Shape};

static TEMPLATE: Named = Named {
    name: "EmailTemplate",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "template": {"type": "string"}, "subject": {"type": "string"}, "body": {"type": "string"},
                "from": {"type": "string"}, "enabled": {"type": "boolean"},
            },
        })
    },
};

pub(super) fn operations() -> Vec<Operation> {
    const ONE: &str = "/email-templates/{name}";
    const CHANGE: &[&str] = &["update:email_templates"];
    let shape = Shape::One(&TEMPLATE);
    vec![
        Operation::post(
            "/email-templates",
            &["create:email_templates"],
            template::create,
        )
        .says("Sets how a mail looks")
        .takes(shape)
        .gives(shape),
        Operation::get(ONE, &["read:email_templates"], template::show)
            .says("Shows how a mail looks")
            .gives(shape),
        Operation::put(ONE, CHANGE, template::replace)
            .says("Sets how a mail looks")
            .takes(shape)
            .gives(shape),
        Operation::patch(ONE, CHANGE, template::change)
            .says("Changes how a mail looks")
            .takes(shape)
            .gives(shape),
    ]
}
