//! The log of a tenant.

use trickle_model::{Event, EventId, TenantId};

use crate::{Page, Store, StoreError};

impl Store {
    /// Adds an entry.
    ///
    /// # Errors
    /// The tenant is unknown, the id is taken, or the store fails.
    pub async fn add_event(&self, event: &Event) -> Result<(), StoreError> {
        todo!("{event:?}")
    }

    /// The log of a tenant, newest first.
    ///
    /// # Errors
    /// The store fails.
    pub async fn list_events(
        &self,
        tenant: &TenantId,
        page: Page,
    ) -> Result<Vec<Event>, StoreError> {
        todo!("{tenant} {page:?}")
    }

    /// An entry of a tenant's log.
    ///
    /// # Errors
    /// The store fails.
    pub async fn event(
        &self,
        tenant: &TenantId,
        id: &EventId,
    ) -> Result<Option<Event>, StoreError> {
        todo!("{tenant} {id}")
    }
}
