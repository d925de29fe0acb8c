//! Settings of things that are not here.

use serde_json::{Value, json};

use super::answer;
use crate::v2::{
    Bearer,
    body::Body,
    operation::{Operation, Shape},
};

const PROMPTS: [&[&str]; 2] = [&["read:prompts"], &["update:prompts"]];
const ATTACKS: [&[&str]; 2] = [&["read:attack_protection"], &["update:attack_protection"]];
const FACTORS: [&[&str]; 2] = [&["read:guardian_factors"], &["update:guardian_factors"]];
const PHONE: [&[&str]; 2] = [&["read:phone_providers"], &["update:phone_providers"]];
const PHONE_TEXTS: [&[&str]; 2] = [&["read:phone_templates"], &["update:phone_templates"]];
const ACTIONS: [&[&str]; 2] = [&["read:actions"], &["update:actions"]];

/// Path, the scopes that read and those that write, and the value.
type Setting = (&'static str, [&'static [&'static str]; 2], fn() -> Value);

const SETTINGS: [Setting; 24] = [
    (
        "/branding/phone/providers",
        PHONE,
        || json!({"providers": []}),
    ),
    (
        "/branding/phone/templates",
        PHONE_TEXTS,
        || json!({"templates": []}),
    ),
    ("/prompts", PROMPTS, || {
        json!({
            "universal_login_experience": "classic", "identifier_first": false,
            "webauthn_platform_first_factor": false,
        })
    }),
    ("/prompts/{prompt}/partials", PROMPTS, || json!({})),
    ("/prompts/{prompt}/custom-text/{language}", PROMPTS, || {
        json!({})
    }),
    ("/attack-protection/bot-detection", ATTACKS, || {
        json!({
            "bot_detection_level": "low", "challenge_password_policy": "never",
            "challenge_passwordless_policy": "never", "challenge_password_reset_policy": "never",
            "allowlist": [], "monitoring_mode_enabled": false,
        })
    }),
    ("/attack-protection/captcha", ATTACKS, || json!({})),
    (
        "/attack-protection/breached-password-detection",
        ATTACKS,
        || {
            json!({
                "enabled": false, "shields": [], "admin_notification_frequency": [], "method": "standard",
            })
        },
    ),
    ("/guardian/factors", FACTORS, || json!([])),
    (
        "/guardian/factors/phone/message-types",
        FACTORS,
        || json!({"message_types": []}),
    ),
    (
        "/guardian/factors/phone/selected-provider",
        FACTORS,
        || json!({"provider": "auth0"}),
    ),
    ("/guardian/factors/phone/providers/twilio", FACTORS, || {
        json!({})
    }),
    ("/guardian/factors/phone/templates", FACTORS, || json!({})),
    (
        "/guardian/factors/sms/selected-provider",
        FACTORS,
        || json!({"provider": "auth0"}),
    ),
    ("/guardian/factors/sms/providers/twilio", FACTORS, || {
        json!({})
    }),
    ("/guardian/factors/sms/templates", FACTORS, || json!({})),
    (
        "/guardian/factors/push-notification/selected-provider",
        FACTORS,
        || json!({"provider": "guardian"}),
    ),
    (
        "/guardian/factors/push-notification/providers/apns",
        FACTORS,
        || json!({}),
    ),
    (
        "/guardian/factors/push-notification/providers/sns",
        FACTORS,
        || json!({}),
    ),
    ("/guardian/factors/duo/settings", FACTORS, || json!({})),
    (
        "/risk-assessments/settings",
        ATTACKS,
        || json!({"enabled": false}),
    ),
    (
        "/risk-assessments/settings/new-device",
        ATTACKS,
        || json!({"remember_for": 30}),
    ),
    (
        "/supplemental-signals",
        ATTACKS,
        || json!({"akamai_enabled": false}),
    ),
    ("/actions/triggers", ACTIONS, || json!({"triggers": []})),
];

pub(super) fn operations() -> Vec<Operation> {
    SETTINGS
        .into_iter()
        .flat_map(|(path, [read, write], value)| {
            let change = move |caller: Bearer, body: Body| answer::unchanged(caller, body, value());
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
        })
        .collect()
}
