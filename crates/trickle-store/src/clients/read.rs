use trickle_model::{ApiClient, ClientId, TenantId};

use crate::column::text;
use crate::filter::Filter;
use crate::stored::{List, find};
use crate::{Listed, Page, Store, StoreError, Total};

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
        let condition = "WHERE tenant_id = $1 AND id = $2";
        let values = [tenant.as_str(), id.as_str()];
        find(condition, &values, "find the client", &self.read).await
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
        self.listed(List {
            filter: &Filter::new("tenant_id", text(tenant.as_str())),
            order: "created_at, id",
            page,
            total: Total::Counted,
            step: "list the clients",
        })
        .await
    }
}
