//! What a client says of itself, kept as sent and read by name.

use std::time::Duration;

use serde_json::{Map, Value};

/// The JSON type of a known key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonKind {
    /// A string.
    Text,
    /// A list of strings.
    Texts,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
    /// An object.
    Object,
}

impl JsonKind {
    /// The name of the type as JSON Schema has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Texts => "array",
            Self::Flag => "boolean",
            Self::Number => "integer",
            Self::Object => "object",
        }
    }

    /// Whether a value is of this type; `null` is of every type.
    pub fn fits(self, value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::String(_) => self == Self::Text,
            Value::Array(items) => self == Self::Texts && items.iter().all(Value::is_string),
            Value::Bool(_) => self == Self::Flag,
            Value::Number(number) => self == Self::Number && !number.is_f64(),
            Value::Object(_) => self == Self::Object,
        }
    }
}

/// Addresses by the hundred and some keys. Every login reads those of its client.
const SETTINGS_MAX_BYTES: usize = 128 << 10;

/// A known key has a value of another type, or one that it cannot have.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Expected {expected} on property {key}")]
pub struct ClientSettingsError {
    /// The key, with dots.
    pub key: String,
    /// What it should be.
    pub expected: String,
}

/// How a client authenticates at the token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenEndpointAuth {
    /// It cannot keep a secret.
    None,
    /// By its secret, in the body or by HTTP Basic: clients of both kinds are sent to either.
    Secret,
    /// By an assertion that one of its keys signed (RFC 7523).
    PrivateKeyJwt,
}

/// Whether people log in for an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganizationUsage {
    /// Never.
    Deny,
    /// If they want.
    Allow,
    /// Always.
    Require,
}

/// What becomes of refresh tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshTokenPolicy {
    /// Each exchange gives a new token and ends the old one.
    pub rotates: bool,
    /// How long the old one is still accepted after that.
    pub leeway: Duration,
    /// How long a family of tokens lives; none for ever.
    pub lifetime: Option<Duration>,
    /// How long a token lives without being used; none for ever.
    pub idle_lifetime: Option<Duration>,
}

/// A year of 365.25 days.
const LIFETIME: Duration = Duration::from_hours(8_766);
/// Thirty days.
const IDLE_LIFETIME: Duration = Duration::from_hours(720);
const ID_TOKEN_LIFETIME: Duration = Duration::from_hours(10);

/// Everything that a client says of itself besides id, name, secret and grants. Unknown keys are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientSettings(Map<String, Value>);

impl ClientSettings {
    /// Known keys and their types; all may be `null`, which is the same as nothing.
    pub const KNOWN: [(&str, JsonKind); 44] = [
        ("addons", JsonKind::Object),
        ("allowed_clients", JsonKind::Texts),
        ("allowed_logout_urls", JsonKind::Texts),
        ("allowed_origins", JsonKind::Texts),
        ("app_type", JsonKind::Text),
        ("callbacks", JsonKind::Texts),
        ("client_aliases", JsonKind::Texts),
        ("client_authentication_methods", JsonKind::Object),
        ("client_metadata", JsonKind::Object),
        ("compliance_level", JsonKind::Text),
        ("cross_origin_auth", JsonKind::Flag),
        ("cross_origin_authentication", JsonKind::Flag),
        ("cross_origin_loc", JsonKind::Text),
        ("custom_login_page", JsonKind::Text),
        ("custom_login_page_on", JsonKind::Flag),
        ("custom_login_page_preview", JsonKind::Text),
        ("default_organization", JsonKind::Object),
        ("description", JsonKind::Text),
        ("encryption_key", JsonKind::Object),
        ("form_template", JsonKind::Text),
        ("initiate_login_uri", JsonKind::Text),
        ("is_first_party", JsonKind::Flag),
        ("is_token_endpoint_ip_header_trusted", JsonKind::Flag),
        ("jwt_configuration", JsonKind::Object),
        ("logo_uri", JsonKind::Text),
        ("mobile", JsonKind::Object),
        ("native_social_login", JsonKind::Object),
        ("oidc_backchannel_logout", JsonKind::Object),
        ("oidc_conformant", JsonKind::Flag),
        ("oidc_logout", JsonKind::Object),
        ("organization_discovery_methods", JsonKind::Texts),
        ("organization_require_behavior", JsonKind::Text),
        ("organization_usage", JsonKind::Text),
        ("refresh_token", JsonKind::Object),
        ("require_proof_of_possession", JsonKind::Flag),
        ("require_pushed_authorization_requests", JsonKind::Flag),
        ("session_transfer", JsonKind::Object),
        ("signed_request_object", JsonKind::Object),
        ("sso", JsonKind::Flag),
        ("sso_disabled", JsonKind::Flag),
        ("third_party_security_mode", JsonKind::Text),
        ("token_endpoint_auth_method", JsonKind::Text),
        ("token_exchange", JsonKind::Object),
        ("web_origins", JsonKind::Texts),
    ];

    /// Objects of which a change may give a part.
    pub const MERGED: [&str; 3] = ["client_metadata", "jwt_configuration", "refresh_token"];

    /// Checks what a client says of itself; `null` is taken away.
    ///
    /// # Errors
    /// A known key has a value of another type or one that it cannot have.
    pub fn parse(mut settings: Map<String, Value>) -> Result<Self, ClientSettingsError> {
        settings.retain(|_, value| !value.is_null());
        for (key, kind) in Self::KNOWN {
            if settings.get(key).is_some_and(|value| !kind.fits(value)) {
                return Err(mistaken(key, &format!("type {}", kind.name())));
            }
        }
        check_size(&settings)?;
        let settings = Self(settings);
        settings.check_values()?;
        Ok(settings)
    }

    /// Settings that were checked when they were stored.
    pub const fn from_stored(settings: Map<String, Value>) -> Self {
        Self(settings)
    }

    /// The settings as sent.
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// These settings with others over them: a given key replaces, `null` removes; objects of [`MERGED`](Self::MERGED)
    /// are merged by their keys.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn changed(&self, change: Map<String, Value>) -> Result<Self, ClientSettingsError> {
        let mut wanted = self.0.clone();
        for (key, value) in change {
            match (key.as_str(), value, wanted.get_mut(&key)) {
                (name, Value::Object(given), Some(Value::Object(stored)))
                    if Self::MERGED.contains(&name) =>
                {
                    stored.extend(given);
                    stored.retain(|_, value| !value.is_null());
                }
                (_, value, _) => drop(wanted.insert(key, value)),
            }
        }
        Self::parse(wanted)
    }

    fn check_values(&self) -> Result<(), ClientSettingsError> {
        let one_of = |key: &str, known: &[&str]| match self.text(key) {
            Some(value) if !known.contains(&value) => Err(mistaken(key, &known.join(", "))),
            _ => Ok(()),
        };
        one_of(
            "token_endpoint_auth_method",
            &["none", "client_secret_post", "client_secret_basic"],
        )?;
        one_of("organization_usage", &["deny", "allow", "require"])?;
        one_of("third_party_security_mode", &["strict", "permissive"])?;
        if let Some(refresh) = self.object("refresh_token") {
            for key in ["leeway", "token_lifetime", "idle_token_lifetime"] {
                if refresh
                    .get(key)
                    .is_some_and(|value| !value.is_null() && !value.is_u64())
                {
                    return Err(mistaken(&format!("refresh_token.{key}"), "seconds"));
                }
            }
        }
        if let Some(lifetime) = self
            .object("jwt_configuration")
            .and_then(|jwt| jwt.get("lifetime_in_seconds"))
            && !lifetime.is_null()
            && lifetime.as_u64().is_none_or(|seconds| seconds == 0)
        {
            return Err(mistaken("jwt_configuration.lifetime_in_seconds", "seconds"));
        }
        Ok(())
    }

    /// Where people are sent back to after a login; one may have a label left open.
    pub fn callbacks(&self) -> impl Iterator<Item = &str> {
        self.texts("callbacks")
    }

    /// Origins whose pages may call the Authentication API.
    pub fn allowed_origins(&self) -> impl Iterator<Item = &str> {
        self.texts("allowed_origins")
    }

    /// Origins whose pages may use web messages.
    pub fn web_origins(&self) -> impl Iterator<Item = &str> {
        self.texts("web_origins")
    }

    /// Where people are sent back to after they logged out.
    pub fn allowed_logout_urls(&self) -> impl Iterator<Item = &str> {
        self.texts("allowed_logout_urls")
    }

    /// How the client authenticates.
    pub fn token_endpoint_auth(&self) -> TokenEndpointAuth {
        if self
            .object("client_authentication_methods")
            .is_some_and(|methods| methods.contains_key("private_key_jwt"))
        {
            TokenEndpointAuth::PrivateKeyJwt
        } else if self.text("token_endpoint_auth_method") == Some("none") {
            TokenEndpointAuth::None
        } else {
            TokenEndpointAuth::Secret
        }
    }

    /// Ids of the credentials that count for `private_key_jwt`.
    pub fn assertion_credentials(&self) -> impl Iterator<Item = &str> {
        self.object("client_authentication_methods")
            .and_then(|methods| {
                methods
                    .get("private_key_jwt")?
                    .get("credentials")?
                    .as_array()
            })
            .into_iter()
            .flatten()
            .filter_map(|credential| credential.get("id")?.as_str())
    }

    /// Whether `auth0-forwarded-for` of this client is believed.
    pub fn trusts_forwarded_for(&self) -> bool {
        self.flag("is_token_endpoint_ip_header_trusted")
            .unwrap_or(false)
    }

    /// Whether the tenant itself runs the client, so that people are not asked for consent.
    pub fn is_first_party(&self) -> bool {
        self.flag("is_first_party").unwrap_or(true)
    }

    /// Whether others run it and it says `strict`: people reach an API through it by a grant alone, even one that lets every client, and log in for
    /// organizations that say so.
    pub fn is_strict_third_party(&self) -> bool {
        !self.is_first_party() && self.text("third_party_security_mode") == Some("strict")
    }

    /// Whether the client keeps to OpenID Connect alone.
    pub fn is_oidc_conformant(&self) -> bool {
        self.flag("oidc_conformant").unwrap_or(false)
    }

    /// Whether pages of other origins may log people in; it has two names.
    pub fn cross_origin_authentication(&self) -> bool {
        self.flag("cross_origin_authentication")
            .or_else(|| self.flag("cross_origin_auth"))
            .unwrap_or(false)
    }

    /// Whether people log in for an organization.
    pub fn organization_usage(&self) -> OrganizationUsage {
        match self.text("organization_usage") {
            Some("allow") => OrganizationUsage::Allow,
            Some("require") => OrganizationUsage::Require,
            _ => OrganizationUsage::Deny,
        }
    }

    /// Whether people are asked for the organization that they need and the application does not name
    /// (`organization_require_behavior`).
    pub fn prompts_for_organization(&self) -> bool {
        self.organization_usage() == OrganizationUsage::Require
            && self.text("organization_require_behavior") == Some("pre_login_prompt")
    }

    /// How long ID tokens live.
    pub fn id_token_lifetime(&self) -> Duration {
        self.object("jwt_configuration")
            .and_then(|jwt| jwt.get("lifetime_in_seconds")?.as_u64())
            .map_or(ID_TOKEN_LIFETIME, Duration::from_secs)
    }

    /// What becomes of refresh tokens. Public clients' are to rotate; others' only where the client says so.
    pub fn refresh_tokens(&self) -> RefreshTokenPolicy {
        let none = Map::new();
        let given = self.object("refresh_token").unwrap_or(&none);
        let text = |key: &str| given.get(key).and_then(Value::as_str);
        let flag = |key: &str| given.get(key).and_then(Value::as_bool);
        let seconds = |key: &str, usual| {
            let given = given.get(key).and_then(Value::as_u64);
            given.map_or(usual, Duration::from_secs)
        };
        let rotates = text("rotation_type") == Some("rotating");
        let expires = text("expiration_type").map_or(rotates, |one| one == "expiring");
        let lifetime = |infinite: &str, key: &str, usual| {
            let ends = expires && !flag(infinite).unwrap_or(false);
            ends.then(|| seconds(key, usual))
        };
        RefreshTokenPolicy {
            rotates,
            leeway: seconds("leeway", Duration::ZERO),
            lifetime: lifetime("infinite_token_lifetime", "token_lifetime", LIFETIME),
            idle_lifetime: lifetime(
                "infinite_idle_token_lifetime",
                "idle_token_lifetime",
                IDLE_LIFETIME,
            ),
        }
    }

    /// Scopes of an API for which the client's refresh tokens give access tokens besides what the login was for
    /// (`refresh_token.policies`, `[{"audience": "https://api.example/", "scope": ["read:it"]}]`); nothing where no policy names the API.
    pub fn refresh_policy(&self, audience: &str) -> Option<Vec<&str>> {
        let policies = self.object("refresh_token")?.get("policies")?.as_array()?;
        let names = |policy: &&Value| policy.get("audience").is_some_and(|name| name == audience);
        let scopes = policies.iter().find(names)?.get("scope");
        let scopes = scopes.and_then(Value::as_array).into_iter().flatten();
        Some(scopes.filter_map(Value::as_str).collect())
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.as_str()
    }

    fn flag(&self, key: &str) -> Option<bool> {
        self.0.get(key)?.as_bool()
    }

    fn object(&self, key: &str) -> Option<&Map<String, Value>> {
        self.0.get(key)?.as_object()
    }

    fn texts(&self, key: &str) -> impl Iterator<Item = &str> {
        let items = self.0.get(key).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(Value::as_str)
    }
}

/// The error names the largest.
fn check_size(settings: &Map<String, Value>) -> Result<(), ClientSettingsError> {
    let sizes: Vec<(&str, usize)> = settings
        .iter()
        .map(|(key, value)| (key.as_str(), key.len() + value.to_string().len()))
        .collect();
    let bytes: usize = sizes.iter().map(|(_, bytes)| bytes).sum();
    let largest = sizes.into_iter().max_by_key(|(_, bytes)| *bytes);
    match largest {
        Some((key, _)) if bytes > SETTINGS_MAX_BYTES => Err(mistaken(
            key,
            &format!("at most {SETTINGS_MAX_BYTES} bytes together with all others, got {bytes},"),
        )),
        _ => Ok(()),
    }
}

fn mistaken(key: &str, expected: &str) -> ClientSettingsError {
    ClientSettingsError {
        key: key.to_owned(),
        expected: expected.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(settings: Value) -> Result<ClientSettings, ClientSettingsError> {
        let Value::Object(map) = settings else {
            panic!("no object");
        };
        ClientSettings::parse(map)
    }

    #[test]
    fn settings_have_a_size() {
        let fits = json!({"name": "x", "addons": {"a": "x".repeat(100 << 10)}});
        let settings = parsed(fits).unwrap();
        let more = json!({"logo_uri": "x".repeat(20 << 10)});
        let settings = settings.changed(more.as_object().unwrap().clone()).unwrap();
        let more = json!({"description": "x".repeat(10 << 10)});
        let error = settings.changed(more.as_object().unwrap().clone());
        let error = error.unwrap_err();
        assert_eq!(error.key, "addons");
        assert!(
            error.expected.starts_with("at most 131072 bytes"),
            "{error}"
        );
    }

    #[test]
    fn policies_are_of_one_api_each() {
        let settings = parsed(json!({"refresh_token": {"policies": [
            {"audience": "https://one/", "scope": ["a", 1, "b"]}, {"audience": "https://two/"}, "x",
        ]}}));
        let settings = settings.unwrap();
        let scopes = settings.refresh_policy("https://one/");
        assert_eq!(scopes, Some(vec!["a", "b"]));
        assert_eq!(settings.refresh_policy("https://two/"), Some(vec![]));
        assert_eq!(settings.refresh_policy("https://three/"), None);
        assert_eq!(ClientSettings::default().refresh_policy(""), None);
    }

    #[test]
    fn nothing_said_is_the_safe_choice() {
        let settings = ClientSettings::default();
        assert_eq!(settings.token_endpoint_auth(), TokenEndpointAuth::Secret);
        assert_eq!(settings.organization_usage(), OrganizationUsage::Deny);
        assert_eq!(settings.id_token_lifetime(), Duration::from_hours(10));
        assert_eq!(settings.callbacks().count(), 0);
        assert!(settings.is_first_party() && !settings.cross_origin_authentication());
        assert!(!settings.is_strict_third_party() && !settings.prompts_for_organization());
        assert!(!settings.trusts_forwarded_for() && !settings.is_oidc_conformant());
        assert!(!settings.refresh_tokens().rotates);
    }

    #[test]
    fn what_is_said_is_read() {
        let settings = parsed(json!({
            "callbacks": ["https://a.example/cb", "https://*.b.example/cb"], "unknown": {"kept": 1},
            "description": null, "cross_origin_auth": true, "organization_usage": "require",
            "client_authentication_methods": {"private_key_jwt": {"credentials": [{"id": "cred_1"}]}},
            "jwt_configuration": {"lifetime_in_seconds": 60, "alg": "RS256"},
            "refresh_token": {
                "rotation_type": "rotating", "expiration_type": "expiring", "leeway": 3,
                "token_lifetime": 100, "infinite_idle_token_lifetime": true,
            },
        }))
        .unwrap();
        assert_eq!(settings.callbacks().count(), 2);
        assert_eq!(settings.as_map().get("description"), None);
        assert_eq!(settings.as_map()["unknown"], json!({"kept": 1}));
        assert!(settings.cross_origin_authentication());
        assert_eq!(settings.organization_usage(), OrganizationUsage::Require);
        let auth = settings.token_endpoint_auth();
        assert_eq!(auth, TokenEndpointAuth::PrivateKeyJwt);
        let credentials: Vec<_> = settings.assertion_credentials().collect();
        assert_eq!(credentials, ["cred_1"]);
        assert_eq!(settings.id_token_lifetime(), Duration::from_mins(1));
        let expected = RefreshTokenPolicy {
            rotates: true,
            leeway: Duration::from_secs(3),
            lifetime: Some(Duration::from_secs(100)),
            idle_lifetime: None,
        };
        assert_eq!(settings.refresh_tokens(), expected);
    }

    #[test]
    fn known_keys_have_types() {
        for (settings, text) in [
            (
                json!({"callbacks": "https://a.example"}),
                "Expected type array on property callbacks",
            ),
            (
                json!({"callbacks": [1]}),
                "Expected type array on property callbacks",
            ),
            (
                json!({"token_endpoint_auth_method": "maybe"}),
                "Expected none, client_secret_post, client_secret_basic on property token_endpoint_auth_method",
            ),
            (
                json!({"refresh_token": {"leeway": -1}}),
                "Expected seconds on property refresh_token.leeway",
            ),
            (
                json!({"jwt_configuration": {"lifetime_in_seconds": 0}}),
                "Expected seconds on property jwt_configuration.lifetime_in_seconds",
            ),
        ] {
            assert_eq!(parsed(settings).unwrap_err().to_string(), text);
        }
    }

    #[test]
    fn only_clients_that_others_run_are_strict() {
        let is_strict = |settings| parsed(settings).unwrap().is_strict_third_party();
        assert!(is_strict(
            json!({"is_first_party": false, "third_party_security_mode": "strict"})
        ));
        for settings in [
            json!({"is_first_party": true, "third_party_security_mode": "strict"}),
            json!({"is_first_party": false, "third_party_security_mode": "permissive"}),
            json!({"is_first_party": false}),
        ] {
            assert!(!is_strict(settings.clone()), "{settings}");
        }
    }

    #[test]
    fn parts_of_objects_leave_the_rest() {
        let settings = parsed(json!({
            "jwt_configuration": {"alg": "RS256", "secret_encoded": true, "lifetime_in_seconds": 60},
            "refresh_token": {"rotation_type": "rotating", "leeway": 3}, "mobile": {"ios": {}},
        }))
        .unwrap();
        let change = json!({
            "jwt_configuration": {"lifetime_in_seconds": 200, "secret_encoded": null},
            "refresh_token": {"leeway": 5}, "mobile": {"android": {}},
        });
        let changed = settings
            .changed(change.as_object().unwrap().clone())
            .unwrap();
        let expected = json!({
            "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 200},
            "refresh_token": {"rotation_type": "rotating", "leeway": 5}, "mobile": {"android": {}},
        });
        assert_eq!(changed.as_map(), expected.as_object().unwrap());
    }

    #[test]
    fn changes_replace_and_metadata_is_merged() {
        let settings = parsed(
            json!({"logo_uri": "l", "client_metadata": {"a": "1", "b": "2"}, "callbacks": ["x"]}),
        )
        .unwrap();
        let change =
            json!({"logo_uri": null, "client_metadata": {"a": null, "c": "3"}, "callbacks": []});
        let changed = settings
            .changed(change.as_object().unwrap().clone())
            .unwrap();
        let expected = json!({"client_metadata": {"b": "2", "c": "3"}, "callbacks": []});
        assert_eq!(changed.as_map(), expected.as_object().unwrap());
    }
}
