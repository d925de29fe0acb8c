//! Settings that are kept as they are written and have no effect, but for `identifier_first` of `/prompts`.

use axum::{extract::State, http::Uri};
use serde_json::{Value, json};
use trickle_store::Store;

use super::keep;
use crate::v2::{
    Bearer,
    body::Body,
    operation::{Operation, Shape},
};

/// Of which the login pages follow `identifier_first`.
const PROMPTS_PATH: &str = "/prompts";
const PROMPTS: [&[&str]; 2] = [&["read:prompts"], &["update:prompts"]];
const ATTACKS: [&[&str]; 2] = [&["read:attack_protection"], &["update:attack_protection"]];
const FACTORS: [&[&str]; 2] = [&["read:guardian_factors"], &["update:guardian_factors"]];

/// Path, the scopes that read and those that write, the fields that promise protection, and the value where nothing is.
type Setting = (
    &'static str,
    [&'static [&'static str]; 2],
    &'static [&'static str],
    fn() -> Value,
);

const SETTINGS: [Setting; 28] = [
    (PROMPTS_PATH, PROMPTS, &[], || {
        json!({
            "universal_login_experience": "classic", "identifier_first": false,
            "webauthn_platform_first_factor": false,
        })
    }),
    ("/prompts/{prompt}/partials", PROMPTS, &[], || json!({})),
    (
        "/prompts/{prompt}/custom-text/{language}",
        PROMPTS,
        &[],
        || json!({}),
    ),
    (
        "/attack-protection/bot-detection",
        ATTACKS,
        &[
            "challenge_password_policy",
            "challenge_passwordless_policy",
            "challenge_password_reset_policy",
        ],
        || {
            json!({
                "bot_detection_level": "low", "challenge_password_policy": "never",
                "challenge_passwordless_policy": "never", "challenge_password_reset_policy": "never",
                "allowlist": [], "monitoring_mode_enabled": false,
            })
        },
    ),
    ("/attack-protection/captcha", ATTACKS, &[], || json!({})),
    (
        "/attack-protection/breached-password-detection",
        ATTACKS,
        &["enabled"],
        || {
            json!({
                "enabled": false, "shields": [], "admin_notification_frequency": [], "method": "standard",
            })
        },
    ),
    (
        "/attack-protection/phone-provider-protection",
        ATTACKS,
        &[],
        || json!({"type": "default"}),
    ),
    ("/guardian/settings", FACTORS, &[], || {
        json!({
            "display_remember_me_checkbox": true, "remember_me_default_value": false,
            "mfa_session_inactivity_timeout": 604_800, "mfa_session_overall_timeout": 2_592_000,
        })
    }),
    (
        "/guardian/factors/email/settings",
        FACTORS,
        &[],
        usual_codes,
    ),
    (
        "/guardian/factors/phone/settings",
        FACTORS,
        &[],
        usual_codes,
    ),
    (
        "/guardian/factors/phone/message-types",
        FACTORS,
        &[],
        || json!({"message_types": []}),
    ),
    (
        "/guardian/factors/phone/selected-provider",
        FACTORS,
        &[],
        || json!({"provider": "auth0"}),
    ),
    (
        "/guardian/factors/phone/providers/twilio",
        FACTORS,
        &[],
        || json!({}),
    ),
    ("/guardian/factors/phone/templates", FACTORS, &[], || {
        json!({})
    }),
    (
        "/guardian/factors/sms/selected-provider",
        FACTORS,
        &[],
        || json!({"provider": "auth0"}),
    ),
    (
        "/guardian/factors/sms/providers/twilio",
        FACTORS,
        &[],
        || json!({}),
    ),
    (
        "/guardian/factors/sms/templates",
        FACTORS,
        &[],
        || json!({}),
    ),
    (
        "/guardian/factors/push-notification/selected-provider",
        FACTORS,
        &[],
        || json!({"provider": "guardian"}),
    ),
    (
        "/guardian/factors/push-notification/providers/apns",
        FACTORS,
        &[],
        || json!({}),
    ),
    (
        "/guardian/factors/push-notification/providers/fcm",
        FACTORS,
        &[],
        || json!({}),
    ),
    (
        "/guardian/factors/push-notification/providers/fcmv1",
        FACTORS,
        &[],
        || json!({}),
    ),
    (
        "/guardian/factors/push-notification/providers/sns",
        FACTORS,
        &[],
        || json!({}),
    ),
    ("/guardian/factors/duo/settings", FACTORS, &[], || json!({})),
    (
        "/guardian/factors/webauthn-platform/settings",
        FACTORS,
        &[],
        || json!({}),
    ),
    (
        "/guardian/factors/webauthn-roaming/settings",
        FACTORS,
        &[],
        || json!({}),
    ),
    (
        "/risk-assessments/settings",
        ATTACKS,
        &["enabled"],
        || json!({"enabled": false}),
    ),
    (
        "/risk-assessments/settings/new-device",
        ATTACKS,
        &[],
        || json!({"remember_for": 30}),
    ),
    (
        "/supplemental-signals",
        ATTACKS,
        &["akamai_enabled"],
        || json!({"akamai_enabled": false}),
    ),
];

/// How codes in messages would be.
fn usual_codes() -> Value {
    json!({"otp_length": 6, "otp_expiration_time": 300})
}

pub(super) fn operations() -> Vec<Operation> {
    SETTINGS.into_iter().flat_map(kept).collect()
}

/// What is kept, so that tools find again what they wrote.
fn kept((path, [read, write], guards, usual): Setting) -> [Operation; 3] {
    let shape = Shape::Schema(|| json!({"type": "object"}));
    let setting = keep::Setting {
        path,
        guards,
        usual,
    };
    let [shows, keeps] = match path {
        PROMPTS_PATH => [
            "Shows what was written: only identifier_first has an effect here",
            "Keeps what is written: only identifier_first has an effect here",
        ],
        _ => [
            "Shows what was written: it has no effect here",
            "Keeps what is written: it has no effect here",
        ],
    };
    [
        Operation::get(
            path,
            read,
            move |caller: Bearer, State(store): State<Store>, uri: Uri| async move {
                keep::show(&setting, &caller, &store, &uri).await
            },
        )
        .says(shows)
        .gives(shape),
        Operation::patch(
            path,
            write,
            move |caller: Bearer, State(store): State<Store>, uri: Uri, body: Body| async move {
                keep::change(&setting, &caller, &store, &uri, body).await
            },
        )
        .says(keeps)
        .takes(shape)
        .gives(shape),
        Operation::put(
            path,
            write,
            move |caller: Bearer, State(store): State<Store>, uri: Uri, body: Body| async move {
                keep::replace(&setting, &caller, &store, &uri, body).await
            },
        )
        .says(keeps)
        .takes(shape)
        .gives(shape),
    ]
}
