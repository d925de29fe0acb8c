//! `POST /api/v2/jobs/users-imports`.

use std::error::Error as _;

use axum::{
    Json,
    extract::{
        Request, State,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};
use serde_json::Value;
use trickle_engine::{Engine, ImportOrder, Upload, UploadError};
use trickle_model::{ConnectionId, ImportMode};
use trickle_store::OnExisting;

use super::{
    form::{Form, Held},
    view::view,
};
use crate::v2::{Bearer, Error};

/// Most of a field that is no file.
const FIELD_MAX_BYTES: usize = 1_024;

/// Takes a file of users and begins to import it.
pub(super) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    request: Request,
) -> Result<(StatusCode, Json<Value>), Error> {
    let expected = || Error::Body("Expected a multipart/form-data body".to_owned());
    let mut form = Form::of(request).await.map_err(|_| expected())?;
    let mut order = Order::default();
    while let Some((field, held)) = form.next().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "users" {
            order.take(&name, &text((field, held)).await?)?;
            continue;
        }
        if order.upload.is_some() {
            return Err(Error::Body(
                "There is more than one file of users".to_owned(),
            ));
        }
        // Where the connection is named first, a mistake does not cost the upload.
        if let Some(id) = &order.connection {
            usable(&engine, &caller, id).await?;
        }
        order.upload = Some(receive(&engine, &caller, (field, held)).await?);
    }
    let missing = |name: &str| Error::Body(format!("Missing required property: {name}"));
    let id = order.connection.ok_or_else(|| missing("connection_id"))?;
    let upload = order.upload.ok_or_else(|| missing("users"))?;
    usable(&engine, &caller, &id).await?;
    let order = ImportOrder {
        on_existing: order.on_existing,
        external_id: order.external_id,
        client: caller.caller().client,
        tells: order.tells,
    };
    let job = upload.finish(&id, &order).await.map_err(refused)?;
    Ok((StatusCode::ACCEPTED, Json(view(&job))))
}

/// What the form says besides the file.
struct Order {
    connection: Option<ConnectionId>,
    on_existing: OnExisting,
    external_id: Option<String>,
    tells: bool,
    upload: Option<Upload>,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            connection: None,
            on_existing: OnExisting::Refuse,
            external_id: None,
            // Clients that say nothing expect it.
            tells: true,
            upload: None,
        }
    }
}

impl Order {
    fn take(&mut self, name: &str, text: &str) -> Result<(), Error> {
        match name {
            "connection_id" => self.connection = Some(ConnectionId::from_text(text)),
            "external_id" if !text.is_empty() => self.external_id = Some(text.to_owned()),
            "external_id" => {}
            "upsert" => {
                self.on_existing = if flag(name, text)? {
                    OnExisting::Change
                } else {
                    OnExisting::Refuse
                };
            }
            "send_completion_email" => self.tells = flag(name, text)?,
            _ => {
                return Err(Error::Body(format!(
                    "Additional properties not allowed: {name}"
                )));
            }
        }
        Ok(())
    }
}

/// Some languages write `True`.
fn flag(name: &str, text: &str) -> Result<bool, Error> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" | "" => Ok(false),
        _ => Err(Error::Body(format!(
            "Expected type boolean on property {name}"
        ))),
    }
}

async fn text((mut field, held): (Field<'_>, Held)) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(more) = field.chunk().await.map_err(|error| broken(&error))? {
        held.clear();
        bytes.extend_from_slice(&more);
        if bytes.len() > FIELD_MAX_BYTES {
            return Err(Error::Body(format!(
                "A field may have {FIELD_MAX_BYTES} bytes"
            )));
        }
    }
    String::from_utf8(bytes).map_err(|_| Error::Body("A field is not UTF-8".to_owned()))
}

async fn receive(
    engine: &Engine,
    caller: &Bearer,
    (mut field, held): (Field<'_>, Held),
) -> Result<Upload, Error> {
    let mut upload = engine
        .begin_upload(caller.tenant())
        .await
        .map_err(refused)?;
    while let Some(more) = field.chunk().await.map_err(|error| broken(&error))? {
        held.clear();
        upload.push(&more).await.map_err(refused)?;
    }
    Ok(upload)
}

/// Imports go where passwords are compared here.
async fn usable(engine: &Engine, caller: &Bearer, id: &ConnectionId) -> Result<(), Error> {
    let connection = engine.store().connection(caller.tenant(), id).await?;
    let connection = connection.ok_or(Error::UnknownConnection)?;
    if connection.options.import_mode() == ImportMode::Off {
        let why = "The connection checks passwords in the legacy store; turn on import_mode first";
        return Err(Error::Body(why.to_owned()));
    }
    Ok(())
}

/// With what the parser says, and what it was told of the body.
fn broken(error: &MultipartError) -> Error {
    let mut why = "The multipart body cannot be read".to_owned();
    let mut next = error.source();
    while let Some(reason) = next {
        let text = reason.to_string();
        // Some say what their own reason says.
        if !why.ends_with(&text) {
            why = format!("{why}: {text}");
        }
        next = reason.source();
    }
    Error::Body(why)
}

fn refused(error: UploadError) -> Error {
    match error {
        UploadError::File(why) => Error::Body(format!(
            "Failed to parse users file when importing users: {why}"
        )),
        UploadError::TooLarge { limit_bytes } => Error::FileTooLarge(limit_bytes),
        UploadError::TooMany => Error::TooManyJobs,
        UploadError::Gone => Error::Body("The upload took too long".to_owned()),
        UploadError::Incomplete => Error::UploadLost,
        UploadError::Engine(error) => error.into(),
    }
}
