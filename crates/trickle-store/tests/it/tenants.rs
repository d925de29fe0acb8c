use trickle_model::TenantId;
use trickle_store::{AddTenantError, NewTenant};

use crate::db::{TestDb, at, on_both};

on_both![
    is_found_by_name_and_domain_in_any_case,
    names_and_domains_are_taken_once,
];

fn tenant(id: &str, name: &str, domains: &[&str]) -> NewTenant {
    NewTenant {
        id: TenantId::from_text(id),
        name: name.into(),
        domains: domains.iter().map(ToString::to_string).collect(),
    }
}

async fn is_found_by_name_and_domain_in_any_case(db: &TestDb) {
    let store = db.open().await;
    let new = tenant("1", "Shop", &["Login.Shop.example", "a.example"]);
    let added = store.add_tenant(&new, at(5)).await.unwrap();
    assert_eq!(added.domains, ["login.shop.example", "a.example"]);
    assert_eq!((added.name.as_str(), added.created_at), ("Shop", at(5)));

    let by_name = store.tenant_by_name("sHOP").await.unwrap().unwrap();
    assert_eq!(by_name, added);
    let site = |domain, name| {
        let store = store.clone();
        async move { store.site(domain, name, store.version()).await.unwrap() }
    };
    let found = site("LOGIN.shop.example", None).await.unwrap();
    assert_eq!((&*found.tenant, found.is_its_own), (&added, true));
    let found = site("elsewhere.example", Some("SHOP")).await.unwrap();
    assert_eq!((&*found.tenant, found.is_its_own), (&added, false));
    assert_eq!(store.tenant_by_name("nobody").await.unwrap(), None);
    assert_eq!(site("shop", Some("nobody")).await, None);
    assert_eq!(site("", None).await, None);

    assert!(
        store
            .set_default_directory(&added.id, Some("Users"))
            .await
            .unwrap()
    );
    let changed = store.tenant_by_name("shop").await.unwrap().unwrap();
    assert_eq!(changed.default_directory.as_deref(), Some("Users"));
    let unknown = TenantId::from_text("unknown");
    assert!(!store.set_default_directory(&unknown, None).await.unwrap());

    let first = tenant("2", "apples", &[]);
    store.add_tenant(&first, at(6)).await.unwrap();
    let all = store.list_tenants().await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].name.as_str(), all[0].domains.len()), ("apples", 0));
    assert_eq!((all[1].name.as_str(), all[1].domains.len()), ("Shop", 2));
}

async fn names_and_domains_are_taken_once(db: &TestDb) {
    let store = db.open().await;
    let new = tenant("1", "shop", &["a.example", "A.example"]);
    assert_eq!(
        store.add_tenant(&new, at(0)).await.unwrap().domains,
        ["a.example"]
    );

    let error = store.add_tenant(&tenant("2", "SHOP", &[]), at(0)).await;
    assert!(matches!(error, Err(AddTenantError::NameTaken)));
    let error = store
        .add_tenant(&tenant("2", "two", &["b.example", "A.EXAMPLE"]), at(0))
        .await;
    assert!(matches!(error, Err(AddTenantError::DomainTaken { domain }) if domain == "a.example"));
    assert_eq!(store.tenant_by_name("two").await.unwrap(), None);
    assert_eq!(
        store
            .site("b.example", None, store.version())
            .await
            .unwrap(),
        None
    );
    let error = store.add_tenant(&tenant("1", "three", &[]), at(0)).await;
    assert!(matches!(error, Err(AddTenantError::Store(_))));
}
