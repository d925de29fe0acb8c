//! One template.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Map, Value};
use trickle_engine::{Engine, MailTemplate, TemplateKind};

use crate::v2::{
    Bearer, Error,
    body::{Body, type_name},
};

/// The template: the usual one, and over it what the tenant has set.
pub(super) async fn show(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Error> {
    let kind = kind(&name)?;
    let stored = engine
        .stored_setting(caller.tenant(), &kind.setting())
        .await?;
    Ok(Json(Value::Object(MailTemplate::shown(
        kind,
        stored.as_ref(),
    ))))
}

/// Sets a template that the body names.
pub(super) async fn create(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let given = object(body)?;
    let name = given.get("template").and_then(Value::as_str);
    let name = name.ok_or_else(|| Error::Body("Missing required property: template".to_owned()))?;
    let shown = store(&engine, &caller, kind(name)?, given.clone()).await?;
    Ok((StatusCode::CREATED, shown))
}

/// Sets the whole template.
pub(super) async fn replace(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    store(&engine, &caller, kind(&name)?, object(body)?).await
}

/// Sets what is given.
pub(super) async fn change(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let kind = kind(&name)?;
    let stored = engine
        .stored_setting(caller.tenant(), &kind.setting())
        .await?;
    let mut wanted = stored.unwrap_or_default();
    wanted.extend(object(body)?);
    store(&engine, &caller, kind, wanted).await
}

async fn store(
    engine: &Engine,
    caller: &Bearer,
    kind: TemplateKind,
    wanted: Map<String, Value>,
) -> Result<Json<Value>, Error> {
    MailTemplate::parse(kind, Some(&wanted)).map_err(|error| Error::Body(error.to_string()))?;
    engine
        .store()
        .put_setting(caller.tenant(), &kind.setting(), &wanted)
        .await?;
    Ok(Json(Value::Object(MailTemplate::shown(
        kind,
        Some(&wanted),
    ))))
}

fn kind(name: &str) -> Result<TemplateKind, Error> {
    let known = TemplateKind::ALL
        .into_iter()
        .find(|kind| kind.as_str() == name);
    known.ok_or(Error::NotFound)
}

fn object(Body(body): Body) -> Result<Map<String, Value>, Error> {
    match body {
        Value::Object(map) => Ok(map),
        other => Err(Error::Body(format!(
            "Expected type object but found type {}",
            type_name(&other)
        ))),
    }
}
