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
    // Columns of a fixed width are filled up with spaces.
    let text = text.trim_ascii();
    let pattern = |message: &str| RowDefect::new(PATH, "PATTERN", message);
    let identified = identify(&PasswordHash::from(text)).map_err(|error| match error {
        VerifyError::UnknownScheme => pattern(no_hash(text)),
        error => defect(PATH, &error),
    })?;
    if identified.scheme == "plain" {
        return Err(pattern(PLAIN));
    }
    if !guess(text).first().is_some_and(Guess::is_certain) {
        return Err(pattern(UNKNOWN));
    }
    let hash = ImportPassword::First(Secret::new(text));
    Ok((hash, identified.scheme))
}

const PLAIN: &str =
    "this is the password itself, which is not imported; leave it out, or hash it first";
const UNKNOWN: &str = "this is no hash that says by itself how it was made; describe it by custom_password_hash, as `trickle hash identify` shows";

/// What is wrong with a text of no known scheme.
fn no_hash(text: &str) -> &'static str {
    match text {
        "" => "this is empty; leave it out where there is no password",
        // Django and Unix mark such accounts so.
        _ if text.starts_with(['!', '*']) => {
            "this marks an account that has no password or is locked; leave it out"
        }
        _ => UNKNOWN,
    }
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
    RowDefect::new(path, code, format!("failed to {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BCRYPT: &str = "$2a$05$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEmm134uzrQlFvQJLF6";

    #[test]
    fn spaces_around_a_hash_go() {
        let padded = json!(format!("{BCRYPT}    \r"));
        let (password, scheme) = by_itself(&padded).unwrap();
        assert_eq!(scheme, "bcrypt");
        assert!(matches!(password, ImportPassword::First(hash) if hash.expose() == BCRYPT));
    }

    #[test]
    fn a_text_that_is_no_hash_is_told_what_it_is() {
        for (text, told) in [
            ("", "this is empty"),
            ("!kJhGfDsAqWeRtYuIoP", "no password or is locked"),
            ("*", "no password or is locked"),
            ("{noop}secret", "the password itself"),
            ("secret", "trickle hash identify"),
            (&BCRYPT[..40], "cut short"),
        ] {
            let defect = by_itself(&json!(text)).unwrap_err();
            assert!(defect.message.contains(told), "{text}: {}", defect.message);
        }
    }
}
