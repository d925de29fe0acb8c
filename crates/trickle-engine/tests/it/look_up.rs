//! Identifiers that come before their passwords.

use std::sync::Arc;

use serde_json::json;
use trickle_engine::{Caller, LookUp};
use trickle_model::{Action, Connection, Outcome};

use crate::fixture::{Fixture, PASSWORD, failed, found, user};

const ADA: &str = "ada@example.com";

async fn look_up(fixture: &Fixture, connection: &Arc<Connection>, identifier: &str) {
    begin(fixture, connection, identifier);
    fixture.engine.drain().await;
}

fn begin(fixture: &Fixture, connection: &Arc<Connection>, identifier: &str) {
    fixture.engine.look_up(LookUp {
        connection: Arc::clone(connection),
        identifier: identifier.to_owned(),
        caller: Caller {
            ip: Some("192.0.2.7".into()),
            is_persons_address: true,
            ..Caller::default()
        },
    });
}

async fn connection(fixture: &Fixture, custom: bool, import: bool) -> Arc<Connection> {
    let options = json!({"enabledDatabaseCustomization": custom, "import_mode": import});
    fixture.connection(options).await
}

#[tokio::test]
async fn get_user_runs_with_import_on_for_those_who_are_not_here() {
    let fixture = Fixture::new().await;
    let importing = connection(&fixture, true, true).await;
    fixture.fake.answers(|request| {
        assert_eq!(request.arguments[0], ADA);
        match request.action {
            Action::GetUser | Action::Login => found(json!({"user_id": 1, "email": ADA})),
            other => panic!("{other} ran"),
        }
    });
    look_up(&fixture, &importing, " Ada@Example.com").await;
    assert_eq!(fixture.fake.runs(), 1);
    assert!(fixture.events().await.is_empty(), "it leaves nothing");
    // The same again, just now.
    look_up(&fixture, &importing, ADA).await;
    assert_eq!(fixture.fake.runs(), 1);

    user(fixture.login(&importing, ADA, PASSWORD).await);
    let runs = fixture.fake.runs();
    look_up(&fixture, &importing, ADA).await;
    assert_eq!(fixture.fake.runs(), runs, "she is here now");
}

#[tokio::test]
async fn no_script_runs_with_import_off_or_without_scripts() {
    for custom in [true, false] {
        let fixture = Fixture::new().await;
        let connection = connection(&fixture, custom, false).await;
        look_up(&fixture, &connection, ADA).await;
        assert_eq!(fixture.fake.runs(), 0);
    }
}

#[tokio::test]
async fn a_look_up_that_fails_is_told_in_the_log_and_an_address_keeps_its_pace() {
    let fixture = Fixture::new().await;
    let connection = connection(&fixture, true, true).await;
    fixture
        .fake
        .answers(|_| failed("Error", None, "no such table"));
    look_up(&fixture, &connection, ADA).await;
    let events = fixture.events().await;
    assert_eq!(events[0].code.as_str(), "w");
    assert!(events[0].description.contains("no such table"));

    fixture.fake.answers(|_| Outcome::NoSuchUser);
    for number in 0..60 {
        look_up(&fixture, &connection, &format!("{number}@example.com")).await;
    }
    let runs = fixture.fake.runs();
    assert!((50..60).contains(&runs), "{runs} runs");
}

#[tokio::test]
async fn many_at_once_keep_the_pace_of_their_address() {
    let fixture = Fixture::new().await;
    let connection = connection(&fixture, true, true).await;
    fixture.fake.answers(|_| Outcome::NoSuchUser);
    for number in 0..80 {
        begin(&fixture, &connection, &format!("{number}@example.com"));
    }
    fixture.engine.drain().await;
    let runs = fixture.fake.runs();
    assert!((50..80).contains(&runs), "{runs} runs");
}
