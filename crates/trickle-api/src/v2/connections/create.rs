//! `POST /api/v2/connections`.

use axum::{Json, extract::State, http::StatusCode};
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Map, Value};
use trickle_engine::Engine;
use trickle_model::ConnectionId;
use trickle_store::{AddConnectionError, CONNECTIONS_MOST, NewConnection, STRATEGY};

use super::{
    foreign,
    input::{OptionsInput, attributes, check_attributes, enabled_clients},
    scripts,
    view::view,
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    kept,
};

const NAME_MAX_CHARS: usize = 128;

impl From<AddConnectionError> for Error {
    fn from(error: AddConnectionError) -> Self {
        match error {
            AddConnectionError::NameTaken => Self::ConnectionExists,
            AddConnectionError::RealmTaken => Self::RealmExists,
            AddConnectionError::TooMany => Self::Conflict(format!(
                "A tenant has at most {CONNECTIONS_MOST} database connections"
            )),
            AddConnectionError::Store(error) => error.into(),
        }
    }
}

/// Adds a connection.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let mut fields = Fields::new(body)?;
    // Of the tenant that was exported.
    drop(fields.take_nullable("id"));
    let name = fields.required_text("name")?;
    check_name(&name)?;
    let strategy = fields.required_text("strategy")?;
    if strategy != STRATEGY {
        return other(&caller, &engine, (name, strategy), fields).await;
    }
    let options = OptionsInput::take(&mut fields)?;
    let (options, configuration) = match options {
        Some(options) => options.into_new()?,
        None => Default::default(),
    };
    let enabled_clients = enabled_clients(&mut fields)?.unwrap_or_default();
    let mut attributes = attributes(&mut fields)?;
    attributes.retain(|_, value| !value.is_null());
    check_attributes(&Map::new(), &attributes)?;
    let note = scripts::note(&mut fields)?;
    fields.finish()?;
    let foreign = foreign::names(configuration.iter());
    let new = NewConnection {
        id: ConnectionId::generate(&mut OsRng.unwrap_err()),
        tenant: caller.tenant().clone(),
        name,
        options,
        configuration,
        enabled_clients,
        attributes,
    };
    let now = engine.clock().now();
    let connection = engine.store().add_connection(&new, now).await?;
    foreign::tell(&engine, &caller, &connection, &foreign).await;
    let texts = connection.options.scripts();
    if !texts.is_empty() {
        let saved = scripts::saved(&engine, &caller, &connection, &texts, note).await;
        match saved {
            Ok(saved) => {
                let described = engine
                    .store()
                    .describe_first_scripts(&connection.id, &saved);
                described.await?;
            }
            // The connection is there: its scripts are looked at when they run.
            Err(Error::Busy) => {}
            Err(error) => return Err(error),
        }
    }
    Ok((StatusCode::CREATED, Json(view(&connection, &caller))))
}

/// One of another strategy.
async fn other(
    caller: &Bearer,
    engine: &Engine,
    (name, strategy): (String, String),
    mut fields: Fields,
) -> Result<(StatusCode, Json<Value>), Error> {
    kept::connections::check_strategy(&strategy)?;
    let options = fields.object("options")?.unwrap_or_default();
    let clients = enabled_clients(&mut fields)?.unwrap_or_default();
    let mut body = attributes(&mut fields)?;
    fields.finish()?;
    body.insert("name".to_owned(), name.into());
    body.insert("strategy".to_owned(), strategy.into());
    body.insert("options".to_owned(), options.into());
    kept::connections::create(caller, engine, body, &clients).await
}

fn check_name(name: &str) -> Result<(), Error> {
    let sound = name.len() <= NAME_MAX_CHARS
        && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
        && name.bytes().next().is_some_and(|c| c != b'-')
        && name.bytes().next_back().is_some_and(|c| c != b'-');
    if sound {
        return Ok(());
    }
    Err(Error::Body(format!(
        "Expected 1 to {NAME_MAX_CHARS} letters, digits and hyphens, beginning and ending with a letter or digit, on property name"
    )))
}
