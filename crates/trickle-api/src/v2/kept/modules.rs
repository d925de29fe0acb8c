//! `/actions/modules`: which actions use a module, and its versions put back.

use std::collections::{HashMap, HashSet};

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_store::{Kept, Store};

use super::{
    actions::{ACTION, MODULE, MODULE_VERSIONS},
    document::{check_size, given, new, view},
    handlers::{self, ALL, How, add, alter, find, numbered},
    operations::KEPT,
    versions::find_version,
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    fields::FieldFilter,
    operation::{FIELDS, Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

/// The field of a body that names a version.
const VERSION: &str = "module_version_id";
const NUMBER: &str = "module_version_number";
/// How many actions name a module.
const TOTAL: &str = "actions_using_module_total";
/// Whether a new module has a version at once.
const PUBLISH: &str = "publish";

pub(super) fn operations() -> [Operation; 7] {
    let [read, create_scopes, update, delete] = MODULE.scopes;
    let one = Shape::One(&KEPT);
    [
        Operation::get(MODULE.path, read, list)
            .says("Lists what was written: it has no effect here")
            .query(&[PAGES, FIELDS])
            .gives(one),
        Operation::post(MODULE.path, create_scopes, create)
            .says("Keeps what is written: it has no effect here")
            .takes(one)
            .gives(one),
        Operation::get(MODULE.one, read, show)
            .says("Shows what was written: it has no effect here")
            .query(&[FIELDS])
            .gives(one),
        Operation::patch(MODULE.one, update, change)
            .says("Changes what was written: it has no effect here")
            .takes(one)
            .gives(one),
        Operation::delete(MODULE.one, delete, remove)
            .says("Removes a module that no action names")
            .unless("Actions name the module"),
        Operation::get(
            "/actions/modules/{id}/actions",
            &["read:actions"],
            list_actions,
        )
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
        .gives(one),
    ]
}

/// All actions of the tenant.
async fn actions(store: &Store, caller: &Bearer) -> Result<Vec<Kept>, Error> {
    let all = store.list_kept(caller.tenant(), ACTION.stored, "", ALL);
    Ok(all.await?.items)
}

/// What an action says of modules that it names.
fn named(action: &Kept) -> impl Iterator<Item = &Value> {
    let modules = action.body.get("modules").and_then(Value::as_array);
    modules.into_iter().flatten()
}

/// What an action says of the module that it names.
fn naming<'a>(action: &'a Kept, module: &str) -> Option<&'a Value> {
    named(action).find(|named| named["module_id"] == module)
}

/// How many actions name each module. An action may name as many as its size allows: all are looked at once.
fn uses(actions: &[Kept]) -> HashMap<&str, usize> {
    let mut uses = HashMap::new();
    for action in actions {
        let ids = named(action).filter_map(|named| named["module_id"].as_str());
        for id in ids.collect::<HashSet<&str>>() {
            *uses.entry(id).or_default() += 1;
        }
    }
    uses
}

/// A module as it is shown, with the number of actions that name it, where its id is shown.
fn counted(mut module: Value, uses: &HashMap<&str, usize>) -> Value {
    let id = module.get("id").and_then(Value::as_str);
    let total = id.map(|id| uses.get(id).copied().unwrap_or_default());
    if let (Some(total), Value::Object(shown)) = (total, &mut module) {
        shown.insert(TOTAL.to_owned(), total.into());
    }
    module
}

async fn list(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(&query)?;
    let Json(mut page) = handlers::list(&MODULE, &caller, &store, "", &query).await?;
    let actions = actions(&store, &caller).await?;
    let uses = uses(&actions);
    if let Some(modules) = page.get_mut(MODULE.key).and_then(Value::as_array_mut) {
        for module in modules {
            *module = fields.apply(counted(module.take(), &uses));
        }
    }
    Ok(Json(page))
}

async fn create(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let (store, now) = (engine.store(), engine.clock().now());
    let mut given = given(&MODULE, body)?;
    let is_published = match given.remove(PUBLISH) {
        None => false,
        Some(Value::Bool(is_published)) => is_published,
        Some(other) => return Err(wrong_type(PUBLISH, "boolean", &other)),
    };
    let mut module = new(&MODULE, "", given, now)?;
    if is_published {
        MODULE_VERSIONS.deploy(&mut module, now)?;
    }
    add(&MODULE, &caller, store, &module).await?;
    let shown = counted(view(&MODULE, &module), &HashMap::new());
    Ok((StatusCode::CREATED, Json(shown)))
}

async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(&query)?;
    let Json(module) = handlers::show(&MODULE, &caller, &store, ("", &id), &query).await?;
    let actions = actions(&store, &caller).await?;
    let module = counted(module, &uses(&actions));
    Ok(Json(fields.apply(module)))
}

async fn change(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let changed = handlers::change(&MODULE, &caller, &engine, ("", &id), (How::Over, body));
    let Json(module) = changed.await?;
    let actions = actions(engine.store(), &caller).await?;
    Ok(Json(counted(module, &uses(&actions))))
}

/// An action that names it would keep an id of nothing.
async fn remove(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let actions = actions(&store, &caller).await?;
    let using = actions
        .iter()
        .filter(|action| naming(action, &id).is_some());
    let using: Vec<&str> = using.map(|action| action.id.as_str()).collect();
    if !using.is_empty() {
        return Err(Error::InUse(format!(
            "The module is named by the actions {}; take it out of their modules first",
            using.join(", ")
        )));
    }
    handlers::remove(&MODULE, &caller, &store, ("", &id)).await
}

async fn list_actions(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse_offset(&query)?;
    let module = find(&MODULE, &caller, &store, ("", &id)).await?;
    let all = actions(&store, &caller).await?;
    let using: Vec<Value> = all
        .iter()
        .filter_map(|action| using(action, &module))
        .collect();
    let part = paging.slice(&using);
    Ok(numbered(&paging, ACTION.key, part, using.len() as u64))
}

/// What is told of an action that names the module.
fn using(action: &Kept, module: &Kept) -> Option<Value> {
    let named = naming(action, &module.id)?;
    let field = |name: &str| action.body.get(name).cloned().unwrap_or_default();
    let mut shown = json!({
        "action_id": action.id, "action_name": field("name"), "supported_triggers": field("supported_triggers"),
    });
    for name in [VERSION, NUMBER] {
        if let Some(value) = named.get(name) {
            shown[name] = value.clone();
        }
    }
    // Actions name a version by its id.
    let version = named.get(VERSION).and_then(Value::as_str);
    let version = version.and_then(|id| find_version(module, id).ok());
    if let Some(version) = version {
        shown[NUMBER] = version["number"].clone();
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
    let module = view(&MODULE, &module.await?);
    let actions = actions(engine.store(), &caller).await?;
    Ok(Json(counted(module, &uses(&actions))))
}
