use trickle_model::{ClientId, Connection, ConnectionId, TenantId};

use super::row::{ConnectionRow, columns};
use super::{ConnectionFilter, STRATEGY};
use crate::column::{key, number, text};
use crate::error::Step;
use crate::filter::Filter;
use crate::place::BY_AGE;
use crate::stored::List;
use crate::{Listed, Page, Part, Store, StoreError};

const ONE: Page = Page {
    offset: 0,
    limit: 1,
};

impl Store {
    /// A connection.
    ///
    /// # Errors
    /// The store fails, or a configuration value cannot be opened.
    #[tracing::instrument(name = "db.connections.connection", skip_all, fields(tenant.id = %tenant, connection.id = %id))]
    pub async fn connection(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
    ) -> Result<Option<Connection>, StoreError> {
        let filter = of_tenant(tenant).and("id", Some(text(id.as_str())));
        self.one_connection(&filter).await
    }

    /// The connection of a name, whatever its case.
    ///
    /// # Errors
    /// As [`connection`](Self::connection).
    #[tracing::instrument(name = "db.connections.connection_by_name", skip_all, fields(tenant.id = %tenant))]
    pub async fn connection_by_name(
        &self,
        tenant: &TenantId,
        name: &str,
    ) -> Result<Option<Connection>, StoreError> {
        let filter = of_tenant(tenant).and("name_key", Some(key(name)));
        self.one_connection(&filter).await
    }

    /// The oldest connection that [serves](Connection::serves) a client.
    ///
    /// # Errors
    /// As [`connection`](Self::connection).
    pub async fn oldest_connection_of(
        &self,
        tenant: &TenantId,
        client: &ClientId,
    ) -> Result<Option<Connection>, StoreError> {
        let oldest = self.connections_of(tenant, client, 1).await?;
        Ok(oldest.into_iter().next())
    }

    /// The oldest connections that [serve](Connection::serves) a client, at most so many.
    ///
    /// # Errors
    /// As [`connection`](Self::connection).
    #[tracing::instrument(name = "db.connections.of", skip_all, fields(tenant.id = %tenant, client.id = %client))]
    pub async fn connections_of(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        most: u64,
    ) -> Result<Vec<Connection>, StoreError> {
        // Along the index by age, without the rows themselves.
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM connections WHERE tenant_id = $1 AND is_active = 1 AND takes_passwords = 1 \
             AND EXISTS (SELECT 1 FROM connection_clients WHERE connection_clients.connection_id = connections.id \
             AND connection_clients.client_id = $2) ORDER BY created_at, id LIMIT $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(client.as_str()))
        .bind(number(most))
        .fetch_all(&self.read)
        .await
        .step("find the connections of the client")?;
        let mut connections = Vec::new();
        for id in ids {
            let id = ConnectionId::from_text(id);
            connections.extend(self.connection(tenant, &id).await?);
        }
        Ok(connections)
    }

    /// Connections of a tenant, oldest first.
    ///
    /// # Errors
    /// As [`connection`](Self::connection).
    #[tracing::instrument(name = "db.connections.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_connections(
        &self,
        tenant: &TenantId,
        filter: &ConnectionFilter,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<Connection>, StoreError> {
        if !filter.strategy.is_empty() && !filter.strategy.iter().any(|name| name == STRATEGY) {
            return Ok(Listed::new(Vec::new(), 0));
        }
        let wanted = filter.total;
        let filter = of_tenant(tenant).and("name_key", filter.name.as_deref().map(key));
        let list = List {
            filter: &filter,
            order: BY_AGE,
            part: part.into(),
            total: wanted,
            step: "list the connections",
        };
        let columns = columns(self.dialect);
        let listed = self.rows::<ConnectionRow>("connections", columns, list);
        let (rows, total, next) = listed.await?;
        let items = rows
            .into_iter()
            .map(|row| row.into_connection(&self.vault))
            .collect::<Result<_, _>>()?;
        Ok(Listed { items, total, next })
    }

    /// One that fits, without a turn among lists.
    async fn one_connection(&self, filter: &Filter) -> Result<Option<Connection>, StoreError> {
        let select = format!("SELECT {} FROM connections", columns(self.dialect));
        let row: Option<ConnectionRow> = filter
            .page(&select, "created_at, id", ONE)
            .fetch_optional(&self.read)
            .await
            .step("read the connections")?;
        row.map(|row| row.into_connection(&self.vault)).transpose()
    }
}

/// Those that are not removed.
fn of_tenant(tenant: &TenantId) -> Filter {
    Filter::new("tenant_id", text(tenant.as_str())).and_that(|sql| {
        sql.push("is_going IS NULL");
    })
}
