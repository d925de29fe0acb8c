//! What may have kept people out where it was followed. It is refused until the tenant says that it knows.

use serde_json::{Map, Value};
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

/// Of clients and of tenants: what is asked of people must come from the application itself.
const PUSHED: &str = "require_pushed_authorization_requests";

/// Whether settings turn something on that was not before.
pub(crate) fn turns_on(
    field: &str,
    before: Option<&Map<String, Value>>,
    settings: &Map<String, Value>,
) -> bool {
    let says = |map: &Map<String, Value>| map.get(field) == Some(&Value::Bool(true));
    says(settings) && !before.is_some_and(says)
}

/// Whether settings of a client or a tenant ask for it newly.
pub(crate) fn asks_for_pushed(
    before: Option<&Map<String, Value>>,
    settings: &Map<String, Value>,
) -> bool {
    turns_on(PUSHED, before, settings)
}

/// Goes on where they do not, or where the tenant has said that it knows.
pub(crate) async fn check_pushed(
    store: &Store,
    tenant: &TenantId,
    before: Option<&Map<String, Value>>,
    settings: &Map<String, Value>,
) -> Result<(), Error> {
    const WHAT: &str =
        "require_pushed_authorization_requests of /clients, where /oauth/par is not served";
    if asks_for_pushed(before, settings) {
        check(store, tenant, WHAT).await?;
    }
    Ok(())
}
