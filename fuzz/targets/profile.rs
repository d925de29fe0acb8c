//! What a script answers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use trickle_model::{EmailRule, Profile, UnverifiedProfile};

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let profile = |rule| UnverifiedProfile::new(value.clone()).verify(rule);
    let strict = profile(EmailRule::Required);
    let lax = profile(EmailRule::Optional);
    if let Ok(strict) = &strict {
        assert!(strict.email.is_some());
        assert_eq!(Some(strict), lax.as_ref().ok());
    }
    for accepted in [strict, lax].into_iter().flatten() {
        check(&accepted);
    }
});

fn check(profile: &Profile) {
    assert!((1..=255).contains(&profile.id.len()));
    if let Some(email) = &profile.email {
        assert!(email.len() <= 254 && email.contains('@'));
        assert!(!email.contains(|c: char| c.is_control() || c.is_whitespace()));
    }
    for reserved in [
        "password",
        "password_hash",
        "tenant",
        "identities",
        "logins_count",
        "__proto__",
    ] {
        assert!(!profile.attributes.contains_key(reserved));
    }
}
