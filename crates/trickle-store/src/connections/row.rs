use std::collections::BTreeMap;

use sqlx::FromRow;
use trickle_model::{
    ClientId, ConfigurationValue, Connection, ConnectionId, ConnectionOptions, LiveScript, TenantId,
};

use super::configuration::open_value;
use crate::StoreError;
use crate::column::Row;
use crate::dialect::Dialect;
use crate::vault::Vault;

/// Columns of connections with all that belongs to them: one statement sees one state, and a journey to the database costs more
/// than what it reads.
pub(super) fn columns(dialect: Dialect) -> String {
    let own = |table: &str| format!("{table} WHERE {table}.connection_id = connections.id");
    let secrets = dialect.json_list(&["name", "sealed"], "", &own("secrets"));
    let clients = dialect.json_list(
        &["client_id"],
        "ORDER BY client_id",
        &own("connection_clients"),
    );
    let live = format!("{} AND live = 1", own("script_versions"));
    let live = dialect.json_list(&["action", "version", "text"], "", &live);
    format!(
        "id, tenant_id, name, options, attributes, egress, revision, created_at, updated_at, \
         {secrets} AS secrets, {clients} AS clients, {live} AS live"
    )
}

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
    secrets: String,
    clients: String,
    live: String,
}

impl ConnectionRow {
    pub(super) fn into_connection(self, vault: &Vault) -> Result<Connection, StoreError> {
        let row = Row {
            table: "connections",
            id: &self.id,
        };
        let id = ConnectionId::from_text(self.id.as_str());
        let tenant = TenantId::from_text(self.tenant_id);
        let mut configuration = BTreeMap::new();
        for (name, sealed) in row.rows::<(String, String)>("secrets", &self.secrets)? {
            let clear = open_value(vault, &tenant, &id, &name, &sealed)?;
            configuration.insert(name, ConfigurationValue { sealed, clear });
        }
        let mut live = BTreeMap::new();
        for (action, version, text) in row.rows::<(String, i64, String)>("live", &self.live)? {
            let action = action
                .parse()
                .map_err(|_| row.inconsistent("live", "it is no action"))?;
            let version = row.count("live", version)?;
            live.insert(action, LiveScript { version, text });
        }
        let clients = row.rows::<(String,)>("clients", &self.clients)?;
        Ok(Connection {
            options: ConnectionOptions::from_stored(row.object("options", &self.options)?),
            attributes: row.object("attributes", &self.attributes)?,
            egress: serde_json::from_str(&self.egress)
                .map_err(|error| row.inconsistent("egress", error))?,
            revision: row.count("revision", self.revision)?,
            created_at: row.time("created_at", self.created_at)?,
            updated_at: row.time("updated_at", self.updated_at)?,
            name: self.name,
            live,
            configuration,
            enabled_clients: clients
                .into_iter()
                .map(|(client,)| ClientId::from_text(client))
                .collect(),
            id,
            tenant,
        })
    }
}
