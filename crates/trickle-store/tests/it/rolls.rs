//! Who is on the roll and has not moved.

use trickle_store::{RollCounts, RollEntry};

use crate::db::{TestDb, at, on_both, profile};

fn entry(identifier: &str, last_seen: Option<i64>) -> RollEntry {
    RollEntry {
        identifier: identifier.into(),
        last_seen: last_seen.map(at),
    }
}

async fn stragglers_are_those_without_a_password_here(db: &TestDb) {
    let world = db.world().await;
    let (store, id) = (&world.store, &world.connection);
    assert_eq!(store.count_roll(id).await.unwrap(), RollCounts::default());
    let roll = [
        entry("ada@example.com", Some(1)),
        entry("Bob@example.com", None),
        entry("cleo", None),
        entry("dan@example.com", None),
    ];
    store.add_to_roll(id, &roll).await.unwrap();
    world.add("1", Some("Ada@example.com"), None).await;
    world.add("3", Some("c@example.com"), Some("Cleo")).await;
    // Cached without a password: not moved.
    let cached = world.new_user(profile("2", Some("bob@example.com"), None));
    store.add_user(&cached, None, None, at(1)).await.unwrap();

    let (bob, dan) = (
        entry("bob@example.com", None),
        entry("dan@example.com", None),
    );
    let found = store.stragglers(id, None, 10).await.unwrap();
    assert_eq!(found, [bob.clone(), dan.clone()]);
    assert_eq!(store.stragglers(id, None, 1).await.unwrap(), [bob]);
    let after = store.stragglers(id, Some("bob@example.com"), 10).await;
    assert_eq!(after.unwrap(), [dan]);
    let counts = RollCounts {
        listed: 4,
        stragglers: 2,
    };
    assert_eq!(store.count_roll(id).await.unwrap(), counts);

    // A date is kept where a later list has none.
    let later = [entry("dan@example.com", Some(5)), entry("eve", Some(6))];
    store.add_to_roll(id, &later).await.unwrap();
    let without = [entry("dan@example.com", None)];
    store.add_to_roll(id, &without).await.unwrap();
    let found = store.stragglers(id, Some("bob@example.com"), 10).await;
    assert_eq!(found.unwrap(), later);
    store.clear_roll(id).await.unwrap();
    assert_eq!(store.count_roll(id).await.unwrap(), RollCounts::default());
}

on_both!(stragglers_are_those_without_a_password_here);
