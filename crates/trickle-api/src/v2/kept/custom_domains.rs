//! `/custom-domains/default`: which of the domains links would lead to.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_store::Store;

use super::{
    document::view,
    handlers::{ALL, alter, find},
    kinds::CUSTOM_DOMAIN,
    operations::KEPT,
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
        Operation::post(
            "/custom-domains/{id}/verify",
            &["create:custom_domains"],
            verify,
        )
        .says("Shows a custom domain, which is never verified: the operator gives a tenant its domains")
        .status(200)
        .gives(Shape::One(&KEPT)),
        Operation::post(
            "/custom-domains/{id}/test",
            &["read:custom_domains"],
            test,
        )
        .says("Whether the operator has given the tenant this domain")
        .status(200)
        .gives(Shape::Schema(tested)),
    ]
}

fn tested() -> Value {
    json!({
        "type": "object",
        "properties": {"success": {"type": "boolean"}, "message": {"type": "string"}},
        "required": ["success", "message"],
        "additionalProperties": false,
    })
}

async fn verify(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let domain = find(&CUSTOM_DOMAIN, &caller, &store, ("", &id)).await?;
    Ok(Json(view(&CUSTOM_DOMAIN, &domain)))
}

async fn test(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let domain = find(&CUSTOM_DOMAIN, &caller, &store, ("", &id)).await?;
    let name = domain.body.get("domain").and_then(Value::as_str);
    let mut own = caller.site.tenant.domains.iter();
    let is_own = name.is_some_and(|name| own.any(|own| own.eq_ignore_ascii_case(name)));
    let message = match is_own {
        true => "The tenant answers under this domain",
        false => {
            "The tenant does not answer under this domain: the operator of the server gives a tenant its domains"
        }
    };
    Ok(Json(json!({"success": is_own, "message": message})))
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
