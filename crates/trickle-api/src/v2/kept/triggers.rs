//! `/actions/triggers`: when actions would run.

use std::collections::HashSet;

use axum::{
    Json,
    extract::{Path, State},
};
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_model::{TenantId, iso_millis, prefixed_id};
use trickle_store::{Kept, Store};

use super::{
    actions::{ACTION, is_named},
    document::view,
    handlers::{ALL, numbered},
    unserved,
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    operation::{Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

/// Under which name the store keeps what is bound to them, by trigger.
const SETTING: &str = "kept:/actions/triggers";
/// Auth0 stops at 20.
const MOST: usize = 100;
const NAME_MAX_CHARS: usize = 64;
/// Those that Auth0 has, with their versions.
const TRIGGERS: [(&str, &str); 14] = [
    ("post-login", "v3"),
    ("credentials-exchange", "v2"),
    ("pre-user-registration", "v2"),
    ("post-user-registration", "v2"),
    ("post-change-password", "v2"),
    ("send-phone-message", "v2"),
    ("password-reset-post-challenge", "v1"),
    ("custom-token-exchange", "v1"),
    ("login-post-identifier", "v1"),
    ("signup-post-identifier", "v1"),
    ("custom-email-provider", "v1"),
    ("custom-phone-provider", "v1"),
    ("event-stream", "v1"),
    ("password-hash-migration", "v1"),
];

pub(super) fn operations() -> [Operation; 3] {
    const BINDINGS: &str = "/actions/triggers/{id}/bindings";
    let shape = Shape::Schema(|| json!({"type": "object"}));
    [
        Operation::get("/actions/triggers", &["read:actions"], list)
            .says("Lists when actions would run")
            .gives(shape),
        Operation::get(BINDINGS, &["read:actions"], show)
            .says("Lists the actions that are bound to a trigger: they do not run")
            .query(&[PAGES])
            .gives(shape),
        Operation::patch(BINDINGS, &["update:actions"], replace)
            .says(
                "Binds actions to a trigger, where the tenant says that it knows: they do not run",
            )
            .takes(shape)
            .gives(shape),
    ]
}

async fn list(_: Bearer) -> Json<Value> {
    let triggers = TRIGGERS.map(|(id, version)| {
        json!({"id": id, "version": version, "status": "CURRENT", "runtimes": [], "compatible_triggers": []})
    });
    Json(json!({"triggers": triggers}))
}

/// A trigger is a short word; Auth0 adds some every year.
fn check_name(trigger: &str) -> Result<(), Error> {
    let is_word = (1..=NAME_MAX_CHARS).contains(&trigger.len())
        && trigger
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || c == b'-');
    is_word.then_some(()).ok_or(Error::NotFound)
}

async fn actions(caller: &Bearer, store: &Store) -> Result<Vec<Kept>, Error> {
    let actions = store.list_kept(caller.tenant(), ACTION.stored, "", ALL);
    Ok(actions.await?.items)
}

async fn bound(caller: &Bearer, store: &Store, trigger: &str) -> Result<Vec<Value>, Error> {
    let stored = store.setting(caller.tenant(), SETTING).await?;
    let bound = stored.and_then(|mut stored| stored.remove(trigger));
    Ok(match bound {
        Some(Value::Array(bound)) => bound,
        _ => Vec::new(),
    })
}

/// Triggers to which an action is bound.
pub(super) async fn bound_to(
    store: &Store,
    tenant: &TenantId,
    action: &str,
) -> Result<Vec<String>, Error> {
    let stored = store.setting(tenant, SETTING).await?.unwrap_or_default();
    let bound = stored.into_iter().filter(|(_, bindings)| {
        let mut bindings = bindings.as_array().into_iter().flatten();
        bindings.any(|binding| binding["action_id"] == action)
    });
    Ok(bound.map(|(trigger, _)| trigger).collect())
}

/// Takes an action out of all triggers.
pub(super) async fn unbind(store: &Store, tenant: &TenantId, action: &str) -> Result<(), Error> {
    let changed = store.change_setting(tenant, SETTING, |stored| {
        for bindings in stored.values_mut().filter_map(Value::as_array_mut) {
            bindings.retain(|binding| binding["action_id"] != action);
        }
        stored.retain(|_, bindings| bindings.as_array().is_none_or(|all| !all.is_empty()));
    });
    changed.await?;
    Ok(())
}

/// Bindings with their actions; those of actions that are gone are gone.
fn shown(trigger: &str, bound: &[Value], actions: &[Kept]) -> Vec<Value> {
    let shown = bound.iter().filter_map(|binding| {
        let action = actions.iter().find(|one| binding["action_id"] == one.id)?;
        let mut shown = binding.clone();
        let fields = shown.as_object_mut()?;
        fields.remove("action_id");
        fields.insert("trigger_id".to_owned(), trigger.into());
        fields.insert("action".to_owned(), view(&ACTION, action));
        Some(shown)
    });
    shown.collect()
}

async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path(trigger): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    check_name(&trigger)?;
    let paging = Paging::parse_offset(&query)?;
    let bound = bound(&caller, &store, &trigger).await?;
    let all = shown(&trigger, &bound, &actions(&caller, &store).await?);
    let part = paging.slice(&all);
    Ok(numbered(&paging, "bindings", part, all.len() as u64))
}

async fn replace(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(trigger): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    check_name(&trigger)?;
    let (store, tenant) = (engine.store(), caller.tenant());
    let given = match Fields::new(body)?.take("bindings") {
        Some(Value::Array(given)) if given.len() <= MOST => given,
        Some(Value::Array(_)) => {
            return Err(Error::Body(format!(
                "Expected at most {MOST} items on property bindings"
            )));
        }
        Some(other) => return Err(wrong_type("bindings", "array", &other)),
        None => {
            return Err(Error::Body(
                "Missing required property: bindings".to_owned(),
            ));
        }
    };
    let (before, actions) = (
        bound(&caller, store, &trigger).await?,
        actions(&caller, store).await?,
    );
    let now = iso_millis(engine.clock().now());
    let bindings = given
        .into_iter()
        .map(|one| binding(one, &before, &actions, &now))
        .collect::<Result<Vec<_>, Error>>()?;
    check_once(&bindings)?;
    let is_new = |one: &Value| {
        !before
            .iter()
            .any(|old| old["action_id"] == one["action_id"])
    };
    if bindings.iter().any(is_new) {
        let what = format!("actions bound to the trigger {trigger}");
        unserved::check(store, tenant, &what).await?;
    }
    let all = shown(&trigger, &bindings, &actions);
    let kept = store.change_setting(tenant, SETTING, |stored| match bindings.is_empty() {
        true => drop(stored.remove(&trigger)),
        false => drop(stored.insert(trigger, bindings.into())),
    });
    kept.await?;
    Ok(Json(json!({"bindings": all})))
}

/// An action is bound to a trigger once, and shown once: with its code and that of the version that is deployed.
fn check_once(bindings: &[Value]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    let mut actions = bindings.iter().map(|one| one["action_id"].as_str());
    match actions.find(|action| !seen.insert(*action)) {
        None => Ok(()),
        Some(action) => Err(Error::Body(format!(
            "The action {} is bound twice, on property bindings",
            action.unwrap_or_default()
        ))),
    }
}

/// `{"ref":{"type":"action_name","value":…},"display_name":…}`; the one that is there already stays the same.
fn binding(given: Value, before: &[Value], actions: &[Kept], now: &str) -> Result<Value, Error> {
    let mut fields = Fields::new(Body(given))?;
    let reference = fields.object("ref")?.unwrap_or_default();
    let mut reference = Fields::new(Body(Value::Object(reference)))?;
    let (kind, value) = (
        reference.required_text("type")?,
        reference.required_text("value")?,
    );
    let action = match kind.as_str() {
        "action_name" => actions.iter().find(|action| is_named(action, &value)),
        "action_id" => actions.iter().find(|action| action.id == value),
        "binding_id" => {
            let old = before.iter().find(|old| old["id"] == value.as_str());
            old.and_then(|old| actions.iter().find(|action| old["action_id"] == action.id))
        }
        _ => {
            return Err(Error::Body(
                "Expected action_name, action_id or binding_id on property ref.type".to_owned(),
            ));
        }
    };
    let action = action.ok_or(Error::UnknownNamed(&ACTION.missing, value))?;
    let name = fields.text("display_name")?;
    let old = before.iter().find(|old| old["action_id"] == action.id);
    let mut binding = match old.and_then(Value::as_object) {
        Some(old) => old.clone(),
        None => Map::from_iter([
            (
                "id".to_owned(),
                prefixed_id("bnd", &mut OsRng.unwrap_err()).into(),
            ),
            ("action_id".to_owned(), action.id.as_str().into()),
            ("created_at".to_owned(), now.into()),
            ("updated_at".to_owned(), now.into()),
        ]),
    };
    let usual = action.body.get("name").cloned().unwrap_or_default();
    binding.insert("display_name".to_owned(), name.map_or(usual, Value::from));
    Ok(Value::Object(binding))
}
