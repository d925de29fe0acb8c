//! `POST /api/v2/users/{id}/authentication-methods`: a second factor that a user has elsewhere.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::{SECOND_FACTORS_MAX, SecondFactor, Secret, UserId};
use trickle_store::{AddFactor, StoredFactor, new_factor_id};

use super::authentication_methods::method;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
};

/// What is served of a kind, and the field that has its value.
const KINDS: [(&str, &str); 3] = [
    ("totp", "totp_secret"),
    ("phone", "phone_number"),
    ("email", "email"),
];
const NAME_MAX_CHARS: usize = 100;
/// How somebody wants to be reached by telephone; nobody is.
const PREFERENCE: &str = "preferred_authentication_method";
const PREFERENCES: [&str; 2] = ["sms", "voice"];

pub(super) fn added() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "properties": {
            "type": {"enum": KINDS.map(|(kind, _)| kind)}, "name": text,
            "totp_secret": text, "phone_number": text, "email": text, PREFERENCE: {"enum": PREFERENCES},
        },
        "required": ["type"],
        "additionalProperties": false,
    })
}

/// One more; the secret is not shown again.
pub(super) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let new = factor(body, engine.clock().now())?;
    let user = UserId::from_text(id);
    match engine
        .store()
        .add_factor(caller.tenant(), &user, &new)
        .await?
    {
        AddFactor::Added => Ok((StatusCode::CREATED, Json(method(&new)))),
        AddFactor::NoUser => Err(Error::NoUser),
        AddFactor::Full => Err(Error::Conflict(format!(
            "The user has {SECOND_FACTORS_MAX} authentication methods already"
        ))),
    }
}

/// What a body asks for.
pub(super) fn factor(body: Body, now: Timestamp) -> Result<StoredFactor, Error> {
    let mut fields = Fields::new(body)?;
    let kind = fields.required_text("type")?;
    let known = KINDS.into_iter().find(|(known, _)| *known == kind);
    let (kind, value) = known
        .ok_or_else(|| Error::Unsupported(format!("type {kind} of authentication methods")))?;
    let text = fields.required_text(value)?;
    let name = name(&mut fields)?;
    fields.finish()?;
    let factor = SecondFactor::new(kind, Secret::new(text));
    let factor = factor
        .ok_or_else(|| Error::Body(format!("Not a {kind} second factor on property {value}")))?;
    Ok(StoredFactor {
        id: new_factor_id(&factor),
        name,
        factor,
        created_at: now,
        last_used_at: None,
    })
}

/// The name, if there is one; what is preferred is checked and goes.
pub(super) fn name(fields: &mut Fields) -> Result<Option<String>, Error> {
    let preferred = fields.text(PREFERENCE)?;
    if preferred.is_some_and(|one| !PREFERENCES.contains(&one.as_str())) {
        let known = PREFERENCES.join(" or ");
        return Err(Error::Body(format!(
            "Expected {known} on property {PREFERENCE}"
        )));
    }
    let name = fields.text("name")?;
    if name
        .as_ref()
        .is_some_and(|name| name.chars().count() > NAME_MAX_CHARS)
    {
        return Err(Error::Body(format!(
            "Expected at most {NAME_MAX_CHARS} characters on property name"
        )));
    }
    Ok(name)
}

/// What can be changed of one.
pub(super) fn changed() -> Value {
    json!({
        "type": "object",
        "properties": {"name": {"type": "string"}, PREFERENCE: {"enum": PREFERENCES}},
        "additionalProperties": false,
    })
}

/// All that a user is to have.
pub(super) fn replaced() -> Value {
    json!({"type": "array", "maxItems": SECOND_FACTORS_MAX, "items": added()})
}
