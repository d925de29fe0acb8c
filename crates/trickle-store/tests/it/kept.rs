use serde_json::json;
use trickle_model::{ConnectionId, TenantId};
use trickle_store::{
    AddConnectionError, AddKept, ChangeKept, KEPT_CONNECTION, KEPT_MOST, KEPT_MOST_BYTES, Kept,
    StoreError,
};

use crate::db::{ALL, TestDb, add_tenant, at, new_connection, object, on_both};

on_both![
    kept_things_belong_to_one_tenant_and_kind,
    a_change_is_whole_or_not_at_all,
    there_is_an_end_to_keeping,
    what_is_kept_is_not_large_together,
    connections_of_all_strategies_share_no_name,
];

fn role(id: &str, name: Option<&str>) -> Kept {
    Kept {
        id: id.to_owned(),
        parent: String::new(),
        name: name.map(str::to_lowercase),
        body: object(json!({"name": name})),
        parts: object(json!({})),
        created_at: at(1),
        updated_at: at(1),
    }
}

async fn kept_things_belong_to_one_tenant_and_kind(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    let two = add_tenant(&store, "two").await;
    let admin = role("rol_1", Some("Admin"));
    let add = async |tenant: &TenantId, kind: &str, kept: &Kept| {
        store.add_kept(tenant, kind, kept).await.unwrap()
    };
    assert_eq!(add(&one, "role", &admin).await, AddKept::Added);
    let again = role("rol_2", Some("ADMIN"));
    assert_eq!(add(&one, "role", &again).await, AddKept::Taken);
    for id in ["rol_3", "rol_4"] {
        assert_eq!(add(&one, "role", &role(id, None)).await, AddKept::Added);
    }
    assert_eq!(add(&one, "rule", &again).await, AddKept::Added);
    assert_eq!(add(&two, "role", &again).await, AddKept::Added);
    let part = Kept {
        parent: "org_1".to_owned(),
        ..role("dd_1", Some("admin"))
    };
    assert_eq!(add(&one, "role", &part).await, AddKept::Added);

    assert_eq!(
        store.kept(&one, "role", "rol_1").await.unwrap(),
        Some(admin.clone())
    );
    assert_eq!(store.kept(&two, "role", "rol_1").await.unwrap(), None);
    let named = store.kept_named(&one, "role", "aDMIN").await.unwrap();
    assert_eq!(named, Some(admin));
    let listed = store.list_kept(&one, "role", "", ALL).await.unwrap();
    assert_eq!((listed.items.len(), listed.total), (3, 3));
    let parts = store.list_kept(&one, "role", "org_1", ALL).await.unwrap();
    assert_eq!(parts.items, [part]);

    store.remove_kept_of(&one, "org_1").await.unwrap();
    assert!(store.remove_kept(&one, "role", "rol_1").await.unwrap());
    assert!(!store.remove_kept(&one, "role", "rol_1").await.unwrap());
    assert!(!store.remove_kept(&one, "role", "dd_1").await.unwrap());
    db.db_execute("DELETE FROM tenants WHERE id = 'one'").await;
    assert_eq!(store.kept(&one, "rule", "rol_2").await.unwrap(), None);
    assert!(store.kept(&two, "role", "rol_2").await.unwrap().is_some());
}

async fn a_change_is_whole_or_not_at_all(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    for (id, name) in [("rol_1", "a"), ("rol_2", "b")] {
        let new = role(id, Some(name));
        store.add_kept(&one, "role", &new).await.unwrap();
    }
    let change = async |id: &str, name: &str, fits: bool| {
        let changed = store.change_kept(&one, ("role", id), at(9), |kept| {
            kept.name = Some(name.to_owned());
            kept.body.insert("name".to_owned(), name.into());
            fits.then_some(()).ok_or("it does not fit")
        });
        changed.await.unwrap()
    };
    assert_eq!(change("rol_3", "c", true).await, ChangeKept::Missing);
    assert_eq!(change("rol_1", "B", true).await, ChangeKept::Taken);
    let refused = change("rol_1", "c", false).await;
    assert_eq!(refused, ChangeKept::Refused("it does not fit"));
    let same = change("rol_1", "a", true).await;
    assert_eq!(same, ChangeKept::Changed(role("rol_1", Some("a"))));
    let ChangeKept::Changed(changed) = change("rol_1", "c", true).await else {
        panic!("it is there");
    };
    assert_eq!(changed.updated_at, at(9));
    let found = store.kept(&one, "role", "rol_1").await.unwrap();
    assert_eq!(found, Some(changed));
}

async fn there_is_an_end_to_keeping(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    db.db_execute(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {KEPT_MOST}) \
         INSERT INTO kept (tenant_id, kind, id, parent, body, parts, created_at, updated_at) \
         SELECT 'one', 'role', CAST(i AS TEXT), '', '{{}}', '{{}}', 1, 1 FROM n"
    ))
    .await;
    let one_more = role("rol_1", None);
    let full = store.add_kept(&one, "role", &one_more).await.unwrap();
    assert_eq!(full, AddKept::Full);
    let other = store.add_kept(&one, "rule", &one_more).await.unwrap();
    assert_eq!(other, AddKept::Added);
}

async fn what_is_kept_is_not_large_together(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    assert_eq!(KEPT_MOST_BYTES, 8 * (8 << 20));
    // Seven eighths.
    db.db_execute(
        "WITH RECURSIVE longer(t, i) AS (SELECT CAST('xxxxxxxx' AS TEXT), 0 \
         UNION ALL SELECT t || t, i + 1 FROM longer WHERE i < 20), \
         n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 7) \
         INSERT INTO kept (tenant_id, kind, id, parent, body, parts, created_at, updated_at) \
         SELECT 'one', 'rule', CAST(n.i AS TEXT), '', longer.t, '{}', 1, 1 FROM n, longer WHERE longer.i = 20",
    )
    .await;
    let with = |id: &str, bytes: usize| Kept {
        body: object(json!({"x": "x".repeat(bytes)})),
        ..role(id, None)
    };
    let add = async |kind: &str, kept: &Kept| store.add_kept(&one, kind, kept).await;
    let much = add("rule", &with("a", 9 << 20)).await;
    assert!(matches!(much, Err(StoreError::TooLarge { .. })));
    assert_eq!(
        add("role", &with("a", 9 << 20)).await.unwrap(),
        AddKept::Added
    );
    let less = with("a", 4 << 20);
    assert_eq!(add("rule", &less).await.unwrap(), AddKept::Added);
    let grow = async |bytes: usize| {
        let body = with("a", bytes).body;
        let change = move |kept: &mut Kept| {
            kept.body = body;
            Ok::<(), ()>(())
        };
        store.change_kept(&one, ("rule", "a"), at(2), change).await
    };
    assert!(matches!(
        grow(9 << 20).await,
        Err(StoreError::TooLarge { .. })
    ));
    assert_eq!(store.kept(&one, "rule", "a").await.unwrap(), Some(less));
    for bytes in [6 << 20, 1] {
        assert!(matches!(grow(bytes).await, Ok(ChangeKept::Changed(_))));
    }
}

async fn connections_of_all_strategies_share_no_name(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "t").await;
    let other = add_tenant(&store, "other").await;
    for round in 0..20 {
        let database = new_connection(&tenant, &format!("con_{round}"));
        let kept = role(&format!("con_kept_{round}"), Some(&database.name));
        let (database, kept) = tokio::join!(
            store.add_connection(&database, at(0)),
            store.add_kept(&tenant, KEPT_CONNECTION, &kept),
        );
        match (database, kept.unwrap()) {
            (Ok(_), AddKept::Taken) | (Err(AddConnectionError::NameTaken), AddKept::Added) => {}
            made => panic!("{made:?}"),
        }
    }
    let mut new = new_connection(&other, "con_0");
    new.id = ConnectionId::from_text("con_other");
    store.add_connection(&new, at(0)).await.unwrap();
    let role = role("rol_1", Some(&new.name));
    let added = store.add_kept(&other, "role", &role).await.unwrap();
    assert_eq!(added, AddKept::Added);
}
