//! Second factors of users, and attempts at them.

use trickle_model::{SECOND_FACTORS_MAX, SecondFactor, Secret, UserId};
use trickle_store::{AddFactor, AttemptPace, Store, StoredFactor, new_factor_id};

use crate::db::{TestDb, add_tenant, at, on_both, profile};
use crate::logins::{ada, world};

on_both![
    second_factors_are_sealed_and_go_with_the_user,
    steps_are_used_once_and_attempts_counted_before,
];

async fn second_factors_are_sealed_and_go_with_the_user(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let secret = "JBSWY3DPEHPK3PXP";
    let factors = [
        SecondFactor::Totp(Secret::new(secret)),
        SecondFactor::Phone(Secret::new("+15551234567")),
    ];
    let added = store
        .add_missing_factors(tenant, &ada(), &factors, at(1))
        .await;
    assert!(added.unwrap());
    let again = store
        .add_missing_factors(tenant, &ada(), &factors, at(2))
        .await;
    assert!(!again.unwrap());
    let found = store.second_factors(tenant, &ada()).await.unwrap();
    let mut kinds: Vec<_> = found.iter().map(|one| one.factor.clone()).collect();
    kinds.sort_by_key(|factor| std::cmp::Reverse(factor.kind()));
    assert_eq!(kinds, factors);
    assert!(found.iter().all(|one| one.created_at == at(1)));
    let stored: Vec<String> = sqlx::query_scalar("SELECT value FROM second_factors")
        .fetch_all(db.raw().await)
        .await
        .unwrap();
    assert!(stored.iter().all(|value| Store::is_sealed(value)));
    let other = add_tenant(store, "other").await;
    let (user, factor) = store
        .second_factor(tenant, &found[0].id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((user, factor.id), (ada(), found[0].id.clone()));
    for (tenant, id) in [(tenant, ""), (tenant, "x"), (&other, found[0].id.as_str())] {
        assert!(store.second_factor(tenant, id).await.unwrap().is_none());
    }
    // Of a linked user they sleep.
    world.add("bob", None, Some("bob")).await;
    let bob = UserId::from_raw("bob");
    store.link_user(tenant, &bob, &ada(), None).await.unwrap();
    let asleep = store.second_factor(tenant, &found[0].id).await.unwrap();
    assert!(asleep.is_none());
    assert!(store.unlink_user(tenant, &bob, &ada()).await.unwrap());
    let gone = store
        .remove_factors(tenant, &ada(), Some(&found[0].id))
        .await;
    assert_eq!(gone.unwrap(), 1);
    assert_eq!(store.remove_factors(tenant, &ada(), None).await.unwrap(), 1);

    // One by one, up to a number.
    let named = |name: Option<&str>| StoredFactor {
        id: new_factor_id(&factors[0]),
        name: name.map(str::to_owned),
        factor: factors[0].clone(),
        created_at: at(2),
        last_used_at: None,
    };
    let first = named(Some("tablet"));
    let nobody = UserId::from_raw("nobody");
    let refused = store.add_factor(tenant, &nobody, &first).await.unwrap();
    assert_eq!(refused, AddFactor::NoUser);
    let added = store.add_factor(tenant, &ada(), &first).await.unwrap();
    assert_eq!(added, AddFactor::Added);
    let found = store.second_factors(tenant, &ada()).await.unwrap();
    assert_eq!((&found[0].id, &found[0].name), (&first.id, &first.name));
    assert_eq!(found[0].factor, first.factor);
    for count in 1..=SECOND_FACTORS_MAX {
        let expected = match count < SECOND_FACTORS_MAX {
            true => AddFactor::Added,
            false => AddFactor::Full,
        };
        let added = store.add_factor(tenant, &ada(), &named(None)).await;
        assert_eq!(added.unwrap(), expected, "{count}");
    }

    let replaced = store.replace_factors(tenant, &nobody, &[]).await.unwrap();
    assert!(!replaced);
    let last = [named(Some("phone"))];
    let replaced = store.replace_factors(tenant, &ada(), &last).await.unwrap();
    assert!(replaced);
    let renamed = async |id: &str| {
        store
            .rename_factor(tenant, &ada(), id, "tablet")
            .await
            .unwrap()
    };
    assert!(renamed(&last[0].id).await);
    assert!(!renamed(&first.id).await);
    let found = store.second_factors(tenant, &ada()).await.unwrap();
    assert_eq!((found.len(), &found[0].id), (1, &last[0].id));
    assert_eq!(found[0].name.as_deref(), Some("tablet"));

    // Together with a new user.
    let new = world.new_user(trickle_model::Profile {
        second_factors: factors.to_vec(),
        ..profile("2", Some("x@y.z"), None)
    });
    store.add_user(&new, None, None, at(3)).await.unwrap();
    let two = UserId::from_raw("2");
    assert_eq!(store.second_factors(tenant, &two).await.unwrap().len(), 2);
}

async fn steps_are_used_once_and_attempts_counted_before(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let factors = [SecondFactor::Totp(Secret::new("JBSWY3DPEHPK3PXP"))];
    let added = store
        .add_missing_factors(tenant, &ada(), &factors, at(1))
        .await;
    added.unwrap();
    let id = store.second_factors(tenant, &ada()).await.unwrap()[0]
        .id
        .clone();
    let attempt = async |millis: i64| {
        let pace = AttemptPace {
            attempts: 2,
            last_before: at(millis - 100),
        };
        let begun = store
            .begin_factor_attempt(tenant, &ada(), &id, pace, at(millis))
            .await;
        begun.unwrap()
    };
    assert!(attempt(1).await && attempt(2).await);
    assert!(!attempt(3).await && !attempt(102).await);
    assert!(attempt(103).await);
    assert!(!attempt(104).await);
    let step = async |step| {
        let used = store
            .use_factor_step(tenant, &ada(), &id, step, at(200))
            .await;
        used.unwrap()
    };
    assert!(step(7).await);
    assert!(!step(7).await && !step(6).await);
    assert!(step(8).await);
    // A success forgets the failures before it.
    assert!(attempt(201).await && attempt(202).await);
}
