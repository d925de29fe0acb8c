use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::FromRow;
use trickle_model::{ConnectionId, TenantId, UserId};

use super::connections;
use crate::column::{Row, number, object, text};
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::{Listed, Page, Store, StoreError};

/// `SELECT` of an organization, with what follows.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT organizations.id, organizations.name, organizations.settings, organizations.created_at \
             FROM organizations ",
            $rest
        )
    };
}

/// An organization.
#[derive(Clone, Debug, PartialEq)]
pub struct Organization {
    /// `org_…`.
    pub id: String,
    /// Lower case; unique within the tenant.
    pub name: String,
    /// Everything else, as it was sent: `display_name`, `branding`, `metadata`.
    pub settings: Map<String, Value>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What became of a change.
#[derive(Clone, Debug)]
pub enum ChangeOrganization {
    /// It is so now.
    Changed(Box<Organization>),
    /// Another one has the name.
    NameTaken,
    /// There is no such organization.
    Missing,
}

#[derive(FromRow)]
struct OrganizationRow {
    id: String,
    name: String,
    settings: String,
    created_at: i64,
}

impl TryFrom<OrganizationRow> for Organization {
    type Error = StoreError;

    fn try_from(organization: OrganizationRow) -> Result<Self, StoreError> {
        let row = Row {
            table: "organizations",
            id: &organization.id,
        };
        Ok(Self {
            settings: row.object("settings", &organization.settings)?,
            created_at: row.time("created_at", organization.created_at)?,
            id: organization.id,
            name: organization.name,
        })
    }
}

impl Store {
    /// Adds an organization with its connections, which must be the tenant's; false when its name is taken.
    ///
    /// # Errors
    /// The tenant is unknown, or the store fails.
    #[tracing::instrument(name = "db.organizations.add", skip_all, fields(tenant.id = %tenant))]
    pub async fn add_organization(
        &self,
        tenant: &TenantId,
        organization: &Organization,
        connections: &[(ConnectionId, Map<String, Value>)],
    ) -> Result<bool, StoreError> {
        let step = "add the organization";
        let mut tx = self.begin_write().await?;
        let added = sqlx::query(
            "INSERT INTO organizations (tenant_id, id, name, settings, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(text(tenant.as_str()))
        .bind(text(&organization.id))
        .bind(text(&organization.name))
        .bind(object(&organization.settings))
        .bind(organization.created_at.as_millisecond())
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        if !added {
            return Ok(false);
        }
        for (connection, settings) in connections {
            connections::insert(tenant, &organization.id, connection, settings, &mut *tx).await?;
        }
        tx.commit().await.step(step)?;
        Ok(true)
    }

    /// The organization of an id or a name.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organizations.organization", skip_all, fields(tenant.id = %tenant))]
    pub async fn organization(
        &self,
        tenant: &TenantId,
        id_or_name: &str,
    ) -> Result<Option<Organization>, StoreError> {
        sqlx::query_as::<_, OrganizationRow>(select!(
            "WHERE tenant_id = $1 AND (id = $2 OR name = $2) \
             ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END LIMIT 1"
        ))
        .bind(text(tenant.as_str()))
        .bind(text(id_or_name))
        .fetch_optional(&self.read)
        .await
        .step("find the organization")?
        .map(Organization::try_from)
        .transpose()
    }

    /// Organizations of a tenant, oldest first.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organizations.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_organizations(
        &self,
        tenant: &TenantId,
        page: Page,
    ) -> Result<Listed<Organization>, StoreError> {
        let step = "list the organizations";
        let filter = Filter::new("tenant_id", text(tenant.as_str()));
        let total = filter
            .count("organizations")
            .fetch_one(&self.read)
            .await
            .step(step)?;
        let rows: Vec<OrganizationRow> = filter
            .page(select!(""), "created_at, id", page)
            .fetch_all(&self.read)
            .await
            .step(step)?;
        Listed::from_rows(rows, total)
    }

    /// Organizations of a user, by name.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organizations.of_user", skip_all, fields(tenant.id = %tenant))]
    pub async fn organizations_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
        page: Page,
    ) -> Result<Listed<Organization>, StoreError> {
        let step = "list the user's organizations";
        let total: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM organization_members WHERE tenant_id = $1 AND user_id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .fetch_one(&self.read)
        .await
        .step(step)?;
        let rows: Vec<OrganizationRow> = sqlx::query_as(select!(
            "JOIN organization_members ON organization_members.tenant_id = organizations.tenant_id \
             AND organization_members.organization_id = organizations.id \
             WHERE organization_members.tenant_id = $1 AND organization_members.user_id = $2 \
             ORDER BY organizations.name LIMIT $3 OFFSET $4"
        ))
        .bind(text(tenant.as_str()))
        .bind(text(user.as_str()))
        .bind(number(page.limit))
        .bind(number(page.offset))
        .fetch_all(&self.read)
        .await
        .step(step)?;
        Listed::from_rows(rows, total)
    }

    /// Puts settings over those of an organization, `null` removing, and renames it where a name is given.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organizations.change", skip_all, fields(tenant.id = %tenant))]
    pub async fn change_organization(
        &self,
        tenant: &TenantId,
        id: &str,
        name: Option<&str>,
        settings: Map<String, Value>,
    ) -> Result<ChangeOrganization, StoreError> {
        let step = "change the organization";
        let mut tx = self.begin_write().await?;
        // The first statement changes the row, so that two merges do not lose each other.
        let found = sqlx::query(
            "UPDATE organizations SET settings = settings WHERE tenant_id = $1 AND id = $2",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        if !found {
            return Ok(ChangeOrganization::Missing);
        }
        let row: OrganizationRow = sqlx::query_as(select!("WHERE tenant_id = $1 AND id = $2"))
            .bind(text(tenant.as_str()))
            .bind(text(id))
            .fetch_one(&mut *tx)
            .await
            .step(step)?;
        let mut organization = Organization::try_from(row)?;
        organization.settings.extend(settings);
        organization.settings.retain(|_, value| !value.is_null());
        if let Some(name) = name {
            name.clone_into(&mut organization.name);
        }
        let changed = sqlx::query(
            "UPDATE organizations SET name = $3, settings = $4 WHERE tenant_id = $1 AND id = $2 \
             AND NOT EXISTS (SELECT 1 FROM organizations AS other \
             WHERE other.tenant_id = $1 AND other.name = $3 AND other.id <> $2)",
        )
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .bind(text(&organization.name))
        .bind(object(&organization.settings))
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        if !changed {
            return Ok(ChangeOrganization::NameTaken);
        }
        tx.commit().await.step(step)?;
        Ok(ChangeOrganization::Changed(Box::new(organization)))
    }

    /// Removes an organization with its members; false without such an organization.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organizations.remove", skip_all, fields(tenant.id = %tenant))]
    pub async fn remove_organization(
        &self,
        tenant: &TenantId,
        id: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query("DELETE FROM organizations WHERE tenant_id = $1 AND id = $2")
            .bind(text(tenant.as_str()))
            .bind(text(id))
            .execute(&self.write)
            .await
            .at_most_one("remove the organization")
    }
}
