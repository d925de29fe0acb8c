//! `POST /api/v2/users`.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Map, Value};
use trickle_engine::{CreateUser, CreateUserOutcome, Engine};
use trickle_model::{Connection, Profile, UnverifiedProfile, User};

use super::{
    update::check_keys,
    written::{VerifyEmail, written},
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
};

/// Fields of the profile besides the id.
const PROFILE: [&str; 13] = [
    "email",
    "email_verified",
    "username",
    "phone_number",
    "phone_verified",
    "blocked",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "picture",
    "user_metadata",
    "app_metadata",
];

/// Adds a user.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    let name = fields.required_text("connection")?;
    let password = fields.password()?;
    if password.as_ref().is_some_and(|it| it.expose().is_empty()) {
        return Err(Error::Body(
            "Expected some text on property password".into(),
        ));
    }
    let connection = engine
        .store()
        .connection_by_name(caller.tenant(), &name)
        .await?
        .ok_or(Error::UnknownConnection)?;
    if password.is_none() && !connection.options.password_is_optional() {
        return Err(Error::Body("Missing required property: password".into()));
    }
    let profile = profile(&mut fields, &connection)?;
    let mail = VerifyEmail::take(&mut fields);
    fields.finish()?;
    let outcome = engine
        .create_user(CreateUser {
            connection: Arc::new(connection),
            tenant: caller.site.tenant.name.clone(),
            profile,
            password,
            caller: caller.caller(),
            context: Map::new(),
        })
        .await?;
    let shown = written(&caller, &engine, created(outcome)?, mail).await?;
    Ok((StatusCode::CREATED, shown))
}

fn created(outcome: CreateUserOutcome) -> Result<User, Error> {
    Err(match outcome {
        CreateUserOutcome::Created(user) => return Ok(*user),
        CreateUserOutcome::Exists | CreateUserOutcome::UsernameTaken => Error::UserExists,
        CreateUserOutcome::BadPassword(breach) => Error::BadPassword(breach),
        CreateUserOutcome::Invalid(_, why) => Error::Body(why),
        CreateUserOutcome::Refused(error) => Error::Script(error.message),
        CreateUserOutcome::ScriptFailed(outcome) => Error::Script(outcome.to_string()),
        CreateUserOutcome::LegacyStoreDown(_, error) => Error::LegacyStoreDown(error.message),
        CreateUserOutcome::SignUpDisabled
        | CreateUserOutcome::Throttled
        | CreateUserOutcome::Busy => Error::Busy,
    })
}

/// Checked as what a script says is, but without an id one is generated later.
fn profile(fields: &mut Fields, connection: &Connection) -> Result<Profile, Error> {
    let id = fields.text("user_id")?;
    let mut given = Map::new();
    for name in PROFILE {
        if let Some(value) = fields.take(name) {
            if let Value::Object(metadata) = &value {
                check_keys(name, metadata)?;
            }
            given.insert(name.to_owned(), value);
        }
    }
    let generated = id.is_none();
    given.insert(
        "user_id".to_owned(),
        id.unwrap_or_else(|| "new".into()).into(),
    );
    let mut profile = UnverifiedProfile::new(Value::Object(given))
        .verify(connection.options.email_rule())
        .map_err(|error| Error::Body(error.to_string()))?;
    if generated {
        profile.id.clear();
    }
    Ok(profile)
}
