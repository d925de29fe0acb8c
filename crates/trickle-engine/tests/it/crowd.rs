//! Many at once.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tempfile::tempdir;
use trickle_engine::{
    Caller, CreateUser, CreateUserOutcome, Engine, How, LoginOutcome, LoginRequest,
};
use trickle_model::{Clock as _, Profile, Secret, SystemClock};
use trickle_store::Database;
use trickle_testkit::{postgres::Postgres, wait_for_async};

use crate::fixture::{Fixture, LIMIT, PASSWORD, found, request, user, wrong_credentials};

const CROWD: usize = 1_000;

fn logins(
    engine: &Engine,
    request: &LoginRequest,
    count: usize,
) -> Vec<tokio::task::JoinHandle<LoginOutcome>> {
    let login = |_| {
        let (engine, request) = (engine.clone(), request.clone());
        tokio::spawn(async move { engine.login(request).await.unwrap() })
    };
    (0..count).map(login).collect()
}

async fn a_thousand_first_logins_run_one_script(fixture: Fixture) {
    let connection = fixture.import_on().await;
    fixture
        .fake
        .knows(json!({"user_id": 1, "email": "ada@example.com"}));
    fixture.fake.shut();
    let engine = fixture.engine.clone();
    let crowd = logins(
        &engine,
        &request(&connection, "ada@example.com", PASSWORD),
        CROWD,
    );
    // The script answers when all have boarded, so that every one of them shares its result.
    wait_for_async(LIMIT, async || engine.first_logins_under_way() == CROWD).await;
    fixture.fake.open();
    for login in crowd {
        let outcome = login.await.unwrap();
        assert!(matches!(
            outcome,
            LoginOutcome::Authenticated {
                how: How::Migrated,
                ..
            }
        ));
        assert_eq!(user(outcome).id.as_str(), "auth0|1");
    }
    assert_eq!(fixture.fake.runs(), 1);
    assert_eq!(fixture.count_users().await, 1);
    engine.drain().await;
    assert_eq!(fixture.codes().await, vec!["s"; CROWD]);
    let stored = fixture
        .stored(&connection, "ada@example.com")
        .await
        .unwrap();
    assert_eq!(stored.user.logins_count, CROWD as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_first_logins_run_one_script_on_sqlite() {
    a_thousand_first_logins_run_one_script(Fixture::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_first_logins_run_one_script_on_postgres() {
    a_thousand_first_logins_run_one_script(on_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_does_not_share_the_result() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture
        .fake
        .knows(json!({"user_id": 1, "email": "ada@example.com"}));
    fixture.fake.shut();
    let wrong = logins(
        &fixture.engine,
        &request(&connection, "ada@example.com", "guess"),
        3,
    );
    wait_for_async(LIMIT, async || fixture.fake.runs() == 1).await;
    let right = logins(
        &fixture.engine,
        &request(&connection, "ADA@example.com", PASSWORD),
        3,
    );
    // The guess's script is still running, and so nobody else's.
    tokio::task::yield_now().await;
    assert_eq!(fixture.fake.runs(), 1);
    fixture.fake.open();
    for login in wrong {
        assert!(matches!(
            login.await.unwrap(),
            LoginOutcome::WrongCredentials
        ));
    }
    for login in right {
        user(login.await.unwrap());
    }
    assert_eq!(fixture.count_users().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_native_user_waits_for_nobody() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": true,
            "customScripts": {"login": "function login() {}"},
        }))
        .await;
    fixture.fake.answers(|_| wrong_credentials());
    fixture.fake.shut();
    let guess = request(&connection, "ada@example.com", "guess");
    let slow = logins(&fixture.engine, &guess, 1);
    wait_for_async(LIMIT, async || fixture.fake.runs() == 1).await;
    let order = CreateUser {
        connection: Arc::clone(&connection),
        tenant: "acme".to_owned(),
        profile: Profile {
            email: Some("ada@example.com".to_owned()),
            ..Profile::default()
        },
        password: Some(Secret::new(PASSWORD)),
        caller: Caller::default(),
        context: serde_json::Map::new(),
    };
    let created = fixture.engine.create_user(order).await.unwrap();
    assert!(matches!(created, CreateUserOutcome::Created(_)));
    fixture.login_ada(&connection).await;
    assert!(!slow[0].is_finished());
    fixture.fake.open();
    for login in slow {
        assert!(matches!(
            login.await.unwrap(),
            LoginOutcome::WrongCredentials
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_make_one_user() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture
        .fake
        .knows(json!({"user_id": 1, "email": "ada@example.com"}));
    fixture.fake.shut();
    let request = request(&connection, "ada@example.com", PASSWORD);
    let here = logins(&fixture.engine, &request, 5);
    let there = logins(&fixture.another_node(), &request, 5);
    wait_for_async(LIMIT, async || fixture.fake.runs() == 2).await;
    fixture.fake.open();
    for login in here.into_iter().chain(there) {
        assert_eq!(user(login.await.unwrap()).id.as_str(), "auth0|1");
    }
    assert_eq!(fixture.count_users().await, 1);
}

pub(crate) async fn on_postgres() -> Fixture {
    let (server, name) = tokio::task::spawn_blocking(|| {
        let server = Postgres::shared();
        (server, server.fresh_database())
    })
    .await
    .unwrap();
    let database = Database::Postgres(Secret::new(server.url(&name)));
    Fixture::over(&database, tempdir().unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_first_logins_of_a_hundred_users_on_two_nodes_run_a_hundred_scripts() {
    let fixture = on_postgres().await;
    let connection = fixture.import_on().await;
    fixture.fake.answers(|request| {
        let email = request.arguments[0].as_str().unwrap();
        found(json!({"user_id": email, "email": email}))
    });
    let nodes = [fixture.engine.clone(), fixture.another_node()];
    let crowd: Vec<_> = (0..CROWD)
        .map(|number| {
            let engine = nodes[number % 2].clone();
            let email = format!("user{}@example.com", number / 10);
            let request = request(&connection, &email, PASSWORD);
            tokio::spawn(async move { (email, engine.login(request).await.unwrap()) })
        })
        .collect();
    for login in crowd {
        let (email, outcome) = login.await.unwrap();
        assert_eq!(user(outcome).id.raw(), email);
    }
    assert_eq!(fixture.fake.runs(), CROWD / 10);
    assert_eq!(fixture.count_users().await, CROWD as u64 / 10);
    for node in nodes {
        node.drain().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_died_holds_nobody_up_for_ever() {
    let fixture = on_postgres().await;
    let connection = fixture.import_on().await;
    fixture
        .fake
        .knows(json!({"user_id": 1, "email": "ada@example.com"}));
    let now = SystemClock.now();
    let (store, id) = (&fixture.store, &connection.id);
    let until = now + jiff::SignedDuration::from_secs(1);
    let claimed = store.claim(id, "ada@example.com", "dead", now, until);
    assert!(claimed.await.unwrap());
    let again = store.claim(id, "ada@example.com", "other", now, until);
    assert!(!again.await.unwrap());
    fixture.login_ada(&connection).await;
    // It was given up.
    let released = store.release_claim(id, "ada@example.com", "dead");
    assert!(!released.await.unwrap());
    let free = store.claim(id, "ada@example.com", "other", SystemClock.now(), until);
    assert!(free.await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_finished_when_its_caller_hangs_up() {
    let fixture = Fixture::new().await;
    for connection in [fixture.import_on().await, fixture.import_off().await] {
        let email = format!("{}@example.com", connection.name);
        fixture
            .fake
            .knows(json!({"user_id": connection.name, "email": email}));
        fixture.fake.shut();
        let before = fixture.fake.runs();
        let caller = logins(&fixture.engine, &request(&connection, &email, PASSWORD), 1);
        wait_for_async(LIMIT, async || fixture.fake.runs() == before + 1).await;
        caller[0].abort();
        fixture.fake.open();
        wait_for_async(LIMIT, async || {
            fixture.stored(&connection, &email).await.is_some()
        })
        .await;
    }
    let engine: Arc<Engine> = Arc::new(fixture.engine.clone());
    tokio::time::timeout(Duration::from_mins(1), engine.drain())
        .await
        .unwrap();
    assert_eq!(fixture.codes().await, ["s", "s"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_panics_its_task_leaves_no_flight_behind() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture
        .fake
        .answers(|_| panic!("as if the runner had a defect"));
    let request = request(&connection, "ada@example.com", PASSWORD);
    assert!(fixture.engine.login(request).await.is_err());
    fixture
        .fake
        .knows(json!({"user_id": 1, "email": "ada@example.com"}));
    fixture.login_ada(&connection).await;
}
