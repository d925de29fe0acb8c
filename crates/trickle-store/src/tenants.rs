//! Tenants and their host names.

use jiff::Timestamp;
use trickle_model::TenantId;

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

impl Store {
    /// Adds a tenant with its host names.
    ///
    /// # Errors
    /// The name or a host name is taken, or the store fails.
    pub async fn add_tenant(
        &self,
        new: &NewTenant,
        now: Timestamp,
    ) -> Result<Tenant, AddTenantError> {
        todo!("{new:?} {now}")
    }

    /// The tenant of a name, whatever its case.
    ///
    /// # Errors
    /// The store fails.
    pub async fn tenant_by_name(&self, name: &str) -> Result<Option<Tenant>, StoreError> {
        todo!("{name}")
    }

    /// The tenant of a host name of its own, whatever its case.
    ///
    /// # Errors
    /// The store fails.
    pub async fn tenant_by_domain(&self, domain: &str) -> Result<Option<Tenant>, StoreError> {
        todo!("{domain}")
    }

    /// Every tenant, by name.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list_tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        todo!()
    }

    /// Sets the connection that a password grant without realm uses; false without such a tenant.
    ///
    /// # Errors
    /// The store fails.
    pub async fn set_default_directory(
        &self,
        tenant: &TenantId,
        directory: Option<&str>,
    ) -> Result<bool, StoreError> {
        todo!("{tenant} {directory:?}")
    }
}
