//! Settings that are kept though nothing here follows them.

use axum::{Json, http::Uri};
use serde_json::{Map, Value, json};
use trickle_store::Store;

use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    kept::{secrets, unserved},
};

/// Characters of a prompt, a screen or a language.
const NAME_MAX_CHARS: usize = 64;
/// Texts are no secrets, whatever they are called: `no-password` is what people are told who typed none.
const TEXTS: &str = "/prompts";

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    /// Below `/api/v2`, with `{names}`.
    pub(super) path: &'static str,
    /// Fields that promise protection.
    pub(super) guards: &'static [&'static str],
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
    let (name, given) = (name(setting, uri)?, given(setting, body)?);
    check(setting, caller, store, (&name, &given)).await?;
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
    let (name, mut given) = (name(setting, uri)?, given(setting, body)?);
    check(setting, caller, store, (&name, &given)).await?;
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

fn given(setting: &Setting, body: Body) -> Result<Map<String, Value>, Error> {
    let mut given = Fields::new(body)?.rest();
    if !setting.path.starts_with(TEXTS) {
        secrets::forget(&mut given);
    }
    Ok(given)
}

/// Whoever turns protection on has to know that there is none.
async fn check(
    setting: &Setting,
    caller: &Bearer,
    store: &Store,
    (name, given): (&str, &Map<String, Value>),
) -> Result<(), Error> {
    if setting.guards.is_empty() {
        return Ok(());
    }
    let stored = store.setting(caller.tenant(), name).await?;
    let usual = (setting.usual)();
    let is_new = |field: &str, value: &Value| {
        let stored = stored.as_ref().and_then(|stored| stored.get(field));
        stored != Some(value) && !is_same(value, usual.get(field))
    };
    let mut guards = setting.guards.iter();
    match guards.find(|field| given.get(**field).is_some_and(|value| is_new(field, value))) {
        None => Ok(()),
        Some(field) => {
            let what = format!("{field} of {}", setting.path);
            unserved::check(store, caller.tenant(), &what).await
        }
    }
}

/// What says nothing is the same as nothing.
fn is_same(given: &Value, usual: Option<&Value>) -> bool {
    let empty = |value: &Value| {
        [json!(null), json!(false), json!(""), json!([]), json!({})].contains(value)
    };
    empty(given) || usual.is_some_and(|usual| given == usual)
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
    use super::*;

    const TEXTS: Setting = Setting {
        path: "/prompts/{prompt}/custom-text/{language}",
        guards: &[],
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
    fn secrets_are_not_kept_and_texts_are() {
        let body = || Body(json!({"a": {"secret": "x", "site_key": "y"}, "auth_token": "z"}));
        let captcha = Setting {
            path: "/attack-protection/captcha",
            ..TEXTS
        };
        let kept = given(&captcha, body()).unwrap();
        assert_eq!(Value::Object(kept), json!({"a": {"site_key": "y"}}));
        let kept = given(&TEXTS, body()).unwrap();
        assert_eq!(Value::Object(kept), body().0);
    }

    #[test]
    fn nothing_is_the_same_as_nothing() {
        assert!(is_same(&json!(false), None));
        assert!(is_same(&json!({}), None));
        assert!(!is_same(&json!(true), None));
        assert!(is_same(&json!("never"), Some(&json!("never"))));
        assert!(!is_same(&json!("always"), Some(&json!("never"))));
    }
}
