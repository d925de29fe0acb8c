//! `/logs`.

mod get;
mod list;
mod view;

pub(super) use self::list::search;

use serde_json::json;

use super::operation::{CURSOR, FIELDS, Named, Operation, PAGES, Shape};

pub(super) static ENTRY: Named = Named {
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
            .says("Searches the tenant's log, newest first; with from or take it is read on, oldest first")
            .query(&[PAGES, CURSOR, FIELDS, &["q", "search", "sort"]])
            .gives(Shape::Listed("logs", &ENTRY)),
        Operation::get("/logs/{id}", &["read:logs"], get::handler)
            .says("Shows an entry of the tenant's log")
            .gives(Shape::One(&ENTRY)),
    ]
}
