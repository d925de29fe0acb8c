//! Forms of identifiers and passwords.

use serde_json::{Value, json};
use trickle_engine::{Caller, EditUser, EditUserOutcome, LoginOutcome};
use trickle_model::{Action, Outcome};
use trickle_store::{OnExisting, RollEntry, UserEdit};

use crate::{
    bulk::bcrypt,
    fixture::{Fixture, PASSWORD, found, wrong_credentials},
};

/// With the accent as a character of its own, as some keyboards type it.
const TYPED: &str = " Jose\u{301}@example.com";
const TYPED_PASSWORD: &str = "pa\u{308}ss";

fn options(trickle: &Value) -> Value {
    json!({"enabledDatabaseCustomization": true, "import_mode": true, "trickle": trickle})
}

#[tokio::test]
async fn scripts_and_hashes_get_the_forms_of_the_connection() {
    let fixture = Fixture::new().await;
    let text = json!({"identifier": ["trim", "lower", "nfc"], "password": ["nfc"]});
    let connection = fixture
        .connection(options(&json!({"failures_at_once": true, "text": text})))
        .await;
    fixture.fake.answers(|request| match request.action {
        Action::Login if request.arguments[1] != "p\u{e4}ss" => wrong_credentials(),
        _ => {
            assert_eq!(request.arguments[0], "jos\u{e9}@example.com");
            // The store itself has it in two characters.
            found(json!({"user_id": 42, "email": "jose\u{301}@example.com"}))
        }
    });
    let first = fixture.login(&connection, TYPED, TYPED_PASSWORD).await;
    assert_eq!(first.name(), "authenticated");
    // Either form finds the user, who is native now.
    for (identifier, password) in [
        (TYPED, "p\u{e4}ss"),
        ("jos\u{e9}@example.com", TYPED_PASSWORD),
    ] {
        let again = fixture.login(&connection, identifier, password).await;
        assert_eq!(again.name(), "authenticated");
    }
    assert_eq!(fixture.fake.runs(), 1);
}

#[tokio::test]
async fn without_forms_scripts_get_what_was_typed_and_old_hashes_stay_good() {
    let fixture = Fixture::new().await;
    let connection = fixture.connection(options(&json!({}))).await;
    fixture.fake.answers(|request| {
        assert_eq!(request.arguments, [json!(TYPED), json!(TYPED_PASSWORD)]);
        found(json!({"user_id": 42, "email": "jose@example.com"}))
    });
    let first = fixture.login(&connection, TYPED, TYPED_PASSWORD).await;
    assert!(matches!(first, LoginOutcome::Authenticated { .. }));
    // The form comes later: the hash is of what was typed, and is made anew.
    let mut changed = (*connection).clone();
    let later = options(&json!({"text": {"password": ["nfc"]}, "failures_at_once": true}));
    let later = later.as_object().cloned().unwrap();
    changed.options = trickle_model::ConnectionOptions::from_stored(later);
    let changed = std::sync::Arc::new(changed);
    for password in [TYPED_PASSWORD, "p\u{e4}ss"] {
        let login = fixture.login(&changed, "jose@example.com", password).await;
        assert_eq!(login.name(), "authenticated");
    }
    let wrong = fixture.login(&changed, "jose@example.com", "pass").await;
    assert_eq!(wrong.name(), "wrong_credentials");
    assert_eq!(fixture.fake.runs(), 1);
}

#[tokio::test]
async fn imports_changes_and_rolls_take_the_form_of_the_connection() {
    let fixture = Fixture::new().await;
    let text = json!({"identifier": ["nfc"]});
    let connection = fixture
        .connection(options(&json!({"failures_at_once": true, "text": text})))
        .await;
    fixture.fake.answers(|request| {
        // Whoever is looked up is looked up in that form.
        assert_eq!(request.action, Action::GetUser);
        assert_eq!(request.arguments, [json!("z\u{e9}@example.com")]);
        Outcome::NoSuchUser
    });
    let row =
        json!({"user_id": "42", "email": "Jose\u{301}@example.com", "password_hash": bcrypt()});
    let job = fixture.import(&connection, json!([row]), OnExisting::Refuse);
    assert_eq!(job.await.counts.inserted, 1);
    let both = |name: &str| {
        [
            format!("{name}\u{e9}@example.com"),
            format!("{name}e\u{301}@example.com"),
        ]
    };
    for identifier in both("jos") {
        let login = fixture.login(&connection, &identifier, PASSWORD).await;
        assert_eq!(login.name(), "authenticated", "{identifier}");
    }
    // The same person in another form is no second one, and no straggler.
    let job = fixture.import(&connection, json!([row]), OnExisting::Refuse);
    assert_eq!(job.await.counts.failed, 1);
    let listed = both("jos").map(|identifier| RollEntry {
        identifier,
        last_seen: None,
    });
    fixture
        .engine
        .add_to_roll(&connection, listed.to_vec())
        .await
        .unwrap();
    let left = fixture.engine.stragglers(&connection, None, 10).await;
    assert_eq!(left.unwrap(), []);

    let stored = fixture.stored(&connection, "jos\u{e9}@example.com").await;
    let edit = UserEdit {
        email: Some(Some("Ze\u{301}@example.com".to_owned())),
        ..UserEdit::default()
    };
    let edited = fixture.engine.edit_user(EditUser {
        connection: connection.clone(),
        user: stored.unwrap().user,
        edit,
        password: None,
        caller: Caller::default(),
    });
    let EditUserOutcome::Edited(user) = edited.await.unwrap() else {
        panic!("the address was not changed");
    };
    assert_eq!(user.email.as_deref(), Some("z\u{e9}@example.com"));
    assert_eq!(fixture.fake.runs(), 1);
    for identifier in both("z") {
        let login = fixture.login(&connection, &identifier, PASSWORD).await;
        assert_eq!(login.name(), "authenticated", "{identifier}");
    }
}
