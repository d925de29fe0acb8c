//! Tenants and their host names.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, FromRow};
use trickle_model::TenantId;

use crate::column::{Row, key, text};
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::rounds::Rounds;
use crate::{Cache, Store, StoreError, Version};

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

/// A tenant that answers under a host name. Clones share what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The tenant.
    pub tenant: Arc<Tenant>,
    /// Whether the host name is one of its own.
    pub is_its_own: bool,
    /// Names of the keys whose signatures are accepted.
    pub key_names: Arc<[String]>,
}

/// Sites that are held: strangers may ask for any host name.
const SITES: usize = 1_000;

/// A host name, and a name where there is one.
type Place = (String, Option<String>);

/// Every request begins with one. Those of a file are held while nobody writes; those of a server are read for several at once.
#[derive(Clone)]
pub(crate) struct Sites {
    held: Cache<Place, Option<Site>>,
    rounds: Rounds<Place, Option<Site>>,
}

impl Default for Sites {
    fn default() -> Self {
        Self {
            held: Cache::new(SITES),
            rounds: Rounds::default(),
        }
    }
}

#[derive(FromRow)]
struct TenantRow {
    id: String,
    name: String,
    default_directory: Option<String>,
    created_at: i64,
    domains: String,
    key_names: String,
}

/// `SELECT` of tenants in one statement, with what follows: everything begins with it, and a journey to the database costs more than
/// what it reads.
fn select(dialect: Dialect, rest: &str) -> String {
    let domains = dialect.json_list(
        &["domain"],
        "ORDER BY position",
        "tenant_domains WHERE tenant_domains.tenant_id = tenants.id",
    );
    let key_names = dialect.json_list(
        &["kid"],
        "ORDER BY kid",
        "signing_keys WHERE signing_keys.tenant_id = tenants.id AND signing_keys.revoked_at IS NULL",
    );
    format!(
        "SELECT id, name, default_directory, created_at, {domains} AS domains, {key_names} AS key_names \
         FROM tenants {rest}"
    )
}

impl TenantRow {
    fn into_tenant(self) -> Result<Tenant, StoreError> {
        let row = Row {
            table: "tenants",
            id: &self.id,
        };
        Ok(Tenant {
            created_at: row.time("created_at", self.created_at)?,
            domains: names(&row, "domains", &self.domains)?,
            id: TenantId::from_text(self.id),
            name: self.name,
            default_directory: self.default_directory,
        })
    }

    fn into_site(self, domain: &str) -> Result<Site, StoreError> {
        let row = Row {
            table: "tenants",
            id: &self.id,
        };
        let key_names = names(&row, "key_names", &self.key_names)?;
        let tenant = self.into_tenant()?;
        Ok(Site {
            is_its_own: tenant.domains.iter().any(|own| own == domain),
            tenant: Arc::new(tenant),
            key_names: key_names.into(),
        })
    }
}

fn names(row: &Row<'_>, column: &'static str, json: &str) -> Result<Vec<String>, StoreError> {
    let names = row.rows::<(String,)>(column, json)?;
    Ok(names.into_iter().map(|(name,)| name).collect())
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
        let condition = "WHERE name_key = $1";
        let found = self.one_tenant(condition, &[Some(key(name))]).await?;
        found.map(TenantRow::into_tenant).transpose()
    }

    /// The tenant of a host name of its own, else of a name where one is given, whatever the case. `version` is that of now, where the
    /// database tells it.
    ///
    /// # Errors
    /// The store fails.
    pub async fn site(
        &self,
        domain: &str,
        otherwise: Option<&str>,
        version: Option<Version>,
    ) -> Result<Option<Site>, StoreError> {
        let place = (domain.to_owned(), otherwise.map(str::to_owned));
        let Sites { held, rounds } = &self.sites;
        let Some(version) = version else {
            let read = async || self.read_site(&place).await;
            return rounds.read(place.clone(), read).await;
        };
        if let Some(site) = held.get(version, &place) {
            return Ok(site);
        }
        // In a box, since it is rare and large.
        let site = Box::pin(self.read_site(&place)).await?;
        held.put(version, place, site.clone(), 1);
        Ok(site)
    }

    /// Every tenant, by name.
    ///
    /// # Errors
    /// The store fails.
    #[tracing::instrument(name = "db.tenants.list", skip_all)]
    pub async fn list_tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let mut rows: Vec<TenantRow> = sqlx::query_as(AssertSqlSafe(select(self.dialect, "")))
            .fetch_all(&self.read)
            .await
            .step("list the tenants")?;
        rows.sort_by_cached_key(|row| key(&row.name));
        rows.into_iter().map(TenantRow::into_tenant).collect()
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

    #[tracing::instrument(name = "db.tenants.site", skip_all)]
    async fn read_site(&self, (domain, name): &Place) -> Result<Option<Site>, StoreError> {
        let domain = key(domain);
        let condition = "WHERE id = COALESCE((SELECT tenant_id FROM tenant_domains WHERE domain = $1), \
             (SELECT id FROM tenants WHERE name_key = $2))";
        let values = [Some(domain.clone()), name.as_deref().map(key)];
        let found = self.one_tenant(condition, &values).await?;
        found.map(|row| row.into_site(&domain)).transpose()
    }

    async fn one_tenant(
        &self,
        rest: &'static str,
        values: &[Option<String>],
    ) -> Result<Option<TenantRow>, StoreError> {
        let mut query = sqlx::query_as(AssertSqlSafe(select(self.dialect, rest)));
        for value in values {
            query = query.bind(value.as_deref());
        }
        query
            .fetch_optional(&self.read)
            .await
            .step("find the tenant")
    }
}
