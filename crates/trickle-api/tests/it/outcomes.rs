//! `docs/reference/outcomes.md` and the code say the same.

use std::collections::BTreeMap;

use serde_json::json;
use trickle_engine::{exit_code, severity};
use trickle_model::{LimitBreach, LimitKind, Outage, Outcome, ScriptError, UnverifiedProfile};

use crate::app::{PASSWORD, TestApp, refused};

const TABLE: &str = include_str!("../../../../docs/reference/outcomes.md");

/// The cells of each row, without backquotes, by outcome.
fn rows() -> BTreeMap<&'static str, Vec<&'static str>> {
    let rows = TABLE.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let cells = line.trim_matches('|').split('|');
        let cells: Vec<&str> = cells.map(|cell| cell.trim().trim_matches('`')).collect();
        (cells[0], cells[2..].to_vec())
    })
    .collect()
}

/// One of each; the `match` makes a new variant fail here first.
fn samples() -> Vec<Outcome> {
    let breach = LimitBreach {
        kind: LimitKind::Wall,
        limit: 1,
        used: None,
    };
    let error = ScriptError::default();
    let ada = json!({"id": 1, "email": "ada@example.com"});
    let samples = vec![
        Outcome::Done(json!(true)),
        Outcome::NoSuchUser,
        Outcome::WrongCredentials(None),
        refused("ValidationError", "x", "no"),
        Outcome::ScriptError(error.clone()),
        Outcome::BadAnswer("odd".into()),
        Outcome::DidNotAnswer,
        Outcome::TooSlow(breach),
        Outcome::TooMuchCpu(breach),
        Outcome::TooMuchMemory(breach),
        Outcome::OverLimit(breach),
        Outcome::EgressDenied("db:1".into()),
        Outcome::Crashed("signal 9".into()),
        Outcome::Busy,
        Outcome::LegacyStoreDown(Outage::Refused, error),
        // Last: from here on the user is native.
        Outcome::Profile(UnverifiedProfile::new(ada)),
    ];
    for sample in &samples {
        match sample {
            Outcome::Profile(_)
            | Outcome::Done(_)
            | Outcome::NoSuchUser
            | Outcome::WrongCredentials(_)
            | Outcome::Refused(_)
            | Outcome::ScriptError(_)
            | Outcome::BadAnswer(_)
            | Outcome::DidNotAnswer
            | Outcome::TooSlow(_)
            | Outcome::TooMuchCpu(_)
            | Outcome::TooMuchMemory(_)
            | Outcome::OverLimit(_)
            | Outcome::EgressDenied(_)
            | Outcome::Crashed(_)
            | Outcome::Busy
            | Outcome::LegacyStoreDown(..) => {}
        }
    }
    samples
}

/// HTTP status, `error` and newest failure or success in the log.
///
/// Each outcome has a password of its own, since the same refused one is not asked for again at once.
async fn observed(
    app: &TestApp,
    application: &crate::app::Application,
    password: &str,
) -> [String; 3] {
    let body = application.password_realm("legacy", password);
    let answer = app.post("/oauth/token", body).await;
    let error = answer.body["error"].as_str().unwrap_or("–").to_owned();
    let log = app.admin().await.get("/api/v2/logs").await;
    let logins = log.body.as_array().unwrap().iter();
    let mut codes = logins.map(|entry| entry["type"].as_str().unwrap());
    let code = codes.find(|code| ["s", "f", "fp", "fu", "limit_wc", "limit_mu"].contains(code));
    [
        answer.status.as_u16().to_string(),
        error,
        code.unwrap_or("–").to_owned(),
    ]
}

#[tokio::test]
async fn the_table_is_true() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    let mut rows = rows();
    for outcome in samples() {
        let row = rows.remove(outcome.name());
        let row = row.unwrap_or_else(|| panic!("no row for {}", outcome.name()));
        let exit = (exit_code(&outcome) as u8).to_string();
        let consequences = [severity(&outcome).as_str(), &exit];
        assert_eq!(row[3..], consequences, "{}", outcome.name());
        if matches!(outcome, Outcome::Done(_)) {
            continue;
        }
        let name = outcome.name();
        app.fake.always(outcome);
        assert_eq!(
            observed(&app, &application, name).await[..],
            row[..3],
            "{name}"
        );
    }
    let names: Vec<&str> = rows.into_keys().collect();
    assert_eq!(
        names,
        ["blocked", "conflict", "throttled", "too_many_attempts"],
        "not walked"
    );
}

#[tokio::test]
async fn blocked_and_conflict_are_true() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    let rows = rows();
    let bob = json!({"id": 1, "email": "bob@example.com", "blocked": true});
    app.fake
        .always(Outcome::Profile(UnverifiedProfile::new(bob)));
    assert_eq!(
        observed(&app, &application, PASSWORD).await[..],
        rows["blocked"][..3]
    );
    let taken = json!({"id": 2, "email": "bob@example.com"});
    app.fake
        .always(Outcome::Profile(UnverifiedProfile::new(taken)));
    assert_eq!(
        observed(&app, &application, PASSWORD).await[..],
        rows["conflict"][..3]
    );
}
