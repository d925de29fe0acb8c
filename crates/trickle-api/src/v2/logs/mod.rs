//! `/logs`.

mod list;
mod view;

use serde_json::json;

use super::operation::{FIELDS, Named, Operation, PAGES, Shape};

static ENTRY: Named = Named {
    name: "LogEntry",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "log_id": {"type": "string"}, "_id": {"type": "string"}, "date": {"type": "string"},
                "type": {"type": "string"}, "description": {"type": "string"}, "connection": {"type": "string"},
                "connection_id": {"type": "string"}, "client_id": {"type": "string"},
                "client_name": {"type": "string"}, "user_id": {"type": "string"}, "user_name": {"type": "string"},
                "ip": {"type": "string"}, "user_agent": {"type": "string"}, "strategy": {"type": "string"},
                "strategy_type": {"type": "string"}, "details": {"type": "object"},
            },
            "additionalProperties": false,
        })
    },
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/logs", &["read:logs"], list::handler)
            .says("Lists the tenant's log, newest first")
            .query(&[PAGES, FIELDS])
            .gives(Shape::Listed("logs", &ENTRY)),
    ]
}
