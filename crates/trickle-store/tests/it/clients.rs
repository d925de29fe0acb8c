use serde_json::json;
use trickle_model::{
    ApiClient, ClientCredential, ClientGrant, ClientId, ClientSettings, CredentialAlgorithm, Grant,
    GrantHolder, GrantSubject, Secret, TenantId,
};
use trickle_store::{
    ClientChange, ClientFilter, ClientGrantFilter, Page, ResourceServer, Store, StoreError,
};

use crate::db::{ALL, TestDb, add_tenant, at, object, on_both};

on_both![
    clients_belong_to_one_tenant,
    clients_change_and_go,
    origins_follow_their_clients,
    credentials_belong_to_one_client,
    grants_name_audience_and_scopes,
    a_client_has_one_grant_for_each_subject,
    a_default_grant_is_no_single_clients,
    grants_go_with_their_api,
    a_kept_secret_is_sealed_in_its_place,
];

pub(crate) fn client(tenant: &TenantId, id: &str, millis: i64) -> ApiClient {
    ApiClient {
        id: ClientId::from_text(id),
        tenant: tenant.clone(),
        name: format!("client {id}"),
        secret_sha256: [0xfe; 32],
        grant_types: vec!["password".into(), "implicit".into()],
        settings: ClientSettings::from_stored(object(
            json!({"callbacks": ["https://a.example/cb"]}),
        )),
        created_at: at(millis),
    }
}

async fn clients_belong_to_one_tenant(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    let two = add_tenant(&store, "two").await;
    for (id, millis) in [("c", 1), ("a", 2), ("b", 2)] {
        let client = client(&one, id, millis);
        assert!(store.add_client(&client, &[]).await.unwrap());
    }
    let again = store.add_client(&client(&one, "a", 3), &[]).await;
    assert!(!again.unwrap());
    store.add_client(&client(&two, "a", 3), &[]).await.unwrap();
    let stranger = client(&TenantId::from_text("stranger"), "x", 3);
    assert!(store.add_client(&stranger, &[]).await.is_err());

    let id = ClientId::from_text("c");
    let found = store.client(&one, &id).await.unwrap().unwrap();
    assert_eq!(found.secret_sha256, [0xfe; 32]);
    assert_eq!(found.grant_types, ["password", "implicit"]);
    assert!(found.allows(Grant::Password) && !found.allows(Grant::PasswordRealm));
    let callbacks: Vec<_> = found.settings.callbacks().collect();
    assert_eq!(callbacks, ["https://a.example/cb"]);
    assert_eq!((found.name.as_str(), found.created_at), ("client c", at(1)));
    assert!(store.client(&two, &id).await.unwrap().is_none());

    let ids = |listed: trickle_store::Listed<ApiClient>| {
        let ids: Vec<_> = listed.items.iter().map(|c| c.id.to_string()).collect();
        (ids.join(" "), listed.total)
    };
    let every = ClientFilter::default();
    let all = store.list_clients(&one, &every, ALL).await.unwrap();
    assert_eq!(ids(all), ("c a b".into(), 3));
    let second = Page {
        offset: 1,
        limit: 1,
    };
    let page = store.list_clients(&one, &every, second).await.unwrap();
    assert_eq!(ids(page), ("a".into(), 3));
    let far = Page {
        offset: u64::MAX,
        limit: u64::MAX,
    };
    let page = store.list_clients(&one, &every, far).await.unwrap();
    assert_eq!(ids(page), (String::new(), 3));
}

fn credential(id: &str) -> ClientCredential {
    ClientCredential {
        id: id.into(),
        name: Some("first".into()),
        kid: "kid".into(),
        algorithm: CredentialAlgorithm::Ps256,
        public_pem: "pem".into(),
        created_at: at(1),
        updated_at: at(1),
        expires_at: None,
    }
}

async fn clients_change_and_go(db: &TestDb) {
    let world = db.world().await;
    let (store, one) = (&world.store, &world.tenant);
    let two = add_tenant(store, "two").await;
    let (a, b) = (client(one, "a", 1), client(&two, "a", 1));
    store.add_client(&a, &[credential("k1")]).await.unwrap();
    store.add_client(&b, &[]).await.unwrap();
    let switches = [(a.id.clone(), true)];
    store
        .set_connection_clients(one, &world.connection, &switches, at(2))
        .await
        .unwrap();

    let change = ClientChange {
        name: Some("new".into()),
        grant_types: Some(vec!["client_credentials".into()]),
        settings: object(json!({"logo_uri": "https://a.example/l", "callbacks": null})),
        ..ClientChange::default()
    };
    let changed = store.change_client(one, &a.id, change.clone()).await;
    let changed = changed.unwrap().unwrap().unwrap();
    let found = store.client(one, &a.id).await.unwrap().unwrap();
    for client in [&changed, &found] {
        assert_eq!(
            (client.name.as_str(), client.secret_sha256),
            ("new", [0xfe; 32])
        );
        assert!(client.allows(Grant::ClientCredentials));
        let expected = object(json!({"logo_uri": "https://a.example/l"}));
        assert_eq!(*client.settings.as_map(), expected);
    }
    let other = store.client(&two, &a.id).await.unwrap().unwrap();
    assert_eq!(other.name, "client a");
    let wrong = ClientChange {
        settings: object(json!({"callbacks": 1})),
        ..change
    };
    let refused = store.change_client(one, &a.id, wrong.clone()).await;
    assert!(refused.unwrap().unwrap().is_err());
    let nobody = ClientId::from_text("nobody");
    let missing = store.change_client(one, &nobody, wrong).await.unwrap();
    assert!(missing.is_none());

    assert!(store.remove_client(one, &a.id).await.unwrap());
    assert!(!store.remove_client(one, &a.id).await.unwrap());
    assert!(store.client(&two, &b.id).await.unwrap().is_some());
    assert_eq!(db.db_count("client_credentials").await, 0);
    assert_eq!(db.db_count("connection_clients").await, 0);
}

async fn origins_follow_their_clients(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    let two = add_tenant(&store, "two").await;
    let mut listing = client(&one, "c", 1);
    let with = |origins: &[&str]| object(json!({"allowed_origins": origins}));
    listing.settings = ClientSettings::from_stored(with(&[
        "https://*.app.test",
        "https://B.test/",
        "https://pr-*.b.test",
    ]));
    assert!(store.add_client(&listing, &[]).await.unwrap());
    let again = client(&one, "d", 2);
    assert!(store.add_client(&again, &[]).await.unwrap());

    let among = async |store: &Store, tenant: &TenantId, origins: &[&str]| {
        let origins: Vec<String> = origins.iter().map(ToString::to_string).collect();
        store.is_client_origin(tenant, &origins).await.unwrap()
    };
    let many: Vec<String> = (0..200).map(|n| format!("https://{n}.test")).collect();
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(!among(&store, &one, &many).await);
    assert!(!among(&store, &one, &[]).await);
    many.push("https://b.test");
    assert!(among(&store, &one, &many).await);
    assert!(!among(&store, &two, &many).await);
    // The callback of the other one.
    assert!(among(&store, &one, &["https://a.example"]).await);
    let pattern = ["https://x.test", "https://*.app.test"];
    assert!(among(&store, &one, &pattern).await);
    for (mark, expected) in [("https://**.b.test", true), ("https://**.app.test", false)] {
        assert_eq!(among(&store, &one, &[mark]).await, expected);
    }

    let change = ClientChange {
        settings: with(&["https://new.test"]),
        ..ClientChange::default()
    };
    let changed = store
        .change_client(&one, &listing.id, change)
        .await
        .unwrap();
    assert!(changed.unwrap().is_ok());
    assert!(!among(&store, &one, &pattern).await);
    assert!(among(&store, &one, &["https://new.test"]).await);

    store.close().await;
    db.db_execute("DELETE FROM client_origins").await;
    db.db_execute("UPDATE api_clients SET origins_written = NULL, is_first_party = NULL")
        .await;
    let store = db.open().await;
    assert!(among(&store, &one, &["https://new.test"]).await);
    assert!(store.remove_client(&one, &listing.id).await.unwrap());
    assert!(!among(&store, &one, &["https://new.test"]).await);
    assert_eq!(db.db_count("client_origins").await, 1);
}

async fn credentials_belong_to_one_client(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    let two = add_tenant(&store, "two").await;
    let id = client(&one, "a", 1).id;
    for tenant in [&one, &two] {
        store
            .add_client(&client(tenant, "a", 1), &[])
            .await
            .unwrap();
    }
    let made = credential("k1");
    assert!(store.add_client_credential(&one, &id, &made).await.unwrap());
    let nobody = ClientId::from_text("nobody");
    let added = store.add_client_credential(&one, &nobody, &made).await;
    assert!(!added.unwrap());
    assert_eq!(store.client_credentials(&one, &id).await.unwrap(), [made]);
    assert!(
        store
            .client_credentials(&two, &id)
            .await
            .unwrap()
            .is_empty()
    );

    let until = Some(at(9));
    let others = store.expire_client_credential(&two, &id, "k1", until, at(2));
    assert!(!others.await.unwrap());
    let own = store.expire_client_credential(&one, &id, "k1", until, at(2));
    assert!(own.await.unwrap());
    let found = store.client_credentials(&one, &id).await.unwrap();
    assert_eq!((found[0].expires_at, found[0].updated_at), (until, at(2)));

    let others = store.remove_client_credential(&two, &id, "k1").await;
    assert!(!others.unwrap());
    let own = store.remove_client_credential(&one, &id, "k1").await;
    assert!(own.unwrap());
    assert!(
        store
            .client_credentials(&one, &id)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn grants_name_audience_and_scopes(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    let two = add_tenant(&store, "two").await;
    store.add_client(&client(&one, "c", 1), &[]).await.unwrap();
    let holder = ClientId::from_text("c");
    let grant = ClientGrant {
        id: "cgr_1".into(),
        holder: holder.clone().into(),
        audience: "urn:trickle:management".into(),
        scopes: vec!["read:users".into(), "create:users".into()],
        settings: object(json!({"organization_usage": "deny"})),
    };
    assert!(store.add_client_grant(&one, &grant).await.unwrap());
    assert!(!store.add_client_grant(&one, &grant).await.unwrap());
    assert!(store.add_client_grant(&two, &grant).await.is_err());

    let found = store.client_grant(&one, &holder, &grant.audience, GrantSubject::Client);
    assert_eq!(found.await.unwrap().unwrap().scopes, grant.scopes);
    let other = store.client_grant(&one, &holder, "https://api.example/", GrantSubject::Client);
    assert!(other.await.unwrap().is_none());
    let other = store.client_grant(&two, &holder, &grant.audience, GrantSubject::Client);
    assert!(other.await.unwrap().is_none());
    assert!(
        store
            .client_grant_by_id(&one, "cgr_1")
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        store
            .client_grant_by_id(&two, "cgr_1")
            .await
            .unwrap()
            .is_none()
    );

    let filter = |client: Option<&str>, audience: Option<&str>| ClientGrantFilter {
        client: client.map(ClientId::from_text),
        audience: audience.map(str::to_owned),
        ..ClientGrantFilter::default()
    };
    for (tenant, filter, total) in [
        (&one, filter(None, None), 1),
        (&one, filter(Some("c"), Some(&grant.audience)), 1),
        (&one, filter(Some("d"), None), 0),
        (&one, filter(None, Some("x")), 0),
        (&two, filter(None, None), 0),
    ] {
        let listed = store.list_client_grants(tenant, &filter, ALL).await;
        assert_eq!(listed.unwrap().total, total, "{filter:?}");
    }

    let fewer = Some(vec!["read:users".to_owned()]);
    let more = object(json!({"organization_usage": null, "x": 1}));
    let others = store
        .change_client_grant(&two, "cgr_1", fewer.clone(), more.clone())
        .await;
    assert!(others.unwrap().is_none());
    let changed = store
        .change_client_grant(&one, "cgr_1", fewer, more)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(changed.scopes, ["read:users"]);
    assert_eq!(changed.settings, object(json!({"x": 1})));
    let found = store.client_grant_by_id(&one, "cgr_1").await.unwrap();
    assert_eq!(found.unwrap().settings, changed.settings);
    let much = object(json!({"y": "y".repeat(64 << 10)}));
    let refused = store.change_client_grant(&one, "cgr_1", None, much).await;
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })));

    assert!(!store.remove_client_grant(&two, "cgr_1").await.unwrap());
    assert!(store.remove_client_grant(&one, "cgr_1").await.unwrap());
    assert!(!store.remove_client_grant(&one, "cgr_1").await.unwrap());
}

async fn a_client_has_one_grant_for_each_subject(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    store.add_client(&client(&one, "c", 1), &[]).await.unwrap();
    let holder = ClientId::from_text("c");
    let grant = |id: &str, settings| ClientGrant {
        id: id.into(),
        holder: holder.clone().into(),
        audience: "a".into(),
        scopes: vec![format!("scope:{id}")],
        settings: object(settings),
    };
    let user = grant("cgr_user", json!({"subject_type": "user"}));
    assert!(store.add_client_grant(&one, &user).await.unwrap());
    let found = async |subject| {
        let found = store.client_grant(&one, &holder, "a", subject);
        found.await.unwrap().map(|grant| grant.id)
    };
    assert_eq!(found(GrantSubject::Client).await, None);
    for (id, settings, is_new) in [
        ("cgr_client", json!({}), true),
        ("cgr_same", json!({"subject_type": "client"}), false),
        ("cgr_again", json!({"subject_type": "user"}), false),
        (
            "cgr_nobody",
            json!({"subject_type": "anonymous_user"}),
            true,
        ),
    ] {
        let added = store.add_client_grant(&one, &grant(id, settings)).await;
        assert_eq!(added.unwrap(), is_new, "{id}");
    }
    for (subject, id) in [
        (GrantSubject::Client, "cgr_client"),
        (GrantSubject::User, "cgr_user"),
        (GrantSubject::AnonymousUser, "cgr_nobody"),
    ] {
        assert_eq!(found(subject).await.as_deref(), Some(id));
        let filter = ClientGrantFilter {
            subject: Some(subject),
            ..ClientGrantFilter::default()
        };
        let listed = store.list_client_grants(&one, &filter, ALL).await.unwrap();
        assert_eq!((listed.total, listed.items[0].id.as_str()), (1, id));
    }
}

async fn a_default_grant_is_no_single_clients(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    let two = add_tenant(&store, "two").await;
    store.add_client(&client(&one, "c", 1), &[]).await.unwrap();
    let holder = ClientId::from_text("c");
    let grant = |id: &str, holder: GrantHolder, subject: &str| ClientGrant {
        id: id.into(),
        holder,
        audience: "a".into(),
        scopes: vec![format!("scope:{id}")],
        settings: object(json!({"subject_type": subject})),
    };
    let all = || GrantHolder::ThirdPartyClients;
    for (id, whose, subject, is_new) in [
        ("cgr_all", all(), "client", true),
        ("cgr_again", all(), "client", false),
        ("cgr_users", all(), "user", true),
        ("cgr_own", holder.clone().into(), "client", true),
    ] {
        let grant = grant(id, whose, subject);
        let added = store.add_client_grant(&one, &grant).await.unwrap();
        assert_eq!(added, is_new, "{id}");
    }
    let other = grant("cgr_other", all(), "client");
    assert!(store.add_client_grant(&two, &other).await.unwrap());

    let usual = async |tenant, subject| {
        let found = store.default_client_grant(tenant, "a", subject);
        found.await.unwrap().map(|grant| grant.id)
    };
    let of_client = usual(&one, GrantSubject::Client).await;
    assert_eq!(of_client.as_deref(), Some("cgr_all"));
    let of_user = usual(&one, GrantSubject::User).await;
    assert_eq!(of_user.as_deref(), Some("cgr_users"));
    assert_eq!(usual(&one, GrantSubject::AnonymousUser).await, None);
    assert_eq!(usual(&two, GrantSubject::User).await, None);
    let own = store.client_grant(&one, &holder, "a", GrantSubject::User);
    assert!(own.await.unwrap().is_none(), "a default is nobody's own");

    let listed = async |filter: ClientGrantFilter| {
        let listed = store.list_client_grants(&one, &filter, ALL).await.unwrap();
        let ids = listed.items.into_iter().map(|grant| grant.id);
        ids.collect::<Vec<_>>()
    };
    let everything = ClientGrantFilter::default();
    assert_eq!(
        listed(everything).await,
        ["cgr_all", "cgr_users", "cgr_own"]
    );
    let defaults = ClientGrantFilter {
        only_defaults: true,
        ..ClientGrantFilter::default()
    };
    assert_eq!(listed(defaults).await, ["cgr_all", "cgr_users"]);
    let found = store.client_grant_by_id(&one, "cgr_all").await.unwrap();
    assert_eq!(found.unwrap().holder, all());
    let fewer = store
        .change_client_grant(&one, "cgr_all", Some(Vec::new()), object(json!({})))
        .await;
    assert!(fewer.unwrap().unwrap().scopes.is_empty());

    assert!(store.remove_client(&one, &holder).await.unwrap());
    let left = listed(ClientGrantFilter::default()).await;
    assert_eq!(left, ["cgr_all", "cgr_users"]);
}

async fn grants_go_with_their_api(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    let two = add_tenant(&store, "two").await;
    let server = ResourceServer {
        id: "s1".into(),
        identifier: "https://api.example/".into(),
        settings: object(json!({"name": "API", "scopes": [{"value": "read"}]})),
        created_at: at(1),
    };
    for tenant in [&one, &two] {
        assert!(store.add_resource_server(tenant, &server).await.unwrap());
        assert!(!store.add_resource_server(tenant, &server).await.unwrap());
        store
            .add_client(&client(tenant, "c", 1), &[])
            .await
            .unwrap();
        let grant = ClientGrant {
            id: "cgr_1".into(),
            holder: ClientId::from_text("c").into(),
            audience: server.identifier.clone(),
            scopes: Vec::new(),
            settings: object(json!({})),
        };
        store.add_client_grant(tenant, &grant).await.unwrap();
    }
    for name in ["s1", "https://api.example/"] {
        let found = store.resource_server(&one, name).await.unwrap();
        assert_eq!(found.as_ref(), Some(&server));
    }
    let change = object(json!({"name": "new", "scopes": null}));
    let changed = store.change_resource_server(&one, "s1", change).await;
    let changed = changed.unwrap().unwrap();
    assert_eq!(changed.settings, object(json!({"name": "new"})));
    let listed = store.list_resource_servers(&one, ALL).await.unwrap();
    let names = [
        "https://none.example/".to_owned(),
        listed.items[0].identifier.clone(),
    ];
    let named = store.resource_servers_named(&one, &names).await.unwrap();
    assert_eq!(named, listed.items[..1]);
    let none = store.resource_servers_named(&one, &[]).await.unwrap();
    assert!(none.is_empty());
    assert_eq!((listed.items, listed.total), (vec![changed], 1));

    assert!(store.remove_resource_server(&one, "s1").await.unwrap());
    assert!(!store.remove_resource_server(&one, "s1").await.unwrap());
    let none = ClientGrantFilter::default();
    let own = store.list_client_grants(&one, &none, ALL).await.unwrap();
    let others = store.list_client_grants(&two, &none, ALL).await.unwrap();
    assert_eq!((own.total, others.total), (0, 1));
    assert_eq!(
        store.resource_server(&two, "s1").await.unwrap(),
        Some(server)
    );
}

async fn a_kept_secret_is_sealed_in_its_place(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    for id in ["c", "d"] {
        assert!(store.add_client(&client(&one, id, 1), &[]).await.unwrap());
    }
    let (c, d) = (ClientId::from_text("c"), ClientId::from_text("d"));
    let secret = Secret::new("hunter2 hunter2");
    let kept = async |id: &ClientId| {
        store
            .client_secret(&one, id)
            .await
            .map_err(|e| e.to_string())
    };
    assert!(kept(&c).await.unwrap().is_none());
    assert!(
        store
            .keep_client_secret(&one, &c, Some(&secret))
            .await
            .unwrap()
    );
    assert_eq!(kept(&c).await.unwrap().unwrap().expose(), secret.expose());
    db.db_execute("UPDATE api_clients SET sealed_secret = (SELECT sealed_secret FROM api_clients WHERE id = 'c') WHERE id = 'd'")
        .await;
    let error = kept(&d).await.unwrap_err();
    assert!(error.contains("sealed_secret"), "{error}");
    assert!(store.keep_client_secret(&one, &c, None).await.unwrap());
    assert!(kept(&c).await.unwrap().is_none());
    let stranger = ClientId::from_text("x");
    assert!(
        !store
            .keep_client_secret(&one, &stranger, Some(&secret))
            .await
            .unwrap()
    );
}
