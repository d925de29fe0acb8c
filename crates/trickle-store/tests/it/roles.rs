use serde_json::{Map, Value, json};
use trickle_model::UserId;
use trickle_store::{
    AddKept, GiveRoles, Kept, LinkUser, Organization, Permission, ROLE, ResourceServer, RoleHolder,
    Store,
};

use crate::db::{ALL, TestDb, World, add_tenant, at, object, on_both};

on_both![
    roles_are_given_listed_and_taken,
    rights_come_by_roles_and_without,
    roles_of_members_count_in_their_organization,
    nothing_is_left_of_what_is_gone,
    an_api_that_is_gone_leaves_no_rights,
    a_linked_user_is_given_nothing,
];

const API: &str = "https://shop/";
const TABLES: [&str; 3] = [
    "user_roles",
    "organization_member_roles",
    "user_permissions",
];

fn may(name: &str) -> Permission {
    Permission {
        api: API.to_owned(),
        name: name.to_owned(),
    }
}

fn ada() -> UserId {
    UserId::from_raw("ada")
}

fn ids(roles: &[&str]) -> Vec<String> {
    roles.iter().map(|&id| id.to_owned()).collect()
}

async fn add_role(world: &World, id: &str, permissions: Vec<Permission>) {
    let mut role = Kept {
        id: id.to_owned(),
        parent: String::new(),
        name: Some(id.to_owned()),
        body: object(json!({"name": id})),
        parts: Map::new(),
        created_at: at(1),
        updated_at: at(1),
    };
    Permission::set_of_role(&mut role, permissions);
    let added = world.store.add_kept(&world.tenant, ROLE, &role).await;
    assert_eq!(added.unwrap(), AddKept::Added);
}

async fn add_api(world: &World, id: &str) {
    let server = ResourceServer {
        id: id.to_owned(),
        identifier: API.to_owned(),
        settings: object(json!({"scopes": [{"value": "read"}]})),
        created_at: at(1),
    };
    let added = world.store.add_resource_server(&world.tenant, &server);
    assert!(added.await.unwrap());
}

/// Ada, an API, two roles, and an organization of which Ada is a member.
async fn world(db: &TestDb) -> World {
    let world = db.world().await;
    world.add("ada", Some("ada@example.com"), None).await;
    add_api(&world, "a").await;
    add_role(
        &world,
        "rol_1",
        vec![may("read"), may("read"), may("write")],
    )
    .await;
    add_role(&world, "rol_2", vec![may("pack")]).await;
    let organization = Organization {
        id: "org_1".to_owned(),
        name: "initech".to_owned(),
        settings: Map::new(),
        created_at: at(1),
    };
    let (store, tenant) = (&world.store, &world.tenant);
    let added = store.add_organization(tenant, &organization, &[]).await;
    assert!(added.unwrap());
    let members = [ada()];
    let member = store.add_organization_members(tenant, "org_1", &members);
    assert!(member.await.unwrap());
    world
}

const fn member(user: &UserId) -> RoleHolder<'_> {
    RoleHolder::Member {
        organization: "org_1",
        user,
    }
}

async fn roles_of(world: &World, holder: RoleHolder<'_>) -> Vec<String> {
    let listed = world.store.roles_of(&world.tenant, holder, ALL).await;
    let listed = listed.unwrap();
    assert_eq!(listed.total, listed.items.len() as u64);
    listed.items.into_iter().map(|role| role.id).collect()
}

async fn rights(store: &Store, world: &World, organization: Option<&str>) -> Vec<String> {
    let ada = ada();
    let rights = store.rights_at(&world.tenant, &ada, organization, API);
    rights.await.unwrap().into_iter().collect()
}

async fn roles_are_given_listed_and_taken(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant, ada) = (&world.store, &world.tenant, ada());
    let holder = RoleHolder::User(&ada);
    let both = ids(&["rol_1", "rol_2"]);
    for _ in 0..2 {
        let given = store.give_roles(tenant, holder, &both).await.unwrap();
        assert_eq!(given, GiveRoles::Given);
    }
    assert_eq!(roles_of(&world, holder).await, both);
    let holders = store.users_with_role(tenant, "rol_1", ALL).await.unwrap();
    assert_eq!((&holders.items[0].id, holders.total), (&ada, 1));

    store.take_roles(tenant, holder, &both).await.unwrap();
    store.take_roles(tenant, holder, &both).await.unwrap();
    assert!(roles_of(&world, holder).await.is_empty());

    // All or none.
    let odd = ids(&["rol_1", "rol_3"]);
    let refused = store.give_roles(tenant, holder, &odd).await.unwrap();
    assert_eq!(refused, GiveRoles::NoRole);
    let users = [ada.clone(), UserId::from_raw("nobody")];
    let refused = store.give_users_role(tenant, "rol_1", &users).await;
    assert_eq!(refused.unwrap(), GiveRoles::NoHolder);
    let missing = store.give_users_role(tenant, "rol_3", &users[..1]).await;
    assert_eq!(missing.unwrap(), GiveRoles::NoRole);
    assert!(roles_of(&world, holder).await.is_empty());
    let given = store.give_users_role(tenant, "rol_1", &users[..1]).await;
    assert_eq!(given.unwrap(), GiveRoles::Given);
    assert_eq!(roles_of(&world, holder).await, ["rol_1"]);

    // Neither roles nor users of others.
    let two = add_tenant(store, "two").await;
    let foreign = store.give_roles(&two, holder, &both).await.unwrap();
    assert_eq!(foreign, GiveRoles::NoHolder);
    store.take_roles(&two, holder, &both).await.unwrap();
    assert_eq!(roles_of(&world, holder).await, ["rol_1"]);
}

async fn rights_come_by_roles_and_without(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant, ada) = (&world.store, &world.tenant, ada());
    let role = store.kept(tenant, ROLE, "rol_1").await.unwrap().unwrap();
    assert_eq!(Permission::of_role(&role), [may("read"), may("write")]);
    assert!(rights(store, &world, None).await.is_empty());

    let two = [may("write"), may("send")];
    for _ in 0..2 {
        let added = store.add_user_permissions(tenant, &ada, &two).await;
        assert!(added.unwrap());
    }
    let nobody = UserId::from_raw("nobody");
    let refused = store.add_user_permissions(tenant, &nobody, &two).await;
    assert!(!refused.unwrap());
    let listed = store.user_permissions(tenant, &ada).await.unwrap();
    assert_eq!(listed, [may("send"), may("write")]);
    let holder = RoleHolder::User(&ada);
    let given = store.give_roles(tenant, holder, &ids(&["rol_1"])).await;
    assert_eq!(given.unwrap(), GiveRoles::Given);
    assert_eq!(rights(store, &world, None).await, ["read", "send", "write"]);
    let elsewhere = store.rights_at(tenant, &ada, None, "https://other/").await;
    assert!(elsewhere.unwrap().is_empty());

    store
        .remove_user_permissions(tenant, &ada, &two)
        .await
        .unwrap();
    assert_eq!(rights(store, &world, None).await, ["read", "write"]);
}

async fn roles_of_members_count_in_their_organization(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant, ada) = (&world.store, &world.tenant, ada());
    let one = ids(&["rol_2"]);
    let given = store.give_roles(tenant, member(&ada), &one).await.unwrap();
    assert_eq!(given, GiveRoles::Given);
    assert_eq!(roles_of(&world, member(&ada)).await, one);
    assert!(roles_of(&world, RoleHolder::User(&ada)).await.is_empty());
    assert!(rights(store, &world, None).await.is_empty());
    assert!(rights(store, &world, Some("org_2")).await.is_empty());
    assert_eq!(rights(store, &world, Some("org_1")).await, ["pack"]);
    for (organization, role, expected) in [
        ("org_1", "rol_2", vec![&ada]),
        ("org_1", "rol_1", vec![]),
        ("org_2", "rol_2", vec![]),
    ] {
        let found = store.members_with_role(tenant, organization, role, ALL);
        let found = found.await.unwrap();
        let members: Vec<_> = found.items.iter().map(|user| &user.id).collect();
        assert_eq!(members, expected, "{organization} {role}");
    }

    world.add("bob", Some("bob@example.com"), None).await;
    let bob = UserId::from_raw("bob");
    let refused = store.give_roles(tenant, member(&bob), &one).await;
    assert_eq!(refused.unwrap(), GiveRoles::NoHolder);

    // A membership that begins anew begins with nothing.
    let users = [ada.clone()];
    let ended = store.remove_organization_members(tenant, "org_1", &users);
    ended.await.unwrap();
    let again = store.add_organization_members(tenant, "org_1", &users);
    assert!(again.await.unwrap());
    assert!(rights(store, &world, Some("org_1")).await.is_empty());
}

async fn give_everything(world: &World) {
    let (store, tenant, ada) = (&world.store, &world.tenant, ada());
    for holder in [RoleHolder::User(&ada), member(&ada)] {
        let roles = ids(&["rol_1", "rol_2"]);
        let given = store.give_roles(tenant, holder, &roles);
        assert_eq!(given.await.unwrap(), GiveRoles::Given);
    }
    let permissions = [may("read")];
    let added = store.add_user_permissions(tenant, &ada, &permissions);
    assert!(added.await.unwrap());
}

async fn counts(db: &TestDb) -> [i64; 3] {
    let mut counts = [0; 3];
    for (count, table) in counts.iter_mut().zip(TABLES) {
        *count = db.db_count(table).await;
    }
    counts
}

async fn nothing_is_left_of_what_is_gone(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    give_everything(&world).await;
    assert_eq!(counts(db).await, [2, 2, 1]);
    assert!(store.remove_kept(tenant, ROLE, "rol_2").await.unwrap());
    assert_eq!(counts(db).await, [1, 1, 1]);
    assert!(store.remove_organization(tenant, "org_1").await.unwrap());
    assert_eq!(counts(db).await, [1, 0, 1]);
    assert!(store.remove_user(tenant, &ada()).await.unwrap());
    assert_eq!(counts(db).await, [0, 0, 0]);

    world.add("ada", Some("ada@example.com"), None).await;
    let ada = ada();
    let holder = RoleHolder::User(&ada);
    let given = store.give_roles(tenant, holder, &ids(&["rol_1"])).await;
    assert_eq!(given.unwrap(), GiveRoles::Given);
    let removed = store.remove_connection(tenant, &world.connection).await;
    assert!(removed.unwrap());
    assert_eq!(counts(db).await, [0, 0, 0]);
}

async fn an_api_that_is_gone_leaves_no_rights(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant) = (&world.store, &world.tenant);
    let other = Permission {
        api: "https://other/".to_owned(),
        ..may("read")
    };
    add_role(&world, "rol_3", vec![may("read"), other.clone()]).await;
    give_everything(&world).await;
    let removed = store.remove_resource_server(tenant, "a").await;
    assert!(removed.unwrap());
    add_api(&world, "b").await;
    assert!(rights(store, &world, Some("org_1")).await.is_empty());
    let role = store.kept(tenant, ROLE, "rol_3").await.unwrap().unwrap();
    assert_eq!(Permission::of_role(&role), [other]);
    let again = store.remove_resource_server(tenant, "a").await;
    assert!(!again.unwrap());
    let parts: Value = role.parts["permissions"].clone();
    let left = json!([{"resource_server_identifier": "https://other/", "permission_name": "read"}]);
    assert_eq!(parts, left);
}

async fn a_linked_user_is_given_nothing(db: &TestDb) {
    let world = world(db).await;
    let (store, tenant, ada) = (&world.store, &world.tenant, ada());
    world.add("bob", Some("bob@example.com"), None).await;
    let bob = UserId::from_raw("bob");
    let linked = store.link_user(tenant, &bob, &ada, None).await;
    assert_eq!(linked.unwrap(), LinkUser::Linked);
    for holder in [RoleHolder::User(&ada), member(&ada)] {
        let given = store.give_roles(tenant, holder, &ids(&["rol_1"])).await;
        assert_eq!(given.unwrap(), GiveRoles::NoHolder);
    }
    let users = [ada.clone()];
    let given = store.give_users_role(tenant, "rol_1", &users).await;
    assert_eq!(given.unwrap(), GiveRoles::NoHolder);
    let is_member = store.is_organization_member(tenant, "org_1", &ada).await;
    assert!(!is_member.unwrap());

    assert!(store.unlink_user(tenant, &bob, &ada).await.unwrap());
    assert_eq!(counts(db).await, [0, 0, 0]);
    let is_member = store.is_organization_member(tenant, "org_1", &ada).await;
    assert!(is_member.unwrap());
}
