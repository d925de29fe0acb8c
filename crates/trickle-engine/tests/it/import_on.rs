//! Lazy migration.

use serde_json::{Value, json};
use trickle_engine::{How, LoginOutcome};
use trickle_model::{LimitBreach, LimitKind, Outcome, UserId};
use trickle_store::TakenKey;

use crate::fixture::{Fixture, PASSWORD, failed, found, user, wrong_credentials};

fn ada() -> Value {
    json!({"user_id": 42, "email": "Ada@Example.com", "plan": "gold", "shoe_size": 38})
}

#[tokio::test]
async fn the_first_login_imports_and_the_second_asks_nobody() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": true,
            "non_persistent_attrs": ["shoe_size"],
            "customScripts": {"login": "function login() {}"},
        }))
        .await;
    fixture.fake.answers(|request| {
        assert_eq!(
            request.arguments,
            [json!(" ADA@example.com "), json!(PASSWORD)]
        );
        found(ada())
    });

    let first = fixture
        .login(&connection, " ADA@example.com ", PASSWORD)
        .await;
    let LoginOutcome::Authenticated {
        user: imported,
        how: How::Migrated,
        execution,
        ..
    } = first
    else {
        panic!("not imported: {}", first.name())
    };
    assert!(execution.is_some());
    assert_eq!(imported.id, UserId::from_raw("42"));
    assert_eq!(imported.email.as_deref(), Some("ada@example.com"));
    assert_eq!(imported.attributes["nickname"], "ada");
    assert_eq!(imported.attributes["plan"], "gold");
    assert!(!imported.attributes.contains_key("shoe_size"));

    fixture
        .fake
        .answers(|_| panic!("the legacy store is not asked again"));
    let second = fixture
        .login(&connection, "ada@example.com", PASSWORD)
        .await;
    assert!(matches!(
        second,
        LoginOutcome::Authenticated {
            how: How::Native,
            ..
        }
    ));
    let wrong = fixture.login(&connection, "ada@example.com", "other").await;
    assert!(matches!(wrong, LoginOutcome::WrongCredentials));
    assert_eq!(fixture.fake.runs(), 1);
    assert_eq!(fixture.codes().await, ["s", "s", "fp"]);

    let stored = fixture
        .stored(&connection, "ada@example.com")
        .await
        .unwrap();
    assert_eq!(stored.user.logins_count, 2);
    assert!(stored.password.unwrap().expose().starts_with("$argon2id$"));
}

#[tokio::test]
async fn nothing_but_a_profile_makes_a_user() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    let breach = LimitBreach {
        kind: LimitKind::Wall,
        limit: 20_000,
        used: None,
    };
    let cases = [
        (wrong_credentials(), "wrong_credentials", "fu"),
        (Outcome::WrongCredentials(None), "wrong_credentials", "fu"),
        (
            failed("UnauthorizedError", Some("unauthorized"), "Not today."),
            "refused",
            "f",
        ),
        (
            failed("TypeError", None, "x is undefined"),
            "script_error",
            "f",
        ),
        (
            failed("Error", Some("ECONNREFUSED"), "refused"),
            "legacy_store_down",
            "f",
        ),
        (Outcome::BadAnswer("odd".into()), "bad_answer", "f"),
        (
            found(json!({"email": "ada@example.com"})),
            "bad_answer",
            "f",
        ),
        (found(json!({"id": 1})), "bad_answer", "f"),
        (Outcome::DidNotAnswer, "did_not_answer", "f"),
        (Outcome::TooSlow(breach), "too_slow", "f"),
        (Outcome::TooMuchCpu(breach), "too_much_cpu", "f"),
        (Outcome::TooMuchMemory(breach), "too_much_memory", "f"),
        (Outcome::OverLimit(breach), "over_limit", "f"),
        (
            Outcome::EgressDenied("db:5432".into()),
            "egress_denied",
            "f",
        ),
        (Outcome::Crashed("signal 9".into()), "crashed", "f"),
        (Outcome::Busy, "busy", "f"),
    ];
    for (number, (outcome, name, code)) in cases.into_iter().enumerate() {
        fixture.fake.answers(move |_| outcome.clone());
        // The same refused password is not asked for again at once.
        let outcome = fixture
            .login(&connection, "ada@example.com", &format!("guess {number}"))
            .await;
        assert_eq!(outcome.name(), name);
        let newest = &fixture.events().await[0];
        assert_eq!(
            (newest.code.as_str(), &newest.details["outcome"]),
            (code, &json!(name))
        );
    }
    assert_eq!(fixture.count_users().await, 0);
}

#[tokio::test]
async fn an_outage_leaves_a_native_user_alone() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture.fake.knows(ada());
    fixture.login_ada(&connection).await;
    fixture
        .fake
        .answers(|_| failed("Error", Some("ETIMEDOUT"), "down"));
    fixture.login_ada(&connection).await;
}

#[tokio::test]
async fn a_taken_address_is_a_conflict_and_keeps_the_other_user() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture.fake.knows(ada());
    fixture.login_ada(&connection).await;
    fixture
        .fake
        .knows(json!({"user_id": 43, "email": "ADA@example.com"}));
    let outcome = fixture.login(&connection, "ada-2", PASSWORD).await;
    let LoginOutcome::Conflict(existing) = outcome else {
        panic!("no conflict: {}", outcome.name())
    };
    assert_eq!(
        (existing.id, existing.by),
        (UserId::from_raw("42"), TakenKey::Email)
    );
    let newest = &fixture.events().await[0];
    assert_eq!(
        (newest.code.as_str(), newest.description.as_str()),
        ("f", "The user already exists.")
    );
    assert_eq!(fixture.count_users().await, 1);
}

#[tokio::test]
async fn the_same_id_in_another_connection_is_another_person() {
    let fixture = Fixture::new().await;
    let (first, second) = (fixture.import_on().await, fixture.import_on().await);
    fixture.fake.knows(ada());
    user(fixture.login(&first, "ada@example.com", PASSWORD).await);
    let outcome = fixture.login(&second, "ada@example.com", PASSWORD).await;
    assert!(
        matches!(outcome, LoginOutcome::Conflict(_)),
        "{}",
        outcome.name()
    );
}

#[tokio::test]
async fn a_second_identifier_of_a_native_user_needs_the_native_password() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture.fake.knows(ada());
    fixture.login_ada(&connection).await;
    // The legacy store knows her by a number too, and has another password by now.
    fixture.fake.answers(|_| found(ada()));
    let outcome = fixture.login(&connection, "0042", "changed later").await;
    assert!(
        matches!(outcome, LoginOutcome::WrongCredentials),
        "{}",
        outcome.name()
    );
    let outcome = fixture.login(&connection, "0042", PASSWORD).await;
    assert!(matches!(
        outcome,
        LoginOutcome::Authenticated {
            how: How::Native,
            ..
        }
    ));
}

#[tokio::test]
async fn a_user_cached_while_import_was_off_becomes_native() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_off().await;
    fixture.fake.knows(ada());
    fixture.login_ada(&connection).await;
    let mut connection = (*connection).clone();
    let options = json!({
        "enabledDatabaseCustomization": true, "import_mode": true,
        "customScripts": {"login": "function login() {}"},
    });
    let Value::Object(options) = options else {
        unreachable!()
    };
    connection.options = trickle_model::ConnectionOptions::from_stored(options);
    let connection = std::sync::Arc::new(connection);
    let outcome = fixture
        .login(&connection, "ada@example.com", PASSWORD)
        .await;
    assert!(matches!(
        outcome,
        LoginOutcome::Authenticated {
            how: How::Migrated,
            ..
        }
    ));
    let runs = fixture.fake.runs();
    fixture.login_ada(&connection).await;
    assert_eq!(
        (fixture.fake.runs(), fixture.count_users().await),
        (runs, 1)
    );
    let outcome = fixture.login(&connection, "ada@example.com", "other").await;
    assert!(matches!(outcome, LoginOutcome::WrongCredentials));
}

#[tokio::test]
async fn a_blocked_profile_is_imported_and_shut_out() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture
        .fake
        .knows(json!({"user_id": 1, "email": "eve@example.com", "blocked": true}));
    let first = fixture
        .login(&connection, "eve@example.com", PASSWORD)
        .await;
    assert!(matches!(first, LoginOutcome::Blocked), "{}", first.name());
    let second = fixture
        .login(&connection, "eve@example.com", PASSWORD)
        .await;
    assert!(matches!(second, LoginOutcome::Blocked), "{}", second.name());
    // Whoever does not know the password does not learn it.
    let wrong = fixture.login(&connection, "eve@example.com", "guess").await;
    assert!(
        matches!(wrong, LoginOutcome::WrongCredentials),
        "{}",
        wrong.name()
    );
    assert_eq!(fixture.codes().await, ["f", "f", "fp"]);
}

#[tokio::test]
async fn a_missing_script_is_a_defect_and_not_a_wrong_password() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": true, "customScripts": {},
        }))
        .await;
    let outcome = fixture
        .login(&connection, "ada@example.com", PASSWORD)
        .await;
    assert_eq!(outcome.name(), "script_error");
    assert_eq!(fixture.fake.runs(), 0);
}

#[tokio::test]
async fn a_changed_connection_lets_its_workers_go() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    let (tenant, id) = (&fixture.tenant, &connection.id);
    fixture.engine.connection_changed(tenant, id).await;
    assert_eq!(fixture.fake.retired(), 1);
}
