//! What two runs have in common.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use trickle_model::{ConnectionOptions, Outcome, Profile};

use crate::profile;

/// Names that one comparison tells; scripts choose how many there are, and every comparison is a row.
const NAMES_MAX: usize = 64;
/// Characters of each.
const NAME_MAX_CHARS: usize = 128;

/// Names of the fields in which two outcomes differ, as the native store would keep them; values are nobody's business here.
/// Of many there are the first, cut where they are long, and at the end `and N more`.
pub(super) fn differences(
    one: &Outcome,
    other: &Outcome,
    options: &ConnectionOptions,
) -> Vec<String> {
    let rule = options.email_rule();
    let read = |outcome: &Outcome| match outcome {
        Outcome::Profile(unverified) => match unverified.clone().verify(rule) {
            Ok(profile) => Some(fields(profile::native(profile, options))),
            Err(_) => None,
        },
        _ => None,
    };
    match (read(one), read(other)) {
        (Some(one), Some(other)) => {
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            let differ = names
                .into_iter()
                .filter(|name| one.get(*name) != other.get(*name));
            bounded(differ)
        }
        (None, None) if one.name() == other.name() => Vec::new(),
        _ => vec!["outcome".to_owned()],
    }
}

fn bounded<'a>(mut names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let cut = |name: &String| name.chars().take(NAME_MAX_CHARS).collect::<String>();
    let mut kept: Vec<String> = names.by_ref().take(NAMES_MAX).map(cut).collect();
    let others = names.count();
    if others > 0 {
        kept.push(format!("and {others} more"));
    }
    kept
}

/// The name of an outcome; a profile that cannot be used is none.
pub(super) fn name(outcome: &Outcome, options: &ConnectionOptions) -> &'static str {
    match outcome {
        Outcome::Profile(unverified)
            if unverified.clone().verify(options.email_rule()).is_err() =>
        {
            "bad_answer"
        }
        other => other.name(),
    }
}

fn fields(profile: Profile) -> Map<String, Value> {
    let mut fields = profile.attributes;
    fields.insert("user_id".to_owned(), profile.id.into());
    fields.insert("email".to_owned(), json!(profile.email));
    fields.insert("email_verified".to_owned(), profile.email_verified.into());
    fields.insert("username".to_owned(), json!(profile.username));
    fields.insert("blocked".to_owned(), profile.blocked.into());
    fields.insert("user_metadata".to_owned(), profile.user_metadata.into());
    fields.insert("app_metadata".to_owned(), profile.app_metadata.into());
    fields
}

#[cfg(test)]
mod tests {
    use trickle_model::UnverifiedProfile;

    use super::*;

    fn found(profile: Value) -> Outcome {
        Outcome::Profile(UnverifiedProfile::new(profile))
    }

    #[test]
    fn fields_are_compared_as_they_would_be_kept() {
        let options = ConnectionOptions::default();
        let compare = |one: &Outcome, other: &Outcome| differences(one, other, &options);
        let one = found(json!({"user_id": 1, "email": "Ada@example.com", "plan": "gold"}));
        let same = found(json!({"id": "1", "email": "ada@example.com", "plan": "gold"}));
        assert!(compare(&one, &same).is_empty());
        let other = found(json!({"user_id": 2, "email": "ada@example.com", "team": "a"}));
        assert_eq!(compare(&one, &other), ["plan", "team", "user_id"]);
        assert_eq!(compare(&one, &Outcome::NoSuchUser), ["outcome"]);
        assert_eq!(compare(&one, &found(json!({}))), ["outcome"]);
        assert!(compare(&Outcome::NoSuchUser, &Outcome::NoSuchUser).is_empty());
        assert_eq!(name(&found(json!({})), &options), "bad_answer");
    }

    #[test]
    fn of_many_names_some_are_kept_and_the_others_counted() {
        let names: Vec<_> = (0..NAMES_MAX + 3)
            .map(|number| format!("{number:03}{}", "ö".repeat(NAME_MAX_CHARS)))
            .collect();
        let kept = bounded(names.iter());
        assert_eq!(kept.len(), NAMES_MAX + 1);
        assert_eq!(kept[NAMES_MAX], "and 3 more");
        let is_cut = |name: &String| name.chars().count() == NAME_MAX_CHARS;
        assert!(kept[..NAMES_MAX].iter().all(is_cut));
        assert_eq!(bounded(names[..NAMES_MAX].iter()).len(), NAMES_MAX);
    }
}
