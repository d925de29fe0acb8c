//! `GET` and `PATCH` of the settings.

use axum::{Json, extract::State};
use serde_json::{Map, Value};
use trickle_engine::{BruteForce, Engine, SettingsError, SuspiciousIp};
use trickle_store::{BRUTE_FORCE, SUSPICIOUS_IP};

use crate::v2::{
    Bearer, Error,
    body::{Body, type_name},
};

/// Failures of one identifier.
pub(super) async fn brute_force(
    caller: Bearer,
    State(engine): State<Engine>,
) -> Result<Json<Value>, Error> {
    let stored = engine.stored_setting(caller.tenant(), BRUTE_FORCE).await?;
    Ok(Json(Value::Object(BruteForce::shown(stored.as_ref()))))
}

/// Changes them: what is given replaces, the rest stays.
pub(super) async fn change_brute_force(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let check = |wanted: &Map<String, Value>| BruteForce::parse(Some(wanted)).map(drop);
    let changed = change(&engine, &caller, BRUTE_FORCE, body, check).await?;
    Ok(Json(Value::Object(BruteForce::shown(Some(&changed)))))
}

/// The pace of one address.
pub(super) async fn suspicious_ip(
    caller: Bearer,
    State(engine): State<Engine>,
) -> Result<Json<Value>, Error> {
    let stored = engine
        .stored_setting(caller.tenant(), SUSPICIOUS_IP)
        .await?;
    Ok(Json(Value::Object(SuspiciousIp::shown(stored.as_ref()))))
}

/// Changes it: what is given replaces, the rest stays.
pub(super) async fn change_suspicious_ip(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let check = |wanted: &Map<String, Value>| SuspiciousIp::parse(Some(wanted)).map(drop);
    let changed = change(&engine, &caller, SUSPICIOUS_IP, body, check).await?;
    Ok(Json(Value::Object(SuspiciousIp::shown(Some(&changed)))))
}

/// What is given over what is there, where both make sense together. Two changes at once do not lose each other: one of them may be what turns
/// the protection on.
async fn change(
    engine: &Engine,
    caller: &Bearer,
    name: &str,
    Body(body): Body,
    check: fn(&Map<String, Value>) -> Result<(), SettingsError>,
) -> Result<Map<String, Value>, Error> {
    let Value::Object(given) = body else {
        return Err(Error::Body(format!(
            "Expected type object but found type {}",
            type_name(&body)
        )));
    };
    let mut checked = Ok(());
    let changed = engine
        .store()
        .change_setting(caller.tenant(), name, |stored| {
            let before = stored.clone();
            stored.extend(given);
            checked = check(stored);
            if checked.is_err() {
                *stored = before;
            }
        });
    let changed = changed.await?;
    checked.map_err(|error| Error::Body(error.to_string()))?;
    Ok(changed)
}
