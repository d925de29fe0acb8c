use trickle_model::{ApiClient, ClientId, TenantId};

use super::{ClientFilter, GrantedFor};
use crate::client_grants::ANY_ORGANIZATION;
use crate::column::text;
use crate::dialect::Dialect;
use crate::filter::Filter;
use crate::place::BY_AGE;
use crate::search::Sql;
use crate::stored::{List, find};
use crate::{Listed, Part, Store, StoreError, Total};

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

    /// Clients of a tenant, oldest first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.api_clients.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_clients(
        &self,
        tenant: &TenantId,
        filter: &ClientFilter,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<ApiClient>, StoreError> {
        self.listed(List {
            filter: &filter.sql(tenant, self.dialect),
            order: BY_AGE,
            part: part.into(),
            total: Total::Counted,
            step: "list the clients",
        })
        .await
    }
}

impl ClientFilter {
    fn sql(&self, tenant: &TenantId, dialect: Dialect) -> Filter {
        let external = self.external_id.as_deref().map(text);
        let mut filter = Filter::new("tenant_id", text(tenant.as_str()))
            .and_any("id", self.ids.iter().map(ClientId::as_str))
            .and_any("app_type", self.app_types.iter().map(String::as_str))
            .and("external_id", external);
        if let Some(wanted) = self.is_first_party {
            filter = filter.and_that(|sql| {
                sql.push("is_first_party = ").number(i64::from(wanted));
            });
        }
        if let Some(granted) = &self.granted {
            filter = filter.and_that(|sql| granted.condition(tenant, dialect, sql));
        }
        filter
    }
}

impl GrantedFor {
    fn condition(&self, tenant: &TenantId, dialect: Dialect, sql: &mut Sql) {
        match self {
            Self::Organization(id) => {
                sql.push(
                    "id IN (SELECT client_grants.client_id FROM organization_client_grants JOIN client_grants \
                     ON client_grants.tenant_id = organization_client_grants.tenant_id \
                     AND client_grants.id = organization_client_grants.grant_id \
                     WHERE organization_client_grants.tenant_id = ",
                )
                .text_value(tenant.as_str())
                .push(" AND organization_client_grants.organization_id = ")
                .text_value(id)
                .push(")");
            }
            Self::Any(wanted) => {
                let any = dialect.is_true("client_grants.settings", ANY_ORGANIZATION);
                sql.push("id IN (SELECT client_grants.client_id FROM client_grants WHERE client_grants.tenant_id = ")
                    .text_value(tenant.as_str())
                    .push(if *wanted { " AND " } else { " AND NOT " })
                    .push(&any)
                    .push(")");
            }
        }
    }
}
