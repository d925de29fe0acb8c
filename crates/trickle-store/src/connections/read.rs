use trickle_model::{Connection, ConnectionId, TenantId};

use super::row::{ConnectionRow, select};
use super::{ConnectionFilter, STRATEGY};
use crate::column::{key, text};
use crate::error::Step;
use crate::filter::Filter;
use crate::{Listed, Page, Store, StoreError};

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
        Ok(self.connections(&filter, ONE).await?.pop())
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
        Ok(self.connections(&filter, ONE).await?.pop())
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
        page: Page,
    ) -> Result<Listed<Connection>, StoreError> {
        if !filter.strategy.is_empty() && !filter.strategy.iter().any(|name| name == STRATEGY) {
            return Ok(Listed {
                items: Vec::new(),
                total: 0,
            });
        }
        let wanted = filter.total;
        let filter = of_tenant(tenant).and("name_key", filter.name.as_deref().map(key));
        let items = self.connections(&filter, page);
        let items = self.in_turn(tenant, "list the connections", items).await?;
        let total = match page.total_of(items.len(), wanted) {
            Some(total) => total,
            None => {
                let step = "count the connections";
                self.length(&filter, "connections", step).await?
            }
        };
        Ok(Listed { items, total })
    }

    async fn connections(
        &self,
        filter: &Filter,
        page: Page,
    ) -> Result<Vec<Connection>, StoreError> {
        let rows: Vec<ConnectionRow> = filter
            .page(&select(self.dialect), "created_at, id", page)
            .fetch_all(&self.read)
            .await
            .step("read the connections")?;
        rows.into_iter()
            .map(|row| row.into_connection(&self.vault))
            .collect()
    }
}

fn of_tenant(tenant: &TenantId) -> Filter {
    Filter::new("tenant_id", text(tenant.as_str()))
}
