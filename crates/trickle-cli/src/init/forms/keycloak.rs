//! What Keycloak's credentials cost.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

const ALGORITHMS: &[&str] = &[
    "argon2",
    "pbkdf2",
    "pbkdf2-sha256",
    "pbkdf2-sha384",
    "pbkdf2-sha512",
];

/// Of credentials the commonest `credentialData`, as JavaScript, and the commonest size of a key. Whatever the store has, only names and
/// numbers that are known go into it.
pub fn commonest(hashes: &[&str], beside: &[&str]) -> (String, usize) {
    let parsed = |texts: &[&str]| -> Vec<Value> {
        let each = texts.iter();
        each.filter_map(|text| serde_json::from_str(text).ok())
            .collect()
    };
    let wholes = parsed(hashes);
    let of_wholes = wholes
        .iter()
        .filter_map(|whole| inner(whole, "credentialData"));
    let credentials = of_wholes.chain(parsed(beside));
    let credential = most(credentials.filter_map(|data| known(&data)));
    let keys = wholes.iter().filter_map(|whole| {
        let secret = inner(whole, "secretData").unwrap_or_else(|| whole.clone());
        let key = BASE64_STANDARD.decode(secret["value"].as_str()?).ok()?;
        Some(key.len().clamp(16, 64))
    });
    (
        credential.unwrap_or_else(|| {
            json!({ "algorithm": "pbkdf2-sha256", "hashIterations": 27_500 }).to_string()
        }),
        most(keys).unwrap_or(64),
    )
}

fn inner(whole: &Value, name: &str) -> Option<Value> {
    match whole.get(name)? {
        Value::String(text) => serde_json::from_str(text).ok(),
        value => Some(value.clone()),
    }
}

fn known(data: &Value) -> Option<String> {
    let algorithm = data["algorithm"].as_str()?;
    let algorithm = ALGORITHMS.iter().find(|known| **known == algorithm)?;
    let rounds = u32::try_from(data["hashIterations"].as_u64()?).ok()?;
    let mut credential = json!({ "algorithm": algorithm, "hashIterations": rounds });
    if *algorithm == "argon2" {
        let text = |name: &str| {
            let of = &data["additionalParameters"][name];
            of.get(0).unwrap_or(of).as_str()
        };
        let number = |name: &str| text(name)?.parse::<u32>().ok();
        let kind =
            text("type").and_then(|kind| ["id", "i", "d"].into_iter().find(|it| *it == kind));
        credential["additionalParameters"] = json!({
            "type": kind.unwrap_or("id"),
            "memory": number("memory").unwrap_or(7168),
            "parallelism": number("parallelism").unwrap_or(1),
        });
    }
    Some(credential.to_string())
}

/// The commonest.
pub fn most<T: Ord>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str =
        r#"{"value":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","salt":"AAAA"}"#;

    #[test]
    fn what_a_store_says_is_no_code() {
        let evil = r#"{"algorithm":"argon2","hashIterations":5,"additionalParameters":{"type":["'; evil"],"memory":["7168"]}}"#;
        let (credential, bytes) = commonest(&[SECRET], &[evil]);
        let credential: Value = serde_json::from_str(&credential).unwrap();
        let parameters = json!({ "type": "id", "memory": 7168, "parallelism": 1 });
        assert_eq!(credential["additionalParameters"], parameters);
        assert_eq!((&credential["hashIterations"], bytes), (&json!(5), 32));
        let (credential, _) = commonest(&[], &[r#"{"algorithm":"evil","hashIterations":5}"#]);
        assert!(credential.contains("pbkdf2-sha256"), "{credential}");
    }

    #[test]
    fn an_export_says_it_itself() {
        let data = r#"{"algorithm":"pbkdf2-sha512","hashIterations":210000}"#;
        let export = json!({ "credentialData": data, "secretData": SECRET }).to_string();
        let (credential, bytes) = commonest(&[&export], &[]);
        let credential: Value = serde_json::from_str(&credential).unwrap();
        assert_eq!(credential["hashIterations"], json!(210_000));
        assert_eq!(bytes, 32);
    }
}
