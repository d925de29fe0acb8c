//! `GET` and `PATCH /api/v2/tenants/settings`.

use axum::{Json, extract::State};
use serde_json::{Map, Value, json};
use trickle_model::JsonKind;
use trickle_store::{Store, StoreError};

use crate::{
    auth::target::{DEFAULT_AUDIENCE, TENANT_SETTINGS},
    v2::{
        Bearer, Error,
        body::{Body, Fields, wrong_type},
        fields::FieldFilter,
        query::Query,
        resource_servers::RESOURCE_SERVER,
    },
};

/// Under which name the store keeps them.
const NAME: &str = TENANT_SETTINGS;
/// Known fields and their types. Unknown ones are kept.
const KNOWN: [(&str, JsonKind); 10] = [
    ("flags", JsonKind::Object),
    ("friendly_name", JsonKind::Text),
    ("picture_url", JsonKind::Text),
    ("support_email", JsonKind::Text),
    ("support_url", JsonKind::Text),
    (DEFAULT_AUDIENCE, JsonKind::Text),
    ("default_directory", JsonKind::Text),
    ("allowed_logout_urls", JsonKind::Texts),
    ("enabled_locales", JsonKind::Texts),
    ("sandbox_version", JsonKind::Text),
];
/// Flags that change something here, with their defaults.
const FLAGS: [(&str, bool); 1] = [("enable_public_signup_user_exists_error", false)];

/// The settings.
pub(super) async fn show(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(&query)?;
    let stored = store.setting(caller.tenant(), NAME).await?;
    let directory = caller.site.tenant.default_directory.as_deref();
    Ok(Json(
        fields.apply(view(stored.unwrap_or_default(), directory)),
    ))
}

/// Changes them: what is given replaces, `null` removes, flags one by one.
pub(super) async fn change(
    caller: Bearer,
    State(store): State<Store>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let directory = fields.take_nullable("default_directory");
    let directory = match directory {
        None => None,
        Some(Value::Null) => Some(None),
        Some(Value::String(name)) => Some(Some(name).filter(|name| !name.is_empty())),
        Some(other) => return Err(wrong_type("default_directory", "string", &other)),
    };
    let given = fields.rest();
    for (name, kind) in KNOWN {
        if let Some(value) = given.get(name)
            && !kind.fits(value)
        {
            return Err(wrong_type(name, kind.name(), value));
        }
    }
    check_flags(&given)?;
    check_audience(&store, &caller, &given).await?;
    let settings = store
        .change_setting(caller.tenant(), NAME, |stored| merge(stored, given))
        .await?;
    let directory = match directory {
        None => caller.site.tenant.default_directory.clone(),
        Some(wanted) => {
            let set = store.set_default_directory(caller.tenant(), wanted.as_deref());
            if !set.await? {
                return Err(StoreError::RowCount {
                    step: "set the default directory",
                    rows: 0,
                }
                .into());
            }
            wanted
        }
    };
    Ok(Json(view(settings, directory.as_deref())))
}

/// The default audience is an API of the tenant's own: the Management API would be refused to everybody who logs in.
async fn check_audience(
    store: &Store,
    caller: &Bearer,
    given: &Map<String, Value>,
) -> Result<(), Error> {
    let named = given.get(DEFAULT_AUDIENCE).and_then(Value::as_str);
    let Some(named) = named.filter(|named| !named.is_empty()) else {
        return Ok(());
    };
    let server = store.resource_server(caller.tenant(), named).await?;
    match server.filter(|server| server.identifier == named) {
        Some(_) => Ok(()),
        None => Err(Error::Unknown(&RESOURCE_SERVER)),
    }
}

fn check_flags(given: &Map<String, Value>) -> Result<(), Error> {
    let flags = given.get("flags").and_then(Value::as_object);
    let odd = flags
        .into_iter()
        .flatten()
        .find(|(_, value)| !value.is_boolean() && !value.is_null());
    match odd {
        None => Ok(()),
        Some((name, value)) => Err(wrong_type(&format!("flags.{name}"), "boolean", value)),
    }
}

fn merge(stored: &mut Map<String, Value>, given: Map<String, Value>) {
    for (name, value) in given {
        match (value, stored.get_mut(&name)) {
            (Value::Object(flags), Some(Value::Object(before))) if name == "flags" => {
                before.extend(flags);
                before.retain(|_, value| !value.is_null());
            }
            (Value::Object(mut flags), _) if name == "flags" => {
                flags.retain(|_, value| !value.is_null());
                stored.insert(name, Value::Object(flags));
            }
            (Value::Null, _) => drop(stored.remove(&name)),
            (value, _) => drop(stored.insert(name, value)),
        }
    }
}

fn view(mut settings: Map<String, Value>, directory: Option<&str>) -> Value {
    let flags = settings.entry("flags").or_insert_with(|| json!({}));
    if let Value::Object(flags) = flags {
        for (name, usual) in FLAGS {
            flags.entry(name).or_insert(usual.into());
        }
    }
    settings.insert(
        "default_directory".to_owned(),
        directory.unwrap_or("").into(),
    );
    settings
        .entry("enabled_locales")
        .or_insert_with(|| json!(["en"]));
    Value::Object(settings)
}
