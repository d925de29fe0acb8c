//! Callers who hang up while a script runs: what the legacy store has done counts here, too.

use std::sync::Arc;

use serde_json::{Map, json};
use trickle_engine::{Caller, CreateUser, EditUser, LinkHost, TicketOrder};
use trickle_model::{Connection, Outcome, Profile, Secret, User};
use trickle_store::{TicketPurpose, UserEdit};
use trickle_testkit::wait_for_async;

use crate::fixture::{Fixture, LIMIT, PASSWORD};

const ADA: &str = "ada@example.com";

/// Ada is here, the legacy store stays in charge, and its scripts agree to everything.
async fn start() -> (Fixture, Arc<Connection>, User) {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": false,
            "customScripts": {
                "login": "l", "get_user": "g", "verify": "v", "change_password": "c", "delete": "d",
            },
        }))
        .await;
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    let ada = fixture.login_ada(&connection).await;
    fixture.fake.answers(|_| Outcome::Done(json!(true)));
    (fixture, connection, ada)
}

/// Begins something, and leaves while its script runs.
async fn hang_up<T: Send + 'static>(
    fixture: &Fixture,
    work: impl Future<Output = T> + Send + 'static,
) {
    let fake = &fixture.fake;
    let runs = fake.runs();
    fake.shut();
    let caller = tokio::spawn(work);
    wait_for_async(LIMIT, async || fake.runs() > runs).await;
    caller.abort();
    assert!(caller.await.is_err());
    fake.open();
}

async fn session(fixture: &Fixture, connection: &Connection, ada: &User) -> Secret {
    let (store, tenant) = (&fixture.store, &fixture.tenant);
    let stored = store.stored_user(tenant, &ada.id).await.unwrap();
    let by = stored.unwrap().basis();
    let engine = &fixture.engine;
    let begun = engine.begin_session(tenant, &ada.id, &connection.id, false, None, &by);
    begun.await.unwrap().unwrap()
}

async fn wait_for_its_end(fixture: &Fixture, session: &Secret) {
    wait_for_async(LIMIT, async || {
        let session = fixture.engine.session(&fixture.tenant, session.expose());
        session.await.unwrap().is_none()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_proven_all_the_same() {
    let (fixture, connection, ada) = start().await;
    let order = TicketOrder {
        user: ada,
        purpose: TicketPurpose::EmailVerification,
        result_url: None,
        includes_email: false,
        proves_email: true,
        seconds: None,
    };
    let link = fixture.engine.order_ticket(&order).await.unwrap().unwrap();
    let (engine, tenant) = (fixture.engine.clone(), fixture.tenant.clone());
    hang_up(&fixture, async move {
        let caller = Caller::default();
        let followed = engine.verify_by_ticket(&tenant, link.expose(), &caller);
        followed.await.unwrap()
    })
    .await;
    wait_for_async(LIMIT, async || {
        let stored = fixture.stored(&connection, ADA).await.unwrap();
        stored.user.email_verified
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_sessions_all_the_same() {
    let (fixture, connection, ada) = start().await;
    let session = session(&fixture, &connection, &ada).await;
    let order = EditUser {
        connection,
        user: ada,
        edit: UserEdit::default(),
        password: Some(Secret::new("another one")),
        caller: Caller::default(),
    };
    let engine = fixture.engine.clone();
    hang_up(
        &fixture,
        async move { engine.edit_user(order).await.unwrap() },
    )
    .await;
    wait_for_its_end(&fixture, &session).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_deleted_all_the_same() {
    let (fixture, connection, ada) = start().await;
    let session = session(&fixture, &connection, &ada).await;
    let engine = fixture.engine.clone();
    hang_up(&fixture, async move {
        let caller = Caller::default();
        let deleted = engine.delete_user(&connection, &ada, &caller);
        deleted.await.unwrap()
    })
    .await;
    wait_for_its_end(&fixture, &session).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_gets_the_mail_all_the_same() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture.fake.answers(|_| Outcome::NoSuchUser);
    let order = CreateUser {
        connection,
        tenant: "acme".to_owned(),
        profile: Profile {
            email: Some(ADA.to_owned()),
            ..Profile::default()
        },
        password: Some(Secret::new(PASSWORD)),
        caller: Caller::default(),
        context: Map::new(),
    };
    let engine = fixture.engine.clone();
    hang_up(&fixture, async move {
        let links = LinkHost::Known("login.example".to_owned());
        engine.sign_up(order, links).await.unwrap()
    })
    .await;
    wait_for_async(LIMIT, async || fixture.codes().await == ["ss", "svr"]).await;
}
