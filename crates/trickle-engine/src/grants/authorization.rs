//! What tokens are for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::EngineError;

/// What tokens are for; kept with codes and refresh tokens.
///
/// `{"scopes":["openid"],"audience":"https://api.example/","organization":{"id":"org_1","name":"acme"},"authenticated_at":1700000000000}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// Scopes that were granted.
    pub scopes: Vec<String>,
    /// The API besides `/userinfo`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// For which organization the person logged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationClaim>,
    /// When the person proved who they are, in milliseconds since 1970.
    pub authenticated_at: i64,
    /// Whether a second factor was asked for.
    #[serde(default)]
    pub with_second_factor: bool,
    /// Id of the session of the browser in which the person logged in, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

/// What tokens say of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationClaim {
    /// `org_id`.
    pub id: String,
    /// `org_name`.
    pub name: String,
}

impl Authorization {
    /// Whether a scope was granted.
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|one| one == scope)
    }

    /// `auth_time` of ID tokens.
    pub fn auth_time(&self) -> i64 {
        self.authenticated_at.div_euclid(1_000)
    }

    /// Notes when the person proved who they are.
    pub fn set_time(&mut self, at: Timestamp) {
        self.authenticated_at = at.as_millisecond();
    }
}

/// For a column of JSON.
pub(crate) fn to_map(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => unreachable!("structs with text keys are objects"),
    }
}

/// From a column of JSON.
pub(crate) fn from_map<T: DeserializeOwned>(map: Map<String, Value>) -> Result<T, EngineError> {
    serde_json::from_value(Value::Object(map))
        .map_err(|_| EngineError::Settings("a token's details make no sense".to_owned()))
}
