//! Adding users.

use std::sync::Arc;

use serde_json::json;
use trickle_engine::{Caller, CreateUser, CreateUserOutcome, LoginOutcome};
use trickle_model::{Action, Connection, Outcome, Profile, Secret};

use crate::fixture::{Fixture, PASSWORD, failed, found, user};

fn order(connection: &Arc<Connection>, email: &str, password: Option<&str>) -> CreateUser {
    CreateUser {
        connection: Arc::clone(connection),
        profile: Profile {
            email: Some(email.to_owned()),
            ..Profile::default()
        },
        password: password.map(Secret::new),
        caller: Caller::default(),
    }
}

#[tokio::test]
async fn get_user_is_asked_first_and_a_new_user_is_native() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture.fake.answers(|request| {
        assert_eq!(request.action, Action::GetUser);
        assert_eq!(request.arguments, [json!("ada@example.com")]);
        Outcome::NoSuchUser
    });
    let order = order(&connection, "Ada@Example.com", Some(PASSWORD));
    let outcome = fixture.engine.create_user(order.clone()).await.unwrap();
    let CreateUserOutcome::Created(created) = outcome else {
        panic!("not created: {outcome:?}")
    };
    assert_eq!(created.id.raw().len(), 24);
    assert_eq!(created.email.as_deref(), Some("ada@example.com"));
    let again = fixture.engine.create_user(order).await.unwrap();
    assert!(matches!(again, CreateUserOutcome::Exists));
    assert_eq!(fixture.fake.runs(), 1);
    user(
        fixture
            .login(&connection, "ada@example.com", PASSWORD)
            .await,
    );
    assert_eq!(fixture.codes().await, ["ss", "fs", "s"]);
}

#[tokio::test]
async fn whoever_is_in_the_legacy_store_is_not_made_again() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    let cases = [
        (
            found(json!({"id": 1, "email": "ada@example.com"})),
            "Exists",
        ),
        (
            failed("Error", Some("ECONNREFUSED"), "down"),
            "LegacyStoreDown",
        ),
        (failed("Error", None, "oops"), "ScriptFailed"),
        (failed("ValidationError", Some("x"), "no"), "Refused"),
        (Outcome::DidNotAnswer, "ScriptFailed"),
        (Outcome::Busy, "Busy"),
    ];
    for (outcome, expected) in cases {
        fixture.fake.answers(move |_| outcome.clone());
        let order = order(&connection, "ada@example.com", Some(PASSWORD));
        let outcome = fixture.engine.create_user(order).await.unwrap();
        assert!(format!("{outcome:?}").starts_with(expected), "{outcome:?}");
    }
    assert_eq!(fixture.count_users().await, 0);
}

#[tokio::test]
async fn without_a_password_nobody_logs_in_and_with_import_off_nobody_is_made() {
    let fixture = Fixture::new().await;
    let native = fixture.connection(json!({})).await;
    let created = fixture
        .engine
        .create_user(order(&native, "ada@example.com", None));
    assert!(matches!(
        created.await.unwrap(),
        CreateUserOutcome::Created(_)
    ));
    let outcome = fixture.login(&native, "ada@example.com", "").await;
    assert!(matches!(outcome, LoginOutcome::WrongCredentials));

    let off = fixture.import_off().await;
    let refused = fixture
        .engine
        .create_user(order(&off, "bob@example.com", None));
    assert!(matches!(
        refused.await.unwrap(),
        CreateUserOutcome::NotSupported
    ));
    assert_eq!(fixture.fake.runs(), 0);
}
