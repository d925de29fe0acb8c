//! Users who are ways in of another.

use serde_json::json;
use trickle_model::UserId;
use trickle_store::{
    AddUser, LINKED_MOST, LinkUser, LoginBasis, LoginSession, Sort, TakenKey, UserEdit, UserFilter,
    UserSearch,
};

use crate::db::{ALL, HASH, TestDb, World, add_tenant, at, new_connection, object, on_both};

on_both![
    a_linked_user_is_found_as_a_way_in_only,
    what_cannot_be_linked_is_told,
    logins_end_where_the_sub_changes,
    linked_users_go_with_the_other,
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
        by: LoginBasis::of_new(id(raw)),
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
    assert!(store.bury_user(tenant, &id("ada"), at(2)).await.unwrap());
    assert!(world.find("bob").await.is_none());
    for raw in ["ada", "bob"] {
        assert!(store.is_buried(&world.connection, raw).await.unwrap());
    }
    for table in ["users", "user_terms", "credentials"] {
        assert_eq!(db.db_count(table).await, 0, "{table}");
    }
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
