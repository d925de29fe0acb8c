//! What is wrong with a row, as the job's list of errors shows it.

use serde_json::{Map, Value, json};
use trickle_store::RowRefusal;

/// Shown in the place of secrets.
const REDACTED: &str = "*****";

/// One thing that is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowDefect {
    /// One of the import's error codes, such as `PATTERN`.
    pub code: &'static str,
    /// For people; quotes no value.
    pub message: String,
    /// Which field, such as `custom_password_hash.hash.encoding`; empty for the row itself.
    pub path: String,
}

impl RowDefect {
    pub(super) fn new(path: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            path: path.to_owned(),
        }
    }

    /// A sound row that the store does not take.
    pub(super) fn refused(refusal: RowRefusal) -> Self {
        match refusal {
            RowRefusal::Duplicated => {
                Self::new("email", "DUPLICATED_USER", "The user already exists.")
            }
            RowRefusal::ConflictEmail => Self::new(
                "email",
                "CONFLICT_EMAIL",
                "The email address belongs to a user with another user_id.",
            ),
            RowRefusal::ConflictUsername => Self::new(
                "username",
                "CONFLICT_USERNAME",
                "The username belongs to another user.",
            ),
            RowRefusal::NoUsername => Self::new(
                "username",
                "OBJECT_REQUIRED",
                "Missing required property: username",
            ),
            RowRefusal::ConflictPhoneNumber => Self::new(
                "phone_number",
                "CONFLICT",
                "The phone_number belongs to another user.",
            ),
            RowRefusal::ConflictId => Self::new(
                "user_id",
                "CONFLICT",
                "The user_id belongs to a user with another email address or of another connection.",
            ),
            RowRefusal::Buried => Self::new(
                "user_id",
                "CONFLICT",
                "The user was deleted here and may not come back.",
            ),
        }
    }

    fn to_json(&self) -> Value {
        json!({"code": self.code, "message": self.message, "path": self.path})
    }
}

/// `{"user":{…},"errors":[{"code":…,"message":…,"path":…}]}`, without secrets.
pub(super) fn entry(raw: &[u8], defects: &[RowDefect]) -> String {
    let user = match serde_json::from_slice(raw) {
        Ok(Value::Object(mut fields)) => {
            redact(&mut fields);
            Value::Object(fields)
        }
        // It may be anything, a password as well.
        _ => Value::from(REDACTED),
    };
    let errors: Vec<Value> = defects.iter().map(RowDefect::to_json).collect();
    json!({"user": user, "errors": errors}).to_string()
}

/// Fields whose values may be shown.
const SHOWN: [&str; 14] = [
    "email",
    "email_verified",
    "user_id",
    "username",
    "given_name",
    "family_name",
    "name",
    "nickname",
    "picture",
    "blocked",
    "phone_number",
    "phone_verified",
    "user_metadata",
    "app_metadata",
];

fn redact(fields: &mut Map<String, Value>) {
    for (name, value) in fields.iter_mut() {
        match (name.as_str(), value) {
            (name, _) if SHOWN.contains(&name) => {}
            ("custom_password_hash", Value::Object(hash)) => {
                for (name, value) in hash.iter_mut() {
                    if !matches!(name.as_str(), "algorithm" | "keylen" | "cost") {
                        *value = REDACTED.into();
                    }
                }
            }
            // Fields that nobody knows may be passwords.
            (_, value) => *value = REDACTED.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_redacted_whatever_they_are_called() {
        let raw = br#"{"email":"a@b.c","password":"p-1","password_hash":"h-2","mfa_factors":[{"totp":{"secret":"t-3"}}],
            "custom_password_hash":{"algorithm":"hmac","hash":{"value":"h-4","key":{"value":"k-5"}},"salt":{"value":"s-6"}}}"#;
        let entry = entry(raw, &[RowDefect::new("email", "FORMAT", "no address")]);
        for secret in ["p-1", "h-2", "t-3", "h-4", "k-5", "s-6"] {
            assert!(!entry.contains(secret), "{secret}");
        }
        assert!(entry.contains("a@b.c") && entry.contains("\"hmac\""));
        assert!(entry.contains(r#"{"code":"FORMAT","message":"no address","path":"email"}"#));
        assert!(!super::entry(b"\"p-1\"", &[]).contains("p-1"));
    }
}
