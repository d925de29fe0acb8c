//! A job as the API shows it.

use jiff::Timestamp;
use serde_json::{Value, json};
use trickle_model::iso_millis;
use trickle_store::{Job, JobCounts, JobKind, JobStatus};

/// What everybody sees who may see the job.
pub(super) fn view(job: &Job) -> Value {
    let mut shown = json!({
        "id": job.id.as_str(),
        "type": job.kind.as_str(),
        "status": job.status.as_str(),
        "created_at": iso_millis(job.created_at),
    });
    if let Some(id) = &job.connection {
        shown["connection_id"] = id.as_str().into();
    }
    for name in ["external_id", "upsert", "format", "limit", "fields"] {
        if let Some(value) = job.details.get(name).filter(|value| !value.is_null()) {
            shown[name] = value.clone();
        }
    }
    if let Some(reason) = &job.reason {
        shown["status_details"] = reason.as_str().into();
    }
    shown
}

/// Also how far it is.
pub(super) fn view_with_progress(job: &Job, now: Timestamp) -> Value {
    let mut shown = view(job);
    let counts = &job.counts;
    let is_done = job.status == JobStatus::Completed;
    let percent = match counts.total {
        _ if is_done => 100,
        0 => 0,
        // A job is done when it says so.
        total => (counts.done() * 100 / total).min(99),
    };
    shown["percentage_done"] = percent.into();
    if job.kind == JobKind::UsersImport {
        shown["summary"] = json!({
            "failed": counts.failed, "updated": counts.updated, "inserted": counts.inserted, "total": counts.total,
        });
    }
    if let (JobStatus::Pending, Some(started)) = (job.status, job.started_at)
        && let Some(seconds) = seconds_left(counts, started, now)
    {
        shown["time_left_seconds"] = seconds.into();
    }
    shown
}

/// If it goes on as up to now.
fn seconds_left(counts: &JobCounts, started: Timestamp, now: Timestamp) -> Option<u64> {
    let passed = u64::try_from(now.duration_since(started).as_millis()).ok()?;
    let left = counts.total.saturating_sub(counts.done());
    let millis = passed.checked_mul(left)?.checked_div(counts.done())?;
    Some(millis.div_ceil(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_takes_as_long_as_what_was_done() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let counts = JobCounts {
            total: 1_000,
            inserted: 200,
            updated: 40,
            failed: 10,
        };
        assert_eq!(seconds_left(&counts, at(0), at(10)), Some(30));
        assert_eq!(seconds_left(&JobCounts::default(), at(0), at(10)), None);
    }
}
