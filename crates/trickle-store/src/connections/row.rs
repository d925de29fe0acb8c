use std::collections::BTreeMap;

use sqlx::{AnyConnection, AssertSqlSafe, FromRow};
use trickle_model::{ClientId, ConfigurationValue};
use trickle_model::{Connection, ConnectionId, ConnectionOptions, TenantId};

use super::configuration::open_value;
use crate::StoreError;
use crate::column::Row;
use crate::error::Step;
use crate::filter::placeholders;
use crate::scripts::live_of;
use crate::vault::Vault;

pub(super) const SELECT: &str = "SELECT id, tenant_id, name, options, attributes, egress, revision, created_at, updated_at \
     FROM connections";

#[derive(FromRow)]
pub(super) struct ConnectionRow {
    id: String,
    tenant_id: String,
    name: String,
    options: String,
    attributes: String,
    egress: String,
    revision: i64,
    created_at: i64,
    updated_at: i64,
}

#[derive(FromRow)]
struct SecretRow {
    connection_id: String,
    name: String,
    sealed: String,
}

#[derive(FromRow)]
struct EnabledClientRow {
    connection_id: String,
    client_id: String,
}

impl ConnectionRow {
    fn into_connection(self) -> Result<Connection, StoreError> {
        let row = Row {
            table: "connections",
            id: &self.id,
        };
        Ok(Connection {
            options: ConnectionOptions::from_stored(row.object("options", &self.options)?),
            attributes: row.object("attributes", &self.attributes)?,
            egress: serde_json::from_str(&self.egress)
                .map_err(|error| row.inconsistent("egress", error))?,
            revision: row.count("revision", self.revision)?,
            created_at: row.time("created_at", self.created_at)?,
            updated_at: row.time("updated_at", self.updated_at)?,
            id: ConnectionId::from_text(self.id),
            tenant: TenantId::from_text(self.tenant_id),
            name: self.name,
            live: BTreeMap::new(),
            configuration: BTreeMap::new(),
            enabled_clients: Vec::new(),
        })
    }
}

/// Adds what the other tables have of these connections. The transaction is the one that read the rows.
pub(super) async fn complete(
    rows: Vec<ConnectionRow>,
    vault: &Vault,
    tx: &mut AnyConnection,
) -> Result<Vec<Connection>, StoreError> {
    let step = "read the connections";
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut connections = rows
        .into_iter()
        .map(ConnectionRow::into_connection)
        .collect::<Result<Vec<_>, _>>()?;

    let list = placeholders(ids.len());
    let mut secrets = sqlx::query_as::<_, SecretRow>(AssertSqlSafe(format!(
        "SELECT connection_id, name, sealed FROM secrets WHERE connection_id IN ({list})"
    )));
    let mut clients = sqlx::query_as::<_, EnabledClientRow>(AssertSqlSafe(format!(
        "SELECT connection_id, client_id FROM connection_clients WHERE connection_id IN ({list}) ORDER BY client_id"
    )));
    for id in &ids {
        secrets = secrets.bind(id);
        clients = clients.bind(id);
    }
    let secrets = secrets.fetch_all(&mut *tx).await.step(step)?;
    let clients = clients.fetch_all(&mut *tx).await.step(step)?;

    let live = live_of(&ids, &mut *tx).await?;

    for connection in &mut connections {
        let id = connection.id.as_str();
        let own = live.iter().filter(|(of, _, _)| of == id);
        connection.live = own
            .map(|(_, action, script)| (*action, script.clone()))
            .collect();
        for secret in secrets.iter().filter(|row| row.connection_id == id) {
            let clear = open_value(
                vault,
                &connection.tenant,
                &connection.id,
                &secret.name,
                &secret.sealed,
            )?;
            let sealed = secret.sealed.clone();
            connection
                .configuration
                .insert(secret.name.clone(), ConfigurationValue { sealed, clear });
        }
        let own = clients.iter().filter(|row| row.connection_id == id);
        connection.enabled_clients = own
            .map(|row| ClientId::from_text(row.client_id.as_str()))
            .collect();
    }
    Ok(connections)
}
