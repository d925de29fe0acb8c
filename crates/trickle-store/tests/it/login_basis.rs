//! On what a login rests, where something is kept of it.

use jiff::SignedDuration;
use serde_json::json;
use trickle_model::{ClientId, Secret, UserId};
use trickle_store::{
    AcceptInvitation, AddUser, LinkUser, LoginBasis, LoginSession, NewInvitation, OneTimePurpose,
    OneTimeToken, RefreshFamily, RefreshToken, RefreshUse, UserEdit,
};

use crate::{
    clients::client,
    db::{TestDb, World, at, first_basis, object, on_both, profile},
    organizations::organization,
};

on_both![
    nothing_is_kept_of_a_login_that_was_ended,
    nothing_is_kept_where_the_link_changed,
    nothing_is_kept_for_somebody_who_is_blocked_or_gone,
    who_is_made_again_is_another,
    nobody_becomes_a_member_by_a_login_that_was_ended,
    what_is_kept_says_on_what_it_rests,
    a_refused_session_leaves_the_one_before,
    a_link_that_goes_at_once_leaves_nothing,
    an_exchange_at_once_revives_nothing,
    a_connection_that_goes_ends_logins_under_way,
    a_connection_that_goes_at_once_leaves_nothing,
];

fn id(raw: &str) -> UserId {
    UserId::from_raw(raw)
}

/// Ada and Bob, and an application.
async fn people(db: &TestDb) -> World {
    let world = db.world().await;
    world.add("ada", Some("ada@example.com"), None).await;
    world.add("bob", Some("bob@example.com"), None).await;
    let app = client(&world.tenant, "app", 0);
    world.store.add_client(&app, &[]).await.unwrap();
    world
}

async fn link(world: &World) {
    let store = &world.store;
    let linked = store
        .link_user(&world.tenant, &id("ada"), &id("bob"), None)
        .await;
    assert_eq!(linked.unwrap(), LinkUser::Linked);
}

fn session(world: &World, name: &str, user: &str, by: &LoginBasis) -> LoginSession {
    LoginSession {
        id: name.to_owned(),
        tenant: world.tenant.clone(),
        user: id(user),
        by: by.clone(),
        details: object(json!({})),
        authenticated_at: at(1),
        idle_expires_at: at(50),
        expires_at: at(100),
    }
}

fn token(world: &World, name: &str, user: &str, by: &LoginBasis) -> OneTimeToken {
    OneTimeToken {
        id: name.to_owned(),
        tenant: world.tenant.clone(),
        purpose: OneTimePurpose::AuthorizationCode,
        user: id(user),
        by: by.clone(),
        details: object(json!({})),
        expires_at: at(60),
    }
}

async fn add_family(world: &World, name: &str, user: &str, by: &LoginBasis) -> bool {
    let family = RefreshFamily {
        id: name.to_owned(),
        tenant: world.tenant.clone(),
        client: ClientId::from_text("app"),
        user: id(user),
        origin: None,
        details: object(json!({})),
        created_at: at(0),
        expires_at: at(1_000),
    };
    let first = RefreshToken {
        id: format!("first-{name}"),
        idle_expires_at: at(500),
    };
    let added = world.store.add_refresh_family(&family, &first, by).await;
    added.unwrap()
}

/// How many of the three kinds are kept.
async fn kept(world: &World, name: &str, user: &str, by: &LoginBasis) -> usize {
    let store = &world.store;
    let session = session(world, name, user, by);
    let token = token(world, name, user, by);
    let kept = [
        store.add_session(&session, None).await.unwrap(),
        store.add_one_time(&token).await.unwrap(),
        add_family(world, name, user, by).await,
    ];
    kept.into_iter().filter(|one| *one).count()
}

async fn nothing_is_kept_of_a_login_that_was_ended(db: &TestDb) {
    let world = people(db).await;
    let before = world.basis("ada").await;
    assert_eq!(kept(&world, "1", "ada", &before).await, 3);
    assert_eq!(kept(&world, "2", "bob", &before).await, 0);
    let ended = world.store.end_all_logins(&world.tenant, &id("ada")).await;
    ended.unwrap();
    assert_eq!(kept(&world, "3", "ada", &before).await, 0);
    assert_eq!(
        kept(&world, "4", "ada", &before.after_an_end()).await,
        3,
        "one that has ended the others itself"
    );
    let after = world.basis("ada").await;
    assert_eq!(kept(&world, "5", "ada", &after).await, 3);
}

async fn nothing_is_kept_where_the_link_changed(db: &TestDb) {
    let world = people(db).await;
    let alone = world.basis("bob").await;
    link(&world).await;
    assert_eq!(kept(&world, "1", "bob", &alone).await, 0);
    let linked = world.basis("bob").await;
    assert_eq!(kept(&world, "2", "ada", &linked).await, 3);
    let parted = world
        .store
        .unlink_user(&world.tenant, &id("ada"), &id("bob"))
        .await;
    assert!(parted.unwrap());
    assert_eq!(kept(&world, "3", "ada", &linked).await, 0);
    assert_eq!(kept(&world, "4", "bob", &linked).await, 0);
    // Linked once more: the login before is ended all the same.
    link(&world).await;
    assert_eq!(kept(&world, "5", "ada", &linked).await, 0);
}

async fn nothing_is_kept_for_somebody_who_is_blocked_or_gone(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    link(&world).await;
    let by = world.basis("bob").await;
    let block = async |raw: &str, blocked| {
        let edit = UserEdit {
            blocked: Some(blocked),
            ..UserEdit::default()
        };
        store
            .edit_user(tenant, &id(raw), &edit, at(2))
            .await
            .unwrap();
    };
    block("ada", true).await;
    assert_eq!(kept(&world, "1", "ada", &by).await, 0);
    block("ada", false).await;
    block("bob", true).await;
    assert_eq!(kept(&world, "2", "ada", &by).await, 3, "its block sleeps");
    let own = world.basis("ada").await;
    assert!(store.remove_user(tenant, &id("ada")).await.unwrap());
    assert_eq!(kept(&world, "3", "ada", &by).await, 0);
    assert_eq!(kept(&world, "4", "ada", &own).await, 0);
}

async fn who_is_made_again_is_another(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let before = world.basis("ada").await;
    assert!(store.remove_user(tenant, &id("ada")).await.unwrap());
    let new = world.new_user(profile("ada", Some("ada@example.com"), None));
    let AddUser::Added(ada) = store.add_user(&new, None, None, at(2)).await.unwrap() else {
        panic!("somebody is there");
    };
    assert_eq!(kept(&world, "1", "ada", &before).await, 0);
    let by = world.basis("ada").await;
    assert_eq!(by, LoginBasis::of_new(&ada));
    assert_eq!(kept(&world, "2", "ada", &by).await, 3);
}

async fn nobody_becomes_a_member_by_a_login_that_was_ended(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant, ada) = (&world.store, &world.tenant, id("ada"));
    let new = organization("org_1", "a", 1);
    assert!(store.add_organization(tenant, &new, &[]).await.unwrap());
    let new = NewInvitation {
        id: "uinv_1".to_owned(),
        organization: "org_1".to_owned(),
        ticket: Secret::new("open sesame"),
        client: ClientId::from_text("app"),
        email: "ada@example.com".to_owned(),
        settings: object(json!({})),
        created_at: at(1),
        expires_at: at(10),
    };
    store.add_invitation(tenant, &new).await.unwrap();
    let invitation = store.invitation(tenant, "org_1", "uinv_1").await;
    let invitation = invitation.unwrap().unwrap();
    let before = world.basis("ada").await;
    store.end_all_logins(tenant, &ada).await.unwrap();

    let joined = store.join_organization(tenant, "org_1", &ada, &before);
    assert!(!joined.await.unwrap());
    let accepted = store.accept_invitation(tenant, &invitation, &ada, &before);
    assert_eq!(accepted.await.unwrap(), AcceptInvitation::Overtaken);
    assert_eq!(db.db_count("organization_members").await, 0);
    assert_eq!(db.db_count("organization_invitations").await, 1);

    let by = world.basis("ada").await;
    let other = store.join_organization(tenant, "org_2", &ada, &by);
    assert!(!other.await.unwrap());
    for _ in 0..2 {
        let joined = store.join_organization(tenant, "org_1", &ada, &by);
        assert!(joined.await.unwrap());
    }
    let accepted = store.accept_invitation(tenant, &invitation, &ada, &by);
    assert_eq!(accepted.await.unwrap(), AcceptInvitation::Accepted);
    assert_eq!(db.db_count("organization_members").await, 1);
}

async fn what_is_kept_says_on_what_it_rests(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    link(&world).await;
    let by = world.basis("bob").await;
    assert_eq!(by.logins_ended, first_basis(id("bob")).logins_ended + 1);
    assert_eq!(kept(&world, "1", "ada", &by).await, 3);
    let found = store.session(tenant, "1", at(2)).await.unwrap();
    assert_eq!(found.unwrap().by, by);
    let code = OneTimePurpose::AuthorizationCode;
    let found = store.one_time(tenant, "1", code, at(2)).await.unwrap();
    assert_eq!(found.unwrap().by, by);
    // Rows from before there was such a thing.
    db.db_execute("UPDATE login_sessions SET proven_by = NULL, logins_ended = 0")
        .await;
    let found = store.session(tenant, "1", at(2)).await.unwrap();
    let before = LoginBasis {
        user: id("ada"),
        logins_ended: 0,
    };
    assert_eq!(found.unwrap().by, before);
}

async fn a_refused_session_leaves_the_one_before(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let (ada, bob) = (world.basis("ada").await, world.basis("bob").await);
    let first = session(&world, "1", "ada", &ada);
    assert!(store.add_session(&first, None).await.unwrap());
    store.end_all_logins(tenant, &id("bob")).await.unwrap();
    let second = session(&world, "2", "bob", &bob);
    assert!(!store.add_session(&second, Some("1")).await.unwrap());
    assert!(store.session(tenant, "1", at(2)).await.unwrap().is_some());
    let third = session(&world, "3", "ada", &ada);
    assert!(store.add_session(&third, Some("1")).await.unwrap());
    assert!(store.session(tenant, "1", at(2)).await.unwrap().is_none());
}

async fn a_link_that_goes_at_once_leaves_nothing(db: &TestDb) {
    let world = people(db).await;
    let (ada, bob) = (id("ada"), id("bob"));
    for round in 0..20 {
        link(&world).await;
        let by = world.basis("bob").await;
        let name = round.to_string();
        let (parted, _) = tokio::join!(
            world.store.unlink_user(&world.tenant, &ada, &bob),
            add_family(&world, &name, "ada", &by),
        );
        assert!(parted.unwrap());
        assert_eq!(db.db_count("refresh_families").await, 0, "{round}");
    }
}

async fn an_exchange_at_once_revives_nothing(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant, ada) = (&world.store, &world.tenant, id("ada"));
    for round in 0..20 {
        let by = world.basis("ada").await;
        let name = round.to_string();
        assert!(add_family(&world, &name, "ada", &by).await);
        let how = RefreshUse::Rotate {
            next: RefreshToken {
                id: format!("next-{name}"),
                idle_expires_at: at(500),
            },
            leeway: SignedDuration::ZERO,
        };
        let first = format!("first-{name}");
        let (used, ended) = tokio::join!(
            store.use_refresh_token(tenant, &first, &how, at(1)),
            store.end_all_logins(tenant, &ada),
        );
        used.unwrap();
        ended.unwrap();
        assert_eq!(db.db_count("refresh_families").await, 0, "{round}");
        assert_eq!(db.db_count("refresh_tokens").await, 0, "{round}");
    }
}

async fn a_connection_that_goes_ends_logins_under_way(db: &TestDb) {
    let mut world = people(db).await;
    let second = crate::db::new_connection(&world.tenant, "con_2");
    world.store.add_connection(&second, at(0)).await.unwrap();
    let home = std::mem::replace(&mut world.connection, second.id.clone());
    world.add("eve", None, Some("eve")).await;
    let store = &world.store;
    let linked = store
        .link_user(&world.tenant, &id("eve"), &id("bob"), None)
        .await;
    assert_eq!(linked.unwrap(), LinkUser::Linked);
    let by = world.basis("bob").await;
    assert_eq!(kept(&world, "1", "eve", &by).await, 3);
    let removed = store.remove_connection(&world.tenant, &home).await;
    assert!(removed.unwrap());
    assert_eq!(db.db_count("login_sessions").await, 0);
    assert_eq!(kept(&world, "2", "eve", &by).await, 0);
}

async fn a_connection_that_goes_at_once_leaves_nothing(db: &TestDb) {
    let world = people(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    for round in 0..20 {
        let name = round.to_string();
        let eve = format!("eve-{round}");
        let mut going = world.clone();
        let connection = crate::db::new_connection(tenant, &format!("con_going_{round}"));
        store.add_connection(&connection, at(0)).await.unwrap();
        going.connection = connection.id;
        going.add(&eve, None, Some(&eve)).await;
        let primary = id(&eve);
        let linked = store.link_user(tenant, &primary, &id("bob"), None).await;
        assert_eq!(linked.unwrap(), LinkUser::Linked);
        let by = world.basis("bob").await;
        let session = session(&world, &name, &eve, &by);
        let (removed, added) = tokio::join!(
            store.remove_connection(tenant, &going.connection),
            store.add_session(&session, None),
        );
        assert!(removed.unwrap());
        added.unwrap();
        store.finish_removals().await.unwrap();
        assert_eq!(db.db_count("login_sessions").await, 0, "{round}");
    }
}
