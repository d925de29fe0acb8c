//! How many users the legacy store has: typed in, counted by the tenant's script, or on the roll.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use trickle_model::iso_millis;

/// Where a total is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TotalSource {
    /// The tenant typed it in.
    Typed,
    /// The `count` script gave it.
    Script,
    /// That many are on the roll.
    Roll,
}

impl TotalSource {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Script => "script",
            Self::Roll => "roll",
        }
    }
}

/// As stored: `{"total":48000,"total_at":1700000000000,"counted":{"total":47990,"at":1700000000001},
/// "count_failed":{"reason":"…","at":1700000000002},"count_began":1700000000000}`; all may be missing.
#[derive(Debug, Default)]
pub(super) struct Totals(Map<String, Value>);

impl Totals {
    pub(super) const fn new(stored: Map<String, Value>) -> Self {
        Self(stored)
    }

    pub(super) fn into_stored(self) -> Map<String, Value> {
        self.0
    }

    /// The newest of what was typed in and what was counted.
    pub(super) fn newest(&self) -> Option<(u64, TotalSource)> {
        let typed = self.0.get("total").and_then(Value::as_u64);
        let typed_at = self.0.get("total_at").and_then(Value::as_i64);
        let counted = self.0.get("counted");
        let counted_at = counted.and_then(|counted| counted.get("at")?.as_i64());
        let counted = counted.and_then(|counted| counted.get("total")?.as_u64());
        match (typed, counted) {
            (Some(typed), None) => Some((typed, TotalSource::Typed)),
            (Some(typed), Some(_)) if typed_at >= counted_at => Some((typed, TotalSource::Typed)),
            (_, Some(counted)) => Some((counted, TotalSource::Script)),
            (None, None) => None,
        }
    }

    /// What the last counting gave, and why the one after it failed, if it did; as the API shows them.
    pub(super) fn shown(&self) -> (Value, Value) {
        let shown = |key: &str, what: &str| {
            let Some(Value::Object(entry)) = self.0.get(key) else {
                return Value::Null;
            };
            let at = entry.get("at").and_then(Value::as_i64);
            let at = at.and_then(|at| Timestamp::from_millisecond(at).ok());
            json!({what: entry.get(what), "at": at.map(iso_millis)})
        };
        (shown("counted", "total"), shown("count_failed", "reason"))
    }

    pub(super) fn typed(&mut self, total: Option<u64>, now: Timestamp) {
        self.0.insert("total".to_owned(), json!(total));
        self.0
            .insert("total_at".to_owned(), now.as_millisecond().into());
    }

    pub(super) fn counted(&mut self, total: u64, now: Timestamp) {
        let counted = json!({"total": total, "at": now.as_millisecond()});
        self.0.insert("counted".to_owned(), counted);
        self.0.remove("count_failed");
    }

    pub(super) fn failed(&mut self, reason: &str, now: Timestamp) {
        let failed = json!({"reason": reason, "at": now.as_millisecond()});
        self.0.insert("count_failed".to_owned(), failed);
    }

    /// Whether nobody has counted since `before`; then somebody begins now.
    pub(super) fn begin_before(&mut self, before: Timestamp, now: Timestamp) -> bool {
        let began = self.0.get("count_began").and_then(Value::as_i64);
        if began.is_some_and(|began| began > before.as_millisecond()) {
            return false;
        }
        self.0
            .insert("count_began".to_owned(), now.as_millisecond().into());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_newest_total_counts() {
        let mut totals = Totals::default();
        assert_eq!(totals.newest(), None);
        totals.counted(10, at(1));
        assert_eq!(totals.newest(), Some((10, TotalSource::Script)));
        totals.typed(Some(20), at(2));
        assert_eq!(totals.newest(), Some((20, TotalSource::Typed)));
        totals.failed("no", at(3));
        assert_eq!(totals.newest(), Some((20, TotalSource::Typed)));
        totals.counted(30, at(4));
        assert_eq!(totals.newest(), Some((30, TotalSource::Script)));
        assert_eq!(totals.shown().1, Value::Null);
        totals.typed(None, at(5));
        assert_eq!(totals.newest(), Some((30, TotalSource::Script)));
        // From before counting was known.
        let mut old = Totals::new(Map::from_iter([("total".to_owned(), json!(5))]));
        assert_eq!(old.newest(), Some((5, TotalSource::Typed)));
        old.counted(4, at(1));
        assert_eq!(old.newest(), Some((4, TotalSource::Script)));
    }

    #[test]
    fn one_begins_to_count_in_a_time() {
        let mut totals = Totals::default();
        assert!(totals.begin_before(at(0), at(100)));
        assert!(!totals.begin_before(at(99), at(199)));
        assert!(totals.begin_before(at(100), at(200)));
    }
}
