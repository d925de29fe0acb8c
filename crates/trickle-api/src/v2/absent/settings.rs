//! Settings of things that are not here. Those of looks are kept as they are written, and have no effect; those that promise protection
//! cannot be turned on.

use axum::{extract::State, http::Uri};
use serde_json::{Value, json};
use trickle_store::Store;

use super::{answer, keep};
use crate::v2::{
    Bearer,
    body::Body,
    operation::{Operation, Shape},
};

const PROMPTS: [&[&str]; 2] = [&["read:prompts"], &["update:prompts"]];
const ATTACKS: [&[&str]; 2] = [&["read:attack_protection"], &["update:attack_protection"]];
const FACTORS: [&[&str]; 2] = [&["read:guardian_factors"], &["update:guardian_factors"]];
const POLICIES: [&[&str]; 2] = [&["read:mfa_policies"], &["update:mfa_policies"]];
const PHONE: [&[&str]; 2] = [&["read:phone_providers"], &["update:phone_providers"]];
const PHONE_TEXTS: [&[&str]; 2] = [&["read:phone_templates"], &["update:phone_templates"]];
const ACTIONS: [&[&str]; 2] = [&["read:actions"], &["update:actions"]];

/// What may be written.
#[derive(Clone, Copy)]
enum Writes {
    /// The values that are there.
    Same,
    /// Any, but for these fields, which have their values.
    AllBut(&'static [&'static str]),
}

use Writes::{AllBut, Same};

/// Path, the scopes that read and those that write, what may be written, and the value where nothing is.
type Setting = (
    &'static str,
    [&'static [&'static str]; 2],
    Writes,
    fn() -> Value,
);

const SETTINGS: [Setting; 25] = [
    (
        "/branding/phone/providers",
        PHONE,
        Same,
        || json!({"providers": []}),
    ),
    (
        "/branding/phone/templates",
        PHONE_TEXTS,
        Same,
        || json!({"templates": []}),
    ),
    ("/prompts", PROMPTS, AllBut(&[]), || {
        json!({
            "universal_login_experience": "classic", "identifier_first": false,
            "webauthn_platform_first_factor": false,
        })
    }),
    ("/prompts/{prompt}/partials", PROMPTS, AllBut(&[]), || {
        json!({})
    }),
    (
        "/prompts/{prompt}/custom-text/{language}",
        PROMPTS,
        AllBut(&[]),
        || json!({}),
    ),
    (
        "/prompts/{prompt}/screen/{screen}/rendering",
        PROMPTS,
        Same,
        || json!({"rendering_mode": "standard", "head_tags": []}),
    ),
    (
        "/attack-protection/bot-detection",
        ATTACKS,
        AllBut(&[
            "challenge_password_policy",
            "challenge_passwordless_policy",
            "challenge_password_reset_policy",
        ]),
        || {
            json!({
                "bot_detection_level": "low", "challenge_password_policy": "never",
                "challenge_passwordless_policy": "never", "challenge_password_reset_policy": "never",
                "allowlist": [], "monitoring_mode_enabled": false,
            })
        },
    ),
    ("/attack-protection/captcha", ATTACKS, AllBut(&[]), || {
        json!({})
    }),
    (
        "/attack-protection/breached-password-detection",
        ATTACKS,
        AllBut(&["enabled"]),
        || {
            json!({
                "enabled": false, "shields": [], "admin_notification_frequency": [], "method": "standard",
            })
        },
    ),
    ("/guardian/policies", POLICIES, Same, || json!([])),
    (
        "/guardian/factors/phone/message-types",
        FACTORS,
        AllBut(&[]),
        || json!({"message_types": []}),
    ),
    (
        "/guardian/factors/phone/selected-provider",
        FACTORS,
        AllBut(&[]),
        || json!({"provider": "auth0"}),
    ),
    (
        "/guardian/factors/phone/providers/twilio",
        FACTORS,
        Same,
        || json!({}),
    ),
    (
        "/guardian/factors/phone/templates",
        FACTORS,
        AllBut(&[]),
        || json!({}),
    ),
    (
        "/guardian/factors/sms/selected-provider",
        FACTORS,
        AllBut(&[]),
        || json!({"provider": "auth0"}),
    ),
    (
        "/guardian/factors/sms/providers/twilio",
        FACTORS,
        Same,
        || json!({}),
    ),
    (
        "/guardian/factors/sms/templates",
        FACTORS,
        AllBut(&[]),
        || json!({}),
    ),
    (
        "/guardian/factors/push-notification/selected-provider",
        FACTORS,
        AllBut(&[]),
        || json!({"provider": "guardian"}),
    ),
    (
        "/guardian/factors/push-notification/providers/apns",
        FACTORS,
        Same,
        || json!({}),
    ),
    (
        "/guardian/factors/push-notification/providers/sns",
        FACTORS,
        Same,
        || json!({}),
    ),
    (
        "/guardian/factors/duo/settings",
        FACTORS,
        Same,
        || json!({}),
    ),
    (
        "/risk-assessments/settings",
        ATTACKS,
        AllBut(&["enabled"]),
        || json!({"enabled": false}),
    ),
    (
        "/risk-assessments/settings/new-device",
        ATTACKS,
        AllBut(&[]),
        || json!({"remember_for": 30}),
    ),
    (
        "/supplemental-signals",
        ATTACKS,
        AllBut(&["akamai_enabled"]),
        || json!({"akamai_enabled": false}),
    ),
    (
        "/actions/triggers",
        ACTIONS,
        Same,
        || json!({"triggers": []}),
    ),
];

pub(super) fn operations() -> Vec<Operation> {
    let settings = SETTINGS
        .into_iter()
        .flat_map(|(path, scopes, writes, value)| match writes {
            Same => same(path, scopes, value),
            AllBut(fixed) => kept(path, scopes, fixed, value),
        });
    settings.chain([bindings()]).collect()
}

/// What stays as it is.
fn same(
    path: &'static str,
    [read, write]: [&'static [&'static str]; 2],
    value: fn() -> Value,
) -> [Operation; 3] {
    let change = move |caller: Bearer, body: Body| answer::unchanged(caller, body, path, value());
    let shape = Shape::Schema(|| json!({}));
    let says = "Takes the values that are there: what they set is not served here";
    [
        Operation::get(path, read, move |caller: Bearer| {
            answer::fixed(caller, value())
        })
        .says("Always the same: what it sets is not served here")
        .gives(shape),
        Operation::patch(path, write, change)
            .says(says)
            .takes(shape)
            .gives(shape),
        Operation::put(path, write, change)
            .says(says)
            .takes(shape)
            .gives(shape),
    ]
}

/// What is kept, so that tools find again what they wrote.
fn kept(
    path: &'static str,
    [read, write]: [&'static [&'static str]; 2],
    fixed: &'static [&'static str],
    value: fn() -> Value,
) -> [Operation; 3] {
    let shape = Shape::Schema(|| json!({"type": "object"}));
    let setting = keep::Setting {
        path,
        fixed,
        usual: value,
    };
    let says = "Keeps what is written: it has no effect here";
    [
        Operation::get(
            path,
            read,
            move |caller: Bearer, State(store): State<Store>, uri: Uri| async move {
                keep::show(&setting, &caller, &store, &uri).await
            },
        )
        .says("Shows what was written: it has no effect here")
        .gives(shape),
        Operation::patch(
            path,
            write,
            move |caller: Bearer, State(store): State<Store>, uri: Uri, body: Body| async move {
                keep::change(&setting, &caller, &store, &uri, body).await
            },
        )
        .says(says)
        .takes(shape)
        .gives(shape),
        Operation::put(
            path,
            write,
            move |caller: Bearer, State(store): State<Store>, uri: Uri, body: Body| async move {
                keep::replace(&setting, &caller, &store, &uri, body).await
            },
        )
        .says(says)
        .takes(shape)
        .gives(shape),
    ]
}

/// The list is read beside the other lists.
fn bindings() -> Operation {
    const PATH: &str = "/actions/triggers/{id}/bindings";
    let shape = Shape::Schema(|| json!({"type": "object"}));
    Operation::patch(PATH, ACTIONS[1], |caller: Bearer, body: Body| {
        answer::unchanged(caller, body, PATH, json!({"bindings": []}))
    })
    .says("Takes an empty list: actions are not served here")
    .takes(shape)
    .gives(shape)
}
