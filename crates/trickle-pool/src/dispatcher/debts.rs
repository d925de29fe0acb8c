use std::collections::HashMap;

use tokio::time::{Duration, Instant};
use trickle_model::TenantId;

/// What the boot of a worker takes of everybody's processor.
const COST: Duration = Duration::from_millis(250);

/// A driver that crashes now and then, or forty times in a row, is nobody's storm.
const CREDIT: Duration = Duration::from_secs(10);

/// Workers that tenants' scripts have ended: others pay for the boot of those that take their places.
#[derive(Default)]
pub(super) struct Debts(HashMap<TenantId, Instant>);

impl Debts {
    /// A worker of this tenant was ended by what its scripts did.
    pub fn charge(&mut self, tenant: &TenantId, now: Instant) {
        self.0.retain(|_, paid| *paid > now);
        *self.0.entry(tenant.clone()).or_insert(now) += COST;
    }

    /// When this tenant may have a further worker, if that is not now.
    pub fn until(&self, tenant: &TenantId, now: Instant) -> Option<Instant> {
        let paid = *self.0.get(tenant)?;
        let owed = paid.duration_since(now).saturating_sub(CREDIT);
        (!owed.is_zero()).then(|| now + owed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_ends_worker_after_worker_waits_for_the_next() {
        let (tenant, other) = (TenantId::from_text("t"), TenantId::from_text("u"));
        let now = Instant::now();
        let mut debts = Debts::default();
        for _ in 0..40 {
            debts.charge(&tenant, now);
        }
        assert_eq!(debts.until(&tenant, now), None);
        debts.charge(&tenant, now);
        let until = debts.until(&tenant, now).unwrap();
        assert_eq!(until, now + COST);
        assert_eq!(debts.until(&tenant, until), None);
        assert_eq!(debts.until(&other, now), None);
    }
}
