//! What may have kept people out where it was followed. It is refused until the tenant says that it knows.

use trickle_engine::keeps_unserved;
use trickle_model::TenantId;
use trickle_store::Store;

use crate::{auth::target::TENANT_SETTINGS, v2::Error};

/// Whether the tenant has said it.
pub(crate) async fn keeps(store: &Store, tenant: &TenantId) -> Result<bool, Error> {
    let settings = store.setting(tenant, TENANT_SETTINGS).await?;
    Ok(settings.as_ref().is_some_and(keeps_unserved))
}

/// Goes on where the tenant has said it.
pub(crate) async fn check(store: &Store, tenant: &TenantId, what: &str) -> Result<(), Error> {
    match keeps(store, tenant).await? {
        true => Ok(()),
        false => Err(Error::Unserved(what.to_owned())),
    }
}
