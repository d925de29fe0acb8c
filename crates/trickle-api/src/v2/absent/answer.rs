//! The answers.

use axum::{Json, http::StatusCode};
use serde_json::{Value, json};

use crate::v2::{
    Bearer, Error,
    body::{Body, type_name},
    error::Kind,
    paging::Paging,
    query::Query,
};

/// A list that is empty in each of its shapes.
pub(super) async fn no_items(
    _: Bearer,
    query: Query,
    key: &'static str,
) -> Result<Json<Value>, Error> {
    Ok(Paging::parse(&query)?.render(key, Vec::new(), 0))
}

/// An object that stays as it is.
pub(super) async fn fixed(_: Bearer, value: Value) -> Result<Json<Value>, Error> {
    Ok(Json(value))
}

/// There is none of that kind.
pub(super) async fn missing(_: Bearer, kind: &'static Kind) -> Result<Json<Value>, Error> {
    Err(Error::Missing(kind))
}

/// One more of a kind that is not here.
pub(super) async fn refused(
    _: Bearer,
    name: &'static str,
) -> Result<(StatusCode, Json<Value>), Error> {
    Err(Error::Unsupported(name.to_owned()))
}

/// A change of an object that stays as it is: fields with the values that they have are no change.
pub(super) async fn unchanged(
    _: Bearer,
    Body(body): Body,
    path: &'static str,
    value: Value,
) -> Result<Json<Value>, Error> {
    let differs = match (&body, &value) {
        (Value::Object(given), Value::Object(fixed)) => given
            .iter()
            .find(|(name, value)| !is_same(value, fixed.get(*name)))
            .map(|(name, _)| name.as_str()),
        (Value::Object(_), _) | (_, Value::Object(_)) => {
            let kind = type_name(&value);
            let found = type_name(&body);
            return Err(Error::Body(format!(
                "Expected type {kind} but found type {found}"
            )));
        }
        (given, fixed) => (given != fixed).then_some("the list"),
    };
    match differs {
        None => Ok(Json(value)),
        Some(name) => Err(stays(name, path)),
    }
}

/// The error about a field that cannot be changed.
pub(super) fn stays(name: &str, path: &str) -> Error {
    Error::Unsupported(format!("{name} of {path}"))
}

/// What says nothing is the same as nothing.
pub(super) fn is_same(given: &Value, fixed: Option<&Value>) -> bool {
    let empty = |value: &Value| {
        [json!(null), json!(false), json!(""), json!([]), json!({})].contains(value)
    };
    fixed.map_or_else(|| empty(given), |fixed| given == fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_the_same_as_nothing() {
        assert!(is_same(&json!(false), None));
        assert!(is_same(&json!({}), None));
        assert!(!is_same(&json!(true), None));
        assert!(is_same(&json!(true), Some(&json!(true))));
        assert!(!is_same(&json!(false), Some(&json!(true))));
    }
}
