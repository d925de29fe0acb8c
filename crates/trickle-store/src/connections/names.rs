use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use trickle_model::{ConnectionId, TenantId};

use crate::column::text;
use crate::error::Step;
use crate::{Store, StoreError};

/// Beyond it they are read anew.
const MOST: usize = 10_000;

type ById = HashMap<(TenantId, ConnectionId), Arc<str>>;

/// Names of connections that were read once: an id is given once, and no connection is ever renamed.
#[derive(Clone, Default)]
pub(crate) struct Names(Arc<Mutex<ById>>);

impl Store {
    /// The name of a connection, for a user who was just read; nothing where it is not known any more.
    ///
    /// # Errors
    /// The store fails.
    pub async fn connection_name(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
    ) -> Result<Option<Arc<str>>, StoreError> {
        let place = (tenant.clone(), id.clone());
        if let Some(name) = self.connection_names.lock().get(&place) {
            return Ok(Some(Arc::clone(name)));
        }
        let name: Option<String> =
            sqlx::query_scalar("SELECT name FROM connections WHERE tenant_id = $1 AND id = $2")
                .bind(text(tenant.as_str()))
                .bind(text(id.as_str()))
                .fetch_optional(&self.read)
                .await
                .step("read the connection's name")?;
        let Some(name) = name.map(Arc::<str>::from) else {
            return Ok(None);
        };
        let mut names = self.connection_names.lock();
        if names.len() >= MOST {
            names.clear();
        }
        names.insert(place, Arc::clone(&name));
        Ok(Some(name))
    }
}

impl Names {
    fn lock(&self) -> std::sync::MutexGuard<'_, ById> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
