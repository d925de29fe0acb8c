//! Scripts run for real logins, and nothing comes of it but what is written down.

use std::sync::Arc;

use serde_json::{Value, json};
use trickle_engine::{How, LoginOutcome};
use trickle_model::{Action, Clock as _, Connection, ScriptSave, SystemClock};
use trickle_store::RehearsalEntry;

use crate::fixture::{Fixture, PASSWORD, failed, found, wrong_credentials};

const ADA: &str = "ada@example.com";

async fn rehearsing(fixture: &Fixture, rehearsal: Value) -> Arc<Connection> {
    fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": true, "passwordPolicy": "good",
            "trickle": {"failures_at_once": true, "rehearsal": rehearsal},
            "customScripts": {"login": "live", "get_user": "live"},
        }))
        .await
}

async fn findings(fixture: &Fixture, connection: &Connection) -> Vec<RehearsalEntry> {
    fixture.engine.drain().await;
    let (_, found) = fixture
        .engine
        .rehearsals(connection, None, 100)
        .await
        .unwrap();
    found
}

/// Saves a version of the `login` script that is not live.
async fn save(fixture: &Fixture, connection: &Connection, text: &str, save: ScriptSave) -> u64 {
    let now = SystemClock.now();
    let saved = fixture.store.add_script_version(
        &connection.tenant,
        &connection.id,
        Action::Login,
        text,
        &save,
        now,
    );
    saved.await.unwrap().unwrap()
}

fn how(outcome: &LoginOutcome) -> Option<How> {
    match outcome {
        LoginOutcome::Authenticated { how, .. } => Some(*how),
        _ => None,
    }
}

#[tokio::test]
async fn a_dry_run_lets_people_in_and_imports_nobody() {
    let fixture = Fixture::new().await;
    let connection = rehearsing(&fixture, json!({"dry_run": true})).await;
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    for _ in 0..2 {
        let outcome = fixture.login(&connection, ADA, PASSWORD).await;
        assert_eq!(how(&outcome), Some(How::Rehearsed));
    }
    let outcome = fixture.login(&connection, ADA, "guess").await;
    assert_eq!(outcome.name(), "wrong_credentials");
    assert_eq!(fixture.count_users().await, 0);
    let found = findings(&fixture, &connection).await;
    assert_eq!(found.len(), 2);
    for one in &found {
        assert_eq!(
            (one.kind.as_str(), one.other_outcome.as_str()),
            ("import", "migrated")
        );
        // The policy would not let the person choose this one.
        assert_eq!(one.differences, ["PasswordStrengthError"]);
    }
    let (counts, _) = fixture
        .engine
        .rehearsals(&connection, None, 1)
        .await
        .unwrap();
    assert_eq!(counts.into_values().collect::<Vec<_>>(), [2]);
    assert_eq!(fixture.codes().await, ["s", "s", "fu"]);
}

#[tokio::test]
async fn a_dry_run_tells_who_would_be_in_the_way() {
    let fixture = Fixture::new().await;
    let real = rehearsing(&fixture, json!(null)).await;
    fixture.fake.knows(json!({"user_id": 1, "email": ADA}));
    assert_eq!(
        how(&fixture.login(&real, ADA, PASSWORD).await),
        Some(How::Migrated)
    );
    let dry = rehearsing(&fixture, json!({"dry_run": true})).await;
    let outcome = fixture.login(&dry, ADA, PASSWORD).await;
    assert_eq!(outcome.name(), "conflict");
    let found = findings(&fixture, &dry).await;
    assert_eq!(found[0].other_outcome, "conflict");
    assert_eq!(fixture.count_users().await, 1);
}

#[tokio::test]
async fn a_percentage_is_imported_and_always_the_same() {
    let fixture = Fixture::new().await;
    let connection = rehearsing(&fixture, json!({"import_percent": 30})).await;
    fixture.fake.answers(|request| {
        let email = request.arguments[0].as_str().unwrap();
        found(json!({"user_id": email, "email": email}))
    });
    let mut migrated = Vec::new();
    for number in 0..60 {
        let email = format!("user{number}@example.com");
        let outcome = fixture.login(&connection, &email, PASSWORD).await;
        if how(&outcome) == Some(How::Migrated) {
            migrated.push(email);
        }
    }
    // Nearly five standard deviations around 18: outside is one run in a million.
    assert!((1..=35).contains(&migrated.len()), "{}", migrated.len());
    assert_eq!(fixture.count_users().await, migrated.len() as u64);
    for number in 0..60 {
        let email = format!("user{number}@example.com");
        let outcome = fixture
            .login(&connection, &email.to_uppercase(), PASSWORD)
            .await;
        let expected = if migrated.contains(&email) {
            How::Native
        } else {
            How::Rehearsed
        };
        assert_eq!(how(&outcome), Some(expected));
    }
}

#[tokio::test]
async fn a_version_beside_the_live_one_is_compared_and_decides_nothing() {
    let fixture = Fixture::new().await;
    let connection = rehearsing(&fixture, json!({"shadow": {"login": 2}})).await;
    assert_eq!(
        save(&fixture, &connection, "next", ScriptSave::default()).await,
        2
    );
    let own = connection.id.clone();
    fixture.fake.answers(move |request| {
        let is_next = request.binding.scripts[&Action::Login] == "next";
        // A worker of its own: one serves one set of scripts.
        assert_eq!(request.binding.connection == own, !is_next);
        match (is_next, request.arguments[0].as_str().unwrap()) {
            (true, "bob@example.com") => failed("Error", Some("ECONNREFUSED"), "down"),
            (true, email) => found(json!({"user_id": email, "email": email, "plan": "gold"})),
            (false, email) => found(json!({"user_id": email, "email": email, "plan": "lead"})),
        }
    });
    for email in [ADA, "bob@example.com"] {
        let outcome = fixture.login(&connection, email, PASSWORD).await;
        assert_eq!(how(&outcome), Some(How::Migrated));
    }
    let mut found: Vec<_> = findings(&fixture, &connection)
        .await
        .into_iter()
        .map(|one| {
            (
                one.kind,
                one.script_version,
                one.other_outcome,
                one.differences,
            )
        })
        .collect();
    found.sort();
    let shadow = |outcome: &str, differs: &str| {
        let differences = vec![differs.to_owned()];
        (
            "shadow".to_owned(),
            Some(2),
            outcome.to_owned(),
            differences,
        )
    };
    let expected = [
        shadow("legacy_store_down", "outcome"),
        shadow("profile", "plan"),
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_version_is_rolled_out_to_a_share_and_the_ledger_tells() {
    let fixture = Fixture::new().await;
    let all = json!({"rollout": {"login": {"version": 2, "percent": 100}}});
    for (rehearsal, save_as, expected) in [
        (all.clone(), ScriptSave::default(), 2),
        (
            json!({"rollout": {"login": {"version": 2, "percent": 0}}}),
            ScriptSave::default(),
            1,
        ),
        // One that does not compile cannot run for anybody.
        (
            all,
            ScriptSave {
                defects: [(Action::Login, "broken".to_owned())].into(),
                ..ScriptSave::default()
            },
            1,
        ),
    ] {
        let connection = rehearsing(&fixture, rehearsal).await;
        save(&fixture, &connection, "next", save_as).await;
        fixture.fake.answers(
            |request| match request.binding.scripts[&Action::Login].as_str() {
                "next" => found(json!({"user_id": 2, "email": ADA})),
                _ => wrong_credentials(),
            },
        );
        let outcome = fixture.login(&connection, ADA, PASSWORD).await;
        assert_eq!(how(&outcome).is_some(), expected == 2);
        let lines = fixture.engine.ledger(&connection, None, 1).await.unwrap();
        assert_eq!(lines[0].script_version, Some(expected));
        let stored = fixture.stored(&connection, ADA).await;
        if let Some(stored) = stored {
            let removed = fixture.store.remove_user(&fixture.tenant, &stored.user.id);
            assert!(removed.await.unwrap());
        }
    }
}

#[tokio::test]
async fn both_scripts_of_a_profile_are_compared() {
    let fixture = Fixture::new().await;
    let connection = rehearsing(&fixture, json!({"compare_profiles": true})).await;
    fixture.fake.answers(|request| match request.action {
        Action::Login => found(json!({"user_id": 1, "email": ADA, "email_verified": true})),
        _ => found(json!({"user_id": "1", "email": "ADA@example.com", "plan": "gold"})),
    });
    let outcome = fixture.login(&connection, ADA, PASSWORD).await;
    assert_eq!(how(&outcome), Some(How::Migrated));
    let found = findings(&fixture, &connection).await;
    assert_eq!((found.len(), found[0].kind.as_str()), (1, "profiles"));
    assert_eq!(found[0].differences, ["email_verified", "plan"]);
}
