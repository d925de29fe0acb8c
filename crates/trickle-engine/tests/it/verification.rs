//! Addresses that are proven by a link.

use std::sync::Arc;

use serde_json::json;
use trickle_engine::{Caller, TicketOrder, VerifyOutcome};
use trickle_model::{
    Action, Clock as _, Connection, Outage, Outcome, ScriptError, Secret, SystemClock,
};
use trickle_store::{TicketPurpose, UserEdit};
use trickle_testkit::wait_for_async;

use crate::fixture::{Fixture, LIMIT, PASSWORD, user};

const ADA: &str = "ada@example.com";

/// Ada is here, her address is not proven, and she has a link.
async fn start(import: bool) -> (Fixture, Arc<Connection>, Secret) {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": import,
            "customScripts": {"login": "l", "get_user": "g", "verify": "v"},
        }))
        .await;
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    let order = TicketOrder {
        user: user(fixture.login(&connection, ADA, PASSWORD).await),
        purpose: TicketPurpose::EmailVerification,
        result_url: None,
        includes_email: false,
        proves_email: true,
        seconds: None,
    };
    let link = fixture.engine.order_ticket(&order).await.unwrap().unwrap();
    (fixture, connection, link)
}

async fn follow(fixture: &Fixture, link: &Secret) -> VerifyOutcome {
    let caller = Caller::default();
    let followed = fixture
        .engine
        .verify_by_ticket(&fixture.tenant, link.expose(), &caller);
    followed.await.unwrap()
}

async fn is_proven(fixture: &Fixture, connection: &Connection) -> bool {
    let stored = fixture.stored(connection, ADA).await.unwrap();
    stored.user.email_verified
}

#[tokio::test]
async fn with_import_off_the_verify_script_agrees_first() {
    let (fixture, connection, link) = start(false).await;
    for refusal in [
        Outcome::Done(json!(false)),
        Outcome::LegacyStoreDown(Outage::Refused, ScriptError::default()),
        Outcome::DidNotAnswer,
    ] {
        fixture.fake.answers(move |_| refusal.clone());
        let followed = follow(&fixture, &link).await;
        assert!(matches!(followed, VerifyOutcome::Failed(_)), "{followed:?}");
        assert!(!is_proven(&fixture, &connection).await);
    }
    fixture.fake.answers(|request| {
        assert_eq!(request.action, Action::Verify);
        assert_eq!(request.arguments, [json!(ADA)]);
        Outcome::Done(json!(true))
    });
    let followed = follow(&fixture, &link).await;
    assert!(matches!(followed, VerifyOutcome::Verified), "{followed:?}");
    assert!(is_proven(&fixture, &connection).await);
    let codes = fixture.codes().await;
    assert_eq!(codes[codes.len() - 4..], ["fv", "fv", "fv", "sv"]);

    let again = follow(&fixture, &link).await;
    assert!(matches!(again, VerifyOutcome::Gone), "{again:?}");
}

#[tokio::test]
async fn with_import_on_no_script_is_asked() {
    let (fixture, connection, link) = start(true).await;
    let runs = fixture.fake.runs();
    let followed = follow(&fixture, &link).await;
    assert!(matches!(followed, VerifyOutcome::Verified), "{followed:?}");
    assert!(is_proven(&fixture, &connection).await);
    assert_eq!(fixture.fake.runs(), runs);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_came_while_the_script_ran_is_not_proven() {
    let (fixture, connection, link) = start(false).await;
    let fake = &fixture.fake;
    fake.answers(|_| Outcome::Done(json!(true)));
    let runs = fake.runs();
    fake.shut();
    let (engine, tenant) = (fixture.engine.clone(), fixture.tenant.clone());
    let following = tokio::spawn(async move {
        let caller = Caller::default();
        let followed = engine.verify_by_ticket(&tenant, link.expose(), &caller);
        followed.await.unwrap()
    });
    wait_for_async(LIMIT, async || fake.runs() > runs).await;
    let ada = fixture.stored(&connection, ADA).await.unwrap().user;
    let edit = UserEdit {
        email: Some(Some("eve@example.com".to_owned())),
        ..UserEdit::default()
    };
    let edited = fixture
        .store
        .edit_user(&fixture.tenant, &ada.id, &edit, SystemClock.now());
    edited.await.unwrap();
    fake.open();
    let followed = following.await.unwrap();
    assert!(matches!(followed, VerifyOutcome::Gone), "{followed:?}");
    let stored = fixture.stored(&connection, "eve@example.com").await;
    assert!(!stored.unwrap().user.email_verified);
}
