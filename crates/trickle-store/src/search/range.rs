//! Numbers and times.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::ast::{Bound, SearchError, Test};
use super::sql::Sql;

/// A condition on a column with numbers.
pub(super) fn between_numbers(
    name: &str,
    column: &str,
    test: &Test,
    sql: &mut Sql,
) -> Result<(), SearchError> {
    let number = |text: &str| {
        text.parse::<i64>()
            .map_err(|_| SearchError::Value(name.to_owned(), "whole numbers"))
    };
    let one = |text: &str| {
        let number = number(text)?;
        Ok(Span {
            start: number,
            end: number.saturating_add(1),
        })
    };
    between(column, test, one, sql).ok_or_else(|| no_pattern(name))?
}

/// A condition on a column with times: `2024`, `2024-01`, `2024-01-31`, whole times, which are UTC where they say nothing else, and milliseconds
/// since 1970; a day means all of it.
pub(super) fn between_times(
    name: &str,
    column: &str,
    test: &Test,
    sql: &mut Sql,
) -> Result<(), SearchError> {
    let one = |text: &str| {
        span(text).ok_or_else(|| SearchError::Value(name.to_owned(), "dates such as 2024-01-31"))
    };
    between(column, test, one, sql).ok_or_else(|| no_pattern(name))?
}

fn no_pattern(name: &str) -> SearchError {
    SearchError::Value(name.to_owned(), "whole values and ranges")
}

/// From `start` up to before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: i64,
    end: i64,
}

fn span(text: &str) -> Option<Span> {
    if let Some(start) = moment(text) {
        return Some(Span {
            start,
            end: start.saturating_add(1),
        });
    }
    let parts: Vec<&str> = text.split('-').collect();
    let number = |at: usize| {
        parts
            .get(at)
            .map_or(Some(1), |part| part.parse::<i8>().ok())
    };
    let (year, month, day) = (parts[0].parse().ok()?, number(1)?, number(2)?);
    let first = Date::new(year, month, day).ok()?;
    let after = match parts.len() {
        1 => first.checked_add(1.year()),
        2 => first.checked_add(1.month()),
        3 => first.checked_add(1.day()),
        _ => return None,
    };
    let millis = |date: Date| {
        let zoned = date.to_zoned(TimeZone::UTC).ok()?;
        Some(zoned.timestamp().as_millisecond())
    };
    Some(Span {
        start: millis(first)?,
        end: millis(after.ok()?)?,
    })
}

/// A time to the millisecond; years have fewer digits than any of them that matters.
fn moment(text: &str) -> Option<i64> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.as_millisecond());
    }
    if text.contains(['T', 't']) {
        let time: DateTime = text.parse().ok()?;
        let zoned = time.to_zoned(TimeZone::UTC).ok()?;
        return Some(zoned.timestamp().as_millisecond());
    }
    let is_number = text.len() > 4 && text.bytes().all(|c| c.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Nothing for a pattern.
fn between(
    column: &str,
    test: &Test,
    span: impl Fn(&str) -> Result<Span, SearchError>,
    sql: &mut Sql,
) -> Option<Result<(), SearchError>> {
    let (low, high) = match test {
        Test::Like(_) => return None,
        Test::Exists => {
            sql.push(column).push(" IS NOT NULL");
            return Some(Ok(()));
        }
        Test::Is(text) => {
            let same = Bound::Including(text.clone());
            (same.clone(), same)
        }
        Test::Between(low, high) => (low.clone(), high.clone()),
    };
    let write = |sql: &mut Sql| {
        let low = match &low {
            Bound::Open => i64::MIN,
            Bound::Including(text) => span(text)?.start,
            Bound::Excluding(text) => span(text)?.end,
        };
        let high = match &high {
            Bound::Open => i64::MAX,
            Bound::Including(text) => span(text)?.end,
            Bound::Excluding(text) => span(text)?.start,
        };
        sql.push("(")
            .push(column)
            .push(" >= ")
            .number(low)
            .push(" AND ")
            .push(column)
            .push(" < ")
            .number(high)
            .push(")");
        Ok(())
    };
    Some(write(sql))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_means_all_of_it() {
        let day = 86_400_000;
        for (text, start, length) in [
            ("1970-01-02", day, day),
            ("1970-02", 31 * day, 28 * day),
            ("1971", 365 * day, 365 * day),
            ("1970-01-01T00:00:01Z", 1000, 1),
            ("1970-01-01T00:00:01.5+01:00", 1500 - 3_600_000, 1),
            ("1970-01-01T00:00:01.5", 1500, 1),
            ("1970-01-02T00:00", day, 1),
            ("86400000", day, 1),
        ] {
            let end = start + length;
            assert_eq!(span(text), Some(Span { start, end }), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "1970-13",
            "1970-01-01-01",
            "1970-1-x",
            "1970-01-01T",
            "99999999999999999999",
        ] {
            assert_eq!(span(text), None, "{text}");
        }
    }
}
