//! `GET` and `PATCH /api/v2/branding`.

use axum::{Json, extract::State};
use serde_json::{Map, Value};
use trickle_model::JsonKind;
use trickle_store::Store;

use crate::{
    pages::Shade,
    v2::{
        Bearer, Error,
        body::{Body, Fields, wrong_type},
    },
};

/// Under which name the store keeps it.
const NAME: &str = "branding";
/// Known fields and their types. Unknown ones are kept.
const KNOWN: [(&str, JsonKind); 4] = [
    ("colors", JsonKind::Object),
    ("logo_url", JsonKind::Text),
    ("favicon_url", JsonKind::Text),
    ("font", JsonKind::Object),
];

/// The settings.
pub(super) async fn show(caller: Bearer, State(store): State<Store>) -> Result<Json<Value>, Error> {
    let stored = store.setting(caller.tenant(), NAME).await?;
    Ok(Json(Value::Object(stored.unwrap_or_default())))
}

/// Changes them: what is given replaces, `null` removes, colours one by one.
pub(super) async fn change(
    caller: Bearer,
    State(store): State<Store>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let given = Fields::new(body)?.rest();
    for (name, kind) in KNOWN {
        if let Some(value) = given.get(name)
            && !kind.fits(value)
        {
            return Err(wrong_type(name, kind.name(), value));
        }
    }
    let colour = given.get("colors").and_then(|colors| colors.get("primary"));
    if let Some(colour) = colour.filter(|colour| !is_colour(colour)) {
        return Err(Error::Body(format!(
            "Expected #rgb, #rrggbb or #rrggbbaa on property colors.primary, found {colour}"
        )));
    }
    let settings = store
        .change_setting(caller.tenant(), NAME, |stored| merge(stored, given))
        .await?;
    Ok(Json(Value::Object(settings)))
}

fn is_colour(value: &Value) -> bool {
    value.is_null() || value.as_str().and_then(Shade::parse).is_some()
}

fn merge(stored: &mut Map<String, Value>, given: Map<String, Value>) {
    for (name, value) in given {
        match (value, stored.get_mut(&name)) {
            (Value::Object(colours), Some(Value::Object(before))) if name == "colors" => {
                before.extend(colours);
                before.retain(|_, value| !value.is_null());
            }
            (Value::Object(mut colours), _) if name == "colors" => {
                colours.retain(|_, value| !value.is_null());
                stored.insert(name, Value::Object(colours));
            }
            (Value::Null, _) => drop(stored.remove(&name)),
            (value, _) => drop(stored.insert(name, value)),
        }
    }
}
