//! What the workers of one tenant share, however many they are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::Semaphore;
use trickle_jail::Pace;
use trickle_model::TenantId;

/// Look-ups of one tenant at once: its own name servers may be as slow as they like.
const LOOK_UPS: usize = 8;

/// What a tenant's workers wait for in turn.
pub(crate) struct Turns {
    pub look_ups: Arc<Semaphore>,
    pub connects: Arc<Pace>,
}

#[derive(Default)]
pub(crate) struct Tenants(Mutex<HashMap<TenantId, Arc<Turns>>>);

impl Tenants {
    pub fn turns_of(&self, tenant: &TenantId) -> Arc<Turns> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turns) = all.get(tenant) {
            return Arc::clone(turns);
        }
        let now = Instant::now();
        // A tenant that ends its workers does not begin anew.
        all.retain(|_, turns| Arc::strong_count(turns) > 1 || !turns.connects.is_rested(now));
        let turns = Arc::new(Turns {
            look_ups: Arc::new(Semaphore::new(LOOK_UPS)),
            connects: Arc::default(),
        });
        all.insert(tenant.clone(), Arc::clone(&turns));
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_tenant_that_takes_all_its_turns_takes_none_of_anothers() {
        let tenants = Tenants::default();
        let [one, other] =
            ["one", "other"].map(|name| tenants.turns_of(&TenantId::from_text(name)));
        let again = tenants.turns_of(&TenantId::from_text("one"));
        assert!(Arc::ptr_eq(&one, &again) && !Arc::ptr_eq(&one, &other));
        let most = u32::try_from(LOOK_UPS).unwrap();
        let _all = one.look_ups.acquire_many(most).await.unwrap();
        assert!(again.look_ups.try_acquire().is_err());
        let _free = other
            .look_ups
            .try_acquire()
            .expect("the other tenant's own turn");
    }

    #[test]
    fn who_has_gone_is_forgotten_once_rested() {
        let tenants = Tenants::default();
        let [rested, busy] = ["rested", "busy"].map(TenantId::from_text);
        drop(tenants.turns_of(&rested));
        tenants
            .turns_of(&busy)
            .connects
            .turn(Instant::now() + std::time::Duration::from_hours(1));
        drop(tenants.turns_of(&TenantId::from_text("third")));
        let all = tenants.0.lock().unwrap();
        assert!(!all.contains_key(&rested) && all.contains_key(&busy));
    }
}
