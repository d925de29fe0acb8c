//! What tests expect of a run.

#![expect(
    clippy::needless_pass_by_value,
    reason = "a verdict is the end of a report, and reads better without a borrow"
)]

use serde_json::Value;
use trickle_model::{ExecutionReport, Outage, Outcome};

/// The profile, or a panic with what came instead.
#[track_caller]
pub fn profile(report: ExecutionReport) -> Value {
    match report.outcome {
        Outcome::Profile(profile) => profile.as_value().clone(),
        other => panic!("a profile was expected: {other:?}"),
    }
}

/// The second argument of the callback.
#[track_caller]
pub fn done(report: ExecutionReport) -> Value {
    match report.outcome {
        Outcome::Done(value) => value,
        other => panic!("success was expected: {other:?}"),
    }
}

#[track_caller]
pub fn wrong_credentials(report: ExecutionReport) {
    assert_named(&report, "wrong_credentials");
}

#[track_caller]
pub fn no_such_user(report: ExecutionReport) {
    assert_named(&report, "no_such_user");
}

/// A `ValidationError` with this code.
#[track_caller]
pub fn refused(report: ExecutionReport, code: &str) {
    assert_named(&report, "refused");
    let error = report.outcome.error().unwrap();
    assert_eq!(error.code.as_deref(), Some(code));
}

#[track_caller]
pub fn outage(report: ExecutionReport, outage: Outage) {
    match report.outcome {
        Outcome::LegacyStoreDown(found, _) if found == outage => {}
        other => panic!("an outage was expected: {other:?}"),
    }
}

#[track_caller]
pub fn egress_denied(report: ExecutionReport, target: impl ToString) {
    assert_eq!(report.outcome, Outcome::EgressDenied(target.to_string()));
}

#[track_caller]
pub fn too_slow(report: ExecutionReport) {
    assert_named(&report, "too_slow");
}

/// The script failed, or its store did: neither a verdict on the user nor a limit.
#[track_caller]
pub fn failed(report: ExecutionReport) {
    let name = report.outcome.name();
    assert!(
        matches!(name, "script_error" | "legacy_store_down"),
        "{:?}",
        report.outcome
    );
}

#[track_caller]
fn assert_named(report: &ExecutionReport, name: &str) {
    assert_eq!(report.outcome.name(), name, "{:?}", report.outcome);
}
