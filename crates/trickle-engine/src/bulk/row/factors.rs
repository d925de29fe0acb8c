use serde_json::{Map, Value};
use trickle_model::{SECOND_FACTORS_MAX, SecondFactor, is_phone};

use super::reader::{Reader, wrong_type};
use crate::bulk::RowDefect;

const NAME: &str = "mfa_factors";

/// Checks second factors.
pub(super) fn take(fields: &mut Reader) -> Vec<SecondFactor> {
    let noted = fields.defects.len();
    let factors = match fields.value(NAME) {
        None => return Vec::new(),
        Some(Value::Array(factors)) => factors,
        Some(other) => {
            fields.defects.push(wrong_type(NAME, "array", &other));
            return Vec::new();
        }
    };
    if factors.is_empty() {
        let message = "Array is too short (0), minimum 1";
        fields.note(NAME, "ARRAY_LENGTH_SHORT", message);
    }
    if factors.len() > SECOND_FACTORS_MAX {
        let length = factors.len();
        let message = format!("Array is too long ({length}), maximum {SECOND_FACTORS_MAX}");
        fields.note(NAME, "ARRAY_LENGTH_LONG", message);
        return Vec::new();
    }
    for (at, factor) in factors.iter().enumerate() {
        if let Some(defect) = defect(&format!("{NAME}.{at}"), factor) {
            fields.defects.push(defect);
        }
    }
    match SecondFactor::read_list(&Value::Array(factors)) {
        Ok(factors) => factors,
        Err(error) => {
            // Without them the login would be weaker than it was.
            if fields.defects.len() == noted {
                fields.note(NAME, "MFA_FACTORS_FAILED", error.to_string());
            }
            Vec::new()
        }
    }
}

fn defect(path: &str, factor: &Value) -> Option<RowDefect> {
    let Value::Object(factor) = factor else {
        return Some(wrong_type(path, "object", factor));
    };
    let mut named = factor.iter();
    let (Some((name, inner)), None) = (named.next(), named.next()) else {
        let message = "A factor has exactly one of: email, phone, totp";
        return Some(RowDefect::new(path, "MFA_FACTORS_FAILED", message));
    };
    let path = format!("{path}.{name}");
    let Value::Object(inner) = inner else {
        return Some(wrong_type(&path, "object", inner));
    };
    let field = match name.as_str() {
        "totp" => "secret",
        "phone" | "email" => "value",
        _ => {
            let message = "A factor has exactly one of: email, phone, totp";
            return Some(RowDefect::new(&path, "MFA_FACTORS_FAILED", message));
        }
    };
    let value = match only(&path, inner, field) {
        Ok(Value::String(text)) => text,
        Ok(other) => return Some(wrong_type(&format!("{path}.{field}"), "string", other)),
        Err(defect) => return Some(defect),
    };
    let is_sound = match name.as_str() {
        "totp" => {
            let is_base32 = |byte: u8| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte);
            !value.is_empty() && value.bytes().all(is_base32)
        }
        "phone" => is_phone(value),
        _ => value
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty()),
    };
    let message = match name.as_str() {
        "totp" => "must be base32: letters A to Z and digits 2 to 7, without padding",
        "phone" => "must be in E.164, as +41791234567",
        _ => "must be an address",
    };
    (!is_sound).then(|| RowDefect::new(&format!("{path}.{field}"), "PATTERN", message))
}

/// The one field that an object may and must have.
fn only<'a>(
    path: &str,
    object: &'a Map<String, Value>,
    field: &str,
) -> Result<&'a Value, RowDefect> {
    if let Some(other) = object.keys().find(|name| *name != field) {
        let message = format!("Additional properties not allowed: {other}");
        return Err(RowDefect::new(path, "NOT_PASSED", message));
    }
    object.get(field).ok_or_else(|| {
        let message = format!("Missing required property: {field}");
        RowDefect::new(path, "OBJECT_REQUIRED", message)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_factor_of_another_form_is_told_its_own() {
        for (factor, told) in [
            (json!({"totp": {"secret": "pa6f wz3e gu2d mzcs"}}), "base32"),
            (json!({"phone": {"value": "0791234567"}}), "E.164"),
            (json!({"email": {"value": "jane"}}), "an address"),
        ] {
            let found = defect("mfa_factors.0", &factor).unwrap();
            assert_eq!(found.code, "PATTERN");
            assert!(found.message.contains(told), "{}", found.message);
        }
    }
}
