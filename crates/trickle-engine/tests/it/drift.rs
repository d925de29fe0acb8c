//! For some days after an import the legacy store may know a newer password.

use std::sync::Arc;

use serde_json::{Value, json};
use trickle_engine::{Caller, How, LoginOutcome, PasswordOutcome};
use trickle_model::{Action, Connection, Outage, Outcome, ScriptError, Secret};

use crate::fixture::{Fixture, PASSWORD, found, wrong_credentials};

const NEWER: &str = "battery staple";

fn ada() -> Value {
    json!({"user_id": 42, "email": "ada@example.com"})
}

/// Gives Ada to whoever knows this password.
fn legacy_password_is(fixture: &Fixture, right: &'static str) {
    fixture.fake.answers(move |request| match request.action {
        Action::Login if request.arguments[1] != right => wrong_credentials(),
        _ => found(ada()),
    });
}

/// Ada is migrated by [`PASSWORD`], and then the legacy store has [`NEWER`].
async fn start(trickle: Value) -> (Fixture, Arc<Connection>) {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": true, "trickle": trickle,
        }))
        .await;
    legacy_password_is(&fixture, PASSWORD);
    let first = fixture
        .login(&connection, "ada@example.com", PASSWORD)
        .await;
    assert_eq!(first.name(), "authenticated");
    legacy_password_is(&fixture, NEWER);
    (fixture, connection)
}

fn open() -> Value {
    json!({"failures_at_once": true, "drift_days": 7})
}

#[tokio::test]
async fn without_a_window_the_legacy_store_is_not_asked_again() {
    let (fixture, connection) = start(json!({"failures_at_once": true})).await;
    let login = fixture.login(&connection, "ada@example.com", NEWER).await;
    assert_eq!(login.name(), "wrong_credentials");
    assert_eq!(fixture.fake.runs(), 1);
}

#[tokio::test]
async fn a_newer_password_is_taken_over_and_the_older_one_is_not_good_any_more() {
    let (fixture, connection) = start(open()).await;
    let login = fixture.login(&connection, "ada@example.com", NEWER).await;
    assert!(matches!(
        login,
        LoginOutcome::Authenticated {
            how: How::Legacy,
            ..
        }
    ));
    assert_eq!(fixture.fake.runs(), 2);
    // From now on nobody is asked.
    let again = fixture.login(&connection, "ada@example.com", NEWER).await;
    assert!(matches!(
        again,
        LoginOutcome::Authenticated {
            how: How::Native,
            ..
        }
    ));
    assert_eq!(fixture.fake.runs(), 2);
    let older = fixture
        .login(&connection, "ada@example.com", PASSWORD)
        .await;
    assert_eq!(older.name(), "wrong_credentials");
    assert_eq!(fixture.count_users().await, 1);
}

#[tokio::test]
async fn the_same_guess_is_asked_once_and_counts() {
    let (fixture, connection) = start(open()).await;
    for _ in 0..3 {
        let guess = fixture.login(&connection, "ada@example.com", "guess").await;
        assert_eq!(guess.name(), "wrong_credentials");
    }
    assert_eq!(fixture.fake.runs(), 2);
    assert_eq!(fixture.codes().await, ["s", "fp", "fp", "fp"]);
}

#[tokio::test]
async fn a_password_that_was_chosen_here_closes_the_window() {
    let (fixture, connection) = start(open()).await;
    let stored = fixture.stored(&connection, "ada@example.com").await;
    let (user, chosen) = (stored.unwrap().user, Secret::new("chosen here"));
    let caller = Caller::default();
    let changed = fixture
        .engine
        .set_password(&connection, &user, &chosen, &caller);
    assert!(matches!(changed.await.unwrap(), PasswordOutcome::Changed));
    let login = fixture.login(&connection, "ada@example.com", NEWER).await;
    assert_eq!(login.name(), "wrong_credentials");
    assert_eq!(fixture.fake.runs(), 1);
}

#[tokio::test]
async fn an_outage_is_no_wrong_password_and_somebody_elses_profile_is_nobodys() {
    let (fixture, connection) = start(open()).await;
    fixture
        .fake
        .answers(|_| Outcome::LegacyStoreDown(Outage::Refused, ScriptError::default()));
    let login = fixture.login(&connection, "ada@example.com", NEWER).await;
    assert_eq!(login.name(), "legacy_store_down");
    // The right native password needs nobody.
    let native = fixture
        .login(&connection, "ada@example.com", PASSWORD)
        .await;
    assert_eq!(native.name(), "authenticated");

    let other = json!({"user_id": 43, "email": "ada@example.com"});
    fixture.fake.answers(move |_| found(other.clone()));
    let login = fixture.login(&connection, "ada@example.com", NEWER).await;
    assert_eq!(login.name(), "wrong_credentials");
    let blocked = json!({"user_id": 42, "email": "ada@example.com", "blocked": true});
    fixture.fake.answers(move |_| found(blocked.clone()));
    let login = fixture.login(&connection, "ada@example.com", "third").await;
    assert_eq!(login.name(), "blocked");
    let native = fixture
        .login(&connection, "ada@example.com", PASSWORD)
        .await;
    assert_eq!(native.name(), "authenticated");
}
