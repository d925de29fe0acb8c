//! Whether a tenant knows that something which may have kept people out has no effect here.

use serde_json::{Map, Value, json};
use trickle_model::{Clock, Event, EventCode, EventId, TenantId};
use trickle_store::{Store, StoreError, Write};

use crate::engine::entropy;

/// Name of the tenant's settings in the store.
const TENANT_SETTINGS: &str = "tenant";
/// The field of them that holds Trickle's own.
pub const OWN_SETTINGS: &str = "trickle";
/// The one of those by which the tenant says it.
pub const KEEP_UNSERVED: &str = "keep_unserved";

/// Whether settings of a tenant say it.
pub fn keeps_unserved(settings: &Map<String, Value>) -> bool {
    let own = settings.get(OWN_SETTINGS);
    own.and_then(|own| own.get(KEEP_UNSERVED)) == Some(&Value::Bool(true))
}

/// What the tenant's log says of a change.
pub const fn unserved_notice(keeps: bool) -> &'static str {
    match keeps {
        true => {
            "Bound actions, enabled rules and hooks and protections that have no effect here are kept from now on"
        }
        false => {
            "Bound actions, enabled rules and hooks and protections that have no effect here are refused from now on"
        }
    }
}

/// Who has never said it is not told apart from who has taken it back: what tools export has no field of another product's.
fn set(settings: &mut Map<String, Value>, keeps: bool) {
    let own = settings.entry(OWN_SETTINGS).or_insert(Value::Null);
    if !own.is_object() {
        *own = json!({});
    }
    let Some(own) = own.as_object_mut() else {
        return;
    };
    if keeps {
        own.insert(KEEP_UNSERVED.to_owned(), true.into());
        return;
    }
    own.remove(KEEP_UNSERVED);
    if own.is_empty() {
        settings.remove(OWN_SETTINGS);
    }
}

/// Lets a tenant say it, or take it back, and writes that to its log; false where nothing changes.
///
/// # Errors
/// The tenant is unknown, or the store fails.
pub async fn keep_unserved(
    store: &Store,
    clock: &dyn Clock,
    tenant: &TenantId,
    keeps: bool,
) -> Result<bool, StoreError> {
    let mut changes = false;
    let changed = store.change_setting(tenant, TENANT_SETTINGS, |settings| {
        changes = keeps_unserved(settings) != keeps;
        set(settings, keeps);
    });
    changed.await?;
    if changes {
        let now = clock.now();
        let event = Event {
            id: EventId::generate(now, &mut entropy()),
            tenant: tenant.clone(),
            at: now,
            code: EventCode::Warning,
            description: unserved_notice(keeps).to_owned(),
            connection: None,
            client: None,
            user: None,
            user_name: None,
            ip: None,
            user_agent: None,
            details: Map::new(),
        };
        store
            .write_records(&[vec![Write::Event(Box::new(event))]])
            .await?;
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_tell_of_it_only_while_it_is_said() {
        let mut settings = Map::new();
        set(&mut settings, false);
        assert!(settings.is_empty());
        set(&mut settings, true);
        assert!(keeps_unserved(&settings));
        set(&mut settings, false);
        assert!(settings.is_empty());
    }
}
