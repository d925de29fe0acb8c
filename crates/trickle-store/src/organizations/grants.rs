use trickle_model::{ClientGrant, TenantId};

use super::Organization;
use crate::client_grants::GRANT_ORDER;
use crate::column::text;
use crate::error::Changed;
use crate::filter::Filter;
use crate::place::By;
use crate::stored::List;
use crate::{ClientGrantFilter, Listed, Part, Store, StoreError, Total};

/// Client grants, through their links. Links to grants that are gone show nothing.
const GRANTS: &str = "organization_client_grants JOIN client_grants \
     ON client_grants.tenant_id = organization_client_grants.tenant_id \
     AND client_grants.id = organization_client_grants.grant_id";
/// Organizations, through their links.
const ORGANIZATIONS: &str = "organization_client_grants JOIN organizations \
     ON organizations.tenant_id = organization_client_grants.tenant_id \
     AND organizations.id = organization_client_grants.organization_id";

/// Links between organizations and grants, of those that are given.
fn links(tenant: &TenantId, organization: Option<&str>, grant: Option<&str>) -> Filter {
    Filter::new(
        "organization_client_grants.tenant_id",
        text(tenant.as_str()),
    )
    .and(
        "organization_client_grants.organization_id",
        organization.map(text),
    )
    .and("organization_client_grants.grant_id", grant.map(text))
}

impl Store {
    /// Lets a client grant of the tenant count for an organization of the tenant; false where it does already.
    ///
    /// # Errors
    /// The organization is unknown, or the store fails.
    #[tracing::instrument(name = "db.organization_client_grants.add", skip_all, fields(tenant.id = %tenant))]
    pub async fn add_organization_grant(
        &self,
        tenant: &TenantId,
        organization: &str,
        grant: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "INSERT INTO organization_client_grants (tenant_id, organization_id, grant_id) VALUES ($1, $2, $3) \
             ON CONFLICT DO NOTHING",
        )
        .bind(text(tenant.as_str()))
        .bind(text(organization))
        .bind(text(grant))
        .execute(&self.write)
        .await
        .at_most_one("add the organization's client grant")
    }

    /// Client grants of an organization, by client and audience.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_client_grants.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_organization_grants(
        &self,
        tenant: &TenantId,
        organization: &str,
        filter: &ClientGrantFilter,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<ClientGrant>, StoreError> {
        let filter = filter.narrow(links(tenant, Some(organization), None), self.dialect);
        let list = List {
            filter: &filter,
            order: GRANT_ORDER,
            part: part.into(),
            total: Total::Counted,
            step: "list the organization's client grants",
        };
        self.listed_from(GRANTS, list).await
    }

    /// Organizations for which a client grant counts, by name.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_client_grants.organizations", skip_all, fields(tenant.id = %tenant))]
    pub async fn organizations_of_grant(
        &self,
        tenant: &TenantId,
        grant: &str,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<Organization>, StoreError> {
        let filter = links(tenant, None, Some(grant));
        let list = List {
            filter: &filter,
            order: &[By::text("organizations.name")],
            part: part.into(),
            total: Total::Counted,
            step: "list the organizations of the client grant",
        };
        self.listed_from(ORGANIZATIONS, list).await
    }

    /// Whether a client grant counts for an organization.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_client_grants.counts", skip_all, fields(tenant.id = %tenant))]
    pub async fn is_organization_grant(
        &self,
        tenant: &TenantId,
        organization: &str,
        grant: &str,
    ) -> Result<bool, StoreError> {
        let filter = links(tenant, Some(organization), Some(grant));
        let step = "look for the organization's client grant";
        let found = self.length(&filter, "organization_client_grants", step);
        Ok(found.await? == 1)
    }

    /// Lets a client grant count no more for an organization; false where it did not.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organization_client_grants.remove", skip_all, fields(tenant.id = %tenant))]
    pub async fn remove_organization_grant(
        &self,
        tenant: &TenantId,
        organization: &str,
        grant: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query(
            "DELETE FROM organization_client_grants WHERE tenant_id = $1 AND organization_id = $2 AND grant_id = $3",
        )
        .bind(text(tenant.as_str()))
        .bind(text(organization))
        .bind(text(grant))
        .execute(&self.write)
        .await
        .at_most_one("remove the organization's client grant")
    }
}
