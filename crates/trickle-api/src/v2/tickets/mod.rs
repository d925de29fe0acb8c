//! `/tickets`: links that an administrator hands out.

mod create;

use serde_json::json;

use super::operation::{Named, Operation, Shape};

static ORDER: Named = Named {
    name: "TicketOrder",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "user_id": {"type": "string"}, "connection_id": {"type": "string"}, "email": {"type": "string"},
                "result_url": {"type": "string"}, "ttl_sec": {"type": "integer", "minimum": 0},
                "mark_email_as_verified": {"type": "boolean"}, "includeEmailInRedirect": {"type": "boolean"},
                "client_id": {"type": "string"}, "organization_id": {"type": "string"},
                "identity": {"type": "object"},
            },
            "additionalProperties": false,
        })
    },
};

static TICKET: Named = Named {
    name: "Ticket",
    schema: || {
        json!({
            "type": "object",
            "properties": {"ticket": {"type": "string"}},
            "required": ["ticket"],
            "additionalProperties": false,
        })
    },
};

pub(super) fn operations() -> Vec<Operation> {
    const SCOPES: &[&str] = &["create:user_tickets"];
    vec![
        Operation::post("/tickets/password-change", SCOPES, create::password_change)
            .says("Makes a link by which a user chooses a new password")
            .takes(Shape::One(&ORDER))
            .gives(Shape::One(&TICKET)),
        Operation::post(
            "/tickets/email-verification",
            SCOPES,
            create::email_verification,
        )
        .says("Makes a link by which a user proves an address")
        .takes(Shape::One(&ORDER))
        .gives(Shape::One(&TICKET)),
    ]
}
