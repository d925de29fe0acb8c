use serde_json::json;
use trickle_model::{ClientId, EventCode, EventId, UserId};
use trickle_store::Page;

use crate::db::{ALL, TestDb, add_tenant, object, on_both};

on_both![
    come_back_whole_newest_first,
    an_id_is_taken_once_and_other_tenants_see_nothing,
    old_ones_go_in_steps,
];

async fn come_back_whole_newest_first(db: &TestDb) {
    let world = db.world().await;
    for (seed, code) in (1..).zip(EventCode::ALL) {
        let mut event = world.event(seed);
        event.code = code;
        event.client = Some(ClientId::from_text("c"));
        event.user = Some(UserId::from_raw("42"));
        event.user_agent = Some("curl".into());
        event.user_name = Some("typed \0 anything ' \" 💧".into());
        event.details = object(json!({"seed": seed, "text": "\0"}));
        world.store.add_event(&event).await.unwrap();
    }
    let all = world.store.list_events(&world.tenant, ALL).await.unwrap();
    let codes: Vec<_> = all.iter().rev().map(|event| event.code).collect();
    assert_eq!(codes, EventCode::ALL);

    let newest = &all[0];
    let last = EventCode::ALL.len() as u64;
    assert_eq!(newest.details, object(json!({"seed": last, "text": "\0"})));
    assert_eq!(
        newest.user_name.as_deref(),
        Some("typed \u{fffd} anything ' \" 💧")
    );
    let expected = world.event(last);
    assert_eq!((&newest.id, newest.at), (&expected.id, expected.at));
    assert_eq!(newest.connection, expected.connection);
    assert_eq!(newest.ip, expected.ip);
    assert_eq!(newest.user_agent.as_deref(), Some("curl"));
    assert_eq!(newest.client, Some(ClientId::from_text("c")));
    assert_eq!(newest.user, Some(UserId::from_raw("42")));

    let page = Page {
        offset: 3,
        limit: 2,
    };
    let page = world.store.list_events(&world.tenant, page).await.unwrap();
    let ids: Vec<_> = page.iter().map(|event| &event.id).collect();
    assert_eq!(ids, [&all[3].id, &all[4].id]);
}

async fn an_id_is_taken_once_and_other_tenants_see_nothing(db: &TestDb) {
    let world = db.world().await;
    let other = add_tenant(&world.store, "other").await;
    let event = world.event(1);
    world.store.add_event(&event).await.unwrap();
    assert!(world.store.add_event(&event).await.is_err());

    let found = world.store.event(&world.tenant, &event.id).await.unwrap();
    assert_eq!(found.unwrap().description, "moved");
    let foreign = world.store.event(&other, &event.id).await.unwrap();
    assert!(foreign.is_none());
    assert!(
        world
            .store
            .list_events(&other, ALL)
            .await
            .unwrap()
            .is_empty()
    );
    let unknown = EventId::from_text("unknown");
    let unknown = world.store.event(&world.tenant, &unknown).await.unwrap();
    assert!(unknown.is_none());
}

async fn old_ones_go_in_steps(db: &TestDb) {
    let world = db.world().await;
    for seed in [1, 2, 5] {
        world.store.add_event(&world.event(seed)).await.unwrap();
    }
    // More than one step removes.
    let copy = "INSERT INTO events (tenant_id, id, at, code, description, details) \
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 6000) \
                SELECT tenant_id, 'old-' || n, 0, code, description, details FROM events, numbers WHERE at = \
                (SELECT MIN(at) FROM events)";
    db.db_execute(copy).await;
    let kept = world.event(2).at;
    world.store.sweep_events(kept).await.unwrap();
    let left = world.store.list_events(&world.tenant, ALL).await.unwrap();
    let ids: Vec<_> = left.into_iter().map(|event| event.id).collect();
    assert_eq!(ids, [world.event(5).id, world.event(2).id]);
}
