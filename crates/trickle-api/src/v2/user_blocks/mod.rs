//! `/user-blocks`: identifiers that are shut out after too many failures.

mod by_identifier;
mod by_user;

use axum::Json;
use serde_json::{Value, json};
use trickle_engine::Block;

use super::operation::{Named, Operation, Shape};

static BLOCKS: Named = Named {
    name: "UserBlocks",
    schema: || {
        json!({
            "type": "object",
            "properties": {"blocked_for": {"type": "array", "items": {
                "type": "object",
                "properties": {
                    "identifier": {"type": "string"}, "ip": {"type": "string"}, "connection": {"type": "string"},
                },
                "required": ["identifier", "connection"],
            }}},
            "required": ["blocked_for"],
        })
    },
};

pub(super) fn operations() -> Vec<Operation> {
    const READ: &[&str] = &["read:users"];
    const CHANGE: &[&str] = &["update:users"];
    vec![
        Operation::get("/user-blocks", READ, by_identifier::list)
            .says("Shows from where an identifier is shut out")
            .query(&[&["identifier"]])
            .gives(Shape::One(&BLOCKS)),
        Operation::delete("/user-blocks", CHANGE, by_identifier::lift)
            .says("Lets an identifier in again")
            .query(&[&["identifier"]]),
        Operation::get("/user-blocks/{id}", READ, by_user::list)
            .says("Shows from where a user is shut out")
            .gives(Shape::One(&BLOCKS)),
        Operation::delete("/user-blocks/{id}", CHANGE, by_user::lift).says("Lets a user in again"),
    ]
}

/// `{"blocked_for":[{"identifier":…,"ip":…,"connection":…}]}`.
fn view(blocks: Vec<Block>) -> Json<Value> {
    let blocks = blocks.into_iter().map(|block| {
        let mut shown = json!({"identifier": block.identifier, "connection": block.connection});
        if let Some(ip) = block.ip {
            shown["ip"] = ip.into();
        }
        shown
    });
    Json(json!({"blocked_for": blocks.collect::<Value>()}))
}
