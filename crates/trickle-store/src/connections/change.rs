use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{Any, AnyConnection, Transaction};
use trickle_model::{
    ClientId, Connection, ConnectionId, ConnectionOptions, OperatorEgress, REALMS, ScriptSave,
    TenantId, is_active, realms_of,
};

use super::configuration::{put_value, replace};
use super::realms::{are_taken, write_realms};
use super::{
    AddConnectionError, Among, CONNECTIONS_MOST, ChangeConnectionError, ConnectionChange,
    NewConnection, hold_tenant, is_taken,
};
use crate::column::{Row, key, object, text};
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::scripts::sync;
use crate::users::follow_options;
use crate::{Store, StoreError};

impl Store {
    /// Adds a connection at revision 1.
    ///
    /// # Errors
    /// The name is taken, also by one that is [kept](crate::KEPT_CONNECTION), or a realm is, or the store fails.
    #[tracing::instrument(name = "db.connections.add", skip_all, fields(tenant.id = %new.tenant, connection.id = %new.id))]
    pub async fn add_connection(
        &self,
        new: &NewConnection,
        now: Timestamp,
    ) -> Result<Connection, AddConnectionError> {
        let step = "add the connection";
        let mut tx = self.begin_write().await?;
        if is_taken(&new.tenant, &new.name, Among::Kept, &mut tx).await? {
            return Err(AddConnectionError::NameTaken);
        }
        if are_most(&new.tenant, &mut tx).await? {
            return Err(AddConnectionError::TooMany);
        }
        let realms = realms_of(&new.name, &new.attributes);
        let is_realm_taken = are_taken(&new.tenant, &new.id, &realms, &mut tx).await?;
        let added = sqlx::query(
            "INSERT INTO connections \
             (id, tenant_id, name, name_key, options, attributes, revision, created_at, updated_at, \
             is_active, takes_passwords) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7, $8, $9) ON CONFLICT (tenant_id, name_key) DO NOTHING",
        )
        .bind(text(new.id.as_str()))
        .bind(text(new.tenant.as_str()))
        .bind(text(&new.name))
        .bind(key(&new.name))
        .bind(object(new.options.as_map()))
        .bind(object(&new.attributes))
        .bind(now.as_millisecond())
        .bind(i64::from(is_active(&new.attributes)))
        .bind(i64::from(new.options.takes_passwords()))
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        if !added {
            return Err(AddConnectionError::NameTaken);
        }
        if is_realm_taken {
            return Err(AddConnectionError::RealmTaken);
        }
        write_realms(&new.tenant, &new.id, &realms, self.dialect, &mut tx).await?;
        for (name, clear) in &new.configuration {
            put_value(&self.vault, &new.tenant, &new.id, name, clear, &mut tx).await?;
        }
        let nothing = ConnectionOptions::default();
        let unsaid = ScriptSave::default();
        sync(&new.id, &nothing, &new.options, &unsaid, now, &mut tx).await?;
        follow_options(&new.id, &new.options, self.dialect, &mut tx).await?;
        for client in &new.enabled_clients {
            allow(&new.id, client, &mut tx).await?;
        }
        tx.commit().await.step(step)?;
        let added = self.connection(&new.tenant, &new.id).await?;
        added.ok_or_else(|| StoreError::RowCount { step, rows: 0 }.into())
    }

    /// Changes a connection and raises its revision; `None` without such a connection.
    ///
    /// # Errors
    /// A realm is taken, [`StoreError::NothingToKeep`], or as [`connection`](Self::connection).
    #[tracing::instrument(name = "db.connections.change", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn change_connection(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        change: &ConnectionChange,
        now: Timestamp,
    ) -> Result<Option<Connection>, ChangeConnectionError> {
        let step = "change the connection";
        let Some(mut tx) = self.begin_change(tenant, id, now).await? else {
            return Ok(None);
        };
        if let Some((options, configuration)) = &change.options {
            let before = stored_options(id, &mut tx).await?;
            sync(id, &before, options, &change.saved, now, &mut tx).await?;
            sqlx::query("UPDATE connections SET options = $2, takes_passwords = $3 WHERE id = $1")
                .bind(id.as_str())
                .bind(object(options.as_map()))
                .bind(i64::from(options.takes_passwords()))
                .execute(&mut *tx)
                .await
                .exactly_one(step)?;
            follow_options(id, options, self.dialect, &mut tx).await?;
            replace(&self.vault, tenant, id, configuration, &mut tx).await?;
        }
        if !change.attributes.is_empty() {
            merge_attributes(tenant, id, &change.attributes, self.dialect, &mut tx).await?;
        }
        tx.commit().await.step(step)?;
        Ok(self.connection(tenant, id).await?)
    }

    /// Allows (`true`) or forbids clients to log in through a connection and raises its revision; false without such a
    /// connection.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.connections.set_clients", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn set_connection_clients(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        clients: &[(ClientId, bool)],
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let step = "set the connection's clients";
        let Some(mut tx) = self.begin_change(tenant, id, now).await? else {
            return Ok(false);
        };
        for (client, allowed) in clients {
            if *allowed {
                allow(id, client, &mut tx).await?;
            } else {
                sqlx::query(
                    "DELETE FROM connection_clients WHERE connection_id = $1 AND client_id = $2",
                )
                .bind(id.as_str())
                .bind(text(client.as_str()))
                .execute(&mut *tx)
                .await
                .at_most_one(step)?;
            }
        }
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// Says what the operator lets the scripts of a connection reach and raises its revision; false without such a connection.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.connections.set_egress", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn set_connection_egress(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        egress: &OperatorEgress,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let step = "set the connection's egress rules";
        let Some(mut tx) = self.begin_change(tenant, id, now).await? else {
            return Ok(false);
        };
        sqlx::query("UPDATE connections SET egress = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(serde_json::json!(egress).to_string())
            .execute(&mut *tx)
            .await
            .exactly_one(step)?;
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// The first statement changes the row: until the end nobody else can, so that two merges do not lose each other.
    pub(crate) async fn begin_change(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
        now: Timestamp,
    ) -> Result<Option<Transaction<'static, Any>>, StoreError> {
        let mut tx = self.begin_write().await?;
        let found = sqlx::query(
            "UPDATE connections SET revision = revision + 1, updated_at = $3 \
             WHERE tenant_id = $1 AND id = $2 AND is_going IS NULL",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id.as_str()))
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await
        .at_most_one("raise the connection's revision")?;
        Ok(found.then_some(tx))
    }
}

async fn are_most(tenant: &TenantId, tx: &mut AnyConnection) -> Result<bool, StoreError> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM connections WHERE tenant_id = $1")
        .bind(text(tenant.as_str()))
        .fetch_one(tx)
        .await
        .step("count the connections")?;
    Ok(u64::try_from(count).unwrap_or_default() >= CONNECTIONS_MOST)
}

async fn stored_options(
    id: &ConnectionId,
    tx: &mut AnyConnection,
) -> Result<ConnectionOptions, StoreError> {
    let stored: String = sqlx::query_scalar("SELECT options FROM connections WHERE id = $1")
        .bind(id.as_str())
        .fetch_one(tx)
        .await
        .step("read the connection's options")?;
    let row = Row {
        table: "connections",
        id: id.as_str(),
    };
    let options = row.object("options", &stored)?;
    Ok(ConnectionOptions::from_stored(options))
}

async fn allow(
    connection: &ConnectionId,
    client: &ClientId,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO connection_clients (connection_id, client_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
    )
    .bind(text(connection.as_str()))
    .bind(text(client.as_str()))
    .execute(tx)
    .await
    .at_most_one("allow a client")
    .map(drop)
}

async fn merge_attributes(
    tenant: &TenantId,
    id: &ConnectionId,
    changes: &Map<String, Value>,
    dialect: Dialect,
    tx: &mut AnyConnection,
) -> Result<(), ChangeConnectionError> {
    let step = "merge the connection's attributes";
    let (name, stored): (String, String) =
        sqlx::query_as("SELECT name, attributes FROM connections WHERE id = $1")
            .bind(id.as_str())
            .fetch_one(&mut *tx)
            .await
            .step(step)?;
    let row = Row {
        table: "connections",
        id: id.as_str(),
    };
    let mut attributes = row.object("attributes", &stored)?;
    for (name, value) in changes {
        if value.is_null() {
            attributes.remove(name);
        } else {
            attributes.insert(name.clone(), value.clone());
        }
    }
    if changes.contains_key(REALMS) {
        hold_tenant(tenant, &mut *tx).await?;
        let realms = realms_of(&name, &attributes);
        if are_taken(tenant, id, &realms, &mut *tx).await? {
            return Err(ChangeConnectionError::RealmTaken);
        }
        write_realms(tenant, id, &realms, dialect, &mut *tx).await?;
    }
    sqlx::query("UPDATE connections SET attributes = $2, is_active = $3 WHERE id = $1")
        .bind(id.as_str())
        .bind(object(&attributes))
        .bind(i64::from(is_active(&attributes)))
        .execute(tx)
        .await
        .exactly_one(step)?;
    Ok(())
}
