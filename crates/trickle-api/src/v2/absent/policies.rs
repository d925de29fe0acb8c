//! `/guardian/policies`: of whom a second factor would be asked. Here it is asked of those who brought one.

use axum::{Json, extract::State};
use serde_json::{Map, Value, json};
use trickle_store::Store;

use crate::v2::{
    Bearer, Error,
    body::{Body, type_name, wrong_type},
    kept::unserved,
    operation::{Operation, Shape},
};

const PATH: &str = "/guardian/policies";
/// Under which name the store keeps them, and in which field.
const SETTING: &str = "kept:/guardian/policies";
const FIELD: &str = "policies";
const MOST: usize = 10;

pub(super) fn operations() -> [Operation; 3] {
    const UPDATE: &[&str] = &["update:mfa_policies"];
    let shape = Shape::Schema(|| json!({"type": "array", "items": {"type": "string"}}));
    let says = "Keeps of whom a second factor would be asked: it has no effect here";
    [
        Operation::get(PATH, &["read:mfa_policies"], show)
            .says("Shows of whom a second factor would be asked: it has no effect here")
            .gives(shape),
        Operation::put(PATH, UPDATE, replace)
            .says(says)
            .takes(shape)
            .gives(shape),
        Operation::patch(PATH, UPDATE, replace)
            .says(says)
            .takes(shape)
            .gives(shape),
    ]
}

async fn stored(caller: &Bearer, store: &Store) -> Result<Value, Error> {
    let stored = store.setting(caller.tenant(), SETTING).await?;
    let policies = stored.and_then(|mut stored| stored.remove(FIELD));
    Ok(policies.unwrap_or_else(|| json!([])))
}

async fn show(caller: Bearer, State(store): State<Store>) -> Result<Json<Value>, Error> {
    Ok(Json(stored(&caller, &store).await?))
}

async fn replace(
    caller: Bearer,
    State(store): State<Store>,
    Body(body): Body,
) -> Result<Json<Value>, Error> {
    let Value::Array(policies) = &body else {
        return Err(Error::Body(format!(
            "Expected type array but found type {}",
            type_name(&body)
        )));
    };
    if let Some(odd) = policies.iter().find(|policy| !policy.is_string()) {
        return Err(wrong_type("[]", "string", odd));
    }
    if policies.len() > MOST {
        return Err(Error::Body(format!("Expected at most {MOST} items")));
    }
    if !policies.is_empty() && stored(&caller, &store).await? != body {
        unserved::check(&store, caller.tenant(), PATH).await?;
    }
    let kept = Map::from_iter([(FIELD.to_owned(), body.clone())]);
    store.put_setting(caller.tenant(), SETTING, &kept).await?;
    Ok(Json(body))
}
