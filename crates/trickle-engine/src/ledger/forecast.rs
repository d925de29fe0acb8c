//! When a migration will be done, if it goes on as lately.

use jiff::civil::Date;

/// Days that are looked back at.
const LOOK_BACK: i64 = 14;
/// Further ahead nothing is foreseen.
const FORESEEN_DAYS: f64 = 3_650.0;

/// How many users were migrated a day lately; today is not over and does not count.
pub(super) fn pace(migrated: &[(i64, u64)], today: i64) -> f64 {
    let first = migrated.first().map_or(today, |(day, _)| *day);
    let from = first.max(today - LOOK_BACK);
    let days = today - from;
    if days <= 0 {
        return 0.0;
    }
    let recent = migrated
        .iter()
        .filter(|(day, _)| (from..today).contains(day));
    let count: u64 = recent.map(|(_, count)| count).sum();
    // Far below 2^52.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a forecast of people, not their number"
    )]
    let pace = count as f64 / days as f64;
    pace
}

/// The day on which nobody is left.
pub(super) fn done_on(remaining: u64, pace: f64, today: i64) -> Option<Date> {
    if remaining == 0 {
        return date(today);
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "a forecast of people, not their number"
    )]
    let days = (remaining as f64 / pace).ceil();
    if !days.is_finite() || days > FORESEEN_DAYS {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most ten years")]
    let days = days as i64;
    date(today + days)
}

/// The date of a number of days since 1970.
pub(super) fn date(day: i64) -> Option<Date> {
    let span = jiff::Span::new().try_days(day).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_that_of_the_last_two_weeks() {
        assert!(pace(&[], 100).abs() < f64::EPSILON);
        assert!(pace(&[(100, 50)], 100).abs() < f64::EPSILON);
        assert!((pace(&[(98, 10), (99, 20)], 100) - 15.0).abs() < f64::EPSILON);
        let long = [(1, 1_000), (90, 14), (95, 14), (100, 999)];
        assert!((pace(&long, 100) - 2.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_end_is_foreseen_where_there_is_one() {
        assert_eq!(date(0).unwrap().to_string(), "1970-01-01");
        assert_eq!(done_on(15, 10.0, 0).unwrap().to_string(), "1970-01-03");
        assert_eq!(done_on(0, 0.0, 0).unwrap().to_string(), "1970-01-01");
        assert_eq!(done_on(15, 0.0, 0), None);
        assert_eq!(done_on(1_000_000, 0.1, 0), None);
    }
}
