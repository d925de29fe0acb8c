//! What is known of a person and must not be in the password.

use serde_json::{Map, Value};
use trickle_model::Profile;

/// Shorter words are in many passwords by chance.
const SHORTEST_WORD: usize = 3;
const USUAL_FIELDS: [&str; 3] = ["name", "nickname", "given_name"];
const USUAL_METADATA: [&str; 3] = ["name", "first", "last"];

/// Whole texts, lower-cased: names, user name, local part of the address, and what the tenant named besides.
pub(super) fn personal_words(about: &Profile, more: &[String]) -> Vec<String> {
    let mut words: Vec<&str> = Vec::new();
    let email = about.email.as_deref();
    words.extend(email.map(|email| email.rsplit_once('@').map_or(email, |(local, _)| local)));
    words.extend(about.username.as_deref());
    words.extend(texts(&about.attributes, &USUAL_FIELDS));
    words.extend(texts(&about.user_metadata, &USUAL_METADATA));
    for field in more {
        let (map, name) = match field.strip_prefix("user_metadata.") {
            Some(name) => (&about.user_metadata, name),
            None => (&about.attributes, field.as_str()),
        };
        words.extend(texts(map, &[name]));
    }
    let words = words.into_iter().map(|word| word.trim().to_lowercase());
    words
        .filter(|word| word.chars().count() >= SHORTEST_WORD)
        .collect()
}

pub(super) fn contains_any(password: &str, words: &[String]) -> bool {
    words.iter().any(|word| password.contains(word.as_str()))
}

fn texts<'a>(map: &'a Map<String, Value>, names: &[&str]) -> Vec<&'a str> {
    let found = names.iter().filter_map(|name| map.get(*name)?.as_str());
    found.collect()
}
