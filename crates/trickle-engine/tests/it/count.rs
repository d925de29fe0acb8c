//! The `count` script.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use trickle_engine::{
    Caller, Kept, LegacyCount, Migration, MigrationEnd, MigrationSettings, TotalSource,
};
use trickle_model::{Action, Connection, Outcome};

use crate::fixture::{Fixture, failed};

async fn start(import_mode: bool) -> (Fixture, Arc<Connection>) {
    let fixture = Fixture::new().await;
    let connection = fixture
        .connection(json!({
            "enabledDatabaseCustomization": true, "import_mode": import_mode,
            "trickle": {"scripts": {"count": "function count(callback) {}"}},
        }))
        .await;
    (fixture, connection)
}

fn counts(fixture: &Fixture, users: u64) {
    fixture.fake.answers(move |request| {
        assert_eq!(request.action, Action::Count);
        assert!(request.arguments.is_empty());
        Outcome::Done(users.into())
    });
}

async fn count(fixture: &Fixture, connection: &Connection) -> LegacyCount {
    let caller = Caller::default();
    let counted = fixture.engine.count_legacy_users(connection, &caller).await;
    counted.unwrap()
}

async fn migration(fixture: &Fixture, connection: &Connection) -> Migration {
    fixture.engine.migration(connection).await.unwrap()
}

async fn sweep(fixture: &Fixture) {
    fixture.engine.sweep(MONTH).await.unwrap();
}

const MONTH: Kept = Kept {
    ledger: SignedDuration::from_hours(24 * 30),
    log: SignedDuration::from_hours(24 * 30),
};

#[tokio::test]
async fn burn_down_and_forecast_take_the_newest_total() {
    let (fixture, connection) = start(true).await;
    counts(&fixture, 48);
    assert_eq!(migration(&fixture, &connection).await.total, None);
    let counted = count(&fixture, &connection).await;
    assert!(matches!(counted, LegacyCount::Counted(48)));
    let shown = migration(&fixture, &connection).await;
    assert_eq!(
        (shown.total, shown.total_from),
        (Some(48), Some(TotalSource::Script))
    );
    assert_eq!(shown.remaining, Some(48));
    assert_eq!(shown.counted["total"], 48);
    let typed = MigrationSettings { total: Some(50) };
    fixture
        .engine
        .set_migration(&connection, typed)
        .await
        .unwrap();
    let shown = migration(&fixture, &connection).await;
    assert_eq!(
        (shown.total, shown.total_from),
        (Some(50), Some(TotalSource::Typed))
    );
}

#[tokio::test]
async fn a_count_that_fails_changes_no_total_and_says_why() {
    let (fixture, connection) = start(true).await;
    counts(&fixture, 48);
    count(&fixture, &connection).await;
    fixture
        .fake
        .answers(|_| failed("Error", Some("ECONNREFUSED"), "nobody listens"));
    let LegacyCount::Failed(run) = count(&fixture, &connection).await else {
        panic!("nobody listens");
    };
    assert_eq!(run.report.outcome.name(), "legacy_store_down");
    let shown = migration(&fixture, &connection).await;
    assert_eq!(shown.total, Some(48));
    let reason = shown.count_failed["reason"].as_str().unwrap();
    assert!(reason.contains("nobody listens"), "{reason}");
    let said = fixture.events().await;
    assert!(said[0].description.contains("could not be counted"));
    counts(&fixture, 47);
    count(&fixture, &connection).await;
    let shown = migration(&fixture, &connection).await;
    assert_eq!((shown.total, shown.count_failed), (Some(47), Value::Null));

    let without = fixture.import_on().await;
    let runs = fixture.fake.runs();
    let counted = count(&fixture, &without).await;
    assert!(matches!(counted, LegacyCount::NoScript));
    assert_eq!(fixture.fake.runs(), runs);
}

#[tokio::test]
async fn a_migration_is_counted_once_a_day_while_it_is_on() {
    let (fixture, connection) = start(true).await;
    counts(&fixture, 48);
    for _ in 0..2 {
        sweep(&fixture).await;
        assert_eq!(fixture.fake.runs(), 1);
    }
    assert_eq!(migration(&fixture, &connection).await.total, Some(48));
    // A day goes by; another node sees it too.
    let name = format!("migration:{}", connection.id);
    let a_day_older = |settings: &mut serde_json::Map<String, Value>| {
        let began = settings["count_began"].as_i64().unwrap();
        settings.insert("count_began".to_owned(), (began - 86_400_000).into());
    };
    let store = &fixture.store;
    let changed = store.change_setting(&connection.tenant, &name, a_day_older);
    changed.await.unwrap();
    let node = fixture.another_node();
    node.sweep(MONTH).await.unwrap();
    sweep(&fixture).await;
    assert_eq!(fixture.fake.runs(), 2);

    // An end ends it.
    let changed = store.change_setting(&connection.tenant, &name, a_day_older);
    changed.await.unwrap();
    let caller = Caller::default();
    let ended = fixture
        .engine
        .end_migration(&connection, MigrationEnd::NoOps, 30, &caller);
    assert!(ended.await.unwrap());
    sweep(&fixture).await;
    assert_eq!(fixture.fake.runs(), 2);

    // Where the legacy store stays in charge there is nothing to burn down.
    let (fixture, _) = start(false).await;
    sweep(&fixture).await;
    assert_eq!(fixture.fake.runs(), 0);
}
