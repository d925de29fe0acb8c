//! Options of Trickle's own that the engine reads.

use trickle_model::ConnectionOptions;

use crate::{forms::TextForms, legacy::runs_at_once, login::drift_days, policy::Grace};

/// Looks at the options under `options.trickle` that the engine alone reads.
///
/// # Errors
/// The key, with dots, and what it should be.
pub fn check_own_options(options: &ConnectionOptions) -> Result<(), String> {
    let say = |key: &str| {
        let key = key.to_owned();
        move |expected: &'static str| format!("options.trickle.{key} must be {expected}")
    };
    TextForms::parse(options.own("text")).map_err(say("text"))?;
    drift_days(options.own("drift_days")).map_err(say("drift_days"))?;
    runs_at_once(options.own("runs_at_once")).map_err(say("runs_at_once"))?;
    Grace::parse(options.own("policy_grace")).map_err(say("policy_grace"))?;
    Ok(())
}
