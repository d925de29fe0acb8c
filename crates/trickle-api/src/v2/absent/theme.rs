//! The theme and the page template of `/branding`: kept, so that tools find them again. The login pages look as `/branding` itself says.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Map, Value, json};
use trickle_store::Store;

use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    error::Kind,
    operation::{Operation, Shape},
};

const THEME: &str = "kept:/branding/themes/default";
const TEMPLATE: &str = "kept:/branding/templates/universal-login";
/// There is one theme.
const ID: &str = "default";

static NO_THEME: Kind = Kind {
    code: "theme_not_found",
    name: "theme",
};
static NO_TEMPLATE: Kind = Kind {
    code: "inexistent_template",
    name: "template",
};

const READ: &[&str] = &["read:branding"];
const UPDATE: &[&str] = &["update:branding"];
const DELETE: &[&str] = &["delete:branding"];

pub(super) fn operations() -> Vec<Operation> {
    const ONE: &str = "/branding/themes/{id}";
    const PAGE: &str = "/branding/templates/universal-login";
    let shape = Shape::Schema(|| json!({"type": "object"}));
    let any = Shape::Schema(|| json!({}));
    vec![
        Operation::post("/branding/themes", UPDATE, add)
            .says("Keeps a theme: it has no effect here")
            .takes(shape)
            .gives(shape),
        Operation::get(ONE, READ, show)
            .says("Shows the theme; its id is default")
            .gives(shape),
        Operation::patch(ONE, UPDATE, replace)
            .says("Replaces the theme: it has no effect here")
            .takes(shape)
            .gives(shape),
        Operation::delete(ONE, DELETE, remove).says("Removes the theme"),
        Operation::get(PAGE, READ, show_template)
            .says("Shows the template of the login page")
            .gives(shape),
        Operation::put(PAGE, UPDATE, put_template)
            .says("Keeps a template of the login page: it has no effect here")
            .takes(any)
            .status(204),
        Operation::delete(PAGE, DELETE, remove_template)
            .says("Removes the template of the login page"),
    ]
}

fn known(id: &str) -> Result<(), Error> {
    match id {
        ID => Ok(()),
        _ => Err(Error::Missing(&NO_THEME)),
    }
}

async fn add(
    caller: Bearer,
    State(store): State<Store>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let theme = keep(&caller, &store, body).await?;
    Ok((StatusCode::CREATED, theme))
}

async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    known(&id)?;
    let theme = store.setting(caller.tenant(), THEME).await?;
    let theme = theme.ok_or(Error::Missing(&NO_THEME))?;
    Ok(view(theme))
}

async fn replace(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    known(&id)?;
    if store.setting(caller.tenant(), THEME).await?.is_none() {
        return Err(Error::Missing(&NO_THEME));
    }
    keep(&caller, &store, body).await
}

async fn remove(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    known(&id)?;
    match store.remove_setting(caller.tenant(), THEME).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Error::Missing(&NO_THEME)),
    }
}

async fn keep(caller: &Bearer, store: &Store, body: Body) -> Result<Json<Value>, Error> {
    let mut theme = Fields::new(body)?.rest();
    theme.remove("themeId");
    store.put_setting(caller.tenant(), THEME, &theme).await?;
    Ok(view(theme))
}

fn view(mut theme: Map<String, Value>) -> Json<Value> {
    theme.insert("themeId".to_owned(), ID.into());
    Json(Value::Object(theme))
}

async fn show_template(caller: Bearer, State(store): State<Store>) -> Result<Json<Value>, Error> {
    let template = store.setting(caller.tenant(), TEMPLATE).await?;
    let template = template.ok_or(Error::Missing(&NO_TEMPLATE))?;
    Ok(Json(Value::Object(template)))
}

/// `{"template": "…"}`, or the text as JSON.
async fn put_template(
    caller: Bearer,
    State(store): State<Store>,
    Body(body): Body,
) -> Result<StatusCode, Error> {
    let text = match &body {
        Value::String(text) => Some(text.as_str()),
        other => other.get("template").and_then(Value::as_str),
    };
    let text = text.ok_or_else(|| Error::Body("Missing required property: template".to_owned()))?;
    let kept = Map::from_iter([("body".to_owned(), text.into())]);
    store.put_setting(caller.tenant(), TEMPLATE, &kept).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_template(caller: Bearer, State(store): State<Store>) -> Result<StatusCode, Error> {
    store.remove_setting(caller.tenant(), TEMPLATE).await?;
    Ok(StatusCode::NO_CONTENT)
}
