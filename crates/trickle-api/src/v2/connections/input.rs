//! What a body may say of a connection.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use trickle_engine::check_own_options;
use trickle_model::{ClientId, Connection, ConnectionOptions, OptionsError, REALMS, Secret};
use trickle_store::{ConfigurationInput, Store};

use crate::v2::{
    Error,
    body::{Fields, wrong_type},
    kept::secrets,
};

/// Root fields that are kept as sent, with their JSON types.
pub(super) const KEPT: [(&str, &str); 10] = [
    ("display_name", "string"),
    (REALMS, "array"),
    ("is_domain_connection", "boolean"),
    ("show_as_button", "boolean"),
    ("metadata", "object"),
    ("authentication", "object"),
    ("connected_accounts", "object"),
    ("cross_app_access", "object"),
    ("cross_app_access_requesting_app", "object"),
    ("cross_app_access_resource_app", "object"),
];

/// What Auth0 shows of connections beside them, for whoever sets up the other side there.
const OF_AUTH0: [&str; 2] = ["provisioning_ticket", "provisioning_ticket_url"];

/// As many as there are domains of a large customer's mail, and as long as a domain can be (RFC 1035 §2.3.4).
pub(super) const REALMS_MOST: usize = 100;
pub(super) const REALM_MAX_CHARS: usize = 255;

/// What is kept beside the options; every login reads it.
const ATTRIBUTES_MAX_BYTES: usize = 32 << 10;

/// A dozen keys and certificates. All that a run logs is looked through for them, in many spellings.
const CONFIGURATION_MAX_BYTES: usize = 64 << 10;
const CONFIGURATION_MAX_KEYS: usize = 256;

/// Options beside scripts and configuration: every login reads them.
const OPTIONS_MAX_BYTES: usize = 256 << 10;

/// What `password_options` takes the place of.
const OLDER_PASSWORD_RULES: [&str; 5] = [
    "passwordPolicy",
    "password_complexity_options",
    "password_history",
    "password_no_personal_info",
    "password_dictionary",
];

/// Options with their configuration as sent.
pub(super) struct OptionsInput {
    pub(super) options: ConnectionOptions,
    configuration: BTreeMap<String, Secret>,
}

/// Takes the fields that are kept as sent; `null` is kept too, to unset them.
pub(super) fn attributes(fields: &mut Fields) -> Result<Map<String, Value>, Error> {
    let mut attributes = Map::new();
    for name in OF_AUTH0 {
        drop(fields.take_nullable(name));
    }
    for (name, expected) in KEPT {
        let Some(value) = fields.take_nullable(name) else {
            continue;
        };
        let fits = match &value {
            Value::Null => true,
            Value::String(_) => expected == "string",
            Value::Array(_) => expected == "array",
            Value::Bool(_) => expected == "boolean",
            Value::Object(_) => expected == "object",
            Value::Number(_) => false,
        };
        if !fits {
            return Err(wrong_type(name, expected, &value));
        }
        attributes.insert(name.to_owned(), value);
    }
    if let Some(Value::Array(realms)) = attributes.get(REALMS) {
        check_realms(realms)?;
        // It has its name then, as one that lists none.
        if realms.is_empty() {
            attributes.insert(REALMS.to_owned(), Value::Null);
        }
    }
    Ok(attributes)
}

/// Whether what a connection keeps beside its options has not grown too large.
pub(super) fn check_attributes(
    before: &Map<String, Value>,
    given: &Map<String, Value>,
) -> Result<(), Error> {
    let stay = before.iter().filter(|(name, _)| !given.contains_key(*name));
    let bytes: usize = stay
        .chain(given)
        .map(|(name, value)| name.len() + value.to_string().len())
        .sum();
    if bytes > ATTRIBUTES_MAX_BYTES && !given.is_empty() {
        let names: Vec<&str> = given.keys().map(String::as_str).collect();
        return Err(Error::Body(format!(
            "Expected at most {ATTRIBUTES_MAX_BYTES} bytes beside options on property {}, got {bytes}",
            names.join(", ")
        )));
    }
    Ok(())
}

fn check_realms(realms: &[Value]) -> Result<(), Error> {
    if realms.len() > REALMS_MOST {
        return Err(Error::Body(format!(
            "Expected at most {REALMS_MOST} items on property {REALMS}"
        )));
    }
    for (at, realm) in realms.iter().enumerate() {
        let place = format!("{REALMS}[{at}]");
        let Some(text) = realm.as_str() else {
            return Err(wrong_type(&place, "string", realm));
        };
        if !(1..=REALM_MAX_CHARS).contains(&text.chars().count()) {
            return Err(Error::Body(format!(
                "Expected 1 to {REALM_MAX_CHARS} characters on property {place}"
            )));
        }
    }
    Ok(())
}

/// Takes the clients that may log in.
pub(super) fn enabled_clients(fields: &mut Fields) -> Result<Option<Vec<ClientId>>, Error> {
    let ids = fields.texts("enabled_clients")?;
    Ok(ids.map(|ids| ids.into_iter().map(ClientId::from_text).collect()))
}

impl OptionsInput {
    /// Takes `options`, in which `bareConfiguration` is another name for clear `configuration`.
    pub(super) fn take(fields: &mut Fields) -> Result<Option<Self>, Error> {
        let Some(mut options) = fields.object("options")? else {
            return Ok(None);
        };
        let mut bare = Map::new();
        for name in ["bareConfiguration", "bare_configuration"] {
            match options.remove(name) {
                None | Some(Value::Null) => {}
                Some(Value::Object(values)) => bare.extend(values),
                Some(other) => {
                    return Err(wrong_type(&format!("options.{name}"), "object", &other));
                }
            }
        }
        if !bare.is_empty() {
            match options.entry("configuration").or_insert(Value::Null) {
                Value::Object(values) => values.extend(bare),
                empty @ Value::Null => *empty = Value::Object(bare),
                other => return Err(wrong_type("options.configuration", "object", other)),
            }
        }
        // Nothing calls the gateway.
        if let Some(Value::Object(gateway)) = options.get_mut("gateway_authentication") {
            secrets::forget(gateway);
        }
        let (options, configuration) = ConnectionOptions::parse(options)
            .map_err(|error: OptionsError| Error::Body(error.to_string()))?;
        check_configuration(&configuration)?;
        check_size(&options)?;
        check_own_options(&options).map_err(Error::Body)?;
        check_password_rules(&options)?;
        Ok(Some(Self {
            options,
            configuration,
        }))
    }

    /// For a new connection: everything in clear.
    pub(super) fn into_new(self) -> Result<(ConnectionOptions, BTreeMap<String, Secret>), Error> {
        match self
            .configuration
            .iter()
            .find(|(_, value)| Store::is_sealed(value.expose()))
        {
            Some((key, _)) => Err(foreign(key)),
            None => Ok((self.options, self.configuration)),
        }
    }

    /// For a connection that is there: its own ciphertext means that the value stays.
    pub(super) fn into_change(
        self,
        current: &Connection,
    ) -> Result<(ConnectionOptions, BTreeMap<String, ConfigurationInput>), Error> {
        let mut configuration = BTreeMap::new();
        for (key, value) in self.configuration {
            let own = current.configuration.get(&key);
            // The same value would be another ciphertext, and so a change.
            let input = if own.is_some_and(|own| own.clear == value) {
                ConfigurationInput::Keep
            } else if Store::is_sealed(value.expose()) {
                if own.is_none_or(|own| own.sealed != value.expose()) {
                    return Err(foreign(&key));
                }
                ConfigurationInput::Keep
            } else {
                ConfigurationInput::Clear(value)
            };
            configuration.insert(key, input);
        }
        Ok((self.options, configuration))
    }
}

fn check_configuration(configuration: &BTreeMap<String, Secret>) -> Result<(), Error> {
    let keys = configuration.len();
    if keys > CONFIGURATION_MAX_KEYS {
        return Err(Error::Body(format!(
            "Expected at most {CONFIGURATION_MAX_KEYS} keys on property options.configuration, got {keys}"
        )));
    }
    let bytes: usize = configuration
        .iter()
        .map(|(key, value)| key.len() + clear_bytes(value))
        .sum();
    if bytes > CONFIGURATION_MAX_BYTES {
        return Err(Error::Body(format!(
            "Expected at most {CONFIGURATION_MAX_BYTES} bytes of keys and values on property options.configuration, got {bytes}"
        )));
    }
    Ok(())
}

fn check_size(options: &ConnectionOptions) -> Result<(), Error> {
    let beside = options
        .as_map()
        .iter()
        .filter(|(key, _)| *key != "customScripts");
    let bytes: usize = beside
        .map(|(key, value)| key.len() + value.to_string().len())
        .sum();
    if bytes > OPTIONS_MAX_BYTES {
        return Err(Error::Body(format!(
            "Expected at most {OPTIONS_MAX_BYTES} bytes beside customScripts and configuration on property options, got {bytes}"
        )));
    }
    Ok(())
}

/// Auth0 refuses both, since one of them would be without effect.
fn check_password_rules(options: &ConnectionOptions) -> Result<(), Error> {
    let is_there = |name: &str| {
        let value = options.as_map().get(name);
        value.is_some_and(|value| !value.is_null())
    };
    let older = OLDER_PASSWORD_RULES.iter().filter(|name| is_there(name));
    let older: Vec<String> = older.map(|name| format!("options.{name}")).collect();
    if older.is_empty() || !is_there("password_options") {
        return Ok(());
    }
    Err(Error::Body(format!(
        "options.password_options takes the place of {}; send the one or the other",
        older.join(", ")
    )))
}

/// About how long the value is, in clear or as ciphertext in base64.
fn clear_bytes(value: &Secret) -> usize {
    let text = value.expose();
    if Store::is_sealed(text) {
        text.len() / 4 * 3
    } else {
        text.len()
    }
}

fn foreign(key: &str) -> Error {
    Error::Body(format!(
        "options.configuration.{key} is ciphertext that is not this value's; send the value in clear"
    ))
}
