//! `/emails/provider`: kept without what opens it. Mails go out as the operator says.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Map, Value, json};
use trickle_store::Store;

use super::secrets;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    error::Kind,
    fields::FieldFilter,
    operation::{FIELDS, Operation, Shape},
    query::Query,
};

/// Under which name the store keeps it.
const SETTING: &str = "kept:/emails/provider";

static PROVIDER: Kind = Kind {
    code: "inexistent_email_provider",
    name: "email provider",
};

pub(super) fn operations() -> Vec<Operation> {
    const PATH: &str = "/emails/provider";
    let shape = Shape::Schema(|| json!({"type": "object"}));
    let says =
        "Keeps the provider of mails, without its secrets: the operator's mail server sends them";
    vec![
        Operation::get(PATH, &["read:email_provider"], show)
            .says("Shows the provider of mails that was written: the operator's mail server sends them")
            .query(&[FIELDS])
            .gives(shape),
        Operation::post(PATH, &["create:email_provider"], create)
            .says(says)
            .takes(shape)
            .gives(shape),
        Operation::patch(PATH, &["update:email_provider"], change)
            .says(says)
            .takes(shape)
            .gives(shape),
        Operation::delete(PATH, &["delete:email_provider"], remove)
            .says("Removes the provider of mails that was written"),
    ]
}

fn view(mut provider: Map<String, Value>) -> Value {
    provider.entry("enabled").or_insert(true.into());
    provider.entry("credentials").or_insert_with(|| json!({}));
    Value::Object(provider)
}

async fn stored(caller: &Bearer, store: &Store) -> Result<Option<Map<String, Value>>, Error> {
    let stored = store.setting(caller.tenant(), SETTING).await?;
    Ok(stored.filter(|stored| !stored.is_empty()))
}

fn given(body: Body) -> Result<Map<String, Value>, Error> {
    let mut given = Fields::new(body)?.rest();
    secrets::forget(&mut given);
    Ok(given)
}

async fn show(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(&query)?;
    let provider = stored(&caller, &store).await?;
    let provider = provider.ok_or(Error::Missing(&PROVIDER))?;
    Ok(Json(fields.apply(view(provider))))
}

async fn create(
    caller: Bearer,
    State(store): State<Store>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut given = given(body)?;
    given.retain(|_, value| !value.is_null());
    if !given.get("name").is_some_and(Value::is_string) {
        return Err(Error::Body("Missing required property: name".to_owned()));
    }
    if stored(&caller, &store).await?.is_some() {
        return Err(Error::Exists(&PROVIDER));
    }
    store.put_setting(caller.tenant(), SETTING, &given).await?;
    Ok((StatusCode::CREATED, Json(view(given))))
}

async fn change(
    caller: Bearer,
    State(store): State<Store>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let given = given(body)?;
    let mut is_there = true;
    let changed = store.change_setting(caller.tenant(), SETTING, |stored| {
        is_there = !stored.is_empty();
        if is_there {
            stored.extend(given);
            stored.retain(|_, value| !value.is_null());
        }
    });
    let changed = changed.await?;
    match is_there {
        true => Ok(Json(view(changed))),
        false => Err(Error::Missing(&PROVIDER)),
    }
}

async fn remove(caller: Bearer, State(store): State<Store>) -> Result<StatusCode, Error> {
    store.remove_setting(caller.tenant(), SETTING).await?;
    Ok(StatusCode::NO_CONTENT)
}
