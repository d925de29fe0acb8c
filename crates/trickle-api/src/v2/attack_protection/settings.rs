//! `GET` and `PATCH` of the settings.

use axum::{Json, extract::State};
use serde_json::{Map, Value};
use trickle_engine::{BruteForce, Engine, SuspiciousIp};
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
    let wanted = merged(&engine, &caller, BRUTE_FORCE, body).await?;
    BruteForce::parse(Some(&wanted)).map_err(|error| Error::Body(error.to_string()))?;
    store(&engine, &caller, BRUTE_FORCE, &wanted).await?;
    Ok(Json(Value::Object(BruteForce::shown(Some(&wanted)))))
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
    let wanted = merged(&engine, &caller, SUSPICIOUS_IP, body).await?;
    SuspiciousIp::parse(Some(&wanted)).map_err(|error| Error::Body(error.to_string()))?;
    store(&engine, &caller, SUSPICIOUS_IP, &wanted).await?;
    Ok(Json(Value::Object(SuspiciousIp::shown(Some(&wanted)))))
}

async fn merged(
    engine: &Engine,
    caller: &Bearer,
    name: &str,
    Body(body): Body,
) -> Result<Map<String, Value>, Error> {
    let Value::Object(given) = body else {
        return Err(Error::Body(format!(
            "Expected type object but found type {}",
            type_name(&body)
        )));
    };
    let stored = engine.stored_setting(caller.tenant(), name).await?;
    let mut wanted = stored.unwrap_or_default();
    wanted.extend(given);
    Ok(wanted)
}

async fn store(
    engine: &Engine,
    caller: &Bearer,
    name: &str,
    wanted: &Map<String, Value>,
) -> Result<(), Error> {
    let stored = engine.store().put_setting(caller.tenant(), name, wanted);
    Ok(stored.await?)
}
