use jiff::Timestamp;
use trickle_model::Secret;
use trickle_store::{MasterKey, OpenError, SecretBytes, SigningKey, Store, StoreError};

use crate::db::{TestDb, add_tenant, at, new_connection, on_both, profile};

on_both![
    nothing_secret_is_stored_in_clear,
    a_value_opens_in_its_own_place_only,
    signing_keys_come_newest_first,
    signing_keys_rotate,
    old_signing_keys_go_but_for_the_newest,
    another_master_key_is_refused,
];

fn signing_key(kid: &str, bytes: &[u8], created_at: Timestamp) -> SigningKey {
    SigningKey {
        kid: kid.into(),
        private_pkcs8: SecretBytes::new(bytes),
        created_at,
        active_from: Some(created_at),
        retired_at: None,
        revoked_at: None,
    }
}

/// All rows as text, and with SQLite all bytes of all files.
async fn everything(db: &TestDb) -> String {
    let mut all = String::new();
    for table in ["secrets", "signing_keys", "connections", "meta", "events"] {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT * FROM {table}")))
            .fetch_all(db.raw().await)
            .await
            .unwrap();
        for row in rows {
            let columns = sqlx::Row::len(&row);
            let cells = (0..columns).map(|n| sqlx::Row::try_get::<String, _>(&row, n));
            all.extend(cells.filter_map(Result::ok));
        }
    }
    for entry in db.folder().into_iter().flat_map(|f| f.read_dir().unwrap()) {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        all.push_str(&String::from_utf8_lossy(&bytes));
    }
    all
}

async fn nothing_secret_is_stored_in_clear(db: &TestDb) {
    let world = db.world().await;
    let key = signing_key("kid-1", b"private key bytes", at(1));
    world
        .store
        .add_signing_key(&world.tenant, &key)
        .await
        .unwrap();

    let connection = world.store.connection(&world.tenant, &world.connection);
    let connection = connection.await.unwrap().unwrap();
    let value = &connection.configuration["PASSWORD"];
    assert_eq!(value.clear.expose(), "correct horse");
    assert!(Store::is_sealed(&value.sealed));
    assert!(!Store::is_sealed("correct horse"));

    let stored = everything(db).await;
    assert!(stored.contains("kid-1") && stored.contains(&value.sealed));
    for clear in ["correct horse", "private key bytes"] {
        assert!(!stored.contains(clear), "{clear}");
    }

    let new = world.new_user(profile("1", Some("jane@example.com"), None));
    let hash = Secret::new("$argon2id$hash");
    world
        .store
        .add_user(&new, Some(&hash), None, at(1))
        .await
        .unwrap();
    let user = world.find("jane@example.com").await.unwrap();
    let keys = world.store.signing_keys(&world.tenant).await.unwrap();
    let shown = format!(
        "{connection:?} {user:?} {keys:?} {:?} {:?} {:?} {:?}",
        world.store,
        db.database,
        db.key,
        new_connection(&world.tenant, "con_2")
    );
    for secret in [
        "correct horse",
        "argon2id",
        "private key",
        "legacy store password",
        "112, 114, 105",
    ] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(!shown.contains("%20password"), "{shown}");
}

async fn a_value_opens_in_its_own_place_only(db: &TestDb) {
    let world = db.world().await;
    let second = new_connection(&world.tenant, "con_2");
    world.store.add_connection(&second, at(0)).await.unwrap();
    db.db_execute(
        "UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE connection_id = 'con_1') \
         WHERE connection_id = 'con_2'",
    )
    .await;
    let error = world.store.connection(&world.tenant, &second.id).await;
    let Err(StoreError::Inconsistency {
        table, column, row, ..
    }) = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (table, column, row.as_str()),
        ("secrets", "sealed", "con_2")
    );
    let first = world
        .store
        .connection(&world.tenant, &world.connection)
        .await;
    assert!(first.unwrap().is_some());
}

async fn signing_keys_come_newest_first(db: &TestDb) {
    let world = db.world().await;
    for (kid, millis) in [("b", 1), ("c", 3), ("a", 2)] {
        let key = signing_key(kid, kid.as_bytes(), at(millis));
        world
            .store
            .add_signing_key(&world.tenant, &key)
            .await
            .unwrap();
    }
    let again = signing_key("a", b"another", at(9));
    let again = world.store.add_signing_key(&world.tenant, &again).await;
    assert!(again.is_err());

    let keys = world.store.signing_keys(&world.tenant).await.unwrap();
    let found: Vec<_> = keys
        .iter()
        .map(|key| (key.kid.as_str(), key.private_pkcs8.expose(), key.created_at))
        .collect();
    let expected: [(_, &[u8], _); 3] = [("c", b"c", at(3)), ("a", b"a", at(2)), ("b", b"b", at(1))];
    assert_eq!(found, expected);
    let other = add_tenant(&world.store, "other").await;
    assert!(world.store.signing_keys(&other).await.unwrap().is_empty());
}

async fn another_master_key_is_refused(db: &TestDb) {
    db.world().await.store.close().await;
    let error = Store::open(&db.database, MasterKey::from_bytes([8; 32])).await;
    let error = error.unwrap_err();
    assert!(matches!(error, OpenError::WrongKey));
    assert!(error.to_string().contains("another master key"), "{error}");
    db.open().await;
}

async fn signing_keys_rotate(db: &TestDb) {
    let world = db.world().await;
    let (store, tenant) = (&world.store, &world.tenant);
    let key = |kid: &str, millis, active: bool| SigningKey {
        active_from: active.then(|| at(millis)),
        ..signing_key(kid, kid.as_bytes(), at(millis))
    };
    let order = async || {
        let keys = store.signing_keys(tenant).await.unwrap();
        let names = keys.iter().map(|key| key.kid.clone());
        names.collect::<Vec<_>>().concat()
    };
    store
        .add_signing_key(tenant, &key("a", 1, true))
        .await
        .unwrap();
    let spares = [key("b", 2, true), key("c", 2, false)];
    let rotated = store
        .rotate_signing_keys(tenant, "a", None, &spares, at(2))
        .await;
    assert!(rotated.unwrap());
    assert_eq!(order().await, "bca");
    // Two at once: the second read an older state.
    let late = store
        .rotate_signing_keys(tenant, "a", None, &[key("x", 3, true)], at(3))
        .await;
    assert!(!late.unwrap());
    let spare = [key("d", 4, false)];
    let rotated = store
        .rotate_signing_keys(tenant, "b", Some("c"), &spare, at(4))
        .await;
    assert!(rotated.unwrap());
    assert_eq!(order().await, "cdba");
    for (kid, expected) in [
        ("c", false),
        ("d", false),
        ("x", false),
        ("a", true),
        ("a", true),
    ] {
        let revoked = store.revoke_signing_key(tenant, kid, at(9)).await;
        assert_eq!(revoked.unwrap(), expected, "{kid}");
    }
    let keys = store.signing_keys(tenant).await.unwrap();
    let states: Vec<_> = keys
        .iter()
        .map(|key| (key.active_from, key.retired_at, key.revoked_at))
        .collect();
    assert_eq!(
        states,
        [
            (Some(at(4)), None, None),
            (None, None, None),
            (Some(at(2)), Some(at(4)), None),
            (Some(at(1)), Some(at(2)), Some(at(9))),
        ]
    );
}

async fn old_signing_keys_go_but_for_the_newest(db: &TestDb) {
    let world = db.world().await;
    let (store, tenant) = (&world.store, &world.tenant);
    let key = |number: i64| {
        let kid = format!("k{number:02}");
        signing_key(&kid, kid.as_bytes(), at(number))
    };
    store.add_signing_key(tenant, &key(0)).await.unwrap();
    for number in 1..=15 {
        let (before, next) = (key(number - 1), [key(number)]);
        let rotated = store.rotate_signing_keys(tenant, &before.kid, None, &next, at(number));
        assert!(rotated.await.unwrap());
    }
    assert!(
        store
            .revoke_signing_key(tenant, "k14", at(16))
            .await
            .unwrap()
    );
    let other = add_tenant(store, "other").await;
    store.add_signing_key(&other, &key(0)).await.unwrap();
    let kids = async || {
        let keys = store.signing_keys(tenant).await.unwrap();
        let kids = keys.into_iter().map(|key| key.kid);
        kids.collect::<Vec<_>>()
    };
    // Ten are left of those that were retired before then, and of the one that is revoked.
    store.forget_signing_keys(tenant, at(13)).await.unwrap();
    let expected: Vec<_> = (3..=15).rev().map(|number| key(number).kid).collect();
    assert_eq!(kids().await, expected);
    store.forget_signing_keys(tenant, at(13)).await.unwrap();
    assert_eq!(kids().await, expected);
    assert_eq!(store.signing_keys(&other).await.unwrap().len(), 1);
}
