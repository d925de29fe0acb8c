//! Passwords that the legacy store vouches for and the policy would not take.

use std::sync::Arc;

use serde_json::{Value, json};
use trickle_engine::{Caller, PasswordOutcome};
use trickle_model::{Connection, Secret};

use crate::fixture::{Fixture, PASSWORD};

struct Twice {
    fixture: Fixture,
    connection: Arc<Connection>,
    outcomes: [&'static str; 2],
    reasons: Vec<Option<String>>,
}

async fn login_twice(trickle: Value) -> Twice {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": true, "passwordPolicy": "excellent",
            "trickle": trickle,
        }))
        .await;
    fixture
        .fake
        .knows(json!({"user_id": 42, "email": "ada@example.com"}));
    let mut outcomes = [""; 2];
    for outcome in &mut outcomes {
        let login = fixture
            .login(&connection, "ada@example.com", PASSWORD)
            .await;
        *outcome = login.name();
    }
    let ledger = fixture.engine.ledger(&connection, None, 10).await.unwrap();
    let reasons = ledger.into_iter().rev().map(|line| line.reason).collect();
    Twice {
        fixture,
        connection,
        outcomes,
        reasons,
    }
}

#[tokio::test]
async fn a_clash_is_not_looked_for_unless_it_is_asked_for() {
    let twice = login_twice(json!({})).await;
    assert_eq!(twice.outcomes, ["authenticated", "authenticated"]);
    assert_eq!(twice.reasons, [None, None]);
    let events = twice.fixture.events().await;
    assert!(
        events
            .iter()
            .all(|event| !event.details.contains_key("policy_breach"))
    );
}

#[tokio::test]
async fn a_clash_is_written_down_and_lets_people_in() {
    let twice = login_twice(json!({"policy_grace": {}})).await;
    assert_eq!(twice.outcomes, ["authenticated", "authenticated"]);
    let clash = Some("PasswordStrengthError".to_owned());
    assert_eq!(twice.reasons, [clash.clone(), clash]);
    for event in twice.fixture.events().await {
        assert_eq!(event.details["policy_breach"], "PasswordStrengthError");
    }
}

#[tokio::test]
async fn when_grace_is_over_a_new_password_is_asked_for() {
    let grace = json!({"policy_grace": {"days": 0}});
    let Twice {
        fixture,
        connection,
        outcomes,
        ..
    } = login_twice(grace).await;
    // The first login proves the password and brings the user here.
    assert_eq!(outcomes, ["authenticated", "refused"]);
    let stored = fixture.stored(&connection, "ada@example.com").await;
    let user = stored.unwrap().user;
    // Whoever does not know the password learns nothing of it.
    let guess = fixture.login(&connection, "ada@example.com", "guess").await;
    assert_eq!(guess.name(), "wrong_credentials");
    let good = "Correct-horse-9-battery";
    let (chosen, caller) = (Secret::new(good), Caller::default());
    let changed = fixture
        .engine
        .set_password(&connection, &user, &chosen, &caller);
    assert!(matches!(changed.await.unwrap(), PasswordOutcome::Changed));
    let login = fixture.login(&connection, "ada@example.com", good).await;
    assert_eq!(login.name(), "authenticated");
}
