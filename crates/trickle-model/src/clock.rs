//! Time as an argument.

use jiff::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The current time.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "everybody else gets the time from here"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// ISO 8601 in UTC with milliseconds and `Z`, for example `2026-01-31T09:00:00.000Z`.
pub fn iso_millis(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_three_digits() {
        let at = Timestamp::from_millisecond(1_700_000_000_007).unwrap();
        assert_eq!(iso_millis(at), "2023-11-14T22:13:20.007Z");
    }
}
