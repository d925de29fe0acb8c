//! How many requests a tenant may make. Each server counts for itself.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use trickle_model::TenantId;

/// Requests per second of one tenant to the Management API, and as many at once.
///
/// The usual rate is beyond what tools send (they keep to ten a second) and below what one tenant could take from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManagementRate(pub NonZeroU32);

impl Default for ManagementRate {
    fn default() -> Self {
        Self(NonZeroU32::new(5_000).expect("it is not zero"))
    }
}

/// The tenants' buckets, each with the time at which it is empty again.
#[derive(Clone, Default)]
pub(crate) struct Buckets {
    rate: ManagementRate,
    empty_at: Arc<Mutex<HashMap<TenantId, i64>>>,
}

/// What a request found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    limit: u32,
    remaining: u32,
    /// Seconds since 1970: when all requests are there again.
    reset: i64,
    /// Whether this request was one too many.
    pub(crate) is_over: bool,
}

const MICROS: i64 = 1_000_000;

impl Buckets {
    pub(crate) fn new(rate: ManagementRate) -> Self {
        Self {
            rate,
            empty_at: Arc::default(),
        }
    }

    /// Counts a request.
    pub(crate) fn take(&self, tenant: &TenantId, now: Timestamp) -> Level {
        let limit = self.rate.0.get();
        let now = now.as_microsecond();
        // A full bucket takes one second to run empty.
        let each = MICROS / i64::from(limit);
        let mut buckets = self.empty_at.lock().unwrap_or_else(PoisonError::into_inner);
        let before = buckets.get(tenant).copied().unwrap_or(now).max(now);
        let after = before + each;
        let is_over = after - now > MICROS;
        let empty_at = if is_over { before } else { after };
        match buckets.get_mut(tenant) {
            Some(at) => *at = empty_at,
            None => {
                buckets.insert(tenant.clone(), empty_at);
            }
        }
        let remaining = (MICROS - (empty_at - now)) / each.max(1);
        Level {
            limit,
            remaining: u32::try_from(remaining).unwrap_or(0).min(limit),
            reset: empty_at.div_euclid(MICROS) + 1,
            is_over,
        }
    }
}

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

impl Level {
    /// Into the answer's headers.
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(self.reset));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_runs_over_and_empties() {
        let rate = ManagementRate(NonZeroU32::new(2).unwrap());
        let buckets = Buckets::new(rate);
        let (one, two) = (TenantId::from_text("1"), TenantId::from_text("2"));
        let at = |millis| Timestamp::from_millisecond(millis).unwrap();
        let told = |tenant, millis| {
            let level = buckets.take(tenant, at(millis));
            (level.remaining, level.reset, level.is_over)
        };
        assert_eq!(told(&one, 10_000), (1, 11, false));
        assert_eq!(told(&one, 10_000), (0, 12, false));
        assert_eq!(told(&one, 10_000), (0, 12, true));
        assert_eq!(told(&two, 10_000), (1, 11, false), "tenants are apart");
        assert_eq!(told(&one, 10_500), (0, 12, false));
        assert_eq!(told(&one, 60_000), (1, 61, false));
    }
}
