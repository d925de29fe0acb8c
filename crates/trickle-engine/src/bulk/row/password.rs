use serde_json::Value;
use trickle_model::Secret;
use trickle_password::{Guess, PasswordHash, VerifyError, custom_hash, guess, identify};
use trickle_store::ImportPassword;

use super::reader::{Reader, wrong_type};
use crate::bulk::RowDefect;

/// The hash of a row, and its scheme.
pub(super) fn take(fields: &mut Reader) -> Option<(ImportPassword, &'static str)> {
    let simple = fields.value("password_hash");
    let custom = fields.value("custom_password_hash");
    if simple.is_some() && custom.is_some() {
        let message = "password_hash and custom_password_hash exclude each other";
        fields.note("", "NOT_PASSED", message);
        return None;
    }
    let taken = match (simple, custom) {
        (Some(value), _) => by_itself(&value),
        (None, Some(value)) => described(&value),
        (None, None) => return None,
    };
    taken.map_err(|defect| fields.defects.push(defect)).ok()
}

/// A text with a mark of its own; those that go by their shape alone might as well be passwords.
fn by_itself(value: &Value) -> Result<(ImportPassword, &'static str), RowDefect> {
    const PATH: &str = "password_hash";
    let Value::String(text) = value else {
        return Err(wrong_type(PATH, "string", value));
    };
    let unknown = || {
        let message = "this is no hash that says by itself how it was made; describe it by custom_password_hash";
        RowDefect::new(PATH, "PATTERN", message)
    };
    let hash = PasswordHash::from(text.as_str());
    let identified = identify(&hash).map_err(|error| match error {
        VerifyError::UnknownScheme => unknown(),
        error => defect(PATH, &error),
    })?;
    let is_certain = guess(text).first().is_some_and(Guess::is_certain);
    if !is_certain || identified.scheme == "plain" {
        return Err(unknown());
    }
    let hash = ImportPassword::First(Secret::new(text.as_str()));
    Ok((hash, identified.scheme))
}

fn described(value: &Value) -> Result<(ImportPassword, &'static str), RowDefect> {
    const PATH: &str = "custom_password_hash";
    let hash = custom_hash(value).map_err(|error| {
        let path = match error.path.as_str() {
            "" => PATH.to_owned(),
            inner => format!("{PATH}.{inner}"),
        };
        RowDefect::new(&path, error.code, error.message)
    })?;
    let identified = identify(&hash).map_err(|error| defect(PATH, &error))?;
    let hash = ImportPassword::Replacing(Secret::new(hash.as_str()));
    Ok((hash, identified.scheme))
}

fn defect(path: &str, error: &VerifyError) -> RowDefect {
    let code = match error {
        VerifyError::CostTooHigh { .. } => "MAXIMUM",
        VerifyError::UnknownScheme | VerifyError::Malformed { .. } => "FORMAT",
    };
    RowDefect::new(path, code, error.to_string())
}
