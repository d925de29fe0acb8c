use trickle_model::{ApiClient, ClientGrant, ClientId, Grant, TenantId};
use trickle_store::Page;

use crate::db::{ALL, TestDb, add_tenant, at, on_both};

on_both![
    clients_belong_to_one_tenant,
    grants_name_audience_and_scopes
];

fn client(tenant: &TenantId, id: &str, millis: i64) -> ApiClient {
    ApiClient {
        id: ClientId::from_text(id),
        tenant: tenant.clone(),
        name: format!("client {id}"),
        secret_sha256: [0xfe; 32],
        grants: vec![Grant::PasswordRealm, Grant::ClientCredentials],
        created_at: at(millis),
    }
}

async fn clients_belong_to_one_tenant(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    let two = add_tenant(&store, "two").await;
    for (id, millis) in [("c", 1), ("a", 2), ("b", 2)] {
        store.add_client(&client(&one, id, millis)).await.unwrap();
    }
    assert!(store.add_client(&client(&one, "a", 3)).await.is_err());
    store.add_client(&client(&two, "a", 3)).await.unwrap();
    let stranger = TenantId::from_text("stranger");
    assert!(store.add_client(&client(&stranger, "x", 3)).await.is_err());

    let id = ClientId::from_text("c");
    let found = store.client(&one, &id).await.unwrap().unwrap();
    assert_eq!(found.secret_sha256, [0xfe; 32]);
    assert_eq!(
        found.grants,
        [Grant::PasswordRealm, Grant::ClientCredentials]
    );
    assert_eq!((found.name.as_str(), found.created_at), ("client c", at(1)));
    assert!(store.client(&two, &id).await.unwrap().is_none());

    let ids = |listed: trickle_store::Listed<ApiClient>| {
        let ids: Vec<_> = listed.items.iter().map(|c| c.id.to_string()).collect();
        (ids.join(" "), listed.total)
    };
    let all = store.list_clients(&one, ALL).await.unwrap();
    assert_eq!(ids(all), ("c a b".into(), 3));
    let second = Page {
        offset: 1,
        limit: 1,
    };
    let page = store.list_clients(&one, second).await.unwrap();
    assert_eq!(ids(page), ("a".into(), 3));
    let far = Page {
        offset: u64::MAX,
        limit: u64::MAX,
    };
    let page = store.list_clients(&one, far).await.unwrap();
    assert_eq!(ids(page), (String::new(), 3));
}

async fn grants_name_audience_and_scopes(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    let two = add_tenant(&store, "two").await;
    store.add_client(&client(&one, "c", 1)).await.unwrap();
    let mut grant = ClientGrant {
        client: ClientId::from_text("c"),
        audience: "urn:trickle:management".into(),
        scopes: vec!["read:users".into(), "create:users".into()],
    };
    store.add_client_grant(&one, &grant).await.unwrap();
    assert!(store.add_client_grant(&two, &grant).await.is_err());

    let found = store.client_grant(&one, &grant.client, &grant.audience);
    assert_eq!(found.await.unwrap().unwrap().scopes, grant.scopes);
    let other = store.client_grant(&one, &grant.client, "https://api.example/");
    assert!(other.await.unwrap().is_none());
    let other = store.client_grant(&two, &grant.client, &grant.audience);
    assert!(other.await.unwrap().is_none());

    grant.scopes.truncate(1);
    store.add_client_grant(&one, &grant).await.unwrap();
    let found = store.client_grant(&one, &grant.client, &grant.audience);
    assert_eq!(found.await.unwrap().unwrap().scopes, ["read:users"]);
}
