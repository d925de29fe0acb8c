//! What is counted before any script runs.

use std::time::Duration;

use serde_json::json;
use trickle_model::UserId;
use trickle_store::{
    BRUTE_FORCE, FailureKey, Failures, FrontDoor, SUSPICIOUS_IP, Stage, ThrottleKey, Write,
};

use crate::db::{TestDb, World, at, object, on_both};

fn key(world: &World, ip: &str) -> FailureKey {
    FailureKey {
        connection: world.connection.clone(),
        identifier: "ada@example.com".into(),
        ip: ip.into(),
    }
}

fn failure(world: &World, ip: &str, millis: i64) -> Write {
    Write::Failure {
        key: key(world, ip),
        at: at(millis),
        forget_before: at(millis - 1_000),
    }
}

async fn seen(world: &World, ip: &str, stage: Stage) -> FrontDoor {
    let key = key(world, ip);
    let read = world.store.front_door(&world.tenant, &key, stage);
    read.await.unwrap()
}

async fn failures_are_counted_by_identifier_and_address(db: &TestDb) {
    let world = db.world().await;
    let nothing = seen(&world, "192.0.2.1", Stage::Login).await;
    assert_eq!(nothing, FrontDoor::default());
    let tasks: Vec<_> = (1..=20)
        .map(|millis| {
            let world = world.clone();
            tokio::spawn(async move {
                let records = [
                    vec![failure(&world, "192.0.2.1", millis)],
                    vec![failure(&world, "", millis)],
                ];
                world.store.write_records(&records).await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let twenty = seen(&world, "192.0.2.1", Stage::Login).await;
    assert_eq!(twenty.from_address.unwrap().count, 20);
    assert_eq!(twenty.from_anywhere.unwrap().count, 20);
    assert_eq!(
        seen(&world, "192.0.2.2", Stage::Login).await.from_address,
        None
    );

    // A second later the earlier ones are forgotten.
    let late = [vec![failure(&world, "192.0.2.1", 5_000)]];
    world.store.write_records(&late).await.unwrap();
    let one = seen(&world, "192.0.2.1", Stage::Login).await;
    let expected = Failures {
        count: 1,
        last_at: at(5_000),
    };
    assert_eq!(one.from_address, Some(expected));

    let success = [vec![Write::Forget(key(&world, "192.0.2.1"))]];
    world.store.write_records(&success).await.unwrap();
    let gone = seen(&world, "192.0.2.1", Stage::Login).await;
    assert_eq!(gone.from_address, None);
    assert!(gone.from_anywhere.is_some());
}

async fn batches_at_once_are_counted_in_any_order(db: &TestDb) {
    let world = db.world().await;
    for raw in ["1", "2"] {
        world.add(raw, None, Some(raw)).await;
    }
    let failed = |ip: &str| vec![failure(&world, ip, 1)];
    let ips = ["192.0.2.1", "192.0.2.2"];
    let mut batch = Vec::new();
    for (raw, ip) in ["1", "2"].into_iter().zip(ips) {
        batch.push(failed(ip));
        batch.push(world.login(raw, None, 1));
    }
    let backwards: Vec<_> = batch.iter().rev().cloned().collect();
    for round in 1..=20 {
        let (one, other) = tokio::join!(
            world.store.write_records(&batch),
            world.store.write_records(&backwards),
        );
        one.unwrap();
        other.unwrap();
        for ip in ips {
            let seen = seen(&world, ip, Stage::Login).await;
            assert_eq!(seen.from_address.unwrap().count, 2 * round);
        }
    }
}

async fn failures_are_listed_and_forgotten_by_identifier(db: &TestDb) {
    let world = db.world().await;
    let records = [vec![
        failure(&world, "192.0.2.2", 1),
        failure(&world, "192.0.2.1", 2),
    ]];
    world.store.write_records(&records).await.unwrap();
    let listed = world.store.failures_of(&world.tenant, "ada@example.com");
    let listed = listed.await.unwrap();
    let ips: Vec<&str> = listed.iter().map(|one| one.ip.as_str()).collect();
    assert_eq!(ips, ["192.0.2.1", "192.0.2.2"]);
    assert_eq!(listed[0].connection_name, "Legacy con_1");

    let other = crate::db::add_tenant(&world.store, "tenant-2").await;
    let store = &world.store;
    assert!(
        store
            .failures_of(&other, "ada@example.com")
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store
            .forget_failures(&other, "ada@example.com", None)
            .await
            .unwrap(),
        0
    );
    let forgotten =
        store.forget_failures(&world.tenant, "ada@example.com", Some(&world.connection));
    assert_eq!(forgotten.await.unwrap(), 2);
    assert_eq!(
        store
            .forget_failures(&world.tenant, "ada@example.com", None)
            .await
            .unwrap(),
        0
    );
}

async fn buckets_fill_and_run_empty(db: &TestDb) {
    let world = db.world().await;
    let fill = |stage, millis| Write::Fill {
        key: ThrottleKey {
            tenant: world.tenant.clone(),
            stage,
            ip: "192.0.2.1".into(),
        },
        at: at(millis),
        interval: Duration::from_millis(100),
    };
    let records = [vec![
        fill(Stage::Login, 0),
        fill(Stage::Login, 10),
        fill(Stage::SignUp, 10),
    ]];
    world.store.write_records(&records).await.unwrap();
    assert_eq!(
        seen(&world, "192.0.2.1", Stage::Login).await.empty_at,
        Some(at(200))
    );
    assert_eq!(
        seen(&world, "192.0.2.1", Stage::SignUp).await.empty_at,
        Some(at(110))
    );
    // It has been empty for a while.
    world
        .store
        .write_records(&[vec![fill(Stage::Login, 1_000)]])
        .await
        .unwrap();
    assert_eq!(
        seen(&world, "192.0.2.1", Stage::Login).await.empty_at,
        Some(at(1_100))
    );

    let failures = [vec![failure(&world, "192.0.2.1", 500)]];
    world.store.write_records(&failures).await.unwrap();
    world
        .store
        .sweep_front_door(at(500), at(1_000))
        .await
        .unwrap();
    let kept = seen(&world, "192.0.2.1", Stage::Login).await;
    assert!(kept.from_address.is_some() && kept.empty_at.is_some());
    assert_eq!(
        seen(&world, "192.0.2.1", Stage::SignUp).await.empty_at,
        None
    );
    world
        .store
        .sweep_front_door(at(501), at(1_101))
        .await
        .unwrap();
    assert_eq!(
        seen(&world, "192.0.2.1", Stage::Login).await,
        FrontDoor::default()
    );
}

async fn no_more_get_into_a_bucket_than_it_holds(db: &TestDb) {
    let world = db.world().await;
    let key = ThrottleKey {
        tenant: world.tenant.clone(),
        stage: Stage::Mail,
        ip: "ada@example.com".into(),
    };
    let interval = Duration::from_millis(100);
    let tasks: Vec<_> = (0..12)
        .map(|_| {
            let (store, key) = (world.store.clone(), key.clone());
            tokio::spawn(async move { store.fill_where_room(&key, at(0), interval, 5).await })
        })
        .collect();
    let mut got_in = 0;
    for task in tasks {
        got_in += u32::from(task.await.unwrap().unwrap());
    }
    assert_eq!(got_in, 5);
    let fill = async |millis| {
        let filled = world.store.fill_where_room(&key, at(millis), interval, 5);
        filled.await.unwrap()
    };
    assert!(!fill(99).await);
    assert!(fill(100).await);
    assert!(!fill(100).await);
    assert!(fill(5_000).await);
}

async fn settings_are_replaced_and_removed(db: &TestDb) {
    let world = db.world().await;
    let (store, tenant) = (&world.store, &world.tenant);
    for (name, value) in [
        (BRUTE_FORCE, json!({"max_attempts": 3})),
        (SUSPICIOUS_IP, json!({"enabled": false})),
    ] {
        assert_eq!(store.setting(tenant, name).await.unwrap(), None);
        store
            .put_setting(tenant, name, &object(json!({"old": 1})))
            .await
            .unwrap();
        store
            .put_setting(tenant, name, &object(value.clone()))
            .await
            .unwrap();
        assert_eq!(
            store.setting(tenant, name).await.unwrap(),
            Some(object(value))
        );
    }
    let read = seen(&world, "192.0.2.1", Stage::Login).await;
    assert_eq!(read.brute_force, Some(object(json!({"max_attempts": 3}))));
    assert_eq!(read.suspicious_ip, Some(object(json!({"enabled": false}))));
    assert!(store.remove_setting(tenant, BRUTE_FORCE).await.unwrap());
    assert!(!store.remove_setting(tenant, BRUTE_FORCE).await.unwrap());
}

async fn a_record_is_written_as_a_whole_or_not_at_all(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("ada@example.com"), None).await;
    let event = world.event(1);
    let mut record = world.login("1", None, 7);
    record.push(Write::Event(Box::new(event.clone())));
    world.store.write_records(&[record]).await.unwrap();

    // The id of the entry is taken, so that the count goes back too.
    let mut twice = world.login("1", None, 8);
    twice.push(Write::Event(Box::new(event)));
    assert!(world.store.write_records(&[twice]).await.is_err());
    let id = UserId::from_raw("1");
    let user = world.store.user(&world.tenant, &id);
    assert_eq!(user.await.unwrap().unwrap().logins_count, 1);
}

on_both!(
    failures_are_counted_by_identifier_and_address,
    batches_at_once_are_counted_in_any_order,
    failures_are_listed_and_forgotten_by_identifier,
    buckets_fill_and_run_empty,
    no_more_get_into_a_bucket_than_it_holds,
    settings_are_replaced_and_removed,
    a_record_is_written_as_a_whole_or_not_at_all,
);
