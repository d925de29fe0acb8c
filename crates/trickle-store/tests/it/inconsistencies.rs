use serde_json::Map;
use trickle_model::{ApiClient, ClientGrant, ClientId, ClientSettings, GrantSubject, UserId};
use trickle_store::{ClientFilter, ConnectionFilter, Sort, StoreError, UserFilter};

use crate::db::{ALL, TestDb, World, at, on_both};

on_both![every_column_that_makes_no_sense_is_named];

/// The first inconsistency that reading everything meets.
async fn read_everything(world: &World) -> Result<(), StoreError> {
    let World {
        store,
        tenant,
        connection,
    } = world;
    let client = ClientId::from_text("c");
    store.list_tenants().await?;
    store.tenant_by_name("tenant-1").await?;
    store.client(tenant, &client).await?;
    store
        .list_clients(tenant, &ClientFilter::default(), ALL)
        .await?;
    store
        .client_grant(tenant, &client, "a", GrantSubject::Client)
        .await?;
    let filter = ConnectionFilter::default();
    store.list_connections(tenant, &filter, ALL).await?;
    store.find_by_identifier(connection, "jane").await?;
    store.user(tenant, &UserId::from_raw("1")).await?;
    let (filter, sort) = (UserFilter::default(), Sort::default());
    store.list_users(tenant, &filter, &sort, ALL).await?;
    store.list_events(tenant, ALL).await?;
    Ok(())
}

async fn every_column_that_makes_no_sense_is_named(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("jane@example.com"), Some("jane")).await;
    world.store.add_event(&world.event(1)).await.unwrap();
    let client = ApiClient {
        id: ClientId::from_text("c"),
        tenant: world.tenant.clone(),
        name: String::new(),
        secret_sha256: [0; 32],
        grant_types: Vec::new(),
        settings: ClientSettings::default(),
        created_at: at(0),
    };
    world.store.add_client(&client, &[]).await.unwrap();
    let grant = ClientGrant {
        id: "cgr_1".into(),
        settings: Map::new(),
        holder: client.id.into(),
        audience: "a".into(),
        scopes: Vec::new(),
    };
    world
        .store
        .add_client_grant(&world.tenant, &grant)
        .await
        .unwrap();
    read_everything(&world).await.unwrap();

    let beyond_time = i64::MAX.to_string();
    let cases = [
        ("tenants", "created_at", beyond_time.as_str(), "tenant-1"),
        ("api_clients", "secret_sha256", "'hunter2'", "c"),
        ("api_clients", "grants", "'{\"hunter2\": 1}'", "c"),
        ("api_clients", "settings", "'hunter2'", "c"),
        ("client_grants", "scopes", "'hunter2'", "c"),
        ("connections", "options", "'hunter2'", "con_1"),
        ("connections", "attributes", "'[\"hunter2\"]'", "con_1"),
        ("connections", "revision", "-1", "con_1"),
        ("secrets", "sealed", "'hunter2'", "con_1"),
        ("users", "attributes", "'hunter2'", "auth0|1"),
        ("users", "logins_count", "-1", "auth0|1"),
        ("users", "last_login", beyond_time.as_str(), "auth0|1"),
        ("events", "code", "'hunter2'", world.event(1).id.as_str()),
    ]
    .map(|(table, column, value, row)| (table, column, value.to_owned(), row.to_owned()));
    for (table, column, value, row) in cases {
        db.db_execute(&format!(
            "CREATE TABLE spared AS SELECT {column} AS value FROM {table}"
        ))
        .await;
        db.db_execute(&format!("UPDATE {table} SET {column} = {value}"))
            .await;
        let error = read_everything(&world).await.unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        let StoreError::Inconsistency {
            table: found_table,
            column: found_column,
            row: found_row,
            ..
        } = error
        else {
            panic!("{table}.{column}: {shown}")
        };
        assert_eq!((found_table, found_column, found_row), (table, column, row));
        db.db_execute(&format!(
            "UPDATE {table} SET {column} = (SELECT value FROM spared)"
        ))
        .await;
        db.db_execute("DROP TABLE spared").await;
    }
    read_everything(&world).await.unwrap();
}
