//! `/guardian/factors`: which second factors people may use. One-time passwords are asked of those who brought them; no other kind is served.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Map, Value, json};
use trickle_store::Store;

use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    kept::unserved,
    operation::{Named, Operation, Shape},
};

/// Under which name the store keeps them.
const SETTING: &str = "factors";
/// The one that is served. Turned off it is not offered; whoever brought one is asked all the same.
const SERVED: &str = "otp";
const NAMES: [&str; 8] = [
    "push-notification",
    "sms",
    "email",
    "duo",
    SERVED,
    "webauthn-roaming",
    "webauthn-platform",
    "recovery-code",
];

static FACTOR: Named = Named {
    name: "GuardianFactor",
    schema: || {
        json!({
            "type": "object",
            "properties": {
                "name": {"enum": NAMES}, "enabled": {"type": "boolean"}, "trial_expired": {"type": "boolean"},
            },
            "required": ["enabled"],
        })
    },
};

pub(super) fn operations() -> Vec<Operation> {
    const ONE: &str = "/guardian/factors/{name}";
    vec![
        Operation::get("/guardian/factors", &["read:guardian_factors"], list)
            .says("Lists the kinds of second factors")
            .gives(Shape::Array(&FACTOR)),
        Operation::put(ONE, &["update:guardian_factors"], set)
            .says("Turns a kind of second factors on or off; only otp has an effect")
            .takes(Shape::One(&FACTOR))
            .gives(Shape::One(&FACTOR)),
    ]
}

async fn list(caller: Bearer, State(store): State<Store>) -> Result<Json<Value>, Error> {
    let stored = store.setting(caller.tenant(), SETTING).await?;
    let factors = NAMES.map(|name| {
        json!({"name": name, "enabled": is_on(stored.as_ref(), name), "trial_expired": false})
    });
    Ok(Json(json!(factors)))
}

fn is_on(stored: Option<&Map<String, Value>>, name: &str) -> bool {
    let stored = stored.and_then(|stored| stored.get(name));
    stored.map_or(name == SERVED, |stored| stored == &Value::Bool(true))
}

async fn set(
    caller: Bearer,
    State(store): State<Store>,
    Path(name): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let enabled = match fields.take("enabled") {
        Some(Value::Bool(enabled)) => enabled,
        Some(other) => return Err(wrong_type("enabled", "boolean", &other)),
        None => {
            return Err(Error::Body("Missing required property: enabled".to_owned()));
        }
    };
    let name = NAMES.into_iter().find(|known| *known == name);
    let name = name.ok_or(Error::NotFound)?;
    let stored = store.setting(caller.tenant(), SETTING).await?;
    if enabled && !is_on(stored.as_ref(), name) && name != SERVED {
        let what = format!("enabled of /guardian/factors/{name}");
        unserved::check(&store, caller.tenant(), &what).await?;
    }
    let set = store.change_setting(caller.tenant(), SETTING, |stored| {
        stored.insert(name.to_owned(), enabled.into());
    });
    set.await?;
    Ok(Json(json!({"enabled": enabled})))
}
