//! The parameters of a request, from JSON or a form.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, header::CONTENT_TYPE};
use serde_json::Value;
use trickle_model::Secret;

use super::Error;

/// Parameters by name; `null` and empty text are the same as nothing.
pub(super) struct Parameters(BTreeMap<String, Secret>);

impl Parameters {
    /// Reads the body; JSON where the header says so, else a form, as RFC 6749 §3.2 has it.
    pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, Error> {
        let kind = headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim();
        if kind.eq_ignore_ascii_case("application/json") {
            Self::from_json(body)
        } else {
            Self::from_form(body)
        }
    }

    fn from_json(body: &[u8]) -> Result<Self, Error> {
        let fields = match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err(Error::Malformed("The body must be a JSON object.".into())),
            // The error names the place, not the content.
            Err(error) => {
                let (line, column) = (error.line(), error.column());
                return Err(Error::Malformed(format!(
                    "The body is not valid JSON (line {line}, column {column})."
                )));
            }
        };
        let mut parameters = BTreeMap::new();
        for (name, value) in fields {
            match value {
                Value::Null => {}
                Value::String(text) if text.is_empty() => {}
                Value::String(text) => {
                    parameters.insert(name, Secret::new(text));
                }
                _ => return Err(Error::NotText(name)),
            }
        }
        Ok(Self(parameters))
    }

    fn from_form(body: &[u8]) -> Result<Self, Error> {
        let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body)
            .map_err(|_| Error::Malformed("The body is not a valid form.".into()))?;
        let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
        Ok(Self(
            fields
                .map(|(name, value)| (name, Secret::new(value)))
                .collect(),
        ))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(Secret::expose)
    }

    pub(super) fn require(&self, name: &'static str) -> Result<&str, Error> {
        self.get(name).ok_or(Error::Missing(name))
    }

    pub(super) fn require_secret(&self, name: &'static str) -> Result<&Secret, Error> {
        self.0.get(name).ok_or(Error::Missing(name))
    }

    /// The scopes asked for.
    pub(super) fn scopes(&self) -> Vec<&str> {
        let scopes = self.get("scope").unwrap_or("");
        scopes.split_whitespace().collect()
    }
}
