//! `GET /api/v2/stats/daily`.

use axum::{Json, extract::State};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::iso_millis;

use crate::v2::{Bearer, Error, query::Query};

const DAY_SECONDS: i64 = 86_400;
/// Days of an answer that does not say from when on.
const USUAL: i64 = 30;
/// As long as the ledger lives.
const MOST: i64 = 400;

/// Logins and sign-ups by day, also on days without any.
pub(super) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let today = engine.clock().now().as_second().div_euclid(DAY_SECONDS);
    let last = day(&query, "to")?.unwrap_or(today);
    let first = day(&query, "from")?.unwrap_or(last - USUAL + 1);
    if first > last || last - first >= MOST {
        return Err(Error::Query(format!(
            "Expected at most {MOST} days, ending after they begin, on property from"
        )));
    }
    let counted = engine
        .store()
        .logins_by_day(caller.tenant(), first, last)
        .await?;
    let days = (first..=last).map(|day| {
        let counts = counted.iter().find(|counts| counts.day == day);
        let date = Timestamp::from_second(day * DAY_SECONDS).map(iso_millis);
        let date = date.unwrap_or_default();
        json!({
            "date": date, "created_at": date, "updated_at": date, "leaked_passwords": 0,
            "logins": counts.map_or(0, |counts| counts.logins),
            "signups": counts.map_or(0, |counts| counts.signups),
        })
    });
    Ok(Json(days.collect()))
}

/// `20240131`, in days since 1970.
fn day(query: &Query, name: &str) -> Result<Option<i64>, Error> {
    let Some(text) = query.get(name) else {
        return Ok(None);
    };
    let date = Date::strptime("%Y%m%d", text).ok();
    let zoned = date.and_then(|date| date.to_zoned(TimeZone::UTC).ok());
    let seconds = zoned.map(|zoned| zoned.timestamp().as_second());
    match seconds {
        Some(seconds) => Ok(Some(seconds.div_euclid(DAY_SECONDS))),
        None => Err(Error::Query(format!(
            "Expected a date such as 20240131 on property {name}"
        ))),
    }
}
