//! `/user-blocks`: identifiers that are shut out after too many failures.

mod by_identifier;
mod by_user;

use axum::Json;
use serde_json::{Value, json};
use trickle_engine::{Block, Engine};

use super::{
    Bearer, Error,
    operation::{Named, Operation, Shape},
    query::Query,
};

/// Whether only blocks that hold as things are set now are shown.
const HOLDING: &str = "consider_brute_force_enablement";

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
            .query(&[&["identifier", HOLDING]])
            .gives(Shape::One(&BLOCKS)),
        Operation::delete("/user-blocks", CHANGE, by_identifier::lift)
            .says("Lets an identifier in again")
            .query(&[&["identifier"]]),
        Operation::get("/user-blocks/{id}", READ, by_user::list)
            .says("Shows from where a user is shut out")
            .query(&[&[HOLDING]])
            .gives(Shape::One(&BLOCKS)),
        Operation::delete("/user-blocks/{id}", CHANGE, by_user::lift).says("Lets a user in again"),
    ]
}

async fn blocks(
    engine: &Engine,
    caller: &Bearer,
    identifiers: &[String],
    query: &Query,
) -> Result<Json<Value>, Error> {
    let tenant = caller.tenant();
    let blocks = match query.flag(HOLDING)? {
        Some(true) => engine.blocks_that_hold(tenant, identifiers).await?,
        _ => engine.blocks(tenant, identifiers).await?,
    };
    Ok(view(blocks))
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
