//! Tenants and their host names.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sqlx::FromRow;
use trickle_model::TenantId;

use crate::column::{Row, key, text};
use crate::error::{Changed, Step};
use crate::{Store, StoreError};

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Part of its host name; unique whatever the case.
    pub name: String,
    /// Host names of its own, lower-cased.
    pub domains: Vec<String>,
    /// Name of the connection that a password grant without realm uses.
    pub default_directory: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A tenant to be stored.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// Its id.
    pub id: TenantId,
    /// Part of its host name.
    pub name: String,
    /// Host names of its own.
    pub domains: Vec<String>,
}

/// Why a tenant cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum AddTenantError {
    /// There is one of that name.
    #[error("add the tenant: its name is taken")]
    NameTaken,
    /// Another tenant has that host name.
    #[error("add the tenant: the domain {domain} belongs to another tenant")]
    DomainTaken {
        /// The host name.
        domain: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(FromRow)]
struct TenantRow {
    id: String,
    name: String,
    default_directory: Option<String>,
    created_at: i64,
}

#[derive(FromRow)]
struct DomainRow {
    domain: String,
    tenant_id: String,
}

impl TenantRow {
    fn into_tenant(self, domains: &[DomainRow]) -> Result<Tenant, StoreError> {
        let row = Row {
            table: "tenants",
            id: &self.id,
        };
        Ok(Tenant {
            created_at: row.time("created_at", self.created_at)?,
            domains: domains
                .iter()
                .filter(|domain| domain.tenant_id == self.id)
                .map(|domain| domain.domain.clone())
                .collect(),
            id: TenantId::from_text(self.id),
            name: self.name,
            default_directory: self.default_directory,
        })
    }
}

impl Store {
    /// Adds a tenant with its host names.
    ///
    /// # Errors
    /// The name or a host name is taken, or the store fails.
    #[tracing::instrument(name = "db.tenants.add", skip_all, fields(tenant.id = %new.id))]
    pub async fn add_tenant(
        &self,
        new: &NewTenant,
        now: Timestamp,
    ) -> Result<Tenant, AddTenantError> {
        let step = "add the tenant";
        let mut tx = self.begin_write().await?;
        let added = sqlx::query(
            "INSERT INTO tenants (id, name, name_key, created_at) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (name_key) DO NOTHING",
        )
        .bind(text(new.id.as_str()))
        .bind(text(&new.name))
        .bind(key(&new.name))
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await
        .at_most_one(step)?;
        if !added {
            return Err(AddTenantError::NameTaken);
        }
        let mut seen = BTreeSet::new();
        let domains = new.domains.iter().map(|domain| key(domain));
        for (position, domain) in
            (0_i64..).zip(domains.filter(|domain| seen.insert(domain.clone())))
        {
            let added = sqlx::query(
                "INSERT INTO tenant_domains (domain, tenant_id, position) VALUES ($1, $2, $3) \
                 ON CONFLICT (domain) DO NOTHING",
            )
            .bind(&domain)
            .bind(text(new.id.as_str()))
            .bind(position)
            .execute(&mut *tx)
            .await
            .at_most_one(step)?;
            if !added {
                return Err(AddTenantError::DomainTaken { domain });
            }
        }
        tx.commit().await.step(step)?;
        let tenant = self.tenant_by_name(&new.name).await?;
        tenant.ok_or_else(|| StoreError::RowCount { step, rows: 0 }.into())
    }

    /// The tenant of a name, whatever its case.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tenants.tenant_by_name", skip_all)]
    pub async fn tenant_by_name(&self, name: &str) -> Result<Option<Tenant>, StoreError> {
        self.one_tenant(
            "SELECT id, name, default_directory, created_at FROM tenants WHERE name_key = $1",
            name,
        )
        .await
    }

    /// The tenant of a host name of its own, whatever its case.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tenants.tenant_by_domain", skip_all)]
    pub async fn tenant_by_domain(&self, domain: &str) -> Result<Option<Tenant>, StoreError> {
        self.one_tenant(
            "SELECT id, name, default_directory, created_at FROM tenants \
             WHERE id = (SELECT tenant_id FROM tenant_domains WHERE domain = $1)",
            domain,
        )
        .await
    }

    /// Every tenant, by name.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tenants.list", skip_all)]
    pub async fn list_tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let step = "list the tenants";
        let mut rows: Vec<TenantRow> =
            sqlx::query_as("SELECT id, name, default_directory, created_at FROM tenants")
                .fetch_all(&self.read)
                .await
                .step(step)?;
        rows.sort_by_cached_key(|row| key(&row.name));
        let domains: Vec<DomainRow> =
            sqlx::query_as("SELECT domain, tenant_id FROM tenant_domains ORDER BY position")
                .fetch_all(&self.read)
                .await
                .step(step)?;
        rows.into_iter()
            .map(|row| row.into_tenant(&domains))
            .collect()
    }

    /// Sets the connection that a password grant without realm uses; false without such a tenant.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tenants.set_default_directory", skip_all, fields(tenant.id = %tenant))]
    pub async fn set_default_directory(
        &self,
        tenant: &TenantId,
        directory: Option<&str>,
    ) -> Result<bool, StoreError> {
        sqlx::query("UPDATE tenants SET default_directory = $2 WHERE id = $1")
            .bind(text(tenant.as_str()))
            .bind(directory.map(text))
            .execute(&self.write)
            .await
            .at_most_one("set the default directory")
    }

    async fn one_tenant(
        &self,
        sql: &'static str,
        value: &str,
    ) -> Result<Option<Tenant>, StoreError> {
        let step = "find the tenant";
        let found: Option<TenantRow> = sqlx::query_as(sql)
            .bind(key(value))
            .fetch_optional(&self.read)
            .await
            .step(step)?;
        let Some(row) = found else { return Ok(None) };
        let domains: Vec<DomainRow> = sqlx::query_as(
            "SELECT domain, tenant_id FROM tenant_domains WHERE tenant_id = $1 ORDER BY position",
        )
        .bind(&row.id)
        .fetch_all(&self.read)
        .await
        .step(step)?;
        row.into_tenant(&domains).map(Some)
    }
}
