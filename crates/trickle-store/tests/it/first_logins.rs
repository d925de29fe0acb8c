use trickle_model::UserId;
use trickle_store::{AddUser, TakenKey};

use crate::db::{HASH, TestDb, World, at, on_both, profile};

on_both![
    fifty_at_once_make_one_user,
    fifty_with_one_address_make_one_user,
    a_user_that_fails_half_way_leaves_nothing,
];

async fn all_at_once(world: &World, raw_id: fn(u64) -> String) -> Vec<AddUser> {
    let tasks: Vec<_> = (0..50)
        .map(|n| {
            let world = world.clone();
            tokio::spawn(async move {
                let email = Some("jane@example.com");
                let new = world.new_user(profile(&raw_id(n), email, Some("jane")));
                let hash = trickle_model::Secret::new(HASH);
                let event = world.event(n);
                let added = world.store.add_user(&new, Some(&hash), Some(&event), at(1));
                added.await.unwrap()
            })
        })
        .collect();
    let mut ended = Vec::new();
    for task in tasks {
        ended.push(task.await.unwrap());
    }
    ended
}

async fn check(db: &TestDb, world: &World, ended: Vec<AddUser>, by: TakenKey) {
    let (mut added, mut existing) = (Vec::new(), Vec::new());
    for end in ended {
        match end {
            AddUser::Added(user) => added.push(user),
            AddUser::Exists(user) => existing.push(user),
        }
    }
    assert_eq!((added.len(), existing.len()), (1, 49));
    assert!(
        existing
            .iter()
            .all(|user| user.id == added[0].id && user.by == by)
    );
    for table in ["users", "identities", "credentials", "events"] {
        assert_eq!(db.db_count(table).await, 1, "{table}");
    }
    let found = world.find("jane@example.com").await.unwrap();
    assert_eq!(found.user.id, added[0].id);
    assert!(found.password.is_some());
}

async fn fifty_at_once_make_one_user(db: &TestDb) {
    let world = db.world().await;
    let ended = all_at_once(&world, |_| "42".into()).await;
    check(db, &world, ended, TakenKey::Id).await;
}

async fn fifty_with_one_address_make_one_user(db: &TestDb) {
    let world = db.world().await;
    let ended = all_at_once(&world, |n| n.to_string()).await;
    check(db, &world, ended, TakenKey::Email).await;
}

async fn a_user_that_fails_half_way_leaves_nothing(db: &TestDb) {
    let world = db.world().await;
    let event = world.event(1);
    world.store.add_event(&event).await.unwrap();
    let new = world.new_user(profile("42", Some("jane@example.com"), None));
    let failed = world.store.add_user(&new, None, Some(&event), at(1)).await;
    assert!(failed.is_err());

    let id = UserId::from_raw("42");
    let user = world.store.user(&world.tenant, &id).await.unwrap();
    assert!(user.is_none());
    assert_eq!(db.db_count("identities").await, 0);
    let again = world.store.add_user(&new, None, None, at(1)).await.unwrap();
    assert!(matches!(again, AddUser::Added(_)));
}
