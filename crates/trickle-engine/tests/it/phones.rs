//! Telephone numbers as identifiers.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use trickle_engine::{
    Caller, CreateUser, CreateUserOutcome, EditUser, EditUserOutcome, How, LoginOutcome, LookUp,
};
use trickle_model::{Action, Connection, Outcome, Profile, Secret, UserId};
use trickle_store::{TakenKey, UserEdit};

use crate::fixture::{Fixture, PASSWORD, found, user, wrong_credentials};

const NUMBER: &str = "+4930123456";
/// The same, as people write it.
const TYPED: &str = " +49 (30) 123-456";

async fn connection(fixture: &Fixture, active: bool, import: bool) -> Arc<Connection> {
    let options = json!({
        "customScripts": {"login": "l()", "get_user": "g()", "create": "c()"},
        "enabledDatabaseCustomization": true, "import_mode": import, "trickle": {"failures_at_once": true},
        "attributes": {"phone_number": {"identifier": {"active": active}}},
    });
    fixture.connection(options).await
}

fn ada() -> Value {
    json!({"user_id": 1, "phone_number": NUMBER, "given_name": "Ada"})
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no object"),
    }
}

#[tokio::test]
async fn whoever_logs_in_by_a_number_is_native_afterwards() {
    let fixture = Fixture::new().await;
    let connection = connection(&fixture, true, true).await;
    fixture.fake.answers(|request| {
        assert_eq!(request.arguments, [json!(TYPED), json!(PASSWORD)]);
        found(ada())
    });
    let first = fixture.login(&connection, TYPED, PASSWORD).await;
    let LoginOutcome::Authenticated {
        how: How::Migrated, ..
    } = first
    else {
        panic!("not imported: {}", first.name())
    };
    assert_eq!(fixture.events().await[0].user_name.as_deref(), Some(NUMBER));
    for identifier in [NUMBER, TYPED, "+49.30/123456"] {
        let again = fixture.login(&connection, identifier, PASSWORD).await;
        assert_eq!(user(again).id, UserId::from_raw("1"), "{identifier}");
    }
    assert_eq!(fixture.fake.runs(), 1);
}

#[tokio::test]
async fn a_number_that_is_no_identifier_changes_nothing() {
    let fixture = Fixture::new().await;
    let connection = connection(&fixture, false, true).await;
    fixture.fake.answers(|request| {
        assert_eq!(request.arguments[0], TYPED);
        found(ada())
    });
    for runs in 1..=2 {
        user(fixture.login(&connection, TYPED, PASSWORD).await);
        assert_eq!(fixture.fake.runs(), runs);
    }
    assert_eq!(
        fixture.events().await[0].user_name.as_deref(),
        Some(TYPED.trim())
    );
    fixture
        .fake
        .knows(json!({"user_id": 2, "phone_number": NUMBER}));
    user(fixture.login(&connection, "bob", PASSWORD).await);
    assert_eq!(fixture.count_users().await, 2);
}

#[tokio::test]
async fn a_taken_number_is_a_conflict() {
    let fixture = Fixture::new().await;
    let connection = connection(&fixture, true, true).await;
    fixture.fake.knows(ada());
    user(fixture.login(&connection, NUMBER, PASSWORD).await);
    fixture
        .fake
        .knows(json!({"user_id": 2, "phone_number": TYPED}));
    let outcome = fixture.login(&connection, "bob", PASSWORD).await;
    let LoginOutcome::Conflict(existing) = outcome else {
        panic!("no conflict: {}", outcome.name())
    };
    let expected = (UserId::from_raw("1"), TakenKey::PhoneNumber);
    assert_eq!((existing.id, existing.by), expected);
    assert_eq!(
        fixture.events().await[0].description,
        "The user already exists."
    );
    assert_eq!(fixture.count_users().await, 1);
}

#[tokio::test]
async fn failures_count_under_one_form_of_the_number() {
    let fixture = Fixture::new().await;
    let connection = connection(&fixture, true, true).await;
    fixture.fake.knows(ada());
    for number in 0..10 {
        let typed = [NUMBER, TYPED, "+49 30 123456"][number % 3];
        let outcome = fixture
            .login(&connection, typed, &format!("guess {number}"))
            .await;
        assert!(matches!(outcome, LoginOutcome::WrongCredentials));
        fixture.engine.settled().await;
    }
    let outcome = fixture.login(&connection, "+49-30-123456", PASSWORD).await;
    assert!(matches!(outcome, LoginOutcome::TooManyAttempts));
}

#[tokio::test]
async fn a_cached_user_is_adopted_by_the_number() {
    let fixture = Fixture::new().await;
    let connection = connection(&fixture, true, true).await;
    fixture.fake.answers(|_| Outcome::NoSuchUser);
    let created = fixture.engine.create_user(order(&connection, "1", NUMBER));
    assert!(matches!(
        created.await.unwrap(),
        CreateUserOutcome::Created(_)
    ));
    fixture.fake.knows(ada());
    let outcome = fixture.login(&connection, TYPED, PASSWORD).await;
    assert!(matches!(
        outcome,
        LoginOutcome::Authenticated {
            how: How::Migrated,
            ..
        }
    ));
    assert_eq!(fixture.count_users().await, 1);
}

#[tokio::test]
async fn get_user_is_asked_by_the_number() {
    let fixture = Fixture::new().await;
    let connection = connection(&fixture, true, true).await;
    fixture.fake.answers(|request| {
        assert_eq!(
            (request.action, &request.arguments[0]),
            (Action::GetUser, &json!(NUMBER))
        );
        found(ada())
    });
    fixture.engine.look_up(LookUp {
        connection: Arc::clone(&connection),
        identifier: TYPED.to_owned(),
        caller: Caller::default(),
    });
    fixture.engine.drain().await;
    assert_eq!(fixture.fake.runs(), 1);
}

fn order(connection: &Arc<Connection>, id: &str, number: &str) -> CreateUser {
    CreateUser {
        connection: Arc::clone(connection),
        tenant: "acme".into(),
        profile: Profile {
            id: id.into(),
            attributes: object(json!({"phone_number": number})),
            ..Profile::default()
        },
        password: None,
        caller: Caller::default(),
        context: Map::new(),
    }
}

#[tokio::test]
async fn nobody_is_added_with_a_number_of_somebody_here_or_there() {
    let fixture = Fixture::new().await;
    let connection = connection(&fixture, true, true).await;
    let add = async |id: &str, number: &str| {
        let mut order = order(&connection, id, number);
        order.password = Some(Secret::new("a long Passw0rd"));
        fixture.engine.create_user(order).await.unwrap()
    };
    fixture.fake.answers(|request| match &request.arguments[0] {
        Value::String(number) if number == "+31" => found(json!({"user_id": 9})),
        _ => Outcome::NoSuchUser,
    });
    assert!(matches!(
        add("1", NUMBER).await,
        CreateUserOutcome::Created(_)
    ));
    for taken in [NUMBER, "+31"] {
        let outcome = add("2", taken).await;
        assert!(matches!(outcome, CreateUserOutcome::Exists), "{taken}");
    }
    assert!(matches!(
        add("2", "+32").await,
        CreateUserOutcome::Created(_)
    ));
}

#[tokio::test]
async fn a_changed_number_is_told_whether_or_not_it_is_an_identifier() {
    for active in [true, false] {
        let fixture = Fixture::new().await;
        let connection = connection(&fixture, active, true).await;
        fixture.fake.answers(|_| Outcome::NoSuchUser);
        for (id, number) in [("1", NUMBER), ("2", "+31")] {
            let created = fixture.engine.create_user(order(&connection, id, number));
            created.await.unwrap();
        }
        let change = async |number: Value| {
            let id = UserId::from_raw("1");
            let user = fixture.store.user(&fixture.tenant, &id).await.unwrap();
            let edit = UserEdit {
                attributes: object(json!({"phone_number": number})),
                ..UserEdit::default()
            };
            let edited = fixture.engine.edit_user(EditUser {
                connection: Arc::clone(&connection),
                user: user.unwrap(),
                edit,
                password: None,
                caller: Caller::default(),
            });
            edited.await.unwrap()
        };
        let taken = change(json!("+31")).await;
        assert_eq!(
            matches!(taken, EditUserOutcome::PhoneNumberTaken),
            active,
            "{taken:?}"
        );
        assert!(matches!(
            change(json!("+33")).await,
            EditUserOutcome::Edited(_)
        ));
        assert!(matches!(
            change(json!(null)).await,
            EditUserOutcome::Edited(_)
        ));
        let first = if active { "fcpn" } else { "scpn" };
        assert_eq!(
            fixture.codes().await,
            ["ss", "ss", first, "scpn", "scpn"],
            "{active}"
        );
    }
}

#[tokio::test]
async fn with_import_off_the_number_leads_to_the_scripts() {
    let fixture = Fixture::new().await;
    let connection = connection(&fixture, true, false).await;
    let known = std::sync::Mutex::new(false);
    fixture.fake.answers(move |request| {
        let mut known = known.lock().unwrap();
        match request.action {
            Action::GetUser => Outcome::NoSuchUser,
            Action::Create => {
                *known = true;
                assert_eq!(request.arguments[0]["phone_number"], NUMBER);
                Outcome::Done(json!(null))
            }
            Action::Login if *known && request.arguments[0] == NUMBER => found(ada()),
            _ => wrong_credentials(),
        }
    });
    let mut order = order(&connection, "", NUMBER);
    order.password = Some(Secret::new("a long Passw0rd"));
    let created = fixture.engine.create_user(order).await.unwrap();
    assert!(
        matches!(created, CreateUserOutcome::Created(_)),
        "{created:?}"
    );
    assert!(fixture.stored(&connection, NUMBER).await.is_some());
}
