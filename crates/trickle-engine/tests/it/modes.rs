//! The mode changes midway: what becomes of those who are here already, and of those who are not.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use trickle_engine::{Caller, How, LoginOutcome, PasswordOutcome};
use trickle_model::{
    Action, Answer, Clock as _, Connection, ConnectionOptions, Outcome, Secret, SystemClock,
};
use trickle_store::ConnectionChange;

use crate::fixture::{Fixture, PASSWORD, found, user, wrong_credentials};

const ADA: &str = "ada@example.com";

#[derive(Clone, Copy)]
enum Mode {
    Native,
    On,
    Off,
}

/// The legacy store: one person, whose password and plan change.
#[derive(Clone)]
struct Legacy(Arc<Mutex<(String, &'static str)>>);

impl Legacy {
    fn of(fixture: &Fixture) -> Self {
        let legacy = Self(Arc::new(Mutex::new((PASSWORD.to_owned(), "silver"))));
        let own = legacy.clone();
        fixture.fake.answers(move |request| {
            let mut data = own.0.lock().unwrap();
            let profile = json!({"user_id": 1, "email": "Ada@Example.com", "plan": data.1});
            match request.action {
                Action::Login if request.arguments[0] != ADA => wrong_credentials(),
                Action::Login if request.arguments[1] == data.0.as_str() => found(profile),
                Action::Login => wrong_credentials(),
                Action::ChangePassword => {
                    request.arguments[1]
                        .as_str()
                        .unwrap()
                        .clone_into(&mut data.0);
                    let answer = Answer {
                        error: None,
                        value: json!(true),
                    };
                    Outcome::from_answer(request.action, answer)
                }
                _ => Outcome::NoSuchUser,
            }
        });
        legacy
    }

    fn set(&self, password: &str, plan: &'static str) {
        *self.0.lock().unwrap() = (password.to_owned(), plan);
    }
}

fn options(mode: Mode) -> Value {
    let (customization, import) = match mode {
        Mode::Native => (false, false),
        Mode::On => (true, true),
        Mode::Off => (true, false),
    };
    json!({
        "enabledDatabaseCustomization": customization, "import_mode": import,
        "trickle": {"failures_at_once": true},
        "customScripts": {
            "login": "function login() {}", "change_password": "function changePassword() {}",
        },
    })
}

async fn start(mode: Mode) -> (Fixture, Legacy, Arc<Connection>) {
    let fixture = Fixture::new().await;
    let legacy = Legacy::of(&fixture);
    let connection = fixture.connection(options(mode)).await;
    (fixture, legacy, connection)
}

async fn turn(fixture: &Fixture, connection: &Connection, mode: Mode) -> Arc<Connection> {
    let Value::Object(map) = options(mode) else {
        unreachable!()
    };
    let (options, _) = ConnectionOptions::parse(map).unwrap();
    let change = ConnectionChange {
        options: Some((options, std::collections::BTreeMap::new())),
        ..ConnectionChange::default()
    };
    let now = SystemClock.now();
    let changed = fixture
        .store
        .change_connection(&connection.tenant, &connection.id, &change, now);
    let changed = changed.await.unwrap().unwrap();
    fixture
        .engine
        .connection_changed(&connection.tenant, &connection.id)
        .await;
    Arc::new(changed)
}

/// `native`, `migrated`, `legacy`, or the name of a failure.
async fn login(fixture: &Fixture, connection: &Arc<Connection>, password: &str) -> &'static str {
    match fixture.login(connection, ADA, password).await {
        LoginOutcome::Authenticated { how, .. } => how.as_str(),
        failed => failed.name(),
    }
}

async fn has_password(fixture: &Fixture, connection: &Connection) -> bool {
    let stored = fixture.stored(connection, ADA).await.unwrap();
    stored.password.is_some()
}

#[tokio::test]
async fn off_to_on_makes_the_cached_native_at_the_next_login_with_the_profile_of_that_moment() {
    let (fixture, legacy, off) = start(Mode::Off).await;
    assert_eq!(login(&fixture, &off, PASSWORD).await, "legacy");
    assert!(!has_password(&fixture, &off).await);

    let on = turn(&fixture, &off, Mode::On).await;
    legacy.set("another", "gold");
    assert_eq!(login(&fixture, &on, PASSWORD).await, "wrong_credentials");
    assert!(!has_password(&fixture, &on).await);
    let outcome = fixture.login(&on, ADA, "another").await;
    assert!(matches!(
        &outcome,
        LoginOutcome::Authenticated {
            how: How::Migrated,
            ..
        }
    ));
    let ada = user(outcome);
    assert_eq!(ada.attributes["plan"], "gold");
    assert_eq!(ada.email.as_deref(), Some(ADA));
    assert_eq!(fixture.count_users().await, 1);

    // The legacy store is not asked any more.
    legacy.set("unheard of", "gold");
    let runs = fixture.fake.runs();
    assert_eq!(login(&fixture, &on, "another").await, "native");
    assert_eq!(fixture.fake.runs(), runs);
}

#[tokio::test]
async fn off_to_on_finds_somebody_whose_address_the_legacy_store_has_changed() {
    let (fixture, _, off) = start(Mode::Off).await;
    fixture
        .fake
        .knows(json!({"user_id": 1, "email": "old@example.com"}));
    user(fixture.login(&off, "old@example.com", PASSWORD).await);
    let on = turn(&fixture, &off, Mode::On).await;
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    assert_eq!(login(&fixture, &on, PASSWORD).await, "migrated");
    assert_eq!(fixture.count_users().await, 1);
    assert!(has_password(&fixture, &on).await);
    assert!(fixture.stored(&on, "old@example.com").await.is_none());
}

#[tokio::test]
async fn on_to_off_and_back_the_password_that_was_proven_last_holds() {
    let (fixture, legacy, on) = start(Mode::On).await;
    assert_eq!(login(&fixture, &on, PASSWORD).await, "migrated");
    let off = turn(&fixture, &on, Mode::Off).await;
    // The same password: nothing is lost.
    assert_eq!(login(&fixture, &off, PASSWORD).await, "legacy");
    assert!(has_password(&fixture, &off).await);
    legacy.set("another", "gold");
    assert_eq!(login(&fixture, &off, PASSWORD).await, "wrong_credentials");
    assert!(has_password(&fixture, &off).await);
    assert_eq!(login(&fixture, &off, "another").await, "legacy");
    assert!(!has_password(&fixture, &off).await);

    let on = turn(&fixture, &off, Mode::On).await;
    assert_eq!(login(&fixture, &on, PASSWORD).await, "wrong_credentials");
    assert_eq!(login(&fixture, &on, "another").await, "migrated");
    assert_eq!(fixture.count_users().await, 1);
}

#[tokio::test]
async fn on_to_off_and_back_a_change_by_the_script_is_not_undone() {
    let (fixture, _, on) = start(Mode::On).await;
    assert_eq!(login(&fixture, &on, PASSWORD).await, "migrated");
    let off = turn(&fixture, &on, Mode::Off).await;
    let ada = fixture.stored(&off, ADA).await.unwrap().user;
    let (fresh, caller) = (Secret::new("chosen since"), Caller::default());
    let set = fixture.engine.set_password(&off, &ada, &fresh, &caller);
    assert!(matches!(set.await.unwrap(), PasswordOutcome::Changed));

    let on = turn(&fixture, &off, Mode::On).await;
    assert_eq!(login(&fixture, &on, PASSWORD).await, "wrong_credentials");
    assert_eq!(login(&fixture, &on, "chosen since").await, "migrated");
}

#[tokio::test]
async fn without_customization_the_migrated_get_in_and_nobody_else() {
    for from in [Mode::On, Mode::Off] {
        let (fixture, _, connection) = start(from).await;
        let before = login(&fixture, &connection, PASSWORD).await;
        let native = turn(&fixture, &connection, Mode::Native).await;
        let runs = fixture.fake.runs();
        let (expected, first) = match from {
            Mode::On => ("migrated", "native"),
            _ => ("legacy", "wrong_credentials"),
        };
        assert_eq!(before, expected);
        assert_eq!(login(&fixture, &native, PASSWORD).await, first);
        let outcome = fixture.login(&native, "bob@example.com", PASSWORD).await;
        assert_eq!(outcome.name(), "wrong_credentials");
        assert_eq!(fixture.fake.runs(), runs);

        // And back: whoever was cached is migrated, whoever was native stays so.
        let on = turn(&fixture, &native, Mode::On).await;
        let again = match from {
            Mode::On => "native",
            _ => "migrated",
        };
        assert_eq!(login(&fixture, &on, PASSWORD).await, again);
        assert_eq!(fixture.count_users().await, 1);
    }
}

#[tokio::test]
async fn without_customization_and_then_off_the_legacy_store_decides() {
    let (fixture, legacy, on) = start(Mode::On).await;
    assert_eq!(login(&fixture, &on, PASSWORD).await, "migrated");
    let native = turn(&fixture, &on, Mode::Native).await;
    let off = turn(&fixture, &native, Mode::Off).await;
    legacy.set("another", "gold");
    assert_eq!(login(&fixture, &off, PASSWORD).await, "wrong_credentials");
    assert_eq!(login(&fixture, &off, "another").await, "legacy");
    assert_eq!(fixture.count_users().await, 1);
}
