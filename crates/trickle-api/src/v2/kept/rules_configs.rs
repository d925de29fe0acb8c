//! `/rules-configs`: the names of what rules are configured with. The values are for rules, which do not run, and are not kept.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_store::Store;

use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    operation::{Named, Operation, Shape},
};

/// Under which name the store keeps them.
const SETTING: &str = "kept:/rules-configs";
/// Auth0's own limit is 127 characters.
const KEY_MAX_CHARS: usize = 127;
const MOST: usize = 1000;

static CONFIG: Named = Named {
    name: "RulesConfig",
    schema: || json!({"type": "object", "properties": {"key": {"type": "string"}}, "required": ["key"]}),
};

pub(super) fn operations() -> Vec<Operation> {
    const ONE: &str = "/rules-configs/{key}";
    let value = Shape::Schema(
        || json!({"type": "object", "properties": {"value": {"type": "string"}}, "required": ["value"]}),
    );
    vec![
        Operation::get("/rules-configs", &["read:rules_configs"], list)
            .says("Lists the names of settings of rules")
            .gives(Shape::Array(&CONFIG)),
        Operation::put(ONE, &["update:rules_configs"], put)
            .says("Keeps the name of a setting of rules; its value is not kept")
            .takes(value)
            .gives(Shape::One(&CONFIG)),
        Operation::delete(ONE, &["delete:rules_configs"], remove)
            .says("Forgets the name of a setting of rules"),
    ]
}

async fn list(caller: Bearer, State(store): State<Store>) -> Result<Json<Value>, Error> {
    let stored = store.setting(caller.tenant(), SETTING).await?;
    let keys = stored.into_iter().flatten();
    Ok(Json(keys.map(|(key, _)| json!({"key": key})).collect()))
}

async fn put(
    caller: Bearer,
    State(store): State<Store>,
    Path(key): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let value = Fields::new(body)?.required_text("value")?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-.:@*+".contains(c);
    if !(1..=KEY_MAX_CHARS).contains(&key.len()) || !key.chars().all(is_word) {
        return Err(Error::NotFound);
    }
    let mut fits = true;
    let kept = store.change_setting(caller.tenant(), SETTING, |stored| {
        fits = stored.len() < MOST || stored.contains_key(&key);
        if fits {
            stored.insert(key.clone(), true.into());
        }
    });
    kept.await?;
    if !fits {
        return Err(Error::Conflict(format!(
            "There are {MOST} settings of rules already"
        )));
    }
    Ok(Json(json!({"key": key, "value": value})))
}

async fn remove(
    caller: Bearer,
    State(store): State<Store>,
    Path(key): Path<String>,
) -> Result<StatusCode, Error> {
    let kept = store.change_setting(caller.tenant(), SETTING, |stored| drop(stored.remove(&key)));
    kept.await?;
    Ok(StatusCode::NO_CONTENT)
}
