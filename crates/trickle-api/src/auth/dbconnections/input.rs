//! The body of a request, from JSON or a form.

use axum::{body::Bytes, http::HeaderMap};
use serde_json::{Map, Value};
use trickle_model::{ClientId, Connection, is_active};
use trickle_store::Store;

use super::Error;
use crate::{auth::parameters::is_of_kind, host::Site, json};

/// Longest text of a field; passwords, addresses and names are far shorter.
const TEXT_MAX_BYTES: usize = 4_096;

/// The fields of a body.
pub(super) struct Input(Map<String, Value>);

impl Input {
    /// JSON where the header says so, or nothing and it looks like it; else a form.
    pub(super) fn parse(headers: &HeaderMap, body: &Bytes) -> Result<Self, Error> {
        if is_of_kind(headers, "application/x-www-form-urlencoded") {
            let fields: Vec<(String, String)> =
                serde_urlencoded::from_bytes(body).map_err(|_| Error::malformed("form"))?;
            let fields = fields.into_iter().map(|(name, text)| (name, text.into()));
            return Ok(Self(fields.collect()));
        }
        match json::parse(body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            _ => Err(Error::malformed("JSON object")),
        }
    }

    /// Text, if it is there; empty text is the same as nothing.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Error> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) if text.len() <= TEXT_MAX_BYTES => Ok(Some(text)),
            Some(_) => Err(Error::invalid(name, &format!("{name} must be a string"))),
        }
    }

    /// Text that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, Error> {
        let text = self.text(name)?;
        text.ok_or_else(|| Error::invalid(name, &format!("missing {name} parameter")))
    }

    /// An object, if it is there.
    pub(super) fn object(&self, name: &str) -> Result<Map<String, Value>, Error> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(map)) => Ok(map.clone()),
            Some(_) => Err(Error::invalid(name, &format!("{name} must be an object"))),
        }
    }

    /// The connection, where it serves the client; who asks needs no secret.
    pub(super) async fn connection(
        &self,
        site: &Site,
        store: &Store,
    ) -> Result<(Connection, Option<ClientId>), Error> {
        let client = self.text("client_id")?.map(ClientId::from_text);
        let name = self.text("connection")?.ok_or(Error::ConnectionMissing)?;
        let connection = store.connection_by_name(&site.tenant.id, name).await?;
        let connection = connection.ok_or(Error::NoConnection)?;
        let is_others = client
            .as_ref()
            .is_some_and(|client| !connection.enabled_clients.contains(client));
        if is_others || !is_active(&connection.attributes) {
            return Err(Error::ConnectionDisabled);
        }
        Ok((connection, client))
    }
}
