//! Users who are ways in of another.

use serde_json::json;
use trickle_model::{ConnectionId, UserId};
use trickle_store::{
    AddUser, LINKED_MOST, LinkUser, LoginSession, Sort, SortField, TakenKey, UserEdit, UserFilter,
    UserSearch,
};

use crate::db::{
    ALL, HASH, TestDb, World, add_tenant, at, first_basis, new_connection, object, on_both,
};

on_both![
    a_linked_user_is_found_as_a_way_in_only,
    what_cannot_be_linked_is_told,
    logins_end_where_the_sub_changes,
    linked_users_go_with_the_other,
    whoever_links_one_who_goes_is_told,
    those_are_buried_who_are_to_be,
    a_user_is_found_by_the_identities_of_linked_ones,
    a_user_is_listed_by_the_connections_of_linked_ones,
    a_connection_takes_its_own_users_only,
];

fn id(raw: &str) -> UserId {
    UserId::from_raw(raw)
}

async fn link(world: &World, primary: &str, secondary: &str) -> LinkUser {
    let (primary, secondary) = (id(primary), id(secondary));
    let store = &world.store;
    let done = store.link_user(&world.tenant, &primary, &secondary, None);
    done.await.unwrap()
}

async fn linked(world: &World, primary: &str) -> Vec<String> {
    let found = world.store.linked_users(&world.tenant, &id(primary)).await;
    let found = found.unwrap().into_iter();
    found.map(|one| one.user.id.raw().to_owned()).collect()
}

async fn searched(world: &World, q: &str) -> Vec<String> {
    let search = UserSearch {
        query: q.parse().unwrap(),
        connection: None,
        sort: None,
    };
    let found = world.store.search_users(&world.tenant, &search, ALL).await;
    let found = found.unwrap().items.into_iter();
    found.map(|one| one.user.id.raw().to_owned()).collect()
}

async fn people(db: &TestDb) -> World {
    let world = db.world().await;
    world.add("ada", Some("ada@example.com"), None).await;
    world.add("bob", Some("bob@example.com"), Some("bob")).await;
    world
}

async fn a_linked_user_is_found_as_a_way_in_only(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let edit = UserEdit {
        blocked: Some(true),
        attributes: object(json!({"name": "Bob"})),
        user_metadata: Some(Some(object(json!({"colour": "red"})))),
        ..UserEdit::default()
    };
    store
        .edit_user(tenant, &id("bob"), &edit, at(2))
        .await
        .unwrap();
    assert_eq!(link(&world, "ada", "bob").await, LinkUser::Linked);

    assert!(store.user(tenant, &id("bob")).await.unwrap().is_none());
    let document = store.user_document(tenant, &id("bob")).await.unwrap();
    assert!(document.is_none());
    let (filter, sort) = (UserFilter::default(), Sort::default());
    let listed = store.list_users(tenant, &filter, &sort, ALL).await.unwrap();
    assert_eq!((listed.items.len(), listed.total), (1, 1));
    assert_eq!(listed.items[0].linked[0].user.id, id("bob"));
    let attributes = listed.items[0].linked[0].attributes.as_deref().unwrap();
    assert_eq!(attributes, r#"{"name":"Bob"}"#);
    let by_email = store.users_by_email(tenant, "bob@example.com").await;
    assert!(by_email.unwrap().is_empty());
    let all = store.users_after(tenant, None, None, 10).await.unwrap();
    assert_eq!(all.len(), 1);
    for q in ["email:bob*", "username:bob", "user_metadata.colour:red"] {
        assert!(searched(&world, q).await.is_empty(), "{q}");
    }

    let found = world.find("bob").await.unwrap();
    assert_eq!(found.linked_to, Some(id("ada")));
    assert_eq!(found.password.unwrap().expose(), HASH);
    assert!(!found.user.blocked, "the other's block counts");
    let again = world.add("bob", None, None).await;
    let AddUser::Exists(existing) = again else {
        panic!("the row is kept")
    };
    assert_eq!(existing.by, TakenKey::Id);

    let parted = store.unlink_user(tenant, &id("ada"), &id("bob")).await;
    assert!(parted.unwrap());
    let bob = store.user(tenant, &id("bob")).await.unwrap().unwrap();
    assert!(bob.blocked);
    assert_eq!(searched(&world, "user_metadata.colour:red").await, ["bob"]);
    assert!(world.find("bob").await.unwrap().linked_to.is_none());
    let parted = store.unlink_user(tenant, &id("ada"), &id("bob")).await;
    assert!(!parted.unwrap());
}

async fn what_cannot_be_linked_is_told(db: &TestDb) {
    let world = people(db).await;
    world.add("eve", None, Some("eve")).await;
    assert_eq!(link(&world, "ada", "ada").await, LinkUser::Itself);
    assert_eq!(link(&world, "x", "ada").await, LinkUser::NoPrimary);
    assert_eq!(link(&world, "ada", "x").await, LinkUser::NoSecondary);
    let other = add_tenant(&world.store, "other").await;
    let (ada, bob) = (id("ada"), id("bob"));
    let elsewhere = world.store.link_user(&other, &ada, &bob, None);
    assert_eq!(elsewhere.await.unwrap(), LinkUser::NoPrimary);
    let connection = trickle_model::ConnectionId::from_text("con_x");
    let elsewhere = world
        .store
        .link_user(&world.tenant, &ada, &bob, Some(&connection));
    assert_eq!(elsewhere.await.unwrap(), LinkUser::NoSecondary);

    assert_eq!(link(&world, "ada", "bob").await, LinkUser::Linked);
    assert_eq!(link(&world, "ada", "bob").await, LinkUser::AlreadyLinked);
    assert_eq!(link(&world, "eve", "bob").await, LinkUser::AlreadyLinked);
    assert_eq!(link(&world, "eve", "ada").await, LinkUser::HasLinked);
    assert_eq!(link(&world, "bob", "eve").await, LinkUser::NoPrimary);
    let parted = world.store.unlink_user(&other, &ada, &bob).await;
    assert!(!parted.unwrap());
    let found = world.store.linked_users(&other, &ada).await.unwrap();
    assert!(found.is_empty());

    for number in 1..LINKED_MOST {
        let raw = format!("n{number}");
        world.add(&raw, None, Some(&raw)).await;
        assert_eq!(link(&world, "ada", &raw).await, LinkUser::Linked);
    }
    assert_eq!(link(&world, "ada", "eve").await, LinkUser::Full);
    assert_eq!(linked(&world, "ada").await.len(), LINKED_MOST);
}

async fn logins_end_where_the_sub_changes(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let session = |raw: &str| LoginSession {
        id: raw.to_owned(),
        tenant: tenant.clone(),
        user: id(raw),
        by: first_basis(id(raw)),
        details: object(json!({"connection": "con_1"})),
        authenticated_at: at(1),
        idle_expires_at: at(50),
        expires_at: at(100),
    };
    for raw in ["ada", "bob"] {
        store.add_session(&session(raw), None).await.unwrap();
    }
    link(&world, "ada", "bob").await;
    assert!(store.session(tenant, "bob", at(2)).await.unwrap().is_none());
    assert!(store.session(tenant, "ada", at(2)).await.unwrap().is_some());
    let parted = store.unlink_user(tenant, &id("ada"), &id("bob")).await;
    assert!(parted.unwrap());
    assert!(store.session(tenant, "ada", at(2)).await.unwrap().is_none());

    store.add_session(&session("ada"), None).await.unwrap();
    link(&world, "ada", "bob").await;
    assert!(store.remove_user(tenant, &id("bob")).await.unwrap());
    assert!(store.session(tenant, "ada", at(2)).await.unwrap().is_none());
    assert!(store.user(tenant, &id("ada")).await.unwrap().is_some());
}

async fn linked_users_go_with_the_other(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    link(&world, "ada", "bob").await;
    let (ada, both) = (id("ada"), [id("ada"), id("bob")]);
    assert!(store.bury_user(tenant, &ada, &both, at(2)).await.unwrap());
    assert!(world.find("bob").await.is_none());
    for raw in ["ada", "bob"] {
        assert!(store.is_buried(&world.connection, raw).await.unwrap());
    }
    for table in ["users", "user_terms", "credentials"] {
        assert_eq!(db.db_count(table).await, 0, "{table}");
    }
}

async fn whoever_links_one_who_goes_is_told(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let (ada, bob) = (id("ada"), id("bob"));
    for round in 0..20 {
        // The linked one comes first by its id.
        link(&world, "bob", "ada").await;
        let (removed, linked) = tokio::join!(
            store.remove_user(tenant, &bob),
            store.link_user(tenant, &bob, &ada, None),
        );
        assert!(removed.unwrap());
        let linked = linked.unwrap();
        let told = [LinkUser::AlreadyLinked, LinkUser::NoPrimary];
        assert!(told.contains(&linked), "{round}: {linked:?}");
        assert_eq!(db.db_count("users").await, 0, "{round}");
        world.add("ada", Some("ada@example.com"), None).await;
        world.add("bob", Some("bob@example.com"), Some("bob")).await;
    }
}

async fn those_are_buried_who_are_to_be(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    world.add("eve", None, Some("eve")).await;
    link(&world, "ada", "bob").await;
    // Eve is none of those who go.
    let buried = [id("bob"), id("eve")];
    let removed = store.bury_user(tenant, &id("ada"), &buried, at(2)).await;
    assert!(removed.unwrap());
    for (raw, is_buried) in [("ada", false), ("bob", true), ("eve", false)] {
        let found = store.is_buried(&world.connection, raw).await.unwrap();
        assert_eq!(found, is_buried, "{raw}");
    }
    assert_eq!(db.db_count("users").await, 1);
}

/// Ada with Bob and Eve, who is in a second connection as Zoe is; Max is in the first. The second connection.
async fn apart(db: &TestDb) -> (World, ConnectionId) {
    let mut world = people(db).await;
    world.add("max", Some("max@example.com"), None).await;
    let first = world.connection.clone();
    let second = new_connection(&world.tenant, "con_2");
    world.store.add_connection(&second, at(0)).await.unwrap();
    world.connection = second.id.clone();
    world.add("eve", Some("eve@example.com"), Some("eve")).await;
    world.add("zoe", Some("zoe@example.com"), None).await;
    world.connection = first;
    let edit = UserEdit {
        email_verified: Some(true),
        attributes: object(json!({"name": "Eve Ng", "phone_verified": true})),
        ..UserEdit::default()
    };
    let (store, eve) = (&world.store, id("eve"));
    let edited = store.edit_user(&world.tenant, &eve, &edit, at(2));
    edited.await.unwrap();
    (world, second.id)
}

async fn a_user_is_found_by_the_identities_of_linked_ones(db: &TestDb) {
    let (world, second) = apart(db).await;
    let connection = world.store.connection(&world.tenant, &second).await;
    let name = connection.unwrap().unwrap().name;
    let of_profile: Vec<String> = [
        "email:EVE@example.com",
        "email:eve@*",
        "username:eve",
        "email_verified:true",
        "name:\"eve ng\"",
        "name:eve*",
        "phone_verified:true",
    ]
    .map(|q| format!("identities.profileData.{q}"))
    .into();
    for q in &of_profile {
        assert!(searched(&world, q).await.is_empty(), "{q}");
    }
    assert_eq!(link(&world, "ada", "eve").await, LinkUser::Linked);
    assert_eq!(link(&world, "ada", "bob").await, LinkUser::Linked);
    for q in &of_profile {
        assert_eq!(searched(&world, q).await, ["ada"], "{q}");
    }
    for q in [
        "identities.user_id:eve",
        "identities.user_id:ev*",
        "identities.user_id:ada",
        "identities.user_id:(eve OR bob)",
        "identities.user_id:eve AND identities.provider:auth0",
        "NOT identities.user_id:max AND NOT identities.user_id:zoe",
    ] {
        assert_eq!(searched(&world, q).await, ["ada"], "{q}");
    }
    let mut found = searched(&world, &format!("identities.connection:\"{name}\"")).await;
    found.sort();
    assert_eq!(found, ["ada", "zoe"]);
    for q in ["email:eve@example.com", "identities.profileData.email:ada*"] {
        assert!(searched(&world, q).await.is_empty(), "{q}");
    }
    let other = add_tenant(&world.store, "other").await;
    let search = UserSearch {
        query: "identities.profileData.email:eve@example.com OR identities.user_id:eve"
            .parse()
            .unwrap(),
        connection: None,
        sort: None,
    };
    let elsewhere = world
        .store
        .search_users(&other, &search, ALL)
        .await
        .unwrap();
    assert_eq!(elsewhere.total, 0);
}

async fn a_user_is_listed_by_the_connections_of_linked_ones(db: &TestDb) {
    let (world, second) = apart(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let listed = async |sort: Sort| {
        let filter = UserFilter {
            connection: Some(second.clone()),
            ..UserFilter::default()
        };
        let listed = store.list_users(tenant, &filter, &sort, ALL).await.unwrap();
        let ids = listed.items.iter().map(|one| one.user.id.raw().to_owned());
        let mut ids: Vec<String> = ids.collect();
        ids.sort();
        assert_eq!(listed.total, ids.len() as u64);
        ids
    };
    let by_email = Sort {
        by: SortField::Email,
        descending: false,
    };
    assert_eq!(listed(Sort::default()).await, ["eve", "zoe"]);
    assert_eq!(link(&world, "ada", "eve").await, LinkUser::Linked);
    assert_eq!(link(&world, "ada", "bob").await, LinkUser::Linked);
    for sort in [Sort::default(), by_email] {
        assert_eq!(listed(sort).await, ["ada", "zoe"], "{sort:?}");
    }
    let search = UserSearch {
        query: "email:ada* OR email:max*".parse().unwrap(),
        connection: Some(second.clone()),
        sort: None,
    };
    let found = store.search_users(tenant, &search, ALL).await.unwrap();
    assert_eq!((found.total, &found.items[0].user.id), (1, &id("ada")));

    let mut exported = Vec::new();
    let mut after = None;
    loop {
        let page = store.users_after(tenant, Some(&second), after.as_ref(), 1);
        let Some(one) = page.await.unwrap().pop() else {
            break;
        };
        exported.push((one.user.id.raw().to_owned(), one.linked.len()));
        after = Some(one.user.id);
    }
    assert_eq!(exported, [("ada".to_owned(), 2), ("zoe".to_owned(), 0)]);
}

async fn a_connection_takes_its_own_users_only(db: &TestDb) {
    let mut world = people(db).await;
    let second = new_connection(&world.tenant, "con_2");
    let home = world.connection.clone();
    world.connection = second.id.clone();
    world.store.add_connection(&second, at(0)).await.unwrap();
    world.add("eve", None, Some("eve")).await;
    assert_eq!(link(&world, "ada", "bob").await, LinkUser::Linked);
    assert_eq!(link(&world, "ada", "eve").await, LinkUser::Linked);
    let removed = world.store.remove_connection(&world.tenant, &home).await;
    assert!(removed.unwrap());
    let eve = world.store.user(&world.tenant, &id("eve")).await.unwrap();
    assert!(eve.is_some());
    assert_eq!(db.db_count("users").await, 1);
}
