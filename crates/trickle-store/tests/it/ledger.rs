//! Attempts and their counts by day.

use trickle_model::{EventId, ExecutionId, UserId};
use trickle_store::{DayCount, LOGIN, LedgerEntry, Write};

use crate::db::{TestDb, World, at, on_both};

const DAY: i64 = 86_400_000;

fn entry(world: &World, number: i64, outcome: &str, millis: i64) -> LedgerEntry {
    LedgerEntry {
        connection: world.connection.clone(),
        id: EventId::from_text(format!("{number:08}")),
        at: at(millis),
        kind: LOGIN.into(),
        outcome: outcome.into(),
        reason: (outcome == "busy").then(|| "too many".into()),
        user: Some(UserId::from_raw("1")),
        execution: Some(ExecutionId::from_text("run")),
        revision: 3,
        script_version: Some(3),
        worker: Some(4711),
        queue_ms: 1,
        boot_ms: 2,
        script_ms: 3,
        hash_ms: 5,
        rest_ms: 4,
    }
}

async fn attempts_are_listed_counted_and_swept(db: &TestDb) {
    let world = db.world().await;
    let entries = [
        entry(&world, 1, "migrated", 0),
        entry(&world, 2, "native", 1),
        entry(&world, 3, "native", 2),
        LedgerEntry {
            kind: "sign_up".into(),
            ..entry(&world, 4, "busy", DAY)
        },
    ];
    let records: Vec<_> = entries
        .iter()
        .map(|one| vec![Write::Attempt(Box::new(one.clone()))])
        .collect();
    world.store.write_records(&records).await.unwrap();
    let (store, id) = (&world.store, &world.connection);
    let newest = store.ledger(id, None, 2).await.unwrap();
    assert_eq!(newest, [entries[3].clone(), entries[2].clone()]);
    let older = store.ledger(id, Some(&newest[1].id), 10).await.unwrap();
    assert_eq!(older, [entries[1].clone(), entries[0].clone()]);

    let count = |day, outcome: &str, attempts| DayCount {
        day,
        outcome: outcome.into(),
        attempts,
    };
    let first = at(0).as_millisecond() / DAY;
    let expected = [
        count(first, "migrated", 1),
        count(first, "native", 2),
        count(first + 1, "sign_up:busy", 1),
    ];
    assert_eq!(store.ledger_days(id).await.unwrap(), expected);
    store.sweep_ledger(at(2)).await.unwrap();
    assert_eq!(store.ledger(id, None, 10).await.unwrap().len(), 2);
    assert_eq!(store.ledger_days(id).await.unwrap(), expected);
}

async fn native_users_are_those_with_a_password(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("a@example.com"), None).await;
    let cached = world.new_user(crate::db::profile("2", Some("b@example.com"), None));
    world
        .store
        .add_user(&cached, None, None, at(1))
        .await
        .unwrap();
    assert_eq!(
        world.store.count_native(&world.connection).await.unwrap(),
        (2, 1)
    );
}

on_both!(
    attempts_are_listed_counted_and_swept,
    native_users_are_those_with_a_password,
);
