use trickle_model::{Secret, UserId};
use trickle_store::{
    ConnectionChange, ConnectionFilter, Database, MasterKey, OpenError, Sort, Store, StoreError,
    UserFilter,
};
use trickle_testkit::postgres::Postgres;

use crate::db::{ALL, HASH, TestDb, World, at, new_connection, object, on_both, profile};

on_both![
    a_table_that_went_missing_is_an_error_everywhere,
    a_change_that_fails_half_way_leaves_nothing,
];

/// The name of each method that works.
async fn working(world: &World) -> Vec<&'static str> {
    let World {
        store,
        tenant,
        connection,
    } = world;
    let id = UserId::from_raw("1");
    let hash = Secret::new(HASH);
    let event = world.event(77);
    let new_user = world.new_user(profile("77", None, None));
    let filter = ConnectionFilter::default();
    let (users, sort) = (UserFilter::default(), Sort::default());
    let change = ConnectionChange {
        saved: trickle_model::ScriptSave::default(),
        options: None,
        attributes: object(serde_json::json!({"a": 1})),
    };
    let second = new_connection(tenant, "con_77");
    let now = at(77);
    let calls = [
        (
            "find_by_identifier",
            store.find_by_identifier(connection, "jane").await.is_ok(),
        ),
        ("user", store.user(tenant, &id).await.is_ok()),
        (
            "list_users",
            store.list_users(tenant, &users, &sort, ALL).await.is_ok(),
        ),
        (
            "users_by_email",
            store.users_by_email(tenant, "jane").await.is_ok(),
        ),
        (
            "add_user",
            store
                .add_user(&new_user, Some(&hash), Some(&event), now)
                .await
                .is_ok(),
        ),
        (
            "write_records",
            store
                .write_records(&[world.login("1", None, 5)])
                .await
                .is_ok(),
        ),
        (
            "replace_password_hash",
            store
                .replace_password_hash(tenant, &id, &hash, &hash)
                .await
                .is_ok(),
        ),
        (
            "refresh_profile",
            store
                .refresh_profile(tenant, &id, &new_user.profile, now)
                .await
                .is_ok(),
        ),
        ("add_event", store.add_event(&world.event(78)).await.is_ok()),
        ("list_events", store.list_events(tenant, ALL).await.is_ok()),
        (
            "connection",
            store.connection(tenant, connection).await.is_ok(),
        ),
        (
            "list_connections",
            store.list_connections(tenant, &filter, ALL).await.is_ok(),
        ),
        (
            "add_connection",
            store.add_connection(&second, now).await.is_ok(),
        ),
        (
            "change_connection",
            store
                .change_connection(tenant, connection, &change, now)
                .await
                .is_ok(),
        ),
        ("signing_keys", store.signing_keys(tenant).await.is_ok()),
        ("remove_user", store.remove_user(tenant, &id).await.is_ok()),
        ("ping", store.ping().await.is_ok()),
    ];
    calls
        .into_iter()
        .filter_map(|(name, works)| works.then_some(name))
        .collect()
}

async fn a_table_that_went_missing_is_an_error_everywhere(db: &TestDb) {
    let world = db.world().await;
    for table in [
        "credentials",
        "identities",
        "users",
        "secrets",
        "connection_clients",
        "events",
    ] {
        db.db_execute(&format!("ALTER TABLE {table} RENAME TO {table}_gone"))
            .await;
    }
    assert_eq!(working(&world).await, ["signing_keys", "ping"]);

    let error = world
        .store
        .find_by_identifier(&world.connection, "jane")
        .await;
    let error = error.unwrap_err();
    assert_eq!(error.to_string(), "find the user by identifier");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("users"), "{source}");
}

async fn a_change_that_fails_half_way_leaves_nothing(db: &TestDb) {
    let world = db.world().await;
    db.db_execute("ALTER TABLE credentials RENAME TO credentials_gone")
        .await;
    let new = world.new_user(profile("1", Some("jane@example.com"), None));
    let hash = Secret::new(HASH);
    let failed = world.store.add_user(&new, Some(&hash), None, at(1)).await;
    assert!(matches!(failed, Err(StoreError::Database { .. })));
    assert_eq!(db.db_count("users").await, 0);

    db.db_execute("ALTER TABLE credentials_gone RENAME TO credentials")
        .await;
    world.add("1", Some("jane@example.com"), None).await;
    assert!(
        world
            .find("jane@example.com")
            .await
            .unwrap()
            .password
            .is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_is_an_error_everywhere() {
    let server = Postgres::start();
    let url = Secret::new(server.url(&server.fresh_database()));
    let database = Database::Postgres(url);
    let store = Store::open(&database, MasterKey::from_bytes([1; 32]))
        .await
        .unwrap();
    store.ping().await.unwrap();
    drop(server);
    let error = store.ping().await.unwrap_err();
    assert_eq!(error.to_string(), "ask the database for a sign of life");
    let error = Store::open(&database, MasterKey::from_bytes([1; 32])).await;
    let Err(OpenError::Connect { source }) = error else {
        panic!("{error:?}")
    };
    assert!(source.to_string().contains("refused"), "{source}");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_go_on_when_the_server_has_dropped_all_connections() {
    let server = Postgres::shared();
    let db = server.fresh_database();
    let database = Database::Postgres(Secret::new(server.url(&db)));
    let store = Store::open(&database, MasterKey::from_bytes([1; 32]))
        .await
        .unwrap();
    store.ping().await.unwrap();
    let sql =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{db}'");
    assert!(server.execute("postgres", &sql).contains('t'));
    store.ping().await.unwrap();
}
