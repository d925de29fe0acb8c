use std::collections::BTreeMap;

use serde_json::{Map, json};
use trickle_model::{
    ClientId, Connection, ConnectionId, ConnectionOptions, OperatorEgress, ScriptSave, Secret,
    TenantId,
};
use trickle_store::{
    AddConnectionError, ChangeConnectionError, ConfigurationInput, ConnectionChange,
    ConnectionFilter, Page, StoreError, Total,
};

use crate::db::{ALL, TestDb, add_tenant, at, new_connection, object, on_both};

on_both![
    comes_back_whole,
    a_name_is_taken_once_per_tenant_in_any_case,
    a_realm_is_of_one_connection,
    connections_older_than_their_realms_are_found,
    the_oldest_connection_serves_a_client,
    lists_by_age_with_filter_and_pages,
    a_change_replaces_options_and_merges_attributes,
    configuration_values_are_kept_replaced_and_removed,
    concurrent_changes_lose_nothing,
    clients_are_allowed_and_forbidden,
    the_operators_egress_rules_are_the_tenants_own_and_raise_the_revision,
    removing_it_removes_its_users,
];

fn clear(connection: &Connection) -> BTreeMap<&str, &str> {
    let values = connection.configuration.iter();
    values
        .map(|(key, value)| (key.as_str(), value.clear.expose()))
        .collect()
}

async fn comes_back_whole(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "t").await;
    let other = add_tenant(&store, "other").await;
    let mut new = new_connection(&tenant, "con_1");
    new.enabled_clients = vec![ClientId::from_text("b"), ClientId::from_text("a")];
    let added = store.add_connection(&new, at(3)).await.unwrap();
    assert_eq!(added.options, new.options);
    assert_eq!(added.attributes, new.attributes);
    assert_eq!((added.name.as_str(), added.revision), ("Legacy con_1", 1));
    assert_eq!((added.created_at, added.updated_at), (at(3), at(3)));
    assert_eq!(clear(&added), [("PASSWORD", "correct horse")].into());
    let clients: Vec<_> = added.enabled_clients.iter().map(ClientId::as_str).collect();
    assert_eq!(clients, ["a", "b"]);

    let by_id = store.connection(&tenant, &new.id).await.unwrap().unwrap();
    assert_eq!(
        by_id.configuration["PASSWORD"].sealed,
        added.configuration["PASSWORD"].sealed
    );
    let by_name = store.connection_by_name(&tenant, "LEGACY CON_1").await;
    assert_eq!(by_name.unwrap().unwrap().id, new.id);

    let foreign = store.connection(&other, &new.id).await.unwrap();
    assert!(foreign.is_none());
    let foreign = store.connection_by_name(&other, &new.name).await.unwrap();
    assert!(foreign.is_none());
}

async fn a_name_is_taken_once_per_tenant_in_any_case(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "t").await;
    let other = add_tenant(&store, "other").await;
    let mut new = new_connection(&tenant, "con_1");
    store.add_connection(&new, at(0)).await.unwrap();
    new.id = ConnectionId::from_text("con_2");
    new.name = new.name.to_uppercase();
    let error = store.add_connection(&new, at(0)).await;
    assert!(matches!(error, Err(AddConnectionError::NameTaken)));
    new.tenant = other;
    store.add_connection(&new, at(0)).await.unwrap();
}

async fn a_realm_is_of_one_connection(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "t").await;
    let other = add_tenant(&store, "other").await;
    let with = |tenant: &TenantId, id: &str, realms: &[&str]| {
        let mut new = new_connection(tenant, id);
        new.name = String::from(id);
        if !realms.is_empty() {
            new.attributes = object(json!({"realms": realms}));
        }
        new
    };
    let found = async |realm: &str| {
        let found = store.connection_by_realm(&tenant, realm).await.unwrap();
        found.map(|connection| connection.name)
    };
    let three: [(&str, &[&str], i64); 3] = [
        ("a", &["Initech.example", "b"], 1),
        ("c", &[], 2),
        ("d", &["e"], 3),
    ];
    for (id, realms, millis) in three {
        let new = with(&tenant, id, realms);
        store.add_connection(&new, at(millis)).await.unwrap();
    }
    for (realm, name) in [
        ("initech.EXAMPLE", Some("a")),
        ("b", Some("a")),
        ("a", Some("a")),
        ("C", Some("c")),
        ("e", Some("d")),
        ("f", None),
    ] {
        assert_eq!(found(realm).await.as_deref(), name, "{realm}");
    }

    let taken: [(&str, &[&str]); 3] = [("b", &[]), ("f", &["C"]), ("f", &["f", "E"])];
    for (id, realms) in taken {
        let connection = with(&tenant, id, realms);
        let error = store.add_connection(&connection, at(4)).await;
        let error = error.unwrap_err();
        assert!(
            matches!(error, AddConnectionError::RealmTaken),
            "{id} {realms:?}"
        );
    }
    let elsewhere = with(&other, "f", &["b"]);
    store.add_connection(&elsewhere, at(4)).await.unwrap();
    let own = with(&tenant, "b", &["g"]);
    store.add_connection(&own, at(5)).await.unwrap();
    assert_eq!(found("b").await.as_deref(), Some("a"), "it lists it");

    let change = async |id: &str, realms| {
        let change = ConnectionChange {
            attributes: object(json!({"realms": realms})),
            ..ConnectionChange::default()
        };
        let id = ConnectionId::from_text(id);
        let changed = store.change_connection(&tenant, &id, &change, at(6)).await;
        changed.map(|connection| connection.unwrap().revision)
    };
    for taken in [json!(["b"]), json!(["E"])] {
        let error = change("c", taken.clone()).await.unwrap_err();
        assert!(
            matches!(error, ChangeConnectionError::RealmTaken),
            "{taken}"
        );
    }
    let error = change("b", json!(null)).await.unwrap_err();
    assert!(matches!(error, ChangeConnectionError::RealmTaken));
    assert_eq!(change("a", json!(["a"])).await.unwrap(), 2);
    assert_eq!(change("b", json!(null)).await.unwrap(), 2);
    assert_eq!(found("b").await.as_deref(), Some("b"));
    assert_eq!(found("Initech.example").await, None);
}

async fn connections_older_than_their_realms_are_found(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "t").await;
    let mut new = new_connection(&tenant, "con_1");
    new.attributes =
        object(json!({"realms": ["B", "b", "c"], "authentication": {"active": false}}));
    new.enabled_clients = vec![ClientId::from_text("app")];
    store.add_connection(&new, at(1)).await.unwrap();
    assert_eq!(db.db_count("connection_realms").await, 2);
    store.close().await;
    db.db_execute("DELETE FROM connection_realms").await;
    db.db_execute("UPDATE connections SET is_active = NULL, takes_passwords = NULL")
        .await;
    let store = db.open().await;
    for (realm, is_known) in [("b", true), ("C", true), ("d", false)] {
        let found = store.connection_by_realm(&tenant, realm).await.unwrap();
        assert_eq!(found.is_some(), is_known, "{realm}");
    }
    let app = ClientId::from_text("app");
    let oldest = store.oldest_connection_of(&tenant, &app).await.unwrap();
    assert!(oldest.is_none(), "it is not active");
    assert!(store.remove_connection(&tenant, &new.id).await.unwrap());
    assert_eq!(db.db_count("connection_realms").await, 0);
}

async fn the_oldest_connection_serves_a_client(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "t").await;
    let other = add_tenant(&store, "other").await;
    let [app, stranger] = ["app", "stranger"].map(ClientId::from_text);
    let mut foreign = new_connection(&other, "con_foreign");
    foreign.enabled_clients = vec![app.clone()];
    store.add_connection(&foreign, at(0)).await.unwrap();
    for (id, millis, clients) in [
        ("con_c", 1, vec![stranger.clone()]),
        ("con_b", 2, vec![app.clone(), stranger.clone()]),
        ("con_a", 3, vec![app.clone()]),
    ] {
        let mut new = new_connection(&tenant, id);
        new.enabled_clients = clients;
        store.add_connection(&new, at(millis)).await.unwrap();
    }
    let oldest = async |client: &ClientId| {
        let found = store.oldest_connection_of(&tenant, client).await.unwrap();
        found.map(|found| {
            assert!(found.serves(client));
            found.id.as_str().to_owned()
        })
    };
    let change = async |id: &str, change: ConnectionChange| {
        let id = ConnectionId::from_text(id);
        let changed = store.change_connection(&tenant, &id, &change, at(4)).await;
        assert!(changed.unwrap().is_some());
    };
    let attributes = |value| ConnectionChange {
        attributes: object(value),
        ..ConnectionChange::default()
    };
    assert_eq!(oldest(&app).await.as_deref(), Some("con_b"));
    assert_eq!(oldest(&stranger).await.as_deref(), Some("con_c"));
    for (most, expected) in [(1, &["con_b"][..]), (5, &["con_b", "con_a"])] {
        let found = store.connections_of(&tenant, &app, most).await.unwrap();
        let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, expected);
    }
    let off = json!({"authentication": {"active": false}});
    change("con_b", attributes(off)).await;
    assert_eq!(oldest(&app).await.as_deref(), Some("con_a"));
    let options = object(json!({"authentication_methods": {"password": {"enabled": false}}}));
    let without_passwords = ConnectionChange {
        options: Some((ConnectionOptions::from_stored(options), BTreeMap::new())),
        ..ConnectionChange::default()
    };
    change("con_a", without_passwords).await;
    assert_eq!(oldest(&app).await, None);
    change("con_b", attributes(json!({"authentication": null}))).await;
    assert_eq!(oldest(&app).await.as_deref(), Some("con_b"));
    let nobody = ClientId::from_text("nobody");
    assert_eq!(oldest(&nobody).await, None);
}

async fn lists_by_age_with_filter_and_pages(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "t").await;
    for (id, millis) in [("con_c", 1), ("con_b", 2), ("con_a", 3)] {
        let new = new_connection(&tenant, id);
        store.add_connection(&new, at(millis)).await.unwrap();
    }
    let list = async |strategy: &[&str], name: Option<&str>, page: Page| {
        let filter = ConnectionFilter {
            strategy: strategy.iter().map(ToString::to_string).collect(),
            name: name.map(Into::into),
            total: Total::Counted,
        };
        let listed = store
            .list_connections(&tenant, &filter, page)
            .await
            .unwrap();
        assert!(
            listed
                .items
                .iter()
                .all(|item| item.configuration.len() == 1)
        );
        let ids: Vec<_> = listed.items.iter().map(|item| item.id.as_str()).collect();
        format!("{} of {}", ids.join(" "), listed.total)
    };
    assert_eq!(list(&[], None, ALL).await, "con_c con_b con_a of 3");
    let middle = Page {
        offset: 1,
        limit: 1,
    };
    assert_eq!(list(&["ad", "auth0"], None, middle).await, "con_b of 3");
    assert_eq!(list(&["ad"], None, ALL).await, " of 0");
    assert_eq!(list(&[], Some("legacy CON_a"), ALL).await, "con_a of 1");
    assert_eq!(list(&[], Some("nothing"), ALL).await, " of 0");
}

async fn a_change_replaces_options_and_merges_attributes(db: &TestDb) {
    let world = db.world().await;
    let change = ConnectionChange {
        saved: ScriptSave::default(),
        options: None,
        attributes: object(json!({"display_name": null, "metadata": {"a": "b"}})),
    };
    let (tenant, id) = (&world.tenant, &world.connection);
    let changed = world.store.change_connection(tenant, id, &change, at(9));
    let changed = changed.await.unwrap().unwrap();
    assert_eq!(changed.attributes, object(json!({"metadata": {"a": "b"}})));
    assert_eq!((changed.revision, changed.updated_at), (2, at(9)));
    assert_eq!(clear(&changed), [("PASSWORD", "correct horse")].into());

    let options = ConnectionOptions::from_stored(object(json!({"disable_signup": true})));
    let change = ConnectionChange {
        saved: ScriptSave::default(),
        options: Some((options.clone(), BTreeMap::new())),
        attributes: Map::new(),
    };
    let changed = world.store.change_connection(tenant, id, &change, at(10));
    let changed = changed.await.unwrap().unwrap();
    assert_eq!(changed.options, options);
    assert_eq!(changed.attributes, object(json!({"metadata": {"a": "b"}})));
    assert_eq!(changed.configuration.len(), 0);

    let unknown = ConnectionId::from_text("con_unknown");
    let nothing = world
        .store
        .change_connection(tenant, &unknown, &change, at(1));
    assert!(nothing.await.unwrap().is_none());
    let other = add_tenant(&world.store, "other").await;
    let nothing = world.store.change_connection(&other, id, &change, at(1));
    assert!(nothing.await.unwrap().is_none());
}

async fn configuration_values_are_kept_replaced_and_removed(db: &TestDb) {
    let world = db.world().await;
    let change = |inputs: &[(&str, Option<&str>)]| ConnectionChange {
        saved: ScriptSave::default(),
        options: Some((
            ConnectionOptions::default(),
            inputs
                .iter()
                .map(|(key, clear)| {
                    let input = clear.map_or(ConfigurationInput::Keep, |clear| {
                        ConfigurationInput::Clear(Secret::new(clear))
                    });
                    ((*key).to_owned(), input)
                })
                .collect(),
        )),
        attributes: Map::new(),
    };
    let (tenant, id) = (&world.tenant, &world.connection);
    let apply = async |inputs: &[(&str, Option<&str>)]| {
        let change = change(inputs);
        world
            .store
            .change_connection(tenant, id, &change, at(1))
            .await
    };
    let before = world.store.connection(tenant, id).await.unwrap().unwrap();
    let changed = apply(&[("PASSWORD", None), ("HOST", Some("db"))]).await;
    let changed = changed.unwrap().unwrap();
    assert_eq!(
        clear(&changed),
        [("PASSWORD", "correct horse"), ("HOST", "db")].into()
    );
    assert_eq!(
        changed.configuration["PASSWORD"].sealed,
        before.configuration["PASSWORD"].sealed
    );

    let changed = apply(&[("HOST", Some("db2")), ("", Some("")), ("\0", Some("\0"))]).await;
    assert_eq!(
        clear(&changed.unwrap().unwrap()),
        [("HOST", "db2"), ("", ""), ("\u{fffd}", "\0")].into()
    );

    let error = apply(&[("HOST", Some("lost")), ("PASSWORD", None)]).await;
    let Err(ChangeConnectionError::Store(StoreError::NothingToKeep { key })) = error else {
        panic!("{error:?}")
    };
    assert_eq!(key, "PASSWORD");
    let after = world.store.connection(tenant, id).await.unwrap().unwrap();
    assert_eq!((clear(&after)["HOST"], after.revision), ("db2", 3));
}

async fn concurrent_changes_lose_nothing(db: &TestDb) {
    let world = db.world().await;
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let world = world.clone();
            tokio::spawn(async move {
                let change = ConnectionChange {
                    saved: ScriptSave::default(),
                    options: None,
                    attributes: object(json!({ format!("key{n}"): n })),
                };
                world
                    .store
                    .change_connection(&world.tenant, &world.connection, &change, at(1))
                    .await
                    .unwrap()
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let after = world.store.connection(&world.tenant, &world.connection);
    let after = after.await.unwrap().unwrap();
    assert_eq!((after.revision, after.attributes.len()), (21, 21));
}

async fn clients_are_allowed_and_forbidden(db: &TestDb) {
    let world = db.world().await;
    let (tenant, id) = (&world.tenant, &world.connection);
    let set = async |clients: &[(&str, bool)]| {
        let clients: Vec<_> = clients
            .iter()
            .map(|(id, allowed)| (ClientId::from_text(*id), *allowed))
            .collect();
        let done = world
            .store
            .set_connection_clients(tenant, id, &clients, at(2));
        assert!(done.await.unwrap());
        let connection = world.store.connection(tenant, id).await.unwrap().unwrap();
        let ids = connection.enabled_clients.iter().map(ClientId::as_str);
        (ids.collect::<Vec<_>>().join(" "), connection.revision)
    };
    let done = set(&[("a", true), ("a", true), ("b", true), ("c", false)]).await;
    assert_eq!(done, ("a b".into(), 2));
    assert_eq!(set(&[("a", false)]).await, ("b".into(), 3));

    let unknown = ConnectionId::from_text("con_unknown");
    let done = world
        .store
        .set_connection_clients(tenant, &unknown, &[], at(2));
    assert!(!done.await.unwrap());
}

async fn the_operators_egress_rules_are_the_tenants_own_and_raise_the_revision(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "t").await;
    let other = add_tenant(&store, "other").await;
    let new = new_connection(&tenant, "con_1");
    let added = store.add_connection(&new, at(1)).await.unwrap();
    assert_eq!(added.egress, OperatorEgress::default());

    let rules = OperatorEgress {
        allow: vec!["db.internal:5432".to_owned()],
        public: false,
    };
    let set = store.set_connection_egress(&other, &new.id, &rules, at(2));
    assert!(!set.await.unwrap());
    let set = store.set_connection_egress(&tenant, &new.id, &rules, at(2));
    assert!(set.await.unwrap());
    let changed = store.connection(&tenant, &new.id).await.unwrap().unwrap();
    assert_eq!((&changed.egress, changed.revision), (&rules, 2));

    // A tenant's change of the options leaves them.
    let change = ConnectionChange {
        options: Some((ConnectionOptions::default(), BTreeMap::new())),
        ..ConnectionChange::default()
    };
    let changed = store.change_connection(&tenant, &new.id, &change, at(3));
    assert_eq!(changed.await.unwrap().unwrap().egress, rules);
}

async fn removing_it_removes_its_users(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("jane@example.com"), None).await;
    world.store.add_event(&world.event(1)).await.unwrap();
    let other = add_tenant(&world.store, "other").await;
    let remove = async |tenant| {
        let removed = world.store.remove_connection(tenant, &world.connection);
        removed.await.unwrap()
    };
    assert!(!remove(&other).await);
    assert!(remove(&world.tenant).await);
    assert!(!remove(&world.tenant).await);
    for table in [
        "connections",
        "secrets",
        "users",
        "identities",
        "credentials",
    ] {
        assert_eq!(db.db_count(table).await, 0, "{table}");
    }
    assert_eq!(db.db_count("events").await, 1);
}
