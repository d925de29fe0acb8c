//! Settings that are kept though nothing here follows them.

use axum::{Json, http::Uri};
use serde_json::{Map, Value};
use trickle_store::Store;

use super::answer::{is_same, stays};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
};

/// Characters of a prompt, a screen or a language.
const NAME_MAX_CHARS: usize = 64;
/// Names of values that nobody should find again: they are for services that are not called.
const SECRETS: [&str; 4] = ["secret", "secret_key", "api_key", "auth_token"];

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    /// Below `/api/v2`, with `{names}`.
    pub(super) path: &'static str,
    /// Fields that keep their values.
    pub(super) fixed: &'static [&'static str],
    /// The value where nothing was written.
    pub(super) usual: fn() -> Value,
}

/// What was written, over what is usual.
pub(super) async fn show(
    setting: &Setting,
    caller: &Bearer,
    store: &Store,
    uri: &Uri,
) -> Result<Json<Value>, Error> {
    let stored = store.setting(caller.tenant(), &name(setting, uri)?).await?;
    Ok(Json(view(setting, stored.unwrap_or_default())))
}

/// What is given replaces, `null` removes.
pub(super) async fn change(
    setting: &Setting,
    caller: &Bearer,
    store: &Store,
    uri: &Uri,
    body: Body,
) -> Result<Json<Value>, Error> {
    let (name, given) = (name(setting, uri)?, checked(setting, body)?);
    let changed = store.change_setting(caller.tenant(), &name, |stored| {
        stored.extend(given);
        stored.retain(|_, value| !value.is_null());
    });
    Ok(Json(view(setting, changed.await?)))
}

/// What is given is all.
pub(super) async fn replace(
    setting: &Setting,
    caller: &Bearer,
    store: &Store,
    uri: &Uri,
    body: Body,
) -> Result<Json<Value>, Error> {
    let (name, mut given) = (name(setting, uri)?, checked(setting, body)?);
    given.retain(|_, value| !value.is_null());
    store.put_setting(caller.tenant(), &name, &given).await?;
    Ok(Json(view(setting, given)))
}

/// Under which name the store keeps it: its path, in which names are short words.
fn name(setting: &Setting, uri: &Uri) -> Result<String, Error> {
    let path = uri.path();
    let below = path.strip_prefix("/api/v2").unwrap_or(path);
    let is_word = |text: &str| {
        (1..=NAME_MAX_CHARS).contains(&text.len())
            && text
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
    };
    let mut parts = setting.path.split('/').zip(below.split('/'));
    match parts.all(|(wanted, part)| wanted == part || is_word(part)) {
        true => Ok(format!("kept:{below}")),
        false => Err(Error::NotFound),
    }
}

fn checked(setting: &Setting, body: Body) -> Result<Map<String, Value>, Error> {
    let mut given = Fields::new(body)?.rest();
    let usual = (setting.usual)();
    for &field in setting.fixed {
        if let Some(value) = given.remove(field)
            && !is_same(&value, usual.get(field))
        {
            return Err(stays(field, setting.path));
        }
    }
    forget_secrets(&mut given);
    Ok(given)
}

fn forget_secrets(fields: &mut Map<String, Value>) {
    fields.retain(|name, _| !SECRETS.contains(&name.as_str()));
    for value in fields.values_mut() {
        if let Value::Object(fields) = value {
            forget_secrets(fields);
        }
    }
}

fn view(setting: &Setting, stored: Map<String, Value>) -> Value {
    let mut shown = (setting.usual)();
    if let Value::Object(shown) = &mut shown {
        shown.extend(stored);
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXTS: Setting = Setting {
        path: "/prompts/{prompt}/custom-text/{language}",
        fixed: &[],
        usual: || json!({}),
    };

    #[test]
    fn names_in_paths_are_short_words() {
        let name = |path: &str| name(&TEXTS, &path.parse().unwrap());
        assert_eq!(
            name("/api/v2/prompts/login-id/custom-text/pt-BR").unwrap(),
            "kept:/prompts/login-id/custom-text/pt-BR"
        );
        assert!(name("/api/v2/prompts/a%7Cb/custom-text/en").is_err());
        let long = "a".repeat(65);
        assert!(name(&format!("/api/v2/prompts/{long}/custom-text/en")).is_err());
    }

    #[test]
    fn secrets_are_not_kept() {
        let body = json!({"a": {"secret": "x", "site_key": "y"}, "auth_token": "z"});
        let kept = checked(&TEXTS, Body(body)).unwrap();
        assert_eq!(Value::Object(kept), json!({"a": {"site_key": "y"}}));
    }
}
