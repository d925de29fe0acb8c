//! The legacy store stays in charge.

use serde_json::json;
use trickle_engine::{Caller, How, LoginOutcome, PasswordOutcome};
use trickle_model::{Outcome, Secret};

use crate::fixture::{Fixture, PASSWORD, user, wrong_credentials};

#[tokio::test]
async fn every_login_asks_and_refreshes_and_no_hash_is_kept() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_off().await;
    fixture
        .fake
        .knows(json!({"id": 1, "email": "Ada@Example.com", "plan": "gold"}));
    let first = fixture.login_ada(&connection).await;
    assert_eq!(first.email.as_deref(), Some("Ada@Example.com"));

    fixture
        .fake
        .knows(json!({"id": 1, "email": "Ada@Example.com", "plan": "lead"}));
    let second = fixture
        .login(&connection, "ada@example.com", PASSWORD)
        .await;
    assert!(matches!(
        second,
        LoginOutcome::Authenticated {
            how: How::Legacy,
            ..
        }
    ));
    assert_eq!(user(second).attributes["plan"], "lead");
    assert_eq!(fixture.fake.runs(), 2);

    let stored = fixture
        .stored(&connection, "ada@example.com")
        .await
        .unwrap();
    assert!(stored.password.is_none());
    assert_eq!(stored.user.logins_count, 2);
    assert_eq!(fixture.count_users().await, 1);
}

#[tokio::test]
async fn a_refusal_changes_nothing() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_off().await;
    fixture
        .fake
        .knows(json!({"id": 1, "email": "ada@example.com"}));
    fixture.login_ada(&connection).await;
    for outcome in [wrong_credentials(), Outcome::DidNotAnswer, Outcome::Busy] {
        let name = outcome.name();
        fixture.fake.answers(move |_| outcome.clone());
        // The same refused password is not asked for again at once.
        let got = fixture.login(&connection, "ada@example.com", name).await;
        assert_eq!(got.name(), name);
    }
    let stored = fixture
        .stored(&connection, "ada@example.com")
        .await
        .unwrap();
    assert_eq!(stored.user.logins_count, 1);
}

#[tokio::test]
async fn profiles_can_be_frozen_at_the_first_login() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": false,
            "set_user_root_attributes": "on_first_login",
        }))
        .await;
    fixture
        .fake
        .knows(json!({"id": 1, "email": "ada@example.com", "plan": "gold"}));
    fixture.login_ada(&connection).await;
    fixture
        .fake
        .knows(json!({"id": 1, "email": "ada@example.com", "plan": "lead"}));
    let again = fixture.login_ada(&connection).await;
    assert_eq!(again.attributes["plan"], "gold");
}

#[tokio::test]
async fn a_block_by_the_legacy_store_ends_when_it_says_so() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_off().await;
    fixture
        .fake
        .knows(json!({"id": 1, "email": "ada@example.com", "blocked": 1}));
    let blocked = fixture
        .login(&connection, "ada@example.com", PASSWORD)
        .await;
    assert!(matches!(blocked, LoginOutcome::Blocked));
    fixture
        .fake
        .knows(json!({"id": 1, "email": "ada@example.com", "blocked": 0}));
    fixture.login_ada(&connection).await;
}

#[tokio::test]
async fn two_first_logins_at_once_make_one_user() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_off().await;
    fixture
        .fake
        .knows(json!({"id": 1, "email": "ada@example.com"}));
    let (a, b) = tokio::join!(
        fixture.login(&connection, "ada@example.com", PASSWORD),
        fixture.login(&connection, "ada@example.com", PASSWORD)
    );
    assert_eq!(user(a).id, user(b).id);
    assert_eq!(fixture.count_users().await, 1);
}

#[tokio::test]
async fn no_password_is_dated_into_the_future() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": false,
            "customScripts": {"login": "l", "change_password": "c"},
        }))
        .await;
    fixture
        .fake
        .knows(json!({"id": 1, "email": "ada@example.com"}));
    let ada = fixture.login_ada(&connection).await;
    // A clock that is ahead, or another zone.
    let dated = json!({"last_password_reset": "2999-01-01T00:00:00Z"});
    fixture.fake.answers(move |_| Outcome::Done(dated.clone()));
    let (new, caller) = (Secret::new("another one"), Caller::default());
    let set = fixture
        .engine
        .set_password(&connection, &ada, &new, &caller);
    assert!(matches!(set.await.unwrap(), PasswordOutcome::Changed));
    // By an address that is not known here yet.
    let email = "ada@elsewhere.example";
    fixture.fake.knows(json!({"id": 1, "email": email}));
    let login = fixture.login(&connection, email, PASSWORD).await;
    assert_eq!(login.name(), "authenticated");
}
