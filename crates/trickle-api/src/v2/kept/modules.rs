//! Which actions use a module, and its versions put back.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_store::{Kept, Store};

use super::{
    actions::{ACTION, MODULE, MODULE_VERSIONS},
    document::{check_size, view},
    handlers::{ALL, alter, find, numbered},
    operations::KEPT,
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    operation::{Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

/// The field of a body that names a version.
const VERSION: &str = "module_version_id";

pub(super) fn operations() -> [Operation; 2] {
    [
        Operation::get("/actions/modules/{id}/actions", &["read:actions"], list)
            .says("Lists the actions that name a module: none runs")
            .query(&[PAGES])
            .gives(Shape::Schema(|| json!({"type": "object"}))),
        Operation::post(
            "/actions/modules/{id}/rollback",
            &["update:actions"],
            roll_back,
        )
        .says("Makes a module what it was in a version: it does not run")
        .takes(Shape::Schema(
            || json!({"type": "object", "properties": {VERSION: {"type": "string"}}, "required": [VERSION]}),
        ))
        .status(200)
        .gives(Shape::One(&KEPT)),
    ]
}

async fn list(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse_offset(&query)?;
    find(&MODULE, &caller, &store, ("", &id)).await?;
    let all = store.list_kept(caller.tenant(), ACTION.stored, "", ALL);
    let all = all.await?.items;
    let using: Vec<Value> = all.iter().filter_map(|action| using(action, &id)).collect();
    let part = paging.part(&using).to_vec();
    Ok(numbered(&paging, ACTION.key, part, using.len() as u64))
}

/// What is told of an action that names the module.
fn using(action: &Kept, module: &str) -> Option<Value> {
    let modules = action.body.get("modules").and_then(Value::as_array);
    let mut modules = modules.into_iter().flatten();
    let named = modules.find(|named| named["module_id"] == module)?;
    let field = |name: &str| action.body.get(name).cloned().unwrap_or_default();
    let mut shown = json!({
        "action_id": action.id, "action_name": field("name"), "supported_triggers": field("supported_triggers"),
    });
    for name in [VERSION, "module_version_number"] {
        if let Some(value) = named.get(name) {
            shown[name] = value.clone();
        }
    }
    Some(shown)
}

async fn roll_back(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let version = Fields::new(body)?.required_text(VERSION)?;
    let module = alter(&MODULE, &caller, &engine, ("", &id), |module| {
        MODULE_VERSIONS.restore(module, &version)?;
        check_size(module)
    });
    Ok(Json(view(&MODULE, &module.await?)))
}
