//! What the script gets.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};
use trickle_model::Action;

use super::Args;
use crate::project::KnownUser;

/// The documented arguments of the action, without `context` and callback. Scripts that only read are run for the known user of the project
/// unless another is named.
pub fn for_action(
    action: Action,
    args: &Args,
    known: Option<&KnownUser>,
    password: Option<&str>,
) -> anyhow::Result<Vec<Value>> {
    let reads = matches!(action, Action::Login | Action::GetUser);
    let known = known.filter(|_| reads && args.identifier.is_none());
    let password = || {
        let known = known.map(|user| user.password.expose());
        password.or(known).context(
            "run this script without a password; give it on standard input with --password-stdin",
        )
    };
    let identifier = args.identifier.as_ref();
    let identifier = identifier.or(known.map(|user| &user.identifier));
    let named = || {
        let named = identifier.map(|text| Value::from(text.as_str()));
        named.with_context(|| format!("run {action} without --identifier TEXT"))
    };
    Ok(match action {
        Action::Count => Vec::new(),
        Action::GetUser | Action::Verify | Action::Delete => vec![named()?],
        Action::Login | Action::ChangePassword => vec![named()?, password()?.into()],
        Action::ChangeEmail => {
            let Some(new_email) = &args.new_email else {
                bail!("run change-email without --new-email EMAIL");
            };
            vec![named()?, new_email.as_str().into(), args.verified.into()]
        }
        Action::Create => vec![user(args, &named()?, password()?)?],
    })
}

/// The user object of `create`.
fn user(args: &Args, email: &Value, password: &str) -> anyhow::Result<Value> {
    let mut user = json!({
        "email": email,
        "password": password,
        "tenant": "try",
        "connection": "try",
        "client_id": "try",
    });
    for (key, value) in object(args.user.as_deref())? {
        user[key] = value;
    }
    Ok(user)
}

/// A file's JSON object of strings; empty without a file.
pub fn configuration(file: Option<&Path>) -> anyhow::Result<BTreeMap<String, String>> {
    let mut texts = BTreeMap::new();
    for (key, value) in object(file)? {
        let Value::String(text) = value else {
            bail!("take the configuration: {key} must be a string, as in options.configuration");
        };
        texts.insert(key, text);
    }
    Ok(texts)
}

/// A file's JSON object; empty without a file.
pub fn object(file: Option<&Path>) -> anyhow::Result<Map<String, Value>> {
    let Some(file) = file else {
        return Ok(Map::new());
    };
    let text = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    serde_json::from_slice(&text)
        .with_context(|| format!("read {} as a JSON object", file.display()))
}
