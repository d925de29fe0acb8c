use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{AnyConnection, AssertSqlSafe, FromRow};
use trickle_model::{ConnectionId, TenantId, UserId};

use super::connections;
use crate::column::{Row, text};
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::filter::Filter;
use crate::place::By;
use crate::stored::{List, Stored, bounded, merge, remove};
use crate::{Listed, Part, Store, StoreError, Total};

/// Of the settings of an organization.
const MOST_BYTES: usize = 64 << 10;

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

/// By what organizations are listed; without anything, from the oldest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrganizationSort {
    /// The field.
    pub by: OrganizationField,
    /// Whether the last one comes first.
    pub descending: bool,
}

/// A field by which organizations are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrganizationField {
    /// When they were made.
    #[default]
    CreatedAt,
    /// Their names.
    Name,
    /// What people call them; those without it are at the beginning.
    DisplayName,
}

impl OrganizationSort {
    fn order(self, dialect: Dialect) -> [By; 2] {
        let by_bytes = dialect.by_bytes();
        let by = match self.by {
            OrganizationField::CreatedAt => By::number("created_at"),
            OrganizationField::Name => By::reckoned(format!("name{by_bytes}")),
            OrganizationField::DisplayName => {
                let name = dialect.field("settings", "display_name");
                // A place has no NUL; PostgreSQL gives none for an object with one unasked.
                let name = match dialect {
                    Dialect::Sqlite => format!(
                        "CASE WHEN instr(settings, '\\u0000') > 0 THEN NULL ELSE {name} END"
                    ),
                    Dialect::Postgres => name,
                };
                By::reckoned(format!("COALESCE(CAST({name} AS TEXT), ''){by_bytes}"))
            }
        };
        [
            by.descending(self.descending),
            By::reckoned(format!("id{by_bytes}")),
        ]
    }
}

#[derive(FromRow)]
pub(crate) struct OrganizationRow {
    id: String,
    name: String,
    settings: String,
    created_at: i64,
}

impl Stored for Organization {
    type Row = OrganizationRow;
    const COLUMNS: &'static str =
        "organizations.id, organizations.name, organizations.settings, organizations.created_at";
    const FROM: &'static str = "organizations";
}

/// Organizations, through their members.
const OF_MEMBERS: &str = "organization_members JOIN organizations \
     ON organizations.tenant_id = organization_members.tenant_id \
     AND organizations.id = organization_members.organization_id";

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
        let settings = bounded(&organization.settings, MOST_BYTES, step)?;
        let mut tx = self.begin_write().await?;
        let added = sqlx::query(
            "INSERT INTO organizations (tenant_id, id, name, settings, created_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(text(tenant.as_str()))
        .bind(text(&organization.id))
        .bind(text(&organization.name))
        .bind(settings)
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
        let step = "find the organization";
        self.find_by_id_or("name", tenant, id_or_name, step).await
    }

    /// Organizations of a tenant.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.organizations.list", skip_all, fields(tenant.id = %tenant))]
    pub async fn list_organizations(
        &self,
        tenant: &TenantId,
        sort: OrganizationSort,
        part: impl Into<Part> + Send,
    ) -> Result<Listed<Organization>, StoreError> {
        self.listed(List {
            filter: &Filter::new("tenant_id", text(tenant.as_str())),
            order: &sort.order(self.dialect),
            part: part.into(),
            total: Total::Counted,
            step: "list the organizations",
        })
        .await
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
        part: impl Into<Part> + Send,
    ) -> Result<Listed<Organization>, StoreError> {
        let tenant = text(tenant.as_str());
        let filter = Filter::new("organization_members.tenant_id", tenant)
            .and("organization_members.user_id", Some(text(user.as_str())));
        let list = List {
            filter: &filter,
            order: &[By::text("organizations.name")],
            part: part.into(),
            total: Total::Counted,
            step: "list the user's organizations",
        };
        self.listed_from(OF_MEMBERS, list).await
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
        let held = self.hold::<Organization>(tenant, id, step).await?;
        let Some((mut tx, mut organization)) = held else {
            return Ok(ChangeOrganization::Missing);
        };
        merge(&mut organization.settings, settings);
        let settings = bounded(&organization.settings, MOST_BYTES, step)?;
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
        .bind(settings)
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
        remove(
            "organizations",
            (tenant, id),
            "remove the organization",
            &self.write,
        )
        .await
    }
}

/// Keeps an organization from being removed until the transaction ends; false where it is gone.
pub(super) async fn keep(
    dialect: Dialect,
    (tenant, id): (&TenantId, &str),
    step: &'static str,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let lock = dialect.for_key_share();
    let sql = format!("SELECT id FROM organizations WHERE tenant_id = $1 AND id = $2{lock}");
    let found: Option<(String,)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(text(tenant.as_str()))
        .bind(text(id))
        .fetch_optional(tx)
        .await
        .step(step)?;
    Ok(found.is_some())
}
