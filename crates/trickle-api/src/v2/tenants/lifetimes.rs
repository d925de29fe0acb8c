//! How long sessions are to live: written in hours or in minutes, shown in hours. Without effect.

use serde_json::{Map, Value};

use crate::v2::{Error, body::wrong_type};

/// In hours, and the same in minutes.
const NAMES: [(&str, &str); 4] = [
    ("session_lifetime", "session_lifetime_in_minutes"),
    ("idle_session_lifetime", "idle_session_lifetime_in_minutes"),
    (
        "ephemeral_session_lifetime",
        "ephemeral_session_lifetime_in_minutes",
    ),
    (
        "idle_ephemeral_session_lifetime",
        "idle_ephemeral_session_lifetime_in_minutes",
    ),
];

/// Turns what is given in minutes into hours.
pub(super) fn take(given: &mut Map<String, Value>) -> Result<(), Error> {
    for (hours, minutes) in NAMES {
        check(given, hours)?;
        check(given, minutes)?;
        let Some(value) = given.remove(minutes) else {
            continue;
        };
        let other = given.get(hours).filter(|other| !other.is_null());
        match (value.is_null(), other) {
            (false, Some(_)) => {
                return Err(Error::Body(format!(
                    "Expected only one of {hours} and {minutes}"
                )));
            }
            (true, Some(_)) => {}
            (_, None) => drop(given.insert(hours.to_owned(), in_hours(value))),
        }
    }
    Ok(())
}

/// What was stored in minutes once is shown in hours.
pub(super) fn show(settings: &mut Map<String, Value>) {
    for (hours, minutes) in NAMES {
        if let Some(value) = settings.remove(minutes) {
            settings.entry(hours).or_insert_with(|| in_hours(value));
        }
    }
}

fn check(given: &Map<String, Value>, name: &str) -> Result<(), Error> {
    match given.get(name) {
        Some(value) if !value.is_number() && !value.is_null() => {
            Err(wrong_type(name, "number", value))
        }
        _ => Ok(()),
    }
}

fn in_hours(minutes: Value) -> Value {
    match (minutes.as_i64(), minutes.as_f64()) {
        (Some(whole), _) if whole % 60 == 0 => (whole / 60).into(),
        (_, Some(number)) => (number / 60.0).into(),
        _ => minutes,
    }
}
