//! What is kept of a login where the account changed while it was under way.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use tokio::{task::JoinHandle, time::sleep};
use trickle_engine::{Authorization, CodeOrder, LoginOutcome};
use trickle_model::{ClientId, Clock as _, Connection, SystemClock, UserId};
use trickle_store::LinkUser;

use crate::fixture::{Fixture, PASSWORD, request};

const ADA: &str = "ada@example.com";

/// A connection with import off that knows Ada, and Bob of another one.
async fn start() -> (Fixture, Arc<Connection>) {
    let fixture = Fixture::new().await;
    let connection = fixture.import_off().await;
    fixture.fake.knows(json!({"id": "ada", "email": ADA}));
    fixture.login_ada(&connection).await;
    let other = fixture.import_off().await;
    let bob = "bob@example.com";
    fixture.fake.knows(json!({"id": "bob", "email": bob}));
    let login = fixture.login(&other, bob, PASSWORD).await;
    assert_eq!(login.name(), "authenticated");
    fixture.fake.knows(json!({"id": "ada", "email": ADA}));
    (fixture, connection)
}

/// Ada's login, whose script has begun and waits.
async fn begin(fixture: &Fixture, connection: &Arc<Connection>) -> JoinHandle<LoginOutcome> {
    let runs = fixture.fake.runs();
    fixture.fake.shut();
    let (engine, request) = (fixture.engine.clone(), request(connection, ADA, PASSWORD));
    let login = tokio::spawn(async move { engine.login(request).await.unwrap() });
    while fixture.fake.runs() == runs {
        sleep(Duration::from_millis(5)).await;
    }
    login
}

/// Whether a session is kept of a login.
async fn is_kept(fixture: &Fixture, connection: &Connection, outcome: &LoginOutcome) -> bool {
    let LoginOutcome::Authenticated {
        user, by: Some(by), ..
    } = outcome
    else {
        panic!("not logged in: {}", outcome.name())
    };
    let begun =
        fixture
            .engine
            .begin_session(&fixture.tenant, &user.id, &connection.id, false, None, by);
    begun.await.unwrap().is_some()
}

#[tokio::test]
async fn a_login_that_began_before_the_unlinking_is_not_kept() {
    let (fixture, connection) = start().await;
    let (store, tenant) = (&fixture.store, &fixture.tenant);
    let (ada, bob) = (UserId::from_raw("ada"), UserId::from_raw("bob"));
    let linked = store.link_user(tenant, &bob, &ada, None).await;
    assert_eq!(linked.unwrap(), LinkUser::Linked);
    let login = begin(&fixture, &connection).await;
    assert!(store.unlink_user(tenant, &bob, &ada).await.unwrap());
    fixture.fake.open();
    assert!(!is_kept(&fixture, &connection, &login.await.unwrap()).await);
    let again = fixture.login(&connection, ADA, PASSWORD).await;
    assert!(is_kept(&fixture, &connection, &again).await);
}

#[tokio::test]
async fn a_login_that_began_before_logins_ended_is_not_kept() {
    let (fixture, connection) = start().await;
    let login = begin(&fixture, &connection).await;
    let ada = UserId::from_raw("ada");
    let ended = fixture.store.end_all_logins(&fixture.tenant, &ada).await;
    ended.unwrap();
    fixture.fake.open();
    assert!(!is_kept(&fixture, &connection, &login.await.unwrap()).await);
}

#[tokio::test]
async fn a_login_under_an_unknown_address_is_undone_by_a_new_password() {
    let (fixture, connection) = start().await;
    let known = json!({"id": "ada", "email": "ada@elsewhere.example"});
    fixture.fake.knows(known);
    fixture.login_ada(&connection).await;
    let login = begin(&fixture, &connection).await;
    sleep(Duration::from_millis(5)).await;
    let (ada, now) = (UserId::from_raw("ada"), SystemClock.now());
    let store = &fixture.store;
    let marked = store.mark_password_changed(&fixture.tenant, &ada, now);
    assert!(marked.await.unwrap());
    fixture.fake.open();
    assert_eq!(login.await.unwrap().name(), "busy");
}

#[tokio::test]
async fn somebody_who_is_deleted_meanwhile_is_not_let_in() {
    let (fixture, connection) = start().await;
    let login = begin(&fixture, &connection).await;
    let ada = UserId::from_raw("ada");
    let removed = fixture.store.remove_user(&fixture.tenant, &ada).await;
    assert!(removed.unwrap());
    fixture.fake.open();
    assert_eq!(login.await.unwrap().name(), "busy");
}

#[tokio::test]
async fn a_code_of_a_session_that_ends_at_once_is_not_made() {
    let (fixture, connection) = start().await;
    let (engine, tenant) = (&fixture.engine, &fixture.tenant);
    let ada = UserId::from_raw("ada");
    let stored = fixture.store.stored_user(tenant, &ada).await.unwrap();
    let by = stored.unwrap().basis();
    let begun = engine.begin_session(tenant, &ada, &connection.id, false, None, &by);
    let cookie = begun.await.unwrap().unwrap();
    let session = engine.session(tenant, cookie.expose()).await.unwrap();
    let by = session.unwrap().by;
    let order = CodeOrder {
        client: ClientId::from_text("app"),
        redirect_uri: "https://app.test/cb".to_owned(),
        named_redirect_uri: true,
        challenge: None,
        nonce: None,
        authorization: Authorization::default(),
    };
    let made = engine.make_code(tenant, &ada, &order, &by).await;
    assert!(made.unwrap().is_some());
    fixture.store.end_all_logins(tenant, &ada).await.unwrap();
    let made = engine.make_code(tenant, &ada, &order, &by).await;
    assert!(made.unwrap().is_none());
}

/// Taking a newer password over ends all logins, but not the one that does it.
#[tokio::test]
async fn a_login_that_ends_the_others_is_kept() {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": true,
            "trickle": {"failures_at_once": true, "drift_days": 7},
        }))
        .await;
    fixture.fake.knows(json!({"id": "ada", "email": ADA}));
    let first = fixture.login(&connection, ADA, PASSWORD).await;
    fixture
        .fake
        .answers(|_| crate::fixture::found(json!({"id": "ada", "email": ADA})));
    let newer = fixture.login(&connection, ADA, "battery staple").await;
    assert!(is_kept(&fixture, &connection, &newer).await);
    assert!(!is_kept(&fixture, &connection, &first).await);
}
