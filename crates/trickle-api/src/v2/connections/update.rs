//! `PATCH /api/v2/connections/{id}`.

use std::collections::HashSet;

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_engine::Engine;
use trickle_model::{ClientId, Connection, ConnectionId, ScriptSave};
use trickle_store::{ChangeConnectionError, ConfigurationInput, ConnectionChange};

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

impl From<ChangeConnectionError> for Error {
    fn from(error: ChangeConnectionError) -> Self {
        match error {
            ChangeConnectionError::RealmTaken => Self::RealmExists,
            ChangeConnectionError::Store(error) => error.into(),
        }
    }
}

/// Changes a connection: `options` is replaced as a whole, other fields one by one.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let id = ConnectionId::from_text(id);
    let current = engine.store().connection(caller.tenant(), &id).await?;
    let mut fields = Fields::new(body)?;
    let Some(current) = current else {
        return other(&caller, &engine, &id, fields).await;
    };
    let options = OptionsInput::take(&mut fields)?;
    let clients = enabled_clients(&mut fields)?;
    let mut attributes = attributes(&mut fields)?;
    check_attributes(&current.attributes, &attributes)?;
    kept::connections::call_by_name(&current.attributes, &current.name, &mut attributes);
    let note = scripts::note(&mut fields)?;
    fields.finish()?;
    let (store, tenant) = (engine.store(), caller.tenant());
    let saved = match &options {
        Some(input) => {
            let mut changed = input.options.scripts();
            let before = current.options.scripts();
            changed.retain(|action, text| before.get(action) != Some(text));
            scripts::saved(&engine, &caller, &current, &changed, note).await?
        }
        None => ScriptSave::default(),
    };
    let change = ConnectionChange {
        saved,
        options: options
            .map(|options| options.into_change(&current))
            .transpose()?,
        attributes,
    };
    let given = change.options.iter().flat_map(|(_, given)| given);
    let foreign = foreign::names(given.filter_map(|(name, input)| match input {
        ConfigurationInput::Clear(value) => Some((name, value)),
        ConfigurationInput::Keep => None,
    }));
    let now = engine.clock().now();
    let changed = store.change_connection(tenant, &id, &change, now).await?;
    let mut connection = changed.ok_or(Error::NoConnection)?;
    if let Some(clients) = clients {
        let switches = switches(&connection, &clients);
        store
            .set_connection_clients(tenant, &id, &switches, now)
            .await?;
        connection.enabled_clients = clients;
    }
    engine.connection_changed(tenant, &id).await;
    foreign::tell(&engine, &caller, &connection, &foreign).await;
    Ok(Json(view(&connection, &caller)))
}

/// One of another strategy.
async fn other(
    caller: &Bearer,
    engine: &Engine,
    id: &ConnectionId,
    mut fields: Fields,
) -> Result<Json<Value>, Error> {
    let options = fields.object("options")?;
    let clients = enabled_clients(&mut fields)?;
    let mut given = attributes(&mut fields)?;
    fields.finish()?;
    if let Some(options) = options {
        given.insert("options".to_owned(), options.into());
    }
    kept::connections::change(caller, engine, id.as_str(), (given, clients)).await
}

/// What turns the present list into the wanted one.
fn switches(connection: &Connection, wanted: &[ClientId]) -> Vec<(ClientId, bool)> {
    let present: HashSet<&ClientId> = connection.enabled_clients.iter().collect();
    let wanted: HashSet<&ClientId> = wanted.iter().collect();
    let (gone, come) = (present.difference(&wanted), wanted.difference(&present));
    gone.map(|client| ((*client).clone(), false))
        .chain(come.map(|client| ((*client).clone(), true)))
        .collect()
}
