//! Bodies.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};
use trickle_model::Secret;

use super::Error;
use crate::{
    auth::parameters::{PASSWORD_MAX_BYTES, is_of_kind},
    json,
};

/// A JSON value, whatever the content type says; a form only where it says so.
pub(crate) struct Body(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let is_form = is_of_kind(request.headers(), "application/x-www-form-urlencoded");
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|rejection| {
            let rejection = rejection.into_response();
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Error::BodyTooLarge.into_response()
            } else {
                Error::Body("The body cannot be read".to_owned()).into_response()
            }
        })?;
        let parsed = if is_form {
            form(&bytes)
        } else {
            json::parse(&bytes).map_err(|error| Error::Body(error.to_string()))
        };
        parsed.map(Self).map_err(IntoResponse::into_response)
    }
}

/// Fields of a form are text; `true`, `false` and JSON objects are read as such.
fn form(bytes: &[u8]) -> Result<Value, Error> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes)
        .map_err(|_| Error::Body("The body is not a valid form".to_owned()))?;
    let fields = fields.into_iter().map(|(name, text)| {
        let value = match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ if text.starts_with('{') => {
                json::parse(text.as_bytes()).unwrap_or(Value::String(text))
            }
            _ => Value::String(text),
        };
        (name, value)
    });
    Ok(Value::Object(fields.collect()))
}

/// The fields of an object, taken out one by one, so that what is left is what is not known.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn new(Body(value): Body) -> Result<Self, Error> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            other => Err(Error::Body(format!(
                "Expected type object but found type {}",
                type_name(&other)
            ))),
        }
    }

    /// A field that stays.
    pub(crate) fn peek(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A field that may be missing or `null`.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    /// A field that may be missing; `null` is kept.
    pub(crate) fn take_nullable(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Text, if it is there.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Error> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong_type(name, "string", &other)),
        }
    }

    /// A password that a user gets, if it is there.
    pub(crate) fn password(&mut self) -> Result<Option<Secret>, Error> {
        let Some(password) = self.text("password")? else {
            return Ok(None);
        };
        if password.len() > PASSWORD_MAX_BYTES {
            return Err(Error::Body(format!(
                "Expected at most {PASSWORD_MAX_BYTES} bytes on property password"
            )));
        }
        Ok(Some(Secret::new(password)))
    }

    /// Text that must be there.
    pub(crate) fn required_text(&mut self, name: &str) -> Result<String, Error> {
        let text = self.text(name)?;
        text.ok_or_else(|| Error::Body(format!("Missing required property: {name}")))
    }

    /// An object, if it is there.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Map<String, Value>>, Error> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(map)),
            Some(other) => Err(wrong_type(name, "object", &other)),
        }
    }

    /// Texts, if they are there.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, Error> {
        let items = match self.take(name) {
            None => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(other) => return Err(wrong_type(name, "array", &other)),
        };
        let texts = items.into_iter().enumerate().map(|(at, item)| match item {
            Value::String(text) => Ok(text),
            other => Err(wrong_type(&format!("{name}[{at}]"), "string", &other)),
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// What is left.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.0
    }

    /// Refuses what is left.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let names: Vec<String> = self.0.into_iter().map(|(name, _)| name).collect();
        if names.is_empty() {
            return Ok(());
        }
        let names = names.join(", ");
        Err(Error::Body(format!(
            "Additional properties not allowed: {names}"
        )))
    }
}

/// `Expected type string but found type number on property name`.
pub(crate) fn wrong_type(name: &str, expected: &str, found: &Value) -> Error {
    Error::Body(format!(
        "Expected type {expected} but found type {} on property {name}",
        type_name(found)
    ))
}

pub(crate) const fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
