//! From a checked profile to what the native store keeps.

use std::collections::HashSet;

use md5::{Digest, Md5};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use trickle_model::{ConnectionOptions, Profile};

use crate::forms::TextForms;

/// Root fields that carry secrets of other systems; the native store has no sealed place for them.
const NOT_KEPT: [&str; 2] = ["access_token", "refresh_token"];

/// A profile for the native store: addresses and user names in the connection's form, lower-cased.
pub(crate) fn native(mut profile: Profile, options: &ConnectionOptions) -> Profile {
    compose(&mut profile, options);
    profile.email = profile.email.map(|email| email.to_lowercase());
    profile.username = profile.username.map(|name| name.to_lowercase());
    complete(&mut profile, options);
    profile
}

/// A profile that is cached while the legacy store stays in charge: the address as the script gave it.
pub(crate) fn cached(mut profile: Profile, options: &ConnectionOptions) -> Profile {
    compose(&mut profile, options);
    profile.username = profile.username.map(|name| name.to_lowercase());
    complete(&mut profile, options);
    profile
}

/// Before the case is made equal: composing may give capitals.
fn compose(profile: &mut Profile, options: &ConnectionOptions) {
    let forms = TextForms::of(options);
    profile.email = profile.email.take().map(|email| forms.composed(email));
    profile.username = profile.username.take().map(|name| forms.composed(name));
}

fn complete(profile: &mut Profile, options: &ConnectionOptions) {
    let unkept = unkept_names(options);
    profile
        .attributes
        .retain(|name, _| !NOT_KEPT.contains(&name.as_str()) && !unkept.contains(name.as_str()));
    if unkept.contains("user_metadata") {
        profile.user_metadata = Map::new();
    }
    if unkept.contains("app_metadata") {
        profile.app_metadata = Map::new();
    }
    if unkept.contains("mfa_factors") {
        profile.second_factors.clear();
    }
    let Some(email) = profile.email.clone() else {
        if let Some(username) = profile.username.clone() {
            fill(&mut profile.attributes, "name", || username.clone());
            fill(&mut profile.attributes, "nickname", || username);
        }
        return;
    };
    let local = email
        .rsplit_once('@')
        .map_or(email.as_str(), |(local, _)| local);
    fill(&mut profile.attributes, "name", || email.clone());
    fill(&mut profile.attributes, "nickname", || local.to_owned());
    fill(&mut profile.attributes, "picture", || picture(&email));
}

/// A set: tenants write the list and scripts give the profile, and each may have tens of thousands of names.
fn unkept_names(options: &ConnectionOptions) -> HashSet<&str> {
    match options.as_map().get("non_persistent_attrs") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => HashSet::new(),
    }
}

fn fill(attributes: &mut Map<String, Value>, name: &str, default: impl FnOnce() -> String) {
    let missing = match attributes.get(name) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    };
    if missing {
        attributes.insert(name.to_owned(), Value::String(default()));
    }
}

/// Gravatar of the address, and the first two characters where it has none.
fn picture(email: &str) -> String {
    let email = email.to_lowercase();
    let hash = hex::encode(Md5::digest(&email));
    let initials: String = email.chars().take(2).collect();
    let initials = utf8_percent_encode(&initials, NON_ALPHANUMERIC).to_string();
    let fallback = format!("https://cdn.auth0.com/avatars/{initials}.png");
    let fallback = utf8_percent_encode(&fallback, NON_ALPHANUMERIC).to_string();
    // Hosts and files keep their dots, as applications compare these texts.
    let fallback = fallback.replace("%2E", ".");
    format!("https://s.gravatar.com/avatar/{hash}?s=480&r=pg&d={fallback}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use trickle_model::{EmailRule, UnverifiedProfile};

    use super::*;

    fn options(value: Value) -> ConnectionOptions {
        match value {
            Value::Object(map) => ConnectionOptions::from_stored(map),
            _ => panic!("an object"),
        }
    }

    fn profile(value: Value) -> Profile {
        UnverifiedProfile::new(value)
            .verify(EmailRule::Optional)
            .unwrap()
    }

    #[test]
    fn defaults_are_generated_from_the_address() {
        let given = profile(json!({"id": 1, "email": "Ada@Example.com", "nickname": ""}));
        let kept = native(given, &options(json!({})));
        assert_eq!(kept.email.as_deref(), Some("ada@example.com"));
        assert_eq!(
            Value::Object(kept.attributes),
            json!({
                "name": "ada@example.com",
                "nickname": "ada",
                "picture": "https://s.gravatar.com/avatar/3e3417d7ef77d5932a6734b916515ed5?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fad.png",
            })
        );
    }

    #[test]
    fn composing_comes_before_lower_case() {
        // A mathematical A has no lower case; the letter that it becomes has.
        let given = profile(
            json!({"id": 1, "email": "\u{1d400}da@example.com", "username": "\u{1d400}da"}),
        );
        let options = options(json!({"trickle": {"text": {"identifier": ["nfkc"]}}}));
        let kept = native(given, &options);
        assert_eq!(kept.email.as_deref(), Some("ada@example.com"));
        assert_eq!(kept.username.as_deref(), Some("ada"));
    }

    #[test]
    fn unkept_names_and_foreign_secrets_are_dropped() {
        let given = profile(json!({
            "id": 1, "username": "Ada", "email": "Ada@Example.com", "shoe_size": 38, "access_token": "t",
            "mfa_factors": [], "plan": "x", "user_metadata": {"a": 1},
        }));
        let options = options(json!({"non_persistent_attrs": ["shoe_size", "user_metadata"]}));
        let kept = cached(given, &options);
        assert_eq!(kept.email.as_deref(), Some("Ada@Example.com"));
        assert_eq!(kept.username.as_deref(), Some("ada"));
        let names: Vec<&String> = kept.attributes.keys().collect();
        assert_eq!(names, ["name", "nickname", "picture", "plan"]);
        assert!(kept.user_metadata.is_empty());
    }

    #[test]
    fn a_name_that_is_not_to_be_kept_counts_once() {
        let options = options(json!({"non_persistent_attrs": ["plan", 7, "plan", "team"]}));
        let unkept = unkept_names(&options);
        assert_eq!(unkept, HashSet::from(["plan", "team"]));
    }
}
