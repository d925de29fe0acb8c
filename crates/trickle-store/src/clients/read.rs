use trickle_model::{ApiClient, ClientId, TenantId};

use super::row::{ClientRow, select_client};
use crate::column::text;
use crate::error::Step;
use crate::filter::Filter;
use crate::{Listed, Page, Store, StoreError};

impl Store {
    /// A client of a tenant.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.api_clients.client", skip_all, fields(tenant.id = %tenant, client.id = %id))]
    pub async fn client(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<ApiClient>, StoreError> {
        sqlx::query_as::<_, ClientRow>(select_client!("WHERE tenant_id = $1 AND id = $2"))
            .bind(text(tenant.as_str()))
            .bind(text(id.as_str()))
            .fetch_optional(&self.read)
            .await
            .step("find the client")?
            .map(ApiClient::try_from)
            .transpose()
    }

    /// The clients of a tenant, oldest first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.api_clients.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_clients(
        &self,
        tenant: &TenantId,
        page: Page,
    ) -> Result<Listed<ApiClient>, StoreError> {
        let step = "list the clients";
        let filter = Filter::new("tenant_id", text(tenant.as_str()));
        let total = filter
            .count("api_clients")
            .fetch_one(&self.read)
            .await
            .step(step)?;
        let rows: Vec<ClientRow> = filter
            .page(select_client!(""), "created_at, id", page)
            .fetch_all(&self.read)
            .await
            .step(step)?;
        Listed::from_rows(rows, total)
    }
}
