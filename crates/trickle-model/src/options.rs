//! `options` of a connection, kept as sent and read by name.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{Action, AskedLimits, EmailRule, ImportMode, NodeVersion, Rehearsal, Secret};

/// Largest script: 100 KiB, the limit that existing scripts were written for.
pub const SCRIPT_MAX_BYTES: usize = 100 << 10;

/// Rules of one connection; each of its connects looks through them.
const EGRESS_RULES: usize = 256;

/// A host name has 253 at most (RFC 1035 §3.1), a port 6 with its colon.
const EGRESS_RULE_BYTES: usize = 300;

const EGRESS_EXPECTED: &str = "a list of at most 256 strings of at most 300 bytes";

const LIMITS_EXPECTED: &str = "an object of wall_ms, grace_ms, cpu_ms, heap_bytes (32 MiB or more) and buffer_bytes, \
    all above 0";

/// Options of a connection without `configuration`. Unknown keys are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionOptions(Map<String, Value>);

/// Why options cannot be taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// A known key with a value of another type.
    #[error("options.{key} must be {expected}")]
    Type {
        /// The key, with dots.
        key: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A script that is too long.
    #[error("options.{key} has {bytes} bytes and may have 102400; move data out of the script")]
    ScriptTooLarge {
        /// The script.
        key: String,
        /// Its size.
        bytes: usize,
    },
}

impl ConnectionOptions {
    /// Checks options and parts them from `configuration`.
    ///
    /// # Errors
    /// A known key has a value of another type, or a script is too long.
    pub fn parse(
        mut options: Map<String, Value>,
    ) -> Result<(Self, BTreeMap<String, Secret>), OptionsError> {
        for key in [
            "enabledDatabaseCustomization",
            "import_mode",
            "disable_signup",
            "requires_username",
        ] {
            if options
                .get(key)
                .is_some_and(|value| !value.is_boolean() && !value.is_null())
            {
                return Err(OptionsError::Type {
                    key: key.into(),
                    expected: "true or false",
                });
            }
        }
        // It says nothing, and tools that read it back expect an object.
        if options.get("attributes").is_some_and(Value::is_null) {
            options.remove("attributes");
        }
        node_version(options.get("node_version"))?;
        asked_limits(&options).ok_or_else(|| OptionsError::Type {
            key: "limits".into(),
            expected: LIMITS_EXPECTED,
        })?;
        let configuration = text_map("configuration", options.remove("configuration"))?
            .into_iter()
            .map(|(key, text)| (key, Secret::new(text)))
            .collect();
        if let Some(Value::Object(scripts)) = options.get_mut("customScripts") {
            scripts.retain(|_, script| !script.is_null());
        }
        let custom = text_map("customScripts", options.get("customScripts").cloned())?;
        let custom = custom
            .into_iter()
            .map(|(key, text)| (format!("customScripts.{key}"), text));
        for (key, script) in custom.chain(own_scripts(&options)?) {
            if script.len() > SCRIPT_MAX_BYTES {
                return Err(OptionsError::ScriptTooLarge {
                    key,
                    bytes: script.len(),
                });
            }
        }
        let options = Self(options);
        options.egress_list()?;
        Rehearsal::parse(options.own("rehearsal"))
            .map_err(|(key, expected)| OptionsError::Type { key, expected })?;
        Ok((options, configuration))
    }

    /// Options that were checked when they were stored.
    pub const fn from_stored(options: Map<String, Value>) -> Self {
        Self(options)
    }

    /// The options as sent.
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// What the connection asks for of [`Limits`](crate::Limits); nothing where it asks for what cannot be.
    pub fn limits(&self) -> AskedLimits {
        asked_limits(&self.0).unwrap_or_default()
    }

    /// Who answers for the passwords.
    pub fn import_mode(&self) -> ImportMode {
        match (
            self.flag("enabledDatabaseCustomization"),
            self.flag("import_mode"),
        ) {
            (false, _) => ImportMode::Native,
            (true, true) => ImportMode::On,
            (true, false) => ImportMode::Off,
        }
    }

    /// `egress.only`: the rules to which the tenant narrows what its scripts reach.
    pub fn egress_only(&self) -> Option<Vec<String>> {
        // Checked when it was stored; what was stored otherwise narrows everything.
        self.egress_list().unwrap_or_else(|_| Some(Vec::new()))
    }

    fn egress_list(&self) -> Result<Option<Vec<String>>, OptionsError> {
        let mistaken = |key: &str, expected| OptionsError::Type {
            key: key.into(),
            expected,
        };
        let only = match self.0.get("egress") {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Object(egress)) => egress.get("only"),
            Some(_) => return Err(mistaken("egress", "an object")),
        };
        let wrong = || mistaken("egress.only", EGRESS_EXPECTED);
        match only {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(rules)) if rules.len() <= EGRESS_RULES => rules
                .iter()
                .map(|rule| rule.as_str().filter(|rule| rule.len() <= EGRESS_RULE_BYTES))
                .map(|rule| rule.map(str::to_owned))
                .collect::<Option<Vec<_>>>()
                .map(Some)
                .ok_or_else(wrong),
            Some(_) => Err(wrong()),
        }
    }

    /// The scripts by action; keys that are no action are left out.
    pub fn scripts(&self) -> BTreeMap<Action, String> {
        Action::ALL
            .into_iter()
            .filter_map(|action| {
                let text = Self::script_in(&self.0, action)?;
                (!text.trim().is_empty()).then(|| (action, text.to_owned()))
            })
            .collect()
    }

    /// The text of a script in options as they are sent.
    pub fn script_in(options: &Map<String, Value>, action: Action) -> Option<&str> {
        let scripts = if action.is_custom() {
            options.get("customScripts")
        } else {
            options.get("trickle")?.get("scripts")
        };
        scripts?.get(action.key())?.as_str()
    }

    /// Puts the text of a script to its place in options as they are sent.
    pub fn put_script(options: &mut Map<String, Value>, action: Action, text: &str) {
        let scripts = if action.is_custom() {
            object_in(options, "customScripts")
        } else {
            object_in(object_in(options, "trickle"), "scripts")
        };
        scripts.insert(action.key().to_owned(), text.into());
    }

    /// Whether profiles need an e-mail address.
    pub fn email_rule(&self) -> EmailRule {
        if self.flag("requires_username") {
            return EmailRule::Optional;
        }
        match self.0.get("attributes") {
            Some(Value::Object(attributes)) if !attributes.is_empty() => EmailRule::Optional,
            _ => EmailRule::Required,
        }
    }

    /// Whether people may sign up with a password.
    pub fn takes_sign_ups(&self) -> bool {
        let behavior = self.password_method("signup_behavior");
        !self.flag("disable_signup")
            && self.takes_passwords()
            && behavior.is_none_or(|behavior| behavior != "block")
    }

    /// Whether people have passwords.
    pub fn takes_passwords(&self) -> bool {
        self.password_method("enabled") != Some(&Value::Bool(false))
    }

    /// Whether users may be added without a password.
    pub fn password_is_optional(&self) -> bool {
        let behavior = self.password_method("api_behavior");
        !self.takes_passwords() || behavior.is_some_and(|behavior| behavior == "optional")
    }

    fn password_method(&self, key: &str) -> Option<&Value> {
        self.0
            .get("authentication_methods")?
            .get("password")?
            .get(key)
    }

    /// What `attributes` says of `email`, `phone_number` or `username`.
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        self.0.get("attributes")?.get(name)
    }

    /// Which Node.js the scripts are told they run on; an option of Trickle's own.
    pub fn node_version(&self) -> NodeVersion {
        node_version(self.0.get("node_version")).unwrap_or_default()
    }

    /// A setting that other products do not know, under `options.trickle`.
    pub fn own(&self, key: &str) -> Option<&Value> {
        self.0.get("trickle")?.get(key)
    }

    /// What the connection rehearses.
    pub fn rehearsal(&self) -> Rehearsal {
        // Checked when it was stored.
        Rehearsal::parse(self.own("rehearsal")).unwrap_or_default()
    }

    /// A flag under `options.trickle` that is off unless it is `true`.
    pub fn own_flag(&self, key: &str) -> bool {
        self.own(key).and_then(Value::as_bool) == Some(true)
    }

    /// A flag that is off unless it is `true`.
    pub fn flag(&self, key: &str) -> bool {
        self.0.get(key).and_then(Value::as_bool) == Some(true)
    }
}

/// `"20"`, `20`, or nothing.
fn node_version(value: Option<&Value>) -> Result<NodeVersion, OptionsError> {
    let text = match value {
        None | Some(Value::Null) => return Ok(NodeVersion::default()),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    text.parse().map_err(|_| OptionsError::Type {
        key: "node_version".into(),
        expected: "\"18\", \"20\" or \"22\"",
    })
}

/// `options.limits`; `None` where it is not what it should be.
fn asked_limits(options: &Map<String, Value>) -> Option<AskedLimits> {
    match options.get("limits") {
        None | Some(Value::Null) => Some(AskedLimits::default()),
        Some(limits) => serde_json::from_value(limits.clone())
            .ok()
            .filter(AskedLimits::are_possible),
    }
}

/// The object under this key; whatever else stood there is gone.
fn object_in<'a>(map: &'a mut Map<String, Value>, key: &str) -> &'a mut Map<String, Value> {
    let value = map.entry(key).or_insert(Value::Null);
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    match value {
        Value::Object(object) => object,
        _ => unreachable!("made an object just now"),
    }
}

/// `options.trickle.scripts` by place.
fn own_scripts(options: &Map<String, Value>) -> Result<BTreeMap<String, String>, OptionsError> {
    let scripts = options.get("trickle").and_then(|own| own.get("scripts"));
    let scripts = text_map("trickle.scripts", scripts.cloned())?;
    let mut placed = BTreeMap::new();
    for (key, text) in scripts {
        match key.parse::<Action>() {
            Ok(action) if !action.is_custom() && action.key() == key => {
                placed.insert(action.place(), text)
            }
            _ => {
                return Err(OptionsError::Type {
                    key: "trickle.scripts".into(),
                    expected: "an object of count",
                });
            }
        };
    }
    Ok(placed)
}

fn text_map(key: &str, value: Option<Value>) -> Result<BTreeMap<String, String>, OptionsError> {
    let entries = match value {
        None | Some(Value::Null) => return Ok(BTreeMap::new()),
        Some(Value::Object(entries)) => entries,
        Some(_) => {
            return Err(OptionsError::Type {
                key: key.into(),
                expected: "an object",
            });
        }
    };
    entries
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => Ok((name, text)),
            _ => Err(OptionsError::Type {
                key: format!("{key}.{name}"),
                expected: "a string",
            }),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(value: Value) -> Result<(ConnectionOptions, BTreeMap<String, Secret>), OptionsError> {
        let Value::Object(map) = value else {
            panic!("an object")
        };
        ConnectionOptions::parse(map)
    }

    #[test]
    fn configuration_is_parted_and_unknown_keys_stay() {
        let (options, configuration) =
            parse(json!({"configuration": {"A": "1"}, "strategy_version": 2})).unwrap();
        assert_eq!(configuration["A"].expose(), "1");
        assert_eq!(
            Value::Object(options.as_map().clone()),
            json!({"strategy_version": 2})
        );
    }

    #[test]
    fn the_node_version_is_text_or_a_number() {
        for (sent, expected) in [
            (json!({}), NodeVersion::V22),
            (json!({"node_version": null}), NodeVersion::V22),
            (json!({"node_version": "18"}), NodeVersion::V18),
            (json!({"node_version": 20}), NodeVersion::V20),
        ] {
            assert_eq!(parse(sent).unwrap().0.node_version(), expected);
        }
        for sent in [json!("16"), json!("v20"), json!(20.5), json!({})] {
            let error = parse(json!({"node_version": sent})).unwrap_err();
            assert_eq!(
                error.to_string(),
                "options.node_version must be \"18\", \"20\" or \"22\""
            );
        }
    }

    #[test]
    fn sign_ups_are_stopped_in_three_ways() {
        let options = |value| parse(value).unwrap().0;
        let password = |value: Value| json!({"authentication_methods": {"password": value}});
        for (sent, takes, optional) in [
            (json!({}), true, false),
            (json!({"disable_signup": true}), false, false),
            (password(json!({"enabled": false})), false, true),
            (password(json!({"enabled": true})), true, false),
            (
                password(json!({"signup_behavior": "block", "api_behavior": "optional"})),
                false,
                true,
            ),
            (password(json!({"signup_behavior": "allow"})), true, false),
        ] {
            let options = options(sent.clone());
            let found = (options.takes_sign_ups(), options.password_is_optional());
            assert_eq!(found, (takes, optional), "{sent}");
        }
    }

    #[test]
    fn egress_is_narrowed_by_a_list() {
        let only = |value| parse(value).map(|(options, _)| options.egress_only());
        let rules = json!({"egress": {"only": ["db.example:5432"]}});
        assert_eq!(only(rules), Ok(Some(vec!["db.example:5432".to_owned()])));
        assert_eq!(only(json!({"egress": null})), Ok(None));
        let message = only(json!({"egress": {"only": [5432]}})).unwrap_err();
        assert_eq!(
            message.to_string(),
            "options.egress.only must be a list of at most 256 strings of at most 300 bytes"
        );
        let stored = json!({"egress": 1}).as_object().cloned().unwrap();
        let stored = ConnectionOptions::from_stored(stored);
        assert_eq!(stored.egress_only(), Some(Vec::new()));
    }

    #[test]
    fn a_script_that_is_null_is_none() {
        let scripts = json!({"customScripts": {"login": "l", "delete": null}});
        let (options, _) = parse(scripts).unwrap();
        let kept = json!({"customScripts": {"login": "l"}});
        assert_eq!(Value::Object(options.as_map().clone()), kept);
    }

    #[test]
    fn defects_are_named() {
        assert_eq!(
            parse(json!({"configuration": {"PORT": 5432}}))
                .unwrap_err()
                .to_string(),
            "options.configuration.PORT must be a string"
        );
        let error = parse(json!({"customScripts": {"login": "x".repeat(SCRIPT_MAX_BYTES + 1)}}))
            .unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("options.customScripts.login has 102401 bytes")
        );
        for (scripts, message) in [
            (
                json!({"login": "x"}),
                "options.trickle.scripts must be an object of count",
            ),
            (
                json!({"count": 1}),
                "options.trickle.scripts.count must be a string",
            ),
            (json!("x"), "options.trickle.scripts must be an object"),
        ] {
            let error = parse(json!({"trickle": {"scripts": scripts}})).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        let long = json!({"count": "x".repeat(SCRIPT_MAX_BYTES + 1)});
        let error = parse(json!({"trickle": {"scripts": long}})).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("options.trickle.scripts.count has 102401 bytes")
        );
    }

    #[test]
    fn each_script_has_its_place() {
        let mut options = Map::new();
        ConnectionOptions::put_script(&mut options, Action::Login, "l");
        ConnectionOptions::put_script(&mut options, Action::Count, "c");
        let expected =
            json!({"customScripts": {"login": "l"}, "trickle": {"scripts": {"count": "c"}}});
        assert_eq!(Value::Object(options.clone()), expected);
        assert_eq!(
            ConnectionOptions::script_in(&options, Action::Count),
            Some("c")
        );
        assert_eq!(
            ConnectionOptions::script_in(&options, Action::GetUser),
            None
        );
        // A key of the same name among the others' is no script.
        let (options, _) = parse(json!({"customScripts": {"count": "c"}})).unwrap();
        assert!(options.scripts().is_empty());
    }
}
