//! `/user-blocks`: identifiers that are shut out after too many failures.

mod by_identifier;
mod by_user;

use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use trickle_engine::Block;

use crate::ApiState;

pub(super) fn routes() -> Router<ApiState> {
    Router::new()
        .route(
            "/user-blocks",
            get(by_identifier::list).delete(by_identifier::lift),
        )
        .route(
            "/user-blocks/{id}",
            get(by_user::list).delete(by_user::lift),
        )
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
