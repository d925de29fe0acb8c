//! `/hooks`, with the names of their secrets.

use std::collections::HashSet;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_store::{Kept, Store};

use super::{
    document::check_size,
    handlers::{alter, find},
    kind::Kind,
    kinds::{fits_flag, fits_text, is_on, scopes},
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, type_name, wrong_type},
    operation::{CURSOR, FIELDS, Operation, PAGES, Shape},
};

const SECRETS: &str = "secrets";
/// What clients know to be hidden; the values are not kept.
const HIDDEN: &str = "_VALUE_NOT_SHOWN_";

pub(super) static HOOK: Kind = Kind {
    required: &["name", "script", "triggerId"],
    unique: Some("name"),
    is_timed: false,
    stores: |body| {
        body.remove(SECRETS);
        body.entry("enabled").or_insert(false.into());
    },
    guards: Some(|body| is_on(body, "enabled").then_some("enabled of /hooks")),
    narrows: Some((
        &[PAGES, CURSOR, FIELDS, &["enabled", "triggerId"]],
        |query, hook| fits_flag(query, hook, "enabled") && fits_text(query, hook, "triggerId"),
    )),
    ..Kind::new(
        ("hook", "hook"),
        "inexistent_hook",
        ("/hooks", "/hooks/{id}", "hooks"),
        "hook",
        scopes!("hooks"),
    )
};

pub(super) fn secrets() -> Vec<Operation> {
    const PATH: &str = "/hooks/{id}/secrets";
    const UPDATE: &[&str] = &["update:hooks"];
    let shape =
        Shape::Schema(|| json!({"type": "object", "additionalProperties": {"type": "string"}}));
    let names = Shape::Schema(|| json!({"type": "array", "items": {"type": "string"}}));
    vec![
        Operation::get(PATH, &["read:hooks"], show)
            .says("Lists the names of a hook's secrets; values are not kept")
            .gives(shape),
        Operation::post(PATH, UPDATE, set)
            .says("Keeps the names of a hook's secrets")
            .takes(shape)
            .gives(shape),
        Operation::patch(PATH, UPDATE, set)
            .says("Keeps the names of a hook's secrets")
            .status(201)
            .takes(shape)
            .gives(shape),
        Operation::delete(PATH, UPDATE, remove)
            .says("Forgets names of a hook's secrets")
            .takes(names),
    ]
}

fn view(hook: &Kept) -> Json<Value> {
    let secrets = hook.parts.get(SECRETS).cloned();
    Json(secrets.unwrap_or_else(|| json!({})))
}

async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    Ok(view(&find(&HOOK, &caller, &store, ("", &id)).await?))
}

async fn set(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let given = Fields::new(body)?.rest();
    let hook = alter(&HOOK, &caller, &engine, ("", &id), |hook| {
        let secrets = hook.parts.entry(SECRETS).or_insert_with(|| json!({}));
        if let Value::Object(secrets) = secrets {
            secrets.extend(given.into_iter().map(|(name, _)| (name, HIDDEN.into())));
        }
        check_size(hook)
    });
    Ok((StatusCode::CREATED, view(&hook.await?)))
}

async fn remove(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    Body(body): Body,
) -> Result<StatusCode, Error> {
    let Value::Array(names) = body else {
        return Err(Error::Body(format!(
            "Expected type array but found type {}",
            type_name(&body)
        )));
    };
    if let Some(odd) = names.iter().find(|name| !name.is_string()) {
        return Err(wrong_type("[]", "string", odd));
    }
    let names: HashSet<&str> = names.iter().filter_map(Value::as_str).collect();
    let hook = alter(&HOOK, &caller, &engine, ("", &id), |hook| {
        let secrets = hook.parts.get_mut(SECRETS).and_then(Value::as_object_mut);
        if let Some(secrets) = secrets {
            secrets.retain(|name, _: &mut Value| !names.contains(name.as_str()));
        }
        hook.parts.retain(|_, part| {
            part.as_object()
                .is_none_or(|part: &Map<_, _>| !part.is_empty())
        });
        Ok(())
    });
    hook.await?;
    Ok(StatusCode::NO_CONTENT)
}
