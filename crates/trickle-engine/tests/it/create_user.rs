//! Adding users.

use std::sync::{Arc, Mutex};

use serde_json::json;
use trickle_engine::{Caller, CreateUser, CreateUserOutcome, LinkHost, LoginOutcome};
use trickle_model::{Action, Connection, Outcome, Profile, Secret};
use trickle_store::SUSPICIOUS_IP;

use crate::fixture::{Fixture, PASSWORD, failed, found, wrong_credentials};

fn order(connection: &Arc<Connection>, email: &str, password: Option<&str>) -> CreateUser {
    CreateUser {
        connection: Arc::clone(connection),
        tenant: "acme".to_owned(),
        profile: Profile {
            email: Some(email.to_owned()),
            ..Profile::default()
        },
        password: password.map(Secret::new),
        caller: Caller::default(),
        context: serde_json::Map::new(),
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
    fixture.login_ada(&connection).await;
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
        CreateUserOutcome::Invalid("password", _)
    ));
    assert_eq!(fixture.fake.runs(), 0);
}

async fn off(fixture: &Fixture) -> Arc<Connection> {
    let scripts = json!({"login": "l", "get_user": "g", "create": "c"});
    fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": false, "customScripts": scripts,
        }))
        .await
}

#[tokio::test]
async fn with_import_off_the_scripts_make_the_user_and_vouch_for_it() {
    let fixture = Fixture::new().await;
    let connection = off(&fixture).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    fixture.fake.answers(move |request| {
        let arguments = serde_json::Value::from(request.arguments.clone());
        log.lock().unwrap().push((request.action, arguments));
        match request.action {
            Action::GetUser => Outcome::NoSuchUser,
            Action::Create => Outcome::Done(json!(null)),
            _ => found(json!({"id": 7, "email": "Ada@example.com"})),
        }
    });
    let mut order = order(&connection, "Ada@example.com", Some(PASSWORD));
    order
        .profile
        .user_metadata
        .insert("plan".into(), "gold".into());
    let outcome = fixture.engine.create_user(order).await.unwrap();
    let CreateUserOutcome::Created(created) = outcome else {
        panic!("not created: {outcome:?}")
    };
    assert_eq!(created.id.as_str(), "auth0|7");
    let stored = fixture
        .stored(&connection, "ada@example.com")
        .await
        .unwrap();
    assert!(stored.password.is_none());
    let user = json!({
        "client_id": null, "tenant": "acme", "connection": connection.name, "email": "Ada@example.com",
        "password": PASSWORD, "user_metadata": {"plan": "gold"},
    });
    let expected = [
        (Action::GetUser, json!(["ada@example.com"])),
        (Action::Create, json!([user])),
        (Action::Login, json!(["Ada@example.com", PASSWORD])),
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
    assert_eq!(fixture.codes().await, ["ss"]);
}

#[tokio::test]
async fn with_import_off_every_refusal_leaves_no_user_here() {
    let fixture = Fixture::new().await;
    let connection = off(&fixture).await;
    let none = || Outcome::NoSuchUser;
    let done = || Outcome::Done(json!(true));
    let cases = [
        (
            found(json!({"id": 7, "email": "ada@example.com"})),
            done(),
            done(),
            "Exists",
            1,
        ),
        (
            none(),
            failed("ValidationError", Some("user_exists"), "taken"),
            done(),
            "Exists",
            2,
        ),
        (
            none(),
            failed("ValidationError", Some("no_gmail"), "no"),
            done(),
            "Refused",
            2,
        ),
        (
            none(),
            failed("Error", Some("ECONNRESET"), "down"),
            done(),
            "LegacyStoreDown",
            2,
        ),
        (none(), done(), wrong_credentials(), "ScriptFailed", 3),
        (none(), done(), Outcome::Busy, "Busy", 3),
    ];
    for (get_user, create, login, expected, runs) in cases {
        let before = fixture.fake.runs();
        fixture.fake.answers(move |request| match request.action {
            Action::GetUser => get_user.clone(),
            Action::Create => create.clone(),
            _ => login.clone(),
        });
        let order = order(&connection, "ada@example.com", Some(PASSWORD));
        let outcome = fixture.engine.create_user(order).await.unwrap();
        assert!(
            format!("{outcome:?}").starts_with(expected),
            "{expected}: {outcome:?}"
        );
        assert_eq!(fixture.fake.runs(), before + runs, "{expected}");
    }
    assert_eq!(fixture.count_users().await, 0);
}

#[tokio::test]
async fn sign_ups_keep_the_connections_rules() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "requires_username": true, "passwordPolicy": "good",
            "validation": {"username": {"min": 3, "max": 5}},
        }))
        .await;
    let sign_up = async |username: Option<&str>, password: &str| {
        let mut order = order(&connection, "ada@example.com", Some(password));
        order.profile.username = username.map(str::to_owned);
        order.profile.blocked = true;
        order.profile.email_verified = true;
        let signed_up = fixture.engine.sign_up(order, LinkHost::Unknown);
        signed_up.await.unwrap()
    };
    for (username, password, expected) in [
        (
            None,
            "Password-1",
            "Invalid(\"username\", \"missing username\")",
        ),
        (Some("ab"), "Password-1", "Invalid(\"username\""),
        (Some("ada"), "short", "BadPassword(Weak"),
        (Some("Ada"), "Password-1", "Created"),
        (Some("bob"), "Password-1", "Exists"),
    ] {
        let outcome = sign_up(username, password).await;
        assert!(format!("{outcome:?}").starts_with(expected), "{outcome:?}");
    }
    let user = fixture.stored(&connection, "ada").await.unwrap().user;
    assert!(!user.blocked && !user.email_verified);

    let closed = fixture.connection(json!({"disable_signup": true})).await;
    let order = order(&closed, "ada@example.com", Some("x"));
    let refused = fixture.engine.sign_up(order, LinkHost::Unknown);
    assert!(matches!(
        refused.await.unwrap(),
        CreateUserOutcome::SignUpDisabled
    ));
}

#[tokio::test]
async fn an_address_signs_up_so_many_and_no_more() {
    let fixture = Fixture::new().await;
    let connection = fixture.connection(json!({})).await;
    let pace = json!({"stage": {"pre-user-registration": {"max_attempts": 2, "rate": 60_000}}});
    let set = fixture
        .store
        .put_setting(&fixture.tenant, SUSPICIOUS_IP, pace.as_object().unwrap());
    set.await.unwrap();
    let mut ends = Vec::new();
    for name in ["a", "a", "b"] {
        let mut order = order(&connection, &format!("{name}@example.com"), Some(PASSWORD));
        order.caller.ip = Some("192.0.2.1".to_owned());
        let signed_up = fixture.engine.sign_up(order, LinkHost::Unknown);
        let outcome = signed_up.await.unwrap();
        fixture.engine.settled().await;
        ends.push(format!("{outcome:?}").chars().take(7).collect::<String>());
    }
    assert_eq!(ends, ["Created", "Exists", "Throttl"]);
    assert_eq!(fixture.codes().await, ["ss", "fs", "limit_mu"]);
}
