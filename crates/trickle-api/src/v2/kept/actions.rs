//! `/actions/actions` and `/actions/modules`: kept as drafts, with what was deployed. None runs.

use serde_json::{Map, Value, json};
use trickle_store::Kept;

use super::{
    kind::{Kind, Lists},
    kinds::{scopes, wanted},
    versions::{Versions, latest},
};
use crate::v2::operation::{FIELDS, PAGES};

pub(super) static ACTION: Kind = Kind {
    lists: Lists::Numbered,
    required: &["name", "supported_triggers"],
    unique: Some("name"),
    scopes: [
        // The deploy tool asks for them before it touches a database connection.
        &["read:actions", "read:connections"],
        &["create:actions"],
        &["update:actions"],
        &["delete:actions"],
    ],
    stores: |body| {
        for name in [
            "status",
            "deployed",
            "deploy",
            "all_changes_deployed",
            "deployed_version",
        ] {
            body.remove(name);
        }
        prepare(body);
    },
    shows: |shown, action| {
        let deployed = latest(action);
        let is_all = deployed.is_some_and(|version| ACTION_VERSIONS.is_same(version, action));
        shown.insert("status".to_owned(), "built".into());
        shown.insert("all_changes_deployed".to_owned(), is_all.into());
        if let Some(version) = deployed {
            let version = ACTION_VERSIONS.view(action, version);
            shown.insert("deployed_version".to_owned(), version);
        }
    },
    narrows: Some((
        &[
            PAGES,
            FIELDS,
            &["actionName", "triggerId", "deployed", "installed"],
        ],
        |query, action| {
            let name = query.get("actionName");
            let trigger = query.get("triggerId");
            let deployed = wanted(query, "deployed");
            let triggers = action.get("supported_triggers").and_then(Value::as_array);
            name.is_none_or(|name| action.get("name") == Some(&name.into()))
                && trigger.is_none_or(|wanted| {
                    let mut triggers = triggers.into_iter().flatten();
                    triggers.any(|trigger| trigger["id"] == wanted)
                })
                && deployed.is_none_or(|wanted| wanted == action.contains_key("deployed_version"))
                // All are the tenant's own.
                && wanted(query, "installed") != Some(true)
        },
    )),
    ..Kind::new(
        ("action", "action"),
        "inexistent_action",
        ("/actions/actions", "/actions/actions/{id}", "actions"),
        "act",
        scopes!("actions"),
    )
};

pub(super) static ACTION_VERSIONS: Versions = Versions {
    kind: &ACTION,
    path: "/actions/actions/{id}/versions",
    one: "/actions/actions/{id}/versions/{version}",
    fields: &[
        "code",
        "dependencies",
        "runtime",
        "secrets",
        "modules",
        "supported_triggers",
    ],
    of: "action_id",
    number: "number",
    prefix: "actv",
};

pub(super) static MODULE: Kind = Kind {
    lists: Lists::Numbered,
    unique: Some("name"),
    stores: |body| {
        for name in [
            "all_changes_published",
            "latest_version_number",
            "latest_version",
            "actions_using_module_total",
            "publish",
        ] {
            body.remove(name);
        }
        prepare(body);
    },
    shows: |shown, module| {
        let published = latest(module);
        let is_all = published.is_some_and(|version| MODULE_VERSIONS.is_same(version, module));
        shown.insert("all_changes_published".to_owned(), is_all.into());
        if let Some(version) = published {
            let number = version["number"].clone();
            shown.insert("latest_version_number".to_owned(), number);
            let version = MODULE_VERSIONS.view(module, version);
            shown.insert("latest_version".to_owned(), version);
        }
    },
    ..Kind::new(
        ("action-module", "module of actions"),
        "inexistent_action_module",
        ("/actions/modules", "/actions/modules/{id}", "modules"),
        "mod",
        scopes!("actions"),
    )
};

pub(super) static MODULE_VERSIONS: Versions = Versions {
    kind: &MODULE,
    path: "/actions/modules/{id}/versions",
    one: "/actions/modules/{id}/versions/{version}",
    fields: &["code", "dependencies", "secrets"],
    of: "module_id",
    number: "version_number",
    prefix: "modv",
};

/// Of secrets only the names are kept.
fn prepare(body: &mut Map<String, Value>) {
    body.entry("code").or_insert("".into());
    for name in ["dependencies", "secrets"] {
        body.entry(name).or_insert_with(|| json!([]));
    }
    if let Some(Value::Array(secrets)) = body.get_mut("secrets") {
        for secret in secrets {
            *secret = json!({"name": secret["name"]});
        }
    }
}

/// Whether an action is the one of a name.
pub(super) fn is_named(action: &Kept, name: &str) -> bool {
    action.body.get("name").and_then(Value::as_str) == Some(name)
}
