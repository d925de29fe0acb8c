use serde_json::json;
use trickle_model::{ApiClient, ClientGrant, ClientId, ClientSettings};
use trickle_store::{ClientChange, ClientFilter, ClientGrantFilter, GrantedFor, Store};

use crate::{
    clients::client,
    db::{ALL, TestDb, add_tenant, object, on_both},
};

on_both![lists_of_clients_are_narrowed];

async fn lists_of_clients_are_narrowed(db: &TestDb) {
    let store = db.open().await;
    let (one, two) = (
        add_tenant(&store, "one").await,
        add_tenant(&store, "two").await,
    );
    for (tenant, id, settings) in [
        (&one, "a", json!({"app_type": "spa"})),
        (
            &one,
            "b",
            json!({"app_type": "native", "is_first_party": false}),
        ),
        (
            &one,
            "c",
            json!({"external_client_id": "https://c.example/client"}),
        ),
        (&two, "d", json!({"app_type": "spa"})),
    ] {
        let client = ApiClient {
            settings: ClientSettings::from_stored(object(settings)),
            ..client(tenant, id, 1)
        };
        assert!(store.add_client(&client, &[]).await.unwrap());
    }
    for (id, holder, settings) in [
        ("cgr_a", "a", json!({"allow_any_organization": true})),
        (
            "cgr_b",
            "b",
            json!({"organization_usage": "allow", "x": "\u{0}"}),
        ),
    ] {
        let grant = ClientGrant {
            id: id.into(),
            holder: ClientId::from_text(holder).into(),
            audience: "https://api.example/".into(),
            scopes: Vec::new(),
            settings: object(settings),
        };
        assert!(store.add_client_grant(&one, &grant).await.unwrap());
    }
    let filter = ClientFilter::default;
    let kinds = |names: &[&str]| -> Vec<String> { names.iter().map(ToString::to_string).collect() };
    let cases = [
        (filter(), "a b c"),
        (
            ClientFilter {
                app_types: kinds(&["spa"]),
                ..filter()
            },
            "a",
        ),
        (
            ClientFilter {
                app_types: kinds(&["spa", "native", "x"]),
                ..filter()
            },
            "a b",
        ),
        (
            ClientFilter {
                is_first_party: Some(true),
                ..filter()
            },
            "a c",
        ),
        (
            ClientFilter {
                is_first_party: Some(false),
                app_types: kinds(&["spa"]),
                ..filter()
            },
            "",
        ),
        (
            ClientFilter {
                external_id: Some("https://c.example/client".into()),
                ..filter()
            },
            "c",
        ),
        (
            ClientFilter {
                ids: vec![ClientId::from_text("c"), ClientId::from_text("d")],
                ..filter()
            },
            "c",
        ),
        (
            ClientFilter {
                granted: Some(GrantedFor::Any(true)),
                ..filter()
            },
            "a",
        ),
        (
            ClientFilter {
                granted: Some(GrantedFor::Any(false)),
                ..filter()
            },
            "b",
        ),
        (
            ClientFilter {
                granted: Some(GrantedFor::Organization("org_1".into())),
                ..filter()
            },
            "",
        ),
    ];
    let check = async |store: &Store| {
        for (filter, expected) in &cases {
            let listed = store.list_clients(&one, filter, ALL).await.unwrap();
            let ids: Vec<_> = listed
                .items
                .iter()
                .map(|client| client.id.as_str())
                .collect();
            assert_eq!(ids.join(" "), *expected, "{filter:?}");
            assert_eq!(listed.total, ids.len() as u64);
        }
    };
    check(&store).await;
    // As they were before there was anything to narrow by.
    store.close().await;
    db.db_execute(
        "UPDATE api_clients SET app_type = NULL, is_first_party = NULL, external_id = NULL",
    )
    .await;
    check(&db.open().await).await;
    let store = db.open().await;
    let change = ClientChange {
        settings: object(json!({"app_type": null, "is_first_party": false})),
        ..ClientChange::default()
    };
    let id = ClientId::from_text("a");
    let changed = store.change_client(&one, &id, change).await;
    assert!(changed.unwrap().unwrap().is_ok());
    let third_party = ClientFilter {
        is_first_party: Some(false),
        ..filter()
    };
    let listed = store.list_clients(&one, &third_party, ALL).await.unwrap();
    assert_eq!(listed.total, 2);
    let listed = store.list_clients(&one, &cases[1].0, ALL).await.unwrap();
    assert_eq!(listed.total, 0);
    let grants = ClientGrantFilter {
        for_any_organization: Some(false),
        ..ClientGrantFilter::default()
    };
    let listed = store.list_client_grants(&one, &grants, ALL).await.unwrap();
    assert_eq!((listed.total, listed.items[0].id.as_str()), (1, "cgr_b"));
}
