//! `/stats`.

mod active_users;
mod daily;

use serde_json::json;

use super::operation::{Named, Operation, Shape};

static DAY: Named = Named {
    name: "DayOfLogins",
    schema: || {
        let count = json!({"type": "integer", "minimum": 0});
        json!({
            "type": "object",
            "properties": {
                "date": {"type": "string"}, "logins": count, "signups": count, "leaked_passwords": count,
                "created_at": {"type": "string"}, "updated_at": {"type": "string"},
            },
            "required": ["date", "logins", "signups", "leaked_passwords", "created_at", "updated_at"],
            "additionalProperties": false,
        })
    },
};

pub(super) fn operations() -> Vec<Operation> {
    const READ: &[&str] = &["read:stats"];
    vec![
        Operation::get("/stats/active-users", READ, active_users::handler)
            .says("Counts the users who logged in within the last 30 days")
            .gives(Shape::Schema(|| json!({"type": "integer", "minimum": 0}))),
        Operation::get("/stats/daily", READ, daily::handler)
            .says("Counts logins and sign-ups by day, UTC")
            .query(&[&["from", "to"]])
            .gives(Shape::Array(&DAY)),
    ]
}
