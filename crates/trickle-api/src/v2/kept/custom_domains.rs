//! `/custom-domains/default`: which of the domains links would lead to.

use axum::{Json, extract::State};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_store::Store;

use super::{
    document::view,
    handlers::{ALL, alter},
    kinds::CUSTOM_DOMAIN,
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    operation::{Operation, Shape},
};

const FLAG: &str = "is_default";

pub(super) fn operations() -> Vec<Operation> {
    const PATH: &str = "/custom-domains/default";
    let shape = Shape::Schema(|| json!({"type": "object"}));
    vec![
        Operation::get(PATH, &["read:custom_domains"], show)
            .says("Shows which custom domain was made the default: it has no effect here")
            .gives(shape),
        Operation::patch(PATH, &["update:custom_domains"], set)
            .says("Makes a custom domain the default: it has no effect here")
            .takes(shape)
            .gives(shape),
    ]
}

async fn show(caller: Bearer, State(store): State<Store>) -> Result<Json<Value>, Error> {
    let all = store.list_kept(caller.tenant(), CUSTOM_DOMAIN.stored, "", ALL);
    let found = all.await?.items.into_iter();
    let found = found.filter(|domain| domain.body.get(FLAG) == Some(&Value::Bool(true)));
    let found = found.map(|domain| view(&CUSTOM_DOMAIN, &domain)).next();
    found
        .map(Json)
        .ok_or(Error::Missing(&CUSTOM_DOMAIN.missing))
}

async fn set(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let (store, tenant) = (engine.store(), caller.tenant());
    let domain = Fields::new(body)?.required_text("domain")?;
    let chosen = store
        .kept_named(tenant, CUSTOM_DOMAIN.stored, &domain)
        .await?;
    let chosen = chosen.ok_or(Error::Missing(&CUSTOM_DOMAIN.missing))?;
    let all = store.list_kept(tenant, CUSTOM_DOMAIN.stored, "", ALL);
    let others = all.await?.items.into_iter();
    for other in others.filter(|other| other.id != chosen.id && other.body.contains_key(FLAG)) {
        alter(&CUSTOM_DOMAIN, &caller, &engine, ("", &other.id), |other| {
            other.body.remove(FLAG);
            Ok(())
        })
        .await?;
    }
    let chosen = alter(
        &CUSTOM_DOMAIN,
        &caller,
        &engine,
        ("", &chosen.id),
        |chosen| {
            chosen.body.insert(FLAG.to_owned(), true.into());
            Ok(())
        },
    );
    Ok(Json(view(&CUSTOM_DOMAIN, &chosen.await?)))
}
