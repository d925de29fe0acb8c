//! What people hold after they have proven who they are.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use tokio::time::timeout;
use trickle_model::{ClientId, Secret, UserId};
use trickle_store::{
    LoginSession, OneTimePurpose, OneTimeToken, Page, RefreshFamily, RefreshToken, RefreshUse,
    TakeOneTime, UseRefresh,
};
use trickle_testkit::wait_for_async;

use crate::{
    clients::client,
    db::{HASH, TestDb, World, add_tenant, at, first_basis, object, on_both},
};

const LIMIT: Duration = Duration::from_secs(30);

on_both![
    a_token_works_once,
    a_code_that_came_twice_begins_nothing,
    a_refresh_token_rotates_and_a_second_use_ends_its_family,
    a_leeway_lets_the_old_token_in_for_a_while,
    kept_tokens_live_while_they_are_used,
    of_two_at_once_one_gets_the_token,
    sessions_end,
    logins_of_a_user_are_listed_while_they_count,
    refresh_tokens_of_a_client_and_an_audience_end,
    metadata_is_written_beside_a_login,
    all_logins_of_a_user_end,
    assertions_are_taken_once,
    what_expired_is_swept,
];

pub(crate) async fn world(db: &TestDb) -> World {
    let world = db.world().await;
    world.add("1", Some("a@b.c"), None).await;
    let app = client(&world.tenant, "app", 0);
    world.store.add_client(&app, &[]).await.unwrap();
    world
}

pub(crate) fn ada() -> UserId {
    UserId::from_raw("1")
}

fn token(world: &World, id: &str, purpose: OneTimePurpose) -> OneTimeToken {
    OneTimeToken {
        id: id.into(),
        tenant: world.tenant.clone(),
        purpose,
        user: ada(),
        by: first_basis(ada()),
        details: object(json!({"scopes": ["openid"]})),
        expires_at: at(60),
    }
}

fn family(world: &World, id: &str) -> RefreshFamily {
    RefreshFamily {
        id: id.into(),
        tenant: world.tenant.clone(),
        client: ClientId::from_text("app"),
        user: ada(),
        origin: Some("code".into()),
        details: object(json!({"scopes": ["offline_access"]})),
        created_at: at(0),
        expires_at: at(1_000),
    }
}

fn refresh(id: &str, millis: i64) -> RefreshToken {
    RefreshToken {
        id: id.into(),
        idle_expires_at: at(millis),
    }
}

fn rotate(id: &str, leeway: i64) -> RefreshUse {
    RefreshUse::Rotate {
        next: refresh(id, 900),
        leeway: SignedDuration::from_millis(leeway),
    }
}

async fn a_token_works_once(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let code = OneTimePurpose::AuthorizationCode;
    let made = token(&world, "t", code);
    store.add_one_time(&made).await.unwrap();
    let take = async |id: &str, purpose, millis| {
        let taken = store.take_one_time(tenant, id, purpose, at(millis)).await;
        taken.unwrap()
    };
    let ticket = OneTimePurpose::LoginTicket;
    assert_eq!(take("t", ticket, 1).await, TakeOneTime::Unknown);
    assert_eq!(take("t", code, 60).await, TakeOneTime::Unknown);
    let other = add_tenant(store, "tenant-2").await;
    let elsewhere = store.take_one_time(&other, "t", code, at(1)).await;
    assert_eq!(elsewhere.unwrap(), TakeOneTime::Unknown);
    let open = store.one_time(tenant, "t", code, at(1)).await.unwrap();
    assert_eq!(open, Some(made.clone()));
    assert_eq!(take("t", code, 1).await, TakeOneTime::Taken(made));
    assert_eq!(take("t", code, 2).await, TakeOneTime::Used);
    assert_eq!(
        store.one_time(tenant, "t", code, at(1)).await.unwrap(),
        None
    );
}

async fn a_code_that_came_twice_begins_nothing(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let (code, by) = (OneTimePurpose::AuthorizationCode, first_basis(ada()));
    let add = async |id: &str| {
        let (family, first) = (family(&world, id), refresh(id, 500));
        let added = store.add_refresh_family(&family, &first, &by).await;
        added.unwrap()
    };
    let take = async || {
        let taken = store.take_one_time(tenant, "code", code, at(1)).await;
        taken.unwrap()
    };
    let made = token(&world, "code", code);
    assert!(store.add_one_time(&made).await.unwrap());
    assert_eq!(take().await, TakeOneTime::Taken(made));
    assert!(add("f").await);
    assert_eq!(take().await, TakeOneTime::Used);
    let ended = store.end_refresh_families_of_code(tenant, "code").await;
    assert_eq!(ended.unwrap(), 1);
    // Whoever came first was still on the way.
    assert!(!add("g").await);
    assert_eq!(db.db_count("refresh_families").await, 0);
    assert_eq!(take().await, TakeOneTime::Used);
}

/// A deletion of its user takes the code before the family.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_comes_again_holds_nothing_while_it_waits() {
    let db = TestDb::postgres();
    let world = world(&db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let made = token(&world, "code", OneTimePurpose::AuthorizationCode);
    assert!(store.add_one_time(&made).await.unwrap());
    let (family, first) = (family(&world, "f"), refresh("r1", 500));
    let added = store.add_refresh_family(&family, &first, &made.by).await;
    assert!(added.unwrap());
    let mut deletion = db.another().await;
    deletion.execute("DELETE FROM one_time_tokens").await;
    let deleting = async {
        wait_for_async(LIMIT, async || deletion.is_waited_for().await).await;
        deletion.execute("DELETE FROM refresh_families").await;
        deletion.commit().await;
    };
    let ended = store.end_refresh_families_of_code(tenant, "code");
    let (ended, ()) = tokio::join!(ended, deleting);
    assert_eq!(ended.unwrap(), 0);
}

async fn metadata_is_written_beside_a_login(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let made = family(&world, "f");
    let first = refresh("r1", 500);
    let by = first_basis(ada());
    store.add_refresh_family(&made, &first, &by).await.unwrap();
    let other = add_tenant(store, "tenant-2").await;
    let set = async |tenant, id: &str, metadata| {
        let metadata = object(metadata);
        let set = store.set_refresh_metadata(tenant, id, &metadata).await;
        set.unwrap()
    };
    assert!(!set(&other, "f", json!({"a": "other"})).await);
    assert!(!set(tenant, "g", json!({"a": "other"})).await);
    assert!(set(tenant, "f", json!({"a": "b", "c": 1})).await);
    assert!(set(tenant, "f", json!({"device": "tv"})).await);
    let found = store.refresh_family(tenant, "r1").await.unwrap().unwrap();
    let expected = object(json!({"scopes": ["offline_access"], "metadata": {"device": "tv"}}));
    assert_eq!(found.details, expected);
    assert!(set(tenant, "f", json!({})).await);
    let found = store.refresh_family(tenant, "r1").await.unwrap();
    assert_eq!(found, Some(made));
    let metadata = object(json!({"a": "b"}));
    let nobody = store.set_session_metadata(tenant, "f", &metadata).await;
    assert!(!nobody.unwrap());
}

async fn a_refresh_token_rotates_and_a_second_use_ends_its_family(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let made = family(&world, "f");
    store
        .add_refresh_family(&made, &refresh("r1", 500), &first_basis(ada()))
        .await
        .unwrap();
    let used = store
        .use_refresh_token(tenant, "r1", &rotate("r2", 0), at(1))
        .await;
    assert_eq!(used.unwrap(), UseRefresh::Used(made.clone()));
    let used = store
        .use_refresh_token(tenant, "r2", &rotate("r3", 0), at(2))
        .await;
    assert_eq!(used.unwrap(), UseRefresh::Used(made.clone()));
    let found = store.refresh_family(tenant, "r1").await.unwrap();
    assert_eq!(found, Some(made.clone()));
    let stolen = store
        .use_refresh_token(tenant, "r1", &rotate("r4", 0), at(3))
        .await;
    assert_eq!(stolen.unwrap(), UseRefresh::Reused(made));
    for id in ["r1", "r2", "r3", "r4"] {
        let used = store
            .use_refresh_token(tenant, id, &rotate("r5", 0), at(4))
            .await;
        assert_eq!(used.unwrap(), UseRefresh::Unknown, "{id}");
    }
    assert_eq!(db.db_count("refresh_tokens").await, 0);
}

async fn a_leeway_lets_the_old_token_in_for_a_while(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let made = family(&world, "f");
    store
        .add_refresh_family(&made, &refresh("r1", 500), &first_basis(ada()))
        .await
        .unwrap();
    for (next, millis) in [("r2", 1), ("r3", 10), ("r4", 11)] {
        let used = store
            .use_refresh_token(tenant, "r1", &rotate(next, 10), at(millis))
            .await;
        assert_eq!(used.unwrap(), UseRefresh::Used(made.clone()), "{next}");
    }
    let late = store
        .use_refresh_token(tenant, "r1", &rotate("r5", 10), at(12))
        .await;
    assert_eq!(late.unwrap(), UseRefresh::Reused(made));
}

async fn kept_tokens_live_while_they_are_used(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let made = family(&world, "f");
    store
        .add_refresh_family(&made, &refresh("r1", 10), &first_basis(ada()))
        .await
        .unwrap();
    let keep = |millis| RefreshUse::Keep {
        idle_expires_at: at(millis),
    };
    let used = store
        .use_refresh_token(tenant, "r1", &keep(900), at(9))
        .await;
    assert!(matches!(used.unwrap(), UseRefresh::Used(_)));
    let used = store
        .use_refresh_token(tenant, "r1", &keep(2_000), at(800))
        .await;
    assert!(matches!(used.unwrap(), UseRefresh::Used(_)));
    // The family's end is the end.
    let used = store
        .use_refresh_token(tenant, "r1", &keep(3_000), at(1_000))
        .await;
    assert_eq!(used.unwrap(), UseRefresh::Unknown);
    store
        .add_refresh_family(
            &family(&world, "g"),
            &refresh("idle", 10),
            &first_basis(ada()),
        )
        .await
        .unwrap();
    let used = store
        .use_refresh_token(tenant, "idle", &keep(900), at(10))
        .await;
    assert_eq!(used.unwrap(), UseRefresh::Unknown);
}

async fn of_two_at_once_one_gets_the_token(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let code = OneTimePurpose::AuthorizationCode;
    for round in 0..5 {
        let id = format!("t{round}");
        store.add_one_time(&token(&world, &id, code)).await.unwrap();
        let (a, b) = tokio::join!(
            store.take_one_time(tenant, &id, code, at(1)),
            store.take_one_time(tenant, &id, code, at(1)),
        );
        let taken = [a.unwrap(), b.unwrap()];
        let got = taken
            .iter()
            .filter(|one| matches!(one, TakeOneTime::Taken(_)));
        assert_eq!(got.count(), 1, "{taken:?}");

        let family = family(&world, &id);
        store
            .add_refresh_family(&family, &refresh(&id, 500), &first_basis(ada()))
            .await
            .unwrap();
        let (first, second) = (format!("{id}a"), format!("{id}b"));
        let (first, second) = (rotate(&first, 0), rotate(&second, 0));
        let (a, b) = tokio::join!(
            store.use_refresh_token(tenant, &id, &first, at(1)),
            store.use_refresh_token(tenant, &id, &second, at(1)),
        );
        let used = [a.unwrap(), b.unwrap()];
        let got = used.iter().filter(|one| matches!(one, UseRefresh::Used(_)));
        assert_eq!(got.count(), 1, "{used:?}");
    }
}

fn session(world: &World, id: &str) -> LoginSession {
    LoginSession {
        id: id.into(),
        tenant: world.tenant.clone(),
        user: ada(),
        by: first_basis(ada()),
        details: object(json!({"connection": "con_1"})),
        authenticated_at: at(1),
        idle_expires_at: at(50),
        expires_at: at(100),
    }
}

async fn sessions_end(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let made = session(&world, "s1");
    store.add_session(&made, None).await.unwrap();
    let found = async |id: &str, millis| store.session(tenant, id, at(millis)).await.unwrap();
    assert_eq!(found("s1", 49).await, Some(made.clone()));
    assert_eq!(found("s1", 50).await, None);
    assert!(store.touch_session(tenant, "s1", at(500)).await.unwrap());
    assert!(found("s1", 99).await.is_some());
    assert_eq!(found("s1", 100).await, None);
    store
        .add_session(&session(&world, "s2"), Some("s1"))
        .await
        .unwrap();
    assert_eq!(found("s1", 2).await, None);
    let other = add_tenant(store, "tenant-2").await;
    assert!(!store.end_session(&other, "s2").await.unwrap());
    assert_eq!(store.session(&other, "s2", at(2)).await.unwrap(), None);
    assert!(store.end_session(tenant, "s2").await.unwrap());
    assert_eq!(found("s2", 2).await, None);
}

async fn logins_of_a_user_are_listed_while_they_count(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let ada = ada();
    let page = |limit| Page { offset: 0, limit };
    for id in ["s1", "s2"] {
        store.add_session(&session(&world, id), None).await.unwrap();
        let first = refresh(&format!("r{id}"), 50);
        let family = family(&world, &format!("f{id}"));
        let by = first_basis(ada.clone());
        store
            .add_refresh_family(&family, &first, &by)
            .await
            .unwrap();
    }
    let sessions = async |millis, limit| {
        let listed = store.list_sessions(tenant, &ada, at(millis), page(limit));
        listed.await.unwrap()
    };
    let families = async |millis, limit| {
        let listed = store.list_refresh_families(tenant, &ada, at(millis), page(limit));
        listed.await.unwrap()
    };
    let listed = sessions(2, 1).await;
    assert_eq!((listed.items[0].id.as_str(), listed.total), ("s1", 2));
    assert_eq!(sessions(50, 9).await.total, 0);
    let listed = families(2, 1).await;
    assert_eq!(
        (listed.items[0].family.id.as_str(), listed.total),
        ("fs1", 2)
    );
    assert_eq!(listed.items[0].idle_expires_at, at(50));

    // Of a token that was exchanged its successor counts.
    let next = rotate("rs1b", 0);
    store
        .use_refresh_token(tenant, "rs1", &next, at(3))
        .await
        .unwrap();
    let listed = families(60, 9).await;
    assert_eq!(
        (listed.items[0].family.id.as_str(), listed.total),
        ("fs1", 1)
    );
    assert_eq!(listed.items[0].idle_expires_at, at(900));
    let live = async |id: &str| {
        let live = store.live_refresh_family(tenant, id, at(60)).await;
        live.unwrap().is_some()
    };
    assert!(live("fs1").await);
    assert!(!live("fs2").await);

    let other = add_tenant(store, "tenant-2").await;
    store.end_sessions_of(&other, &ada).await.unwrap();
    store.end_refresh_families_of(&other, &ada).await.unwrap();
    assert_eq!(
        (sessions(2, 9).await.total, families(2, 9).await.total),
        (2, 2)
    );
    store.end_sessions_of(tenant, &ada).await.unwrap();
    store.end_refresh_families_of(tenant, &ada).await.unwrap();
    assert_eq!(
        (sessions(2, 9).await.total, families(2, 9).await.total),
        (0, 0)
    );
}

async fn refresh_tokens_of_a_client_and_an_audience_end(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let ada = ada();
    for (id, details) in [
        ("f1", json!({"audience": "https://a/"})),
        ("f2", json!({"audience": "https://b/"})),
        ("f3", json!({})),
    ] {
        let mut family = family(&world, id);
        family.details = object(details);
        let first = refresh(&format!("r{id}"), 50);
        let by = first_basis(ada.clone());
        store
            .add_refresh_family(&family, &first, &by)
            .await
            .unwrap();
    }
    let left = async |client: &str, limit| {
        let (client, page) = (ClientId::from_text(client), Page { offset: 0, limit });
        let listed = store.list_refresh_families_of_client(tenant, &ada, &client, at(1), page);
        let listed = listed.await.unwrap();
        let ids = listed.items.into_iter().map(|live| live.family.id);
        (ids.collect::<Vec<_>>(), listed.total)
    };
    assert_eq!(left("app", 1).await, (vec!["f1".to_owned()], 3));
    assert_eq!(left("other", 9).await, (vec![], 0));
    let end = async |client: &str, audience: Option<&str>| {
        let client = ClientId::from_text(client);
        let ended = store.end_refresh_families_at(tenant, &ada, &client, audience);
        ended.await.unwrap();
    };
    end("other", None).await;
    end("app", Some("https://c/")).await;
    // No audience is not any.
    end("app", Some("")).await;
    assert_eq!(left("app", 9).await.1, 3);
    end("app", Some("https://b/")).await;
    let others = vec!["f1".to_owned(), "f3".to_owned()];
    assert_eq!(left("app", 9).await, (others, 2));
    end("app", None).await;
    assert_eq!(left("app", 9).await, (vec![], 0));
}

async fn all_logins_of_a_user_end(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let ticket = OneTimePurpose::LoginTicket;
    let fill = async |suffix: &str| {
        let stored = store.stored_user(tenant, &ada()).await.unwrap();
        let by = stored.unwrap().basis();
        let mut session = session(&world, &format!("s{suffix}"));
        session.by = by.clone();
        assert!(store.add_session(&session, None).await.unwrap());
        let family = family(&world, &format!("f{suffix}"));
        let first = refresh(&format!("r{suffix}"), 500);
        let added = store.add_refresh_family(&family, &first, &by).await;
        assert!(added.unwrap());
        let mut token = token(&world, &format!("t{suffix}"), ticket);
        token.by = by;
        assert!(store.add_one_time(&token).await.unwrap());
    };
    let left = async || {
        let mut left = 0;
        for table in [
            "login_sessions",
            "refresh_families",
            "refresh_tokens",
            "one_time_tokens",
        ] {
            left += db.db_count(table).await;
        }
        left
    };
    fill("1").await;
    store
        .end_all_logins(tenant, &UserId::from_raw("other"))
        .await
        .unwrap();
    assert_eq!(left().await, 4);
    store.end_all_logins(tenant, &ada()).await.unwrap();
    assert_eq!(left().await, 0);
    // By a new password, whoever keeps it.
    fill("3").await;
    let hash = Secret::new(HASH);
    let set = store.set_password(tenant, &ada(), &hash, 0, at(5)).await;
    assert!(set.unwrap());
    assert_eq!(left().await, 0);
    fill("4").await;
    let marked = store.mark_password_changed(tenant, &ada(), at(6)).await;
    assert!(marked.unwrap());
    assert_eq!(left().await, 0);
    fill("2").await;
    db.db_execute("DELETE FROM users").await;
    if matches!(db.database, trickle_store::Database::Postgres(_)) {
        // SQLite keeps foreign keys on the store's own connections only.
        assert_eq!(left().await, 0);
    }
}

async fn assertions_are_taken_once(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let app = ClientId::from_text("app");
    assert!(
        store
            .take_assertion(tenant, &app, "a", at(9))
            .await
            .unwrap()
    );
    assert!(
        !store
            .take_assertion(tenant, &app, "a", at(9))
            .await
            .unwrap()
    );
    assert!(
        store
            .take_assertion(tenant, &app, "b", at(9))
            .await
            .unwrap()
    );
    let nobody = ClientId::from_text("nobody");
    assert!(
        store
            .take_assertion(tenant, &nobody, "a", at(9))
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_hold_is_swept_the_next_time() {
    let db = TestDb::postgres();
    let world = world(&db).await;
    let store = &world.store;
    for id in ["s1", "s2"] {
        let added = store.add_session(&session(&world, id), None).await;
        assert!(added.unwrap());
    }
    let mut another = db.another().await;
    another
        .execute("UPDATE login_sessions SET details = details WHERE id = 's1'")
        .await;
    let swept = timeout(LIMIT, store.sweep_logins(at(1_000))).await;
    swept.unwrap().unwrap();
    another.commit().await;
    assert_eq!(db.db_count("login_sessions").await, 1);
    store.sweep_logins(at(1_000)).await.unwrap();
    assert_eq!(db.db_count("login_sessions").await, 0);
}

async fn what_expired_is_swept(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let code = OneTimePurpose::AuthorizationCode;
    store.add_one_time(&token(&world, "t", code)).await.unwrap();
    store
        .add_session(&session(&world, "s"), None)
        .await
        .unwrap();
    let family = family(&world, "f");
    store
        .add_refresh_family(&family, &refresh("r", 500), &first_basis(ada()))
        .await
        .unwrap();
    let app = ClientId::from_text("app");
    store
        .take_assertion(tenant, &app, "a", at(9))
        .await
        .unwrap();
    store.sweep_logins(at(8)).await.unwrap();
    assert_eq!(db.db_count("used_assertions").await, 1);
    store.sweep_logins(at(60)).await.unwrap();
    for table in ["one_time_tokens", "login_sessions", "used_assertions"] {
        assert_eq!(db.db_count(table).await, 0, "{table}");
    }
    assert_eq!(db.db_count("refresh_tokens").await, 1);
    store.sweep_logins(at(1_000)).await.unwrap();
    assert_eq!(db.db_count("refresh_families").await, 0);
}
