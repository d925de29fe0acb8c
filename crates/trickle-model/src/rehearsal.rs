//! `options.trickle.rehearsal`: what runs beside logins, and for whom a change is in force.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::Action;

/// What a connection rehearses.
///
/// `{"import_percent": 20, "shadow": {"login": 4}, "rollout": {"login": {"version": 4, "percent": 10}}, "compare_profiles": true}`;
/// `"dry_run": true` is another word for `"import_percent": 0`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rehearsal {
    /// Whose first login imports, in hundredths of a percent of all identifiers; the others log in and leave nothing behind.
    pub import_share: u32,
    /// Versions that run beside the live ones.
    pub shadow: BTreeMap<Action, u64>,
    /// Versions that run in the place of the live ones for some: the version, and the share in hundredths of a percent.
    pub rollout: BTreeMap<Action, (u64, u32)>,
    /// Whether `get_user` is asked after a `login` that gave a profile, to compare.
    pub compares_profiles: bool,
}

/// All identifiers.
pub const WHOLE_SHARE: u32 = 10_000;

impl Default for Rehearsal {
    fn default() -> Self {
        Self {
            import_share: WHOLE_SHARE,
            shadow: BTreeMap::new(),
            rollout: BTreeMap::new(),
            compares_profiles: false,
        }
    }
}

impl Rehearsal {
    /// Reads the option.
    ///
    /// # Errors
    /// The key, with dots, and what it should be.
    pub fn parse(value: Option<&Value>) -> Result<Self, (String, &'static str)> {
        let mistaken = |key: &str, expected| (format!("trickle.rehearsal{key}"), expected);
        let settings = match value {
            None | Some(Value::Null) => return Ok(Self::default()),
            Some(Value::Object(settings)) => settings,
            Some(_) => return Err(mistaken("", "an object")),
        };
        let mut rehearsal = Self::default();
        for (key, value) in settings {
            match key.as_str() {
                "dry_run" => match value {
                    Value::Bool(true) => rehearsal.import_share = 0,
                    Value::Bool(false) | Value::Null => {}
                    _ => return Err(mistaken(".dry_run", "true or false")),
                },
                "import_percent" => {
                    let share = share(value);
                    rehearsal.import_share = share
                        .ok_or_else(|| mistaken(".import_percent", "a number from 0 to 100"))?;
                }
                "compare_profiles" => {
                    rehearsal.compares_profiles = value
                        .as_bool()
                        .ok_or_else(|| mistaken(".compare_profiles", "true or false"))?;
                }
                "shadow" => {
                    for (action, version) in actions(value)
                        .ok_or_else(|| mistaken(".shadow", "an object of login or get_user"))?
                    {
                        let version = version.as_u64();
                        let version = version
                            .ok_or_else(|| mistaken(".shadow", "the numbers of versions"))?;
                        rehearsal.shadow.insert(action, version);
                    }
                }
                "rollout" => {
                    for (action, rollout) in actions(value)
                        .ok_or_else(|| mistaken(".rollout", "an object of login or get_user"))?
                    {
                        let version = rollout.get("version").and_then(Value::as_u64);
                        let share = rollout.get("percent").and_then(share);
                        let both = version.zip(share).ok_or_else(|| {
                            mistaken(".rollout", "objects of version and percent")
                        })?;
                        rehearsal.rollout.insert(action, both);
                    }
                }
                _ => {
                    return Err(mistaken(
                        "",
                        "an object of dry_run, import_percent, shadow, rollout and compare_profiles",
                    ));
                }
            }
        }
        if settings.get("dry_run").and_then(Value::as_bool) == Some(true) {
            rehearsal.import_share = 0;
        }
        Ok(rehearsal)
    }
}

/// A percentage in hundredths of a percent.
fn share(value: &Value) -> Option<u32> {
    let percent = value
        .as_f64()
        .filter(|value| (0.0..=100.0).contains(value))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 10 000"
    )]
    let share = (percent * 100.0).round() as u32;
    Some(share)
}

/// Scripts that only read: others cannot run beside without doing harm.
fn actions(value: &Value) -> Option<Vec<(Action, &Value)>> {
    let actions: &Map<String, Value> = value.as_object()?;
    actions
        .iter()
        .map(|(key, value)| {
            let action: Action = key.parse().ok()?;
            matches!(action, Action::Login | Action::GetUser).then_some((action, value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_read_and_mistakes_named() {
        assert_eq!(Rehearsal::parse(None).unwrap(), Rehearsal::default());
        let all = Rehearsal::parse(Some(&json!({
            "import_percent": 12.5, "shadow": {"login": 4}, "compare_profiles": true,
            "rollout": {"get_user": {"version": 2, "percent": 10}},
        })));
        let all = all.unwrap();
        assert_eq!(all.import_share, 1_250);
        assert_eq!(all.shadow[&Action::Login], 4);
        assert_eq!(all.rollout[&Action::GetUser], (2, 1_000));
        assert!(all.compares_profiles);
        let dry = Rehearsal::parse(Some(&json!({"dry_run": true, "import_percent": 50})));
        assert_eq!(dry.unwrap().import_share, 0);
        for (settings, key) in [
            (json!(1), "trickle.rehearsal"),
            (json!({"dry": true}), "trickle.rehearsal"),
            (
                json!({"import_percent": 101}),
                "trickle.rehearsal.import_percent",
            ),
            (json!({"shadow": {"create": 1}}), "trickle.rehearsal.shadow"),
            (
                json!({"rollout": {"login": 3}}),
                "trickle.rehearsal.rollout",
            ),
        ] {
            assert_eq!(Rehearsal::parse(Some(&settings)).unwrap_err().0, key);
        }
    }
}
