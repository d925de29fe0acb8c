use std::time::{Duration, Instant};

use serde_json::json;
use trickle_model::{EventId, Profile, UserId};
use trickle_store::{EventSearch, Page, SearchFailed, Sort, StoreError, UserFilter, UserSearch};

use crate::db::{TestDb, World, add_tenant, object, on_both, profile};

on_both![
    slow_searches_end_and_keep_nobody_waiting,
    large_lists_keep_no_other_tenant_waiting,
    a_slow_search_of_the_log_ends,
];

const PAGE: Page = Page {
    offset: 0,
    limit: 50,
};
/// More than there are readers.
const AT_ONCE: usize = 10;
/// The limit of a search and what a busy machine adds; one after the other they would take longer.
const ENDED: Duration = Duration::from_secs(40);

/// Patterns that nothing matches, to be tried on every one.
fn slow(field: &str) -> String {
    let one = |n| format!("{field}:*{}b{n}*", "a".repeat(200));
    (0..20).map(one).collect::<Vec<_>>().join(" OR ")
}

/// A hundred, with half a megabyte each.
async fn add_large_users(world: &World) {
    for n in 0..100 {
        let profile = Profile {
            app_metadata: object(json!({"a": "a".repeat(500_000)})),
            ..profile(&n.to_string(), None, None)
        };
        let new = world.new_user(profile);
        let added = world.store.add_user(&new, None, None, crate::db::at(1));
        added.await.unwrap();
    }
}

async fn search_users(world: &World, q: &str) -> Result<u64, SearchFailed> {
    let search = UserSearch {
        query: q.parse().unwrap(),
        connection: None,
        sort: None,
    };
    let listed = world.store.search_users(&world.tenant, &search, PAGE).await;
    listed.map(|listed| listed.total)
}

async fn search_log(world: &World, q: &str) -> Result<u64, SearchFailed> {
    let search = EventSearch {
        query: Some(q.parse().unwrap()),
        ..EventSearch::default()
    };
    let listed = world.store.search_events(&world.tenant, &search, PAGE);
    listed.await.map(|listed| listed.total)
}

async fn slow_searches_end_and_keep_nobody_waiting(db: &TestDb) {
    let world = db.world().await;
    add_large_users(&world).await;
    let began = Instant::now();
    let searches: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let world = world.clone();
            tokio::spawn(async move { search_users(&world, &slow("app_metadata.a")).await })
        })
        .collect();
    let other = World {
        tenant: add_tenant(&world.store, "other").await,
        ..world.clone()
    };
    // Whoever waits for a search comes back when it has ended.
    let mut meanwhile = 0;
    loop {
        let id = UserId::from_raw("1");
        let read = world.store.user(&world.tenant, &id).await;
        assert!(read.unwrap().is_some());
        // What an index leads to does not wait for the tenant's own searches.
        let sort = Sort::default();
        let first = Page {
            offset: 0,
            limit: 1,
        };
        for connection in [None, Some(world.connection.clone())] {
            let filter = UserFilter {
                connection,
                ..UserFilter::default()
            };
            let listed = world.store.list_users(&world.tenant, &filter, &sort, first);
            assert_eq!(listed.await.unwrap().total, 100);
        }
        let named = "email:\"nobody@example.com\" OR user_id:\"auth0|1\"";
        assert_eq!(search_users(&world, named).await.unwrap(), 1);
        let whole = EventSearch::default();
        let log = world.store.search_events(&world.tenant, &whole, first);
        assert_eq!(log.await.unwrap().total, 0);
        // The other connection of searches is free for others.
        assert_eq!(search_users(&other, "email:a*").await.unwrap(), 0);
        if searches.iter().any(tokio::task::JoinHandle::is_finished) {
            break;
        }
        meanwhile += 1;
    }
    assert!(meanwhile > 2, "{meanwhile} times");
    for search in searches {
        let error = search.await.unwrap().unwrap_err();
        assert!(
            matches!(error, SearchFailed::Store(StoreError::TooSlow { .. })),
            "{error:?}"
        );
    }
    assert!(began.elapsed() < ENDED);
    // SQLite's has ended by now; PostgreSQL has another connection.
    assert_eq!(search_users(&world, "email:a*").await.unwrap(), 0);
}

async fn large_lists_keep_no_other_tenant_waiting(db: &TestDb) {
    let world = db.world().await;
    add_large_users(&world).await;
    let other = add_tenant(&world.store, "other").await;
    let (all, sort) = (UserFilter::default(), Sort::default());
    let page = Page {
        offset: 0,
        limit: 100,
    };
    let lists: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (world, all, sort) = (world.clone(), all.clone(), sort);
            tokio::spawn(async move {
                let listed = world.store.list_users(&world.tenant, &all, &sort, page);
                listed.await.map(|listed| listed.total)
            })
        })
        .collect();
    while !lists.iter().all(tokio::task::JoinHandle::is_finished) {
        // Whoever waits too long for either gets an error.
        let none = world.store.list_users(&other, &all, &sort, page).await;
        assert_eq!(none.unwrap().total, 0);
        let none = world.store.connection_by_realm(&other, "realm").await;
        assert!(none.unwrap().is_none());
    }
    for list in lists {
        // The last ones may have waited too long behind their own tenant's.
        match list.await.unwrap() {
            Ok(total) => assert_eq!(total, 100),
            Err(error) => assert!(matches!(error, StoreError::TooSlow { .. }), "{error:?}"),
        }
    }
}

async fn a_slow_search_of_the_log_ends(db: &TestDb) {
    let world = db.world().await;
    for n in 0..100 {
        let mut event = world.event(n);
        event.id = EventId::from_text(format!("e{n}"));
        event.description = "a".repeat(500_000);
        world.store.add_event(&event).await.unwrap();
    }
    let error = search_log(&world, &slow("description")).await.unwrap_err();
    assert!(
        matches!(error, SearchFailed::Store(StoreError::TooSlow { .. })),
        "{error:?}"
    );
    let none = search_log(&world, "log_id:unknown").await;
    assert_eq!(none.unwrap(), 0);
}
