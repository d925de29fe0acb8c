//! `GET` and `PATCH /api/v2/tenants/settings`.

use axum::{Json, extract::State};
use serde_json::{Map, Value, json};
use trickle_engine::{
    Engine, ExchangeSubject, KEEP_UNSERVED, OWN_SETTINGS, keeps_unserved, unserved_notice,
};
use trickle_model::{EventCode, JsonKind};
use trickle_store::{Store, StoreError};

use super::lifetimes;
use crate::{
    auth::target::{DEFAULT_AUDIENCE, TENANT_SETTINGS, is_management_of_any},
    v2::{
        Bearer, Error,
        body::{Body, Fields, wrong_type},
        fields::FieldFilter,
        kept::unserved,
        query::Query,
        resource_servers::RESOURCE_SERVER,
    },
};

/// Under which name the store keeps them.
const NAME: &str = TENANT_SETTINGS;
/// Pages that are not shown here, each longer than all else together, and where they are kept: every login reads the others.
const PAGES: [&str; 3] = ["change_password", "error_page", "guardian_mfa_page"];
const PAGES_NAME: &str = "kept:/tenants/settings";
/// Known fields and their types. Unknown ones are kept.
const KNOWN: [(&str, JsonKind); 11] = [
    (OWN_SETTINGS, JsonKind::Object),
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
    let mut settings = stored.unwrap_or_default();
    settings.extend(pages(&store, &caller).await?);
    let directory = caller.site.tenant.default_directory.as_deref();
    Ok(Json(fields.apply(view(settings, directory))))
}

/// The pages.
async fn pages(store: &Store, caller: &Bearer) -> Result<Map<String, Value>, Error> {
    let stored = store.setting(caller.tenant(), PAGES_NAME).await?;
    Ok(stored.unwrap_or_default())
}

/// Changes them: what is given replaces, `null` removes, flags and Trickle's own one by one.
pub(super) async fn change(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let store = engine.store();
    let mut fields = Fields::new(body)?;
    let directory = fields.take_nullable("default_directory");
    let directory = match directory {
        None => None,
        Some(Value::Null) => Some(None),
        Some(Value::String(name)) => Some(Some(name).filter(|name| !name.is_empty())),
        Some(other) => return Err(wrong_type("default_directory", "string", &other)),
    };
    let mut given = fields.rest();
    for (name, kind) in KNOWN {
        if let Some(value) = given.get(name)
            && !kind.fits(value)
        {
            return Err(wrong_type(name, kind.name(), value));
        }
    }
    check_flags(&given)?;
    check_own(&given)?;
    lifetimes::take(&mut given)?;
    check_pushed(store, &caller, &given).await?;
    check_audience(store, &caller, &given).await?;
    let given_pages: Map<String, Value> = PAGES
        .into_iter()
        .filter_map(|name| given.remove_entry(name))
        .collect();
    let mut knew = false;
    let change = |stored: &mut Map<String, Value>| {
        knew = keeps_unserved(stored);
        merge(stored, given);
        stored.retain(|name, _| !given_pages.contains_key(name));
    };
    let change_pages = |stored: &mut Map<String, Value>| {
        stored.extend(given_pages.clone());
        stored.retain(|_, page| !page.is_null());
    };
    let [mut settings, shown_pages] = if given_pages.is_empty() {
        let settings = store.change_setting(caller.tenant(), NAME, change).await?;
        [settings, pages(store, &caller).await?]
    } else {
        let (own, of_pages) = ((NAME, change), (PAGES_NAME, change_pages));
        let changed = store.change_two_settings(caller.tenant(), own, of_pages);
        changed.await?
    };
    settings.extend(shown_pages);
    let knows = keeps_unserved(&settings);
    if knows != knew {
        tell(&engine, &caller, knows).await;
    }
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

/// The default audience is an API of the tenant's own. Exports may name the Management API: it is kept and taken for none, since it would be
/// refused to everybody who logs in. So is one whose API has gone since: whoever sends back what `GET` showed changes nothing.
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
    if server.is_some_and(|server| server.identifier == named) || is_management_of_any(named) {
        return Ok(());
    }
    let stored = store.setting(caller.tenant(), NAME).await?;
    let before = stored
        .as_ref()
        .and_then(|stored| stored.get(DEFAULT_AUDIENCE));
    if before.and_then(Value::as_str) == Some(named) {
        return Ok(());
    }
    Err(Error::UnknownNamed(
        &RESOURCE_SERVER,
        format!("{named} of {DEFAULT_AUDIENCE}"),
    ))
}

/// The setting is at the root; older tenants have it among their flags.
async fn check_pushed(
    store: &Store,
    caller: &Bearer,
    given: &Map<String, Value>,
) -> Result<(), Error> {
    const WHAT: &str = "require_pushed_authorization_requests of /tenants/settings, where /oauth/par is not served";
    let flags = |map: &Map<String, Value>| map.get("flags").and_then(Value::as_object).cloned();
    let asks = |before: Option<&Map<String, Value>>| {
        let flags_before = before.and_then(flags);
        unserved::asks_for_pushed(before, given)
            || flags(given)
                .is_some_and(|given| unserved::asks_for_pushed(flags_before.as_ref(), &given))
    };
    if asks(None) {
        let stored = store.setting(caller.tenant(), NAME).await?;
        if asks(stored.as_ref()) {
            unserved::check(store, caller.tenant(), WHAT).await?;
        }
    }
    Ok(())
}

/// What the tenant knows is in its log.
async fn tell(engine: &Engine, caller: &Bearer, knows: bool) {
    let text = unserved_notice(knows);
    let (tenant, subject) = (caller.tenant(), ExchangeSubject::default());
    engine
        .log_exchange(tenant, EventCode::Warning, text, &caller.caller(), subject)
        .await;
}

/// Trickle's own settings are all known.
fn check_own(given: &Map<String, Value>) -> Result<(), Error> {
    let own = given.get(OWN_SETTINGS).and_then(Value::as_object);
    for (name, value) in own.into_iter().flatten() {
        if name != KEEP_UNSERVED {
            return Err(Error::Body(format!(
                "Additional properties not allowed: {OWN_SETTINGS}.{name}"
            )));
        }
        if !value.is_boolean() && !value.is_null() {
            return Err(wrong_type(
                &format!("{OWN_SETTINGS}.{name}"),
                "boolean",
                value,
            ));
        }
    }
    Ok(())
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

/// Whether what is given of a field goes over what is there, name by name.
fn is_merged(name: &str) -> bool {
    name == "flags" || name == OWN_SETTINGS
}

fn merge(stored: &mut Map<String, Value>, given: Map<String, Value>) {
    for (name, value) in given {
        match (value, stored.get_mut(&name)) {
            (Value::Object(flags), Some(Value::Object(before))) if is_merged(&name) => {
                before.extend(flags);
                before.retain(|_, value| !value.is_null());
            }
            (Value::Object(mut flags), _) if is_merged(&name) => {
                flags.retain(|_, value| !value.is_null());
                stored.insert(name, Value::Object(flags));
            }
            (Value::Null, _) => drop(stored.remove(&name)),
            (value, _) => drop(stored.insert(name, value)),
        }
    }
    drop_empty_own(stored);
}

/// Other products do not know the field: tools that bring settings to them find it only where something is said in it.
fn drop_empty_own(settings: &mut Map<String, Value>) {
    let own = settings.get(OWN_SETTINGS).and_then(Value::as_object);
    if own.is_some_and(Map::is_empty) {
        settings.remove(OWN_SETTINGS);
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
    drop_empty_own(&mut settings);
    lifetimes::show(&mut settings);
    settings
        .entry("enabled_locales")
        .or_insert_with(|| json!(["en"]));
    Value::Object(settings)
}
