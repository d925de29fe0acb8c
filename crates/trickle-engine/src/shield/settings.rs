//! A tenant's settings for the front door, in the shape of the Management API.

use std::{net::IpAddr, time::Duration};

use ipnet::IpNet;
use serde_json::{Map, Value, json};
use trickle_store::Stage;

/// Entries of an allowlist.
const ALLOWLIST_MAX: usize = 100;
/// What Auth0 shows of forms and does not take itself: exports have it, and it is kept.
const OF_FORMS: [&str; 2] = ["form_submission_mode", "form_submission_behavior"];

/// A setting that cannot be taken; the text names it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(String);

/// Failures of one identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BruteForce {
    /// Whether they are looked at.
    pub enabled: bool,
    /// Whether one address's failures are counted apart from those of others.
    pub by_address: bool,
    /// So many failures without a success block.
    pub max_attempts: u64,
    /// Whether blocks hold; without it they are only logged.
    pub blocks: bool,
    allowlist: Vec<IpNet>,
}

/// The pace of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspiciousIp {
    /// Whether it is looked at.
    pub enabled: bool,
    /// Whether it is kept; without it a breach is only logged.
    pub blocks: bool,
    allowlist: Vec<IpNet>,
    login: Pace,
    sign_up: Pace,
}

/// A bucket: so many attempts at once, and one more after each interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    pub(crate) attempts: u32,
    pub(crate) interval: Duration,
}

/// What holds for a tenant that has set nothing.
fn brute_force_defaults() -> Value {
    json!({
        "enabled": true, "shields": ["block", "user_notification"], "mode": "count_per_identifier_and_ip",
        "allowlist": [], "max_attempts": 10,
    })
}

fn suspicious_ip_defaults() -> Value {
    json!({
        "enabled": true, "shields": ["admin_notification", "block"], "allowlist": [],
        "stage": {
            "pre-login": {"max_attempts": 100, "rate": 864_000},
            "pre-user-registration": {"max_attempts": 50, "rate": 1_200},
        },
    })
}

impl BruteForce {
    /// The whole settings: defaults, and over them what the tenant has set.
    pub fn shown(stored: Option<&Map<String, Value>>) -> Map<String, Value> {
        over(brute_force_defaults(), stored)
    }

    /// Reads settings; what is missing has its default.
    ///
    /// # Errors
    /// A value that cannot be taken, or a name that is not known.
    pub fn parse(stored: Option<&Map<String, Value>>) -> Result<Self, SettingsError> {
        let all = Self::shown(stored);
        known(&all, &brute_force_defaults())?;
        let mode = text(&all, "mode")?;
        if !["count_per_identifier_and_ip", "count_per_identifier"].contains(&mode) {
            return Err(wrong(
                "mode",
                "count_per_identifier_and_ip or count_per_identifier",
            ));
        }
        Ok(Self {
            enabled: flag(&all, "enabled")?,
            by_address: mode == "count_per_identifier_and_ip",
            max_attempts: number(&all, "max_attempts", 1, 100)?,
            blocks: shields(&all, &["block", "user_notification"])?,
            allowlist: allowlist(&all)?,
        })
    }

    /// Whether failures from this address are not counted.
    pub(crate) fn allows(&self, ip: Option<&str>) -> bool {
        contains(&self.allowlist, ip)
    }
}

impl SuspiciousIp {
    /// The whole settings: defaults, and over them what the tenant has set.
    pub fn shown(stored: Option<&Map<String, Value>>) -> Map<String, Value> {
        over(suspicious_ip_defaults(), stored)
    }

    /// Reads settings; what is missing has its default.
    ///
    /// # Errors
    /// A value that cannot be taken, or a name that is not known.
    pub fn parse(stored: Option<&Map<String, Value>>) -> Result<Self, SettingsError> {
        let all = Self::shown(stored);
        known(&all, &suspicious_ip_defaults())?;
        let Some(Value::Object(stages)) = all.get("stage") else {
            return Err(wrong("stage", "an object"));
        };
        let pace = |stage: Stage| match stages.get(stage.as_str()) {
            Some(Value::Object(pace)) => Ok(Pace {
                attempts: u32::try_from(number(pace, "max_attempts", 1, 100_000)?)
                    .unwrap_or(u32::MAX),
                interval: Duration::from_millis(number(pace, "rate", 1, 86_400_000)?),
            }),
            _ => Err(wrong(&format!("stage.{}", stage.as_str()), "an object")),
        };
        Ok(Self {
            enabled: flag(&all, "enabled")?,
            blocks: shields(&all, &["admin_notification", "block"])?,
            allowlist: allowlist(&all)?,
            login: pace(Stage::Login)?,
            sign_up: pace(Stage::SignUp)?,
        })
    }

    pub(crate) const fn pace(&self, stage: Stage) -> Pace {
        match stage {
            Stage::Login => self.login,
            // Mails have a pace of their own.
            Stage::SignUp | Stage::LookUp | Stage::Mail => self.sign_up,
        }
    }

    /// Whether this address keeps no pace.
    pub(crate) fn allows(&self, ip: &str) -> bool {
        contains(&self.allowlist, Some(ip))
    }
}

/// Objects are merged at every level.
fn over(defaults: Value, stored: Option<&Map<String, Value>>) -> Map<String, Value> {
    let Value::Object(mut all) = defaults else {
        return Map::new();
    };
    for (name, value) in stored.into_iter().flatten() {
        let merged = match (all.remove(name), value) {
            (Some(inner @ Value::Object(_)), Value::Object(given)) => {
                Value::Object(over(inner, Some(given)))
            }
            _ => value.clone(),
        };
        all.insert(name.clone(), merged);
    }
    all
}

fn known(all: &Map<String, Value>, defaults: &Value) -> Result<(), SettingsError> {
    let is_known = |name: &str| defaults.get(name).is_some() || OF_FORMS.contains(&name);
    match all.keys().find(|name| !is_known(name.as_str())) {
        None => Ok(()),
        Some(name) => Err(SettingsError(format!(
            "Additional properties not allowed: {name}"
        ))),
    }
}

fn wrong(name: &str, expected: &str) -> SettingsError {
    SettingsError(format!("Expected {expected} on property {name}"))
}

fn flag(all: &Map<String, Value>, name: &str) -> Result<bool, SettingsError> {
    let value = all.get(name).and_then(Value::as_bool);
    value.ok_or_else(|| wrong(name, "true or false"))
}

fn text<'a>(all: &'a Map<String, Value>, name: &str) -> Result<&'a str, SettingsError> {
    let value = all.get(name).and_then(Value::as_str);
    value.ok_or_else(|| wrong(name, "text"))
}

fn number(
    all: &Map<String, Value>,
    name: &str,
    least: u64,
    most: u64,
) -> Result<u64, SettingsError> {
    let value = all.get(name).and_then(Value::as_u64);
    value
        .filter(|value| (least..=most).contains(value))
        .ok_or_else(|| wrong(name, &format!("an integer from {least} to {most}")))
}

/// Whether `block` is among them.
fn shields(all: &Map<String, Value>, known: &[&str]) -> Result<bool, SettingsError> {
    let expected = || wrong("shields", &format!("a list of {}", known.join(" and ")));
    let Some(Value::Array(items)) = all.get("shields") else {
        return Err(expected());
    };
    let mut blocks = false;
    for item in items {
        let name = item.as_str().filter(|name| known.contains(name));
        blocks |= name.ok_or_else(expected)? == "block";
    }
    Ok(blocks)
}

fn allowlist(all: &Map<String, Value>) -> Result<Vec<IpNet>, SettingsError> {
    let expected = || {
        wrong(
            "allowlist",
            "a list of at most 100 addresses and CIDR ranges",
        )
    };
    let Some(Value::Array(items)) = all.get("allowlist") else {
        return Err(expected());
    };
    if items.len() > ALLOWLIST_MAX {
        return Err(expected());
    }
    let net = |item: &Value| {
        let text = item.as_str()?;
        let net = text.parse::<IpNet>().ok();
        net.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
    };
    items
        .iter()
        .map(|item| net(item).ok_or_else(expected))
        .collect()
}

fn contains(nets: &[IpNet], ip: Option<&str>) -> bool {
    ip.and_then(|ip| ip.parse::<IpAddr>().ok())
        .is_some_and(|ip| nets.iter().any(|net| net.contains(&ip)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            _ => panic!("an object"),
        }
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        let settings = BruteForce::parse(None).unwrap();
        assert!(settings.enabled && settings.by_address && settings.blocks);
        assert_eq!(settings.max_attempts, 10);
        let set = map(json!({"stage": {"pre-login": {"max_attempts": 3}}}));
        let settings = SuspiciousIp::parse(Some(&set)).unwrap();
        let pace = settings.pace(Stage::Login);
        assert_eq!((pace.attempts, pace.interval.as_millis()), (3, 864_000));
        assert_eq!(settings.pace(Stage::SignUp).attempts, 50);
    }

    #[test]
    fn defects_are_named() {
        let cases = [
            (
                json!({"max_attempts": 0}),
                "Expected an integer from 1 to 100 on property max_attempts",
            ),
            (
                json!({"enabled": 1}),
                "Expected true or false on property enabled",
            ),
            (
                json!({"mode": "x"}),
                "Expected count_per_identifier_and_ip or count_per_identifier on property mode",
            ),
            (
                json!({"shields": ["x"]}),
                "Expected a list of block and user_notification on property shields",
            ),
            (
                json!({"allowlist": ["x"]}),
                "Expected a list of at most 100 addresses and CIDR ranges on property allowlist",
            ),
            (
                json!({"colour": 1}),
                "Additional properties not allowed: colour",
            ),
        ];
        for (value, text) in cases {
            let error = BruteForce::parse(Some(&map(value))).unwrap_err();
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn what_exports_bring_beside_is_kept() {
        let brought = map(json!({
            "form_submission_mode": "x", "form_submission_behavior": {"y": 1},
        }));
        assert!(BruteForce::parse(Some(&brought)).is_ok());
        let shown = BruteForce::shown(Some(&brought));
        assert!(brought.iter().all(|(name, value)| shown[name] == *value));
    }

    #[test]
    fn allowlists_hold_addresses_and_ranges() {
        let set = map(json!({"allowlist": ["192.0.2.7", "2001:db8::/32"]}));
        let settings = BruteForce::parse(Some(&set)).unwrap();
        assert!(settings.allows(Some("192.0.2.7")) && settings.allows(Some("2001:db8::1")));
        assert!(!settings.allows(Some("192.0.2.8")) && !settings.allows(None));
    }
}
