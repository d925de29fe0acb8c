//! The index of terms: one number for each value of a user that is searched for as a whole.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sqlx::{AnyConnection, AssertSqlSafe};
use trickle_model::TenantId;

use super::like::Case;
use crate::StoreError;
use crate::column::key;
use crate::error::Step;

/// Terms of one user; values beyond are not found by their whole text.
const MOST: usize = 1_000;
/// Values of one user that are looked at, however many of them are alike.
const VISITED_MAX: usize = 20_000;
/// Values of fields with longer names are not found by their whole text: each of them would be hashed with the name.
const FIELD_MAX_BYTES: usize = 512;
/// SQLite takes 32 766 values in a statement, PostgreSQL 65 535.
const ROWS: usize = 1_000;
const DEPTH_MAX: usize = 20;

/// Root fields in which case does not count.
pub(super) const FOLDED: [&str; 4] = ["name", "given_name", "family_name", "nickname"];
/// A URL that differs from user to user.
const LEFT_OUT: &str = "picture";

/// What of a user is searched by terms.
pub(crate) struct Searched<'a> {
    pub(crate) tenant: &'a TenantId,
    pub(crate) email: Option<&'a str>,
    pub(crate) attributes: &'a Map<String, Value>,
    pub(crate) user_metadata: &'a Map<String, Value>,
    pub(crate) app_metadata: &'a Map<String, Value>,
}

/// The number of a value; two tenants never have the same one.
pub(super) fn term(tenant: &TenantId, field: &str, value: &str) -> i64 {
    number(&[tenant.as_str(), field, value])
}

/// 64 bits of SHA-256: among 10^9 values two have the same number with a chance of one in 37.
fn number(parts: &[&str]) -> i64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    let digest = hash.finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(first)
}

impl Searched<'_> {
    /// All terms of the user.
    pub(crate) fn terms(&self) -> BTreeSet<i64> {
        let mut terms = Terms::default();
        for (name, value) in self.attributes {
            if name != LEFT_OUT && !self.is_usual(name, value) {
                self.add(name, value, 0, &mut terms);
            }
        }
        for (name, metadata) in [
            ("user_metadata", self.user_metadata),
            ("app_metadata", self.app_metadata),
        ] {
            for (key, value) in metadata {
                self.add_within(name, key, value, 0, &mut terms);
            }
        }
        terms.found
    }

    /// Whether a name is what is made of the address where there is none; searches look for these by the address.
    fn is_usual(&self, name: &str, value: &Value) -> bool {
        let (Some(email), Some(value)) = (self.email, value.as_str()) else {
            return false;
        };
        let (email, value) = (key(email), key(value));
        match name {
            "name" => value == email,
            "nickname" => email
                .rsplit_once('@')
                .is_some_and(|(local, _)| local == value),
            _ => false,
        }
    }

    fn add_within(&self, field: &str, key: &str, value: &Value, depth: usize, terms: &mut Terms) {
        if field.len() + key.len() < FIELD_MAX_BYTES {
            self.add(&format!("{field}.{key}"), value, depth, terms);
        }
    }

    fn add(&self, field: &str, value: &Value, depth: usize, terms: &mut Terms) {
        if terms.is_full() || depth > DEPTH_MAX || field.len() > FIELD_MAX_BYTES {
            return;
        }
        terms.visited += 1;
        let text = match value {
            Value::Null => return,
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => number.to_string(),
            Value::String(text) if FOLDED.contains(&field) => Case::Folded.of(text),
            Value::String(text) => text.clone(),
            Value::Array(items) => {
                for item in items {
                    self.add(field, item, depth + 1, terms);
                }
                return;
            }
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.add_within(field, key, value, depth + 1, terms);
                }
                return;
            }
        };
        terms.found.insert(term(self.tenant, field, &text));
    }
}

#[derive(Default)]
struct Terms {
    found: BTreeSet<i64>,
    visited: usize,
}

impl Terms {
    fn is_full(&self) -> bool {
        self.found.len() >= MOST || self.visited >= VISITED_MAX
    }
}

/// Makes the terms of a user `new` where they are `old`.
pub(crate) async fn write(
    key: i64,
    old: &BTreeSet<i64>,
    new: &BTreeSet<i64>,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let step = "write the user's terms";
    let gone: Vec<i64> = old.difference(new).copied().collect();
    for part in gone.chunks(ROWS) {
        let list: Vec<String> = (2..part.len() + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "DELETE FROM user_terms WHERE user_key = $1 AND term IN ({})",
            list.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(key);
        for term in part {
            query = query.bind(*term);
        }
        query.execute(&mut *tx).await.step(step)?;
    }
    let come = new.difference(old).map(|term| (*term, key));
    insert(&come.collect::<Vec<_>>(), tx).await
}

/// Adds terms with the keys of their users.
async fn insert(pairs: &[(i64, i64)], tx: &mut AnyConnection) -> Result<(), StoreError> {
    for part in pairs.chunks(ROWS) {
        let rows: Vec<String> = (0..part.len())
            .map(|at| format!("(${}, ${})", 2 * at + 1, 2 * at + 2))
            .collect();
        let sql = format!(
            "INSERT INTO user_terms (term, user_key) VALUES {} ON CONFLICT DO NOTHING",
            rows.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (term, key) in part {
            query = query.bind(*term).bind(*key);
        }
        query
            .execute(&mut *tx)
            .await
            .step("write the user's terms")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn terms_of(app_metadata: &Value) -> BTreeSet<i64> {
        let (nothing, tenant) = (Map::new(), TenantId::from_text("ten_1"));
        Searched {
            tenant: &tenant,
            email: None,
            attributes: &nothing,
            user_metadata: &nothing,
            app_metadata: app_metadata.as_object().unwrap(),
        }
        .terms()
    }

    #[test]
    fn long_names_and_endless_lists_are_passed_over() {
        let long = "k".repeat(FIELD_MAX_BYTES);
        assert_eq!(terms_of(&json!({"plan": "gold", &long: "x"})).len(), 1);
        assert_eq!(terms_of(&json!({"a": {&long: {"b": 1}}, "c": 2})).len(), 1);
        let mut same = vec!["a"; VISITED_MAX];
        same.push("b");
        assert_eq!(terms_of(&json!({"list": same})).len(), 1);
        assert_eq!(terms_of(&json!({"list": ["a", "a", "b"]})).len(), 2);
    }
}
