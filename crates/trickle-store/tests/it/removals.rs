//! Connections that go with many users.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Row as _, SqlitePool};
use trickle_model::UserId;
use trickle_store::{ConnectionChange, ConnectionFilter, LinkUser};

use crate::db::{ALL, TestDb, World, at, new_connection, on_both, profile};

on_both![
    many_users_go_after_the_answer,
    a_connection_that_is_removed_by_hand_takes_its_users_along,
    nobody_uses_a_connection_that_goes,
    nobody_is_linked_to_one_who_went,
    who_was_linked_to_nobody_is_found_again,
];

/// More than go before the answer.
const MANY: i64 = 2_500;

fn id(raw: &str) -> UserId {
    UserId::from_raw(raw)
}

/// Users `1`, `2` and so on, and what they are searched by.
async fn add_many(db: &TestDb, world: &World) {
    let sql = format!(
        "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < {MANY}) \
         INSERT INTO users (tenant_id, id, connection_id, email_verified, blocked, attributes, user_metadata, app_metadata, \
         created_at, updated_at, logins_count) \
         SELECT 'tenant-1', 'auth0|' || n, 'con_1', 0, 0, '{{}}', '{{}}', '{{\"plan\":\"gold\"}}', 1, 1, 0 FROM many"
    );
    db.db_execute(&sql).await;
    world.store.complete_terms().await.unwrap();
}

/// Those of the connection who are still there.
async fn left(db: &TestDb) -> Vec<String> {
    let sql = "SELECT id FROM users WHERE connection_id = 'con_1' ORDER BY id";
    let ids = sqlx::query_scalar(sql).fetch_all(db.raw().await).await;
    ids.unwrap()
}

/// Another connection with the user `eve`.
async fn with_eve(world: &World) -> World {
    let second = new_connection(&world.tenant, "con_2");
    world.store.add_connection(&second, at(0)).await.unwrap();
    let mut other = world.clone();
    other.connection = second.id;
    other.add("eve", Some("eve@example.com"), None).await;
    other
}

async fn many_users_go_after_the_answer(db: &TestDb) {
    let world = db.world().await;
    add_many(db, &world).await;
    world.add("ada", Some("ada@example.com"), None).await;
    let other = with_eve(&world).await;
    let (store, tenant) = (&world.store, &world.tenant);
    db.db_execute("UPDATE users SET app_metadata = '{\"plan\":\"gold\"}', search_key = NULL WHERE id = 'auth0|eve'")
        .await;
    store.complete_terms().await.unwrap();
    assert_eq!(db.db_count("user_terms").await, MANY + 1);
    db.db_execute(
        "INSERT INTO tombstones (connection_id, raw_id, buried_at) VALUES ('con_1', 'x', 1)",
    )
    .await;
    let removed = store.remove_connection(tenant, &world.connection).await;
    assert!(removed.unwrap());
    let rest = db.db_count("users").await;
    assert!((2..MANY).contains(&rest), "{rest} are left");
    // Terms went with those who went, and of nobody else; Ada has none.
    let terms = db.db_count("user_terms").await;
    assert!((rest - 1..=rest).contains(&terms), "{terms} of {rest}");

    // The next run goes on.
    store.close().await;
    let store = db.open().await;
    store.finish_removals().await.unwrap();
    assert!(left(db).await.is_empty());
    for (table, rows) in [
        ("connections", 1),
        ("users", 1),
        ("identities", 1),
        ("credentials", 1),
        ("user_terms", 1),
        ("tombstones", 0),
    ] {
        assert_eq!(db.db_count(table).await, rows, "{table}");
    }
    let eve = store.user(tenant, &id("eve")).await.unwrap().unwrap();
    assert_eq!(eve.connection, other.connection);
    store.finish_removals().await.unwrap();
}

async fn a_connection_that_is_removed_by_hand_takes_its_users_along(db: &TestDb) {
    let world = db.world().await;
    world.add("ada", Some("ada@example.com"), None).await;
    with_eve(&world).await;
    db.db_execute("DELETE FROM connections WHERE id = 'con_1'")
        .await;
    for table in ["users", "identities", "credentials"] {
        assert_eq!(db.db_count(table).await, 1, "{table}");
    }
}

async fn nobody_uses_a_connection_that_goes(db: &TestDb) {
    let world = db.world().await;
    add_many(db, &world).await;
    with_eve(&world).await;
    let (store, tenant, going) = (&world.store, &world.tenant, &world.connection);
    assert!(store.remove_connection(tenant, going).await.unwrap());
    let still = left(db).await;
    let still = UserId::from_text(still.first().unwrap().as_str());

    assert!(store.connection(tenant, going).await.unwrap().is_none());
    for name in ["Legacy con_1", "GOING con_1"] {
        let by_name = store.connection_by_name(tenant, name).await.unwrap();
        assert!(by_name.is_none());
        let by_realm = store.connection_by_realm(tenant, name).await.unwrap();
        assert!(by_realm.is_none());
    }
    let filter = ConnectionFilter::default();
    let listed = store.list_connections(tenant, &filter, ALL).await.unwrap();
    assert_eq!((listed.items.len(), listed.total), (1, 1));
    let change = ConnectionChange::default();
    let changed = store.change_connection(tenant, going, &change, at(2)).await;
    assert!(changed.unwrap().is_none());
    assert!(!store.remove_connection(tenant, going).await.unwrap());

    let new = world.new_user(profile("late", Some("late@example.com"), None));
    assert!(store.add_user(&new, None, None, at(2)).await.is_err());
    let eve = id("eve");
    let linked = store.link_user(tenant, &still, &eve, None).await;
    assert_eq!(linked.unwrap(), LinkUser::NoPrimary);
    let linked = store.link_user(tenant, &eve, &still, None).await;
    assert_eq!(linked.unwrap(), LinkUser::NoSecondary);

    // The name is free.
    let mut again = new_connection(tenant, "con_3");
    again.name = String::from("Legacy con_1");
    store.add_connection(&again, at(3)).await.unwrap();
}

async fn nobody_is_linked_to_one_who_went(db: &TestDb) {
    let world = db.world().await;
    add_many(db, &world).await;
    let other = with_eve(&world).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let mut seconds = vec![id("eve")];
    for n in 0..20 {
        let raw = format!("second-{n}");
        other.add(&raw, None, Some(raw.as_str())).await;
        seconds.push(id(&raw));
    }
    let removing = async {
        let removed = store.remove_connection(tenant, &world.connection).await;
        assert!(removed.unwrap());
        store.finish_removals().await.unwrap();
    };
    let linking = async {
        let mut outcomes = BTreeSet::new();
        for (n, second) in seconds.iter().enumerate() {
            let primary = id(&(100 * (n + 1)).to_string());
            let linked = store.link_user(tenant, &primary, second, None).await;
            outcomes.insert(match linked.unwrap() {
                LinkUser::Linked => "linked",
                LinkUser::NoPrimary => "nobody",
                odd => panic!("{odd:?}"),
            });
        }
        outcomes
    };
    let (outcomes, ()) = tokio::join!(linking, removing);
    assert!(!outcomes.is_empty());
    assert_eq!(db.db_count("users WHERE linked_to IS NOT NULL").await, 0);
    for second in &seconds {
        assert!(store.user(tenant, second).await.unwrap().is_some());
    }
}

async fn who_was_linked_to_nobody_is_found_again(db: &TestDb) {
    let world = db.world().await;
    let (store, tenant) = (&world.store, &world.tenant);
    for raw in ["ada", "bob", "eve"] {
        world.add(raw, None, Some(raw)).await;
    }
    let linked = store.link_user(tenant, &id("ada"), &id("bob"), None).await;
    assert_eq!(linked.unwrap(), LinkUser::Linked);
    db.db_execute("UPDATE users SET linked_to = 'auth0|nobody' WHERE id = 'auth0|eve'")
        .await;
    store.close().await;
    // As a database of the version before.
    db.db_execute("DELETE FROM _sqlx_migrations WHERE version = 134")
        .await;
    let store = db.open().await;
    assert!(store.user(tenant, &id("eve")).await.unwrap().is_some());
    assert!(store.user(tenant, &id("bob")).await.unwrap().is_none());
}

/// For each connection that is removed, SQLite looks for its users by this condition.
#[tokio::test(flavor = "multi_thread")]
async fn users_of_a_connection_are_found_by_an_index() {
    let db = TestDb::sqlite();
    db.open().await.close().await;
    let path = db.folder().unwrap().join("trickle.db");
    let url = format!("sqlite:{}", path.display());
    let pool = SqlitePool::connect(&url).await.unwrap();
    for (table, condition) in [
        ("users", "connection_id = 'x'"),
        (
            "users",
            "(tenant_id = 'x' AND email_key = 'x' AND connection_id = 'x') OR (connection_id = 'x' AND username_key = 'x')",
        ),
        (
            "user_terms",
            "(term, user_key) IN (SELECT column1, column2 FROM (VALUES (1, 2)) AS given)",
        ),
    ] {
        let sql = format!("EXPLAIN QUERY PLAN DELETE FROM {table} WHERE {condition}");
        let plan = sqlx::query(AssertSqlSafe(sql)).fetch_all(&pool).await;
        for step in plan.unwrap() {
            let step: String = step.get("detail");
            assert!(
                !step.starts_with(&format!("SCAN {table}")),
                "{condition}: {step}"
            );
            let of_all = format!("{table} USING INDEX users_connection (connection_id=?)");
            assert!(
                !step.ends_with(&of_all) || !condition.contains(" OR "),
                "{step}"
            );
        }
    }
}
