//! The parameters of a request, from JSON or a form.

use std::{collections::BTreeMap, sync::Arc};

use axum::http::{HeaderMap, header::CONTENT_TYPE};
use serde_json::{Map, Value};
use trickle_engine::{Caller, LoginRequest};
use trickle_model::{Connection, Secret};

use super::Error;
use crate::json;

/// Nobody types more, and all that a script says is looked through for a password, in many spellings.
pub(crate) const PASSWORD_MAX_BYTES: usize = 4_096;

/// Four times the longest address (RFC 5321 §4.5.3.1): it is looked up, logged and held while a script runs.
pub(crate) const USERNAME_MAX_BYTES: usize = 1_024;

/// What the endpoints that take JSON look at. Of others clients send whatever they were configured with: `auth0-spa-js` 1 its
/// `sessionCheckExpiryDays` with every refresh.
const TEXTS: [&str; 24] = [
    "audience",
    "authenticator_id",
    "challenge_type",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "connection",
    "credential_type",
    "grant_type",
    "id_token_hint",
    "mfa_token",
    "organization",
    "otp",
    "password",
    "post_logout_redirect_uri",
    "realm",
    "redirect_uri",
    "refresh_token",
    "scope",
    "token",
    "username",
];

/// Parameters by name; `null` and empty text are the same as nothing.
pub(crate) struct Parameters(BTreeMap<String, Secret>);

impl Parameters {
    /// Reads the body; JSON where the header says so, else a form, as RFC 6749 §3.2 has it.
    pub(crate) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Self, Error> {
        let parameters = if is_json(headers) {
            Self::from_json(body)?
        } else {
            Self::from_form(body)?
        };
        let password = parameters.0.get("password");
        if password.is_some_and(|password| password.expose().len() > PASSWORD_MAX_BYTES) {
            return Err(Error::TooLong("password"));
        }
        Ok(parameters)
    }

    /// Makes sure that there are `username` and `password`, the first not too long.
    pub(super) fn require_login(&self) -> Result<(), Error> {
        if self.require("username")?.len() > USERNAME_MAX_BYTES {
            return Err(Error::TooLong("username"));
        }
        self.require("password")?;
        Ok(())
    }

    /// The login that `username` and `password` ask for.
    pub(super) fn login(
        &self,
        connection: &Arc<Connection>,
        caller: &Caller,
    ) -> Result<LoginRequest, Error> {
        Ok(LoginRequest {
            connection: Arc::clone(connection),
            identifier: self.require("username")?.to_owned(),
            password: self.require_secret("password")?.clone(),
            caller: caller.clone(),
            context: Map::new(),
        })
    }

    fn from_json(body: &[u8]) -> Result<Self, Error> {
        let fields = match json::parse(body) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) => return Err(Error::Malformed("The body must be a JSON object.".into())),
            Err(error) => return Err(Error::Malformed(format!("{error}."))),
        };
        let mut parameters = BTreeMap::new();
        for (name, value) in fields {
            match value {
                Value::Null => {}
                Value::String(text) if text.is_empty() => {}
                Value::String(text) => {
                    parameters.insert(name, Secret::new(text));
                }
                _ if TEXTS.contains(&name.as_str()) => return Err(Error::NotText(name)),
                other => {
                    if other.is_boolean() || other.is_number() {
                        parameters.insert(name, Secret::new(other.to_string()));
                    }
                }
            }
        }
        Ok(Self(parameters))
    }

    fn from_form(body: &[u8]) -> Result<Self, Error> {
        let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body)
            .map_err(|_| Error::Malformed("The body is not a valid form.".into()))?;
        let mut parameters = BTreeMap::new();
        for (name, value) in fields {
            if value.is_empty() {
                continue;
            }
            // RFC 6749 §3.1: what comes twice means nothing.
            if parameters
                .insert(name.clone(), Secret::new(value))
                .is_some()
            {
                return Err(Error::Repeated(name));
            }
        }
        Ok(Self(parameters))
    }

    /// One parameter of a body that may be anything; other parameters may be of any type.
    pub(crate) fn named(headers: &HeaderMap, body: &[u8], name: &str) -> Option<String> {
        if is_json(headers) {
            let fields = json::parse(body).ok()?;
            return fields.get(name)?.as_str().map(str::to_owned);
        }
        let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).ok()?;
        let mut fields = fields.into_iter();
        fields.find_map(|(field, value)| (field == name).then_some(value))
    }

    /// Reads a query.
    pub(crate) fn from_query(query: Option<&str>) -> Result<Self, Error> {
        Self::from_form(query.unwrap_or_default().as_bytes())
    }

    /// The first of the parameters, names in alphabetical order, that is longer than sensible values are.
    pub(crate) fn too_long(&self, most: usize) -> Option<&str> {
        let mut all = self.0.iter();
        let found = all.find(|(_, value)| value.expose().len() > most);
        found.map(|(name, _)| name.as_str())
    }

    /// All of them, names in alphabetical order.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.0.iter();
        all.map(|(name, value)| (name.as_str(), value.expose()))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(Secret::expose)
    }

    pub(crate) fn require(&self, name: &'static str) -> Result<&str, Error> {
        self.get(name).ok_or(Error::Missing(name))
    }

    pub(crate) fn secret(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }

    pub(crate) fn require_secret(&self, name: &'static str) -> Result<&Secret, Error> {
        self.0.get(name).ok_or(Error::Missing(name))
    }

    /// The scopes asked for.
    pub(crate) fn scopes(&self) -> Vec<&str> {
        let scopes = self.get("scope").unwrap_or("");
        scopes.split_whitespace().collect()
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    is_of_kind(headers, "application/json")
}

/// Whether the header says that the body is of this media type, whatever its case and parameters (RFC 9110 §8.3.1).
pub(crate) fn is_of_kind(headers: &HeaderMap, expected: &str) -> bool {
    let kind = headers.get(CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    kind.eq_ignore_ascii_case(expected)
}
