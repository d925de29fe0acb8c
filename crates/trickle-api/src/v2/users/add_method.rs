//! `POST /api/v2/users/{id}/authentication-methods`: a second factor that a user has elsewhere.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
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

pub(super) fn added() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "properties": {
            "type": {"enum": KINDS.map(|(kind, _)| kind)}, "name": text,
            "totp_secret": text, "phone_number": text, "email": text,
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
    let mut fields = Fields::new(body)?;
    let kind = fields.required_text("type")?;
    let known = KINDS.into_iter().find(|(known, _)| *known == kind);
    let (kind, value) = known
        .ok_or_else(|| Error::Unsupported(format!("type {kind} of authentication methods")))?;
    let text = fields.required_text(value)?;
    let name = fields.text("name")?;
    fields.finish()?;
    if name
        .as_ref()
        .is_some_and(|name| name.chars().count() > NAME_MAX_CHARS)
    {
        return Err(Error::Body(format!(
            "Expected at most {NAME_MAX_CHARS} characters on property name"
        )));
    }
    let factor = SecondFactor::new(kind, Secret::new(text));
    let factor = factor
        .ok_or_else(|| Error::Body(format!("Not a {kind} second factor on property {value}")))?;
    let new = StoredFactor {
        id: new_factor_id(&factor),
        name,
        factor,
        created_at: engine.clock().now(),
        last_used_at: None,
    };
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
