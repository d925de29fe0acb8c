use std::time::Duration;

use serde_json::json;
use trickle_model::{ClientGrant, ClientId, ConnectionId, Secret, UserId};
use trickle_store::{
    AcceptInvitation, ChangeOrganization, ClientFilter, ClientGrantFilter, GrantedFor,
    InvitationOrder, NewInvitation, Organization, OrganizationConnection, OrganizationField,
    OrganizationSort, Part, Place, StoreError,
};
use trickle_testkit::wait_for_async;

use crate::{
    clients::client,
    db::{ALL, TestDb, add_tenant, at, object, on_both},
};

const LIMIT: Duration = Duration::from_secs(30);

on_both![
    organizations_belong_to_one_tenant,
    organizations_are_sorted,
    organizations_go_on_from_a_place,
    connections_and_members_go_with_them,
    invitations_are_accepted_once,
    client_grants_count_where_they_were_added,
];

pub(crate) fn organization(id: &str, name: &str, millis: i64) -> Organization {
    Organization {
        id: id.to_owned(),
        name: name.to_owned(),
        settings: object(json!({"display_name": "X", "metadata": {"a": "b"}})),
        created_at: at(millis),
    }
}

async fn organizations_are_sorted(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "one").await;
    for (id, name, display, millis) in [
        ("org_1", "b", json!({"display_name": "a"}), 1),
        // PostgreSQL has no NUL in JSON.
        ("org_2", "c", json!({"display_name": "\0"}), 2),
        ("org_3", "a", json!({"display_name": "Z"}), 3),
    ] {
        let mut new = organization(id, name, millis);
        new.settings = object(display);
        assert!(store.add_organization(&tenant, &new, &[]).await.unwrap());
    }
    for (by, expected) in [
        (OrganizationField::CreatedAt, ["org_1", "org_2", "org_3"]),
        (OrganizationField::Name, ["org_3", "org_1", "org_2"]),
        (OrganizationField::DisplayName, ["org_2", "org_3", "org_1"]),
    ] {
        for descending in [false, true] {
            let sort = OrganizationSort { by, descending };
            let listed = store.list_organizations(&tenant, sort, ALL).await;
            let listed = listed.unwrap().items;
            let mut ids: Vec<_> = listed.iter().map(|one| one.id.as_str()).collect();
            if descending {
                ids.reverse();
            }
            assert_eq!(ids, expected, "{sort:?}");
        }
    }
}

fn behind(place: Option<Place>) -> Part {
    Part::Behind { place, limit: 2 }
}

async fn organizations_go_on_from_a_place(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "one").await;
    let displays = [json!("b"), json!(null), json!("\0"), json!(7), json!("a")];
    for (number, display) in displays.into_iter().enumerate() {
        let id = format!("org_{number}");
        // Two are of the same time.
        let millis = i64::try_from(number / 2).unwrap();
        let mut new = organization(&id, &format!("n{}", 9 - number), millis);
        new.settings = object(json!({"display_name": display}));
        assert!(store.add_organization(&tenant, &new, &[]).await.unwrap());
    }
    for by in [
        OrganizationField::CreatedAt,
        OrganizationField::Name,
        OrganizationField::DisplayName,
    ] {
        for descending in [false, true] {
            let sort = OrganizationSort { by, descending };
            let all = store.list_organizations(&tenant, sort, ALL).await;
            let all = all.unwrap().items;
            let mut met = Vec::new();
            let mut place = None;
            loop {
                let listed = store.list_organizations(&tenant, sort, behind(place)).await;
                let listed = listed.unwrap();
                met.extend(listed.items);
                place = listed.next;
                if place.is_none() {
                    break;
                }
            }
            assert_eq!(met, all, "{sort:?}");
        }
    }
    let sort = OrganizationSort::default();
    for place in ["[]", "[1]", "[\"1\",\"org_1\"]", "[1,\"org_1\",1]"] {
        let place = behind(Some(place.parse().unwrap()));
        let refused = store.list_organizations(&tenant, sort, place).await;
        assert!(matches!(refused, Err(StoreError::NoSuchPlace { .. })));
    }
    // The last one shown is gone.
    let first = store.list_organizations(&tenant, sort, behind(None));
    let first = first.await.unwrap();
    for one in &first.items {
        assert!(store.remove_organization(&tenant, &one.id).await.unwrap());
    }
    let rest = store.list_organizations(&tenant, sort, behind(first.next));
    let rest = rest.await.unwrap();
    let ids: Vec<_> = rest.items.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["org_2", "org_3"]);
    // Hostile text is bound, and is a place like others.
    let odd = Place::new([0_i64.into(), "'\0".into()]);
    let listed = store.list_organizations(&tenant, sort, behind(Some(odd)));
    assert_eq!(listed.await.unwrap().items.len(), 2);
}

async fn organizations_belong_to_one_tenant(db: &TestDb) {
    let store = db.open().await;
    let one = add_tenant(&store, "one").await;
    let two = add_tenant(&store, "two").await;
    for (id, name, millis) in [("org_1", "b", 1), ("org_2", "a", 2)] {
        let new = organization(id, name, millis);
        assert!(store.add_organization(&one, &new, &[]).await.unwrap());
    }
    let taken = organization("org_3", "a", 3);
    assert!(!store.add_organization(&one, &taken, &[]).await.unwrap());
    assert!(store.add_organization(&two, &taken, &[]).await.unwrap());

    for text in ["org_1", "b"] {
        let found = store.organization(&one, text).await.unwrap();
        assert_eq!(found, Some(organization("org_1", "b", 1)));
        assert_eq!(store.organization(&two, text).await.unwrap(), None);
    }
    let oldest = OrganizationSort::default();
    let listed = store.list_organizations(&one, oldest, ALL).await.unwrap();
    let names: Vec<_> = listed.items.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((names, listed.total), (vec!["b", "a"], 2));

    let more = object(json!({"display_name": null, "x": 1}));
    let changed = store
        .change_organization(&one, "org_1", Some("c"), more.clone())
        .await;
    let ChangeOrganization::Changed(changed) = changed.unwrap() else {
        panic!("it is there");
    };
    let expected = object(json!({"metadata": {"a": "b"}, "x": 1}));
    assert_eq!((changed.name.as_str(), &changed.settings), ("c", &expected));
    let change = |tenant, id, name| store.change_organization(tenant, id, name, more.clone());
    let taken = change(&one, "org_1", Some("a")).await.unwrap();
    assert!(matches!(taken, ChangeOrganization::NameTaken));
    let missing = change(&two, "org_1", None).await.unwrap();
    assert!(matches!(missing, ChangeOrganization::Missing));

    assert!(!store.remove_organization(&two, "org_1").await.unwrap());
    assert!(store.remove_organization(&one, "org_1").await.unwrap());
    assert!(store.organization(&one, "org_1").await.unwrap().is_none());
}

async fn connections_and_members_go_with_them(db: &TestDb) {
    let world = db.world().await;
    let (store, tenant) = (&world.store, &world.tenant);
    let (ada, nobody) = (UserId::from_raw("ada"), UserId::from_raw("nobody"));
    world.add("ada", Some("ada@example.com"), None).await;
    let joins = object(json!({"assign_membership_on_login": true}));
    let links = [(world.connection.clone(), joins.clone())];
    let new = organization("org_1", "a", 1);
    assert!(store.add_organization(tenant, &new, &links).await.unwrap());

    let connection = &world.connection;
    let again = store.add_organization_connection(tenant, "org_1", connection, &joins);
    assert!(!again.await.unwrap());
    let link = store.organization_connection(tenant, "org_1", connection);
    let link = link.await.unwrap().unwrap();
    assert!(link.assigns_membership());
    let plain = object(json!({"show_as_button": true}));
    let change = |given| {
        let given = object(given);
        store.change_organization_connection(tenant, "org_1", connection, given)
    };
    // Each goes over what is there then.
    let (shown, joins_no_more) = (
        json!({"show_as_button": true}),
        json!({"assign_membership_on_login": null}),
    );
    let (one, other) = tokio::join!(change(shown), change(joins_no_more));
    assert!(one.unwrap().is_some() && other.unwrap().is_some());
    let much = change(json!({"x": "x".repeat(5_000)})).await;
    assert!(matches!(much, Err(StoreError::TooLarge { .. })));
    let missing = store.change_organization_connection(tenant, "org_2", connection, plain.clone());
    assert!(missing.await.unwrap().is_none());
    let listed = store
        .list_organization_connections(tenant, "org_1", ALL)
        .await
        .unwrap();
    let expected = OrganizationConnection {
        settings: plain,
        ..link
    };
    assert_eq!((listed.items, listed.total), (vec![expected], 1));
    let stranger = ClientId::from_text("stranger");
    let first = store.organization_connection_of(tenant, "org_1", &stranger);
    assert!(first.await.unwrap().is_none());
    let other = ConnectionId::from_text("con_other");
    let removed = store.remove_organization_connection(tenant, "org_1", &other);
    assert!(!removed.await.unwrap());

    let both = [ada.clone(), nobody];
    let refused = store.add_organization_members(tenant, "org_1", &both).await;
    assert!(!refused.unwrap());
    let is_member = async || {
        store
            .is_organization_member(tenant, "org_1", &ada)
            .await
            .unwrap()
    };
    assert!(!is_member().await, "all or none");
    for _ in 0..2 {
        let added = store.add_organization_members(tenant, "org_1", &both[..1]);
        assert!(added.await.unwrap());
    }
    assert!(is_member().await);
    let members = store
        .list_organization_members(tenant, "org_1", ALL)
        .await
        .unwrap();
    assert_eq!((&members.items[0].id, members.total), (&ada, 1));
    let theirs = store.organizations_of(tenant, &ada, ALL).await.unwrap();
    assert_eq!((theirs.items, theirs.total), (vec![new], 1));

    store
        .remove_organization_members(tenant, "org_1", &both)
        .await
        .unwrap();
    assert!(!is_member().await);
    store
        .add_organization_members(tenant, "org_1", &both[..1])
        .await
        .unwrap();
    assert!(store.remove_organization(tenant, "org_1").await.unwrap());
    for table in ["organization_members", "organization_connections"] {
        assert_eq!(db.db_count(table).await, 0, "{table}");
    }
}

fn invitation(id: &str, ticket: &str, client: &ClientId) -> NewInvitation {
    NewInvitation {
        id: id.to_owned(),
        organization: "org_1".to_owned(),
        ticket: Secret::new(ticket),
        client: client.clone(),
        email: "ann@example.com".to_owned(),
        settings: object(json!({"inviter": {"name": "Bill"}})),
        created_at: at(1),
        expires_at: at(10),
    }
}

/// A removal takes the organization before its invitations.
#[tokio::test(flavor = "multi_thread")]
async fn an_organization_goes_while_its_invitation_is_accepted() {
    let db = TestDb::postgres();
    let world = db.world().await;
    let (store, tenant) = (&world.store, &world.tenant);
    world.add("1", Some("ann@example.com"), None).await;
    let organization = organization("org_1", "a", 1);
    let added = store.add_organization(tenant, &organization, &[]);
    assert!(added.await.unwrap());
    let client = client(tenant, "c", 1);
    assert!(store.add_client(&client, &[]).await.unwrap());
    let new = invitation("uinv_1", "open sesame", &client.id);
    store.add_invitation(tenant, &new).await.unwrap();
    let found = store.invitation(tenant, "org_1", "uinv_1").await.unwrap();
    let (found, basis) = (found.unwrap(), world.basis("1").await);
    let mut removal = db.another().await;
    removal
        .execute("SELECT id FROM organizations FOR UPDATE")
        .await;
    let removing = async {
        wait_for_async(LIMIT, async || removal.is_waited_for().await).await;
        removal.execute("DELETE FROM organizations").await;
        removal.commit().await;
    };
    let user = UserId::from_raw("1");
    let accepted = store.accept_invitation(tenant, &found, &user, &basis);
    let (accepted, ()) = tokio::join!(accepted, removing);
    assert_eq!(accepted.unwrap(), AcceptInvitation::Gone);
    assert_eq!(db.db_count("organization_members").await, 0);
}

async fn invitations_are_accepted_once(db: &TestDb) {
    let world = db.world().await;
    let (store, tenant) = (&world.store, &world.tenant);
    world.add("1", Some("ann@example.com"), None).await;
    let organization = organization("org_1", "a", 1);
    assert!(
        store
            .add_organization(tenant, &organization, &[])
            .await
            .unwrap()
    );
    let client = client(tenant, "c", 1);
    assert!(store.add_client(&client, &[]).await.unwrap());
    let new = |id: &str, ticket: &str| invitation(id, ticket, &client.id);
    store
        .add_invitation(tenant, &new("uinv_1", "open sesame"))
        .await
        .unwrap();
    store
        .add_invitation(tenant, &new("uinv_2", "another"))
        .await
        .unwrap();
    let mut last = new("uinv_3", "a third");
    last.created_at = at(2);
    store.add_invitation(tenant, &last).await.unwrap();
    for (order, expected) in [
        (InvitationOrder::Newest, ["uinv_3", "uinv_1", "uinv_2"]),
        (InvitationOrder::Oldest, ["uinv_1", "uinv_2", "uinv_3"]),
    ] {
        let listed = store.list_invitations(tenant, "org_1", order, ALL).await;
        let listed = listed.unwrap().items;
        let ids: Vec<_> = listed.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, expected, "{order:?}");
        let first = store.list_invitations(tenant, "org_1", order, behind(None));
        let next = first.await.unwrap().next;
        let rest = store.list_invitations(tenant, "org_1", order, behind(next));
        let rest = rest.await.unwrap();
        let ids: Vec<_> = rest.items.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, expected[2..], "{order:?}");
    }
    let removed = store.remove_invitation(tenant, "org_1", "uinv_3").await;
    assert!(removed.unwrap());
    let listed = store.list_invitations(tenant, "org_1", InvitationOrder::default(), ALL);
    let listed = listed.await.unwrap();
    assert_eq!(listed.total, 2);
    let ticket = store.invitation_ticket(tenant, &listed.items[0]).unwrap();
    assert_eq!(ticket.expose(), "open sesame");

    let by = async |ticket: &str, millis| {
        store
            .invitation_by_ticket(tenant, ticket, at(millis))
            .await
            .unwrap()
    };
    assert!(by("open", 9).await.is_none() && by("open sesame", 10).await.is_none());
    let found = by("open sesame", 9).await.unwrap();
    assert_eq!(
        Some(&found),
        store
            .invitation(tenant, "org_1", "uinv_1")
            .await
            .unwrap()
            .as_ref()
    );
    let user = UserId::from_raw("1");
    let basis = world.basis("1").await;
    let accept = async || {
        let accepted = store.accept_invitation(tenant, &found, &user, &basis);
        accepted.await.unwrap()
    };
    let member = async || {
        store
            .is_organization_member(tenant, "org_1", &user)
            .await
            .unwrap()
    };
    assert!(!member().await);
    assert_eq!(accept().await, AcceptInvitation::Accepted);
    assert!(member().await);
    assert_eq!(accept().await, AcceptInvitation::Gone);

    let other = add_tenant(store, "two").await;
    assert!(
        !store
            .remove_invitation(&other, "org_1", "uinv_2")
            .await
            .unwrap()
    );
    assert!(
        store
            .remove_invitation(tenant, "org_1", "uinv_2")
            .await
            .unwrap()
    );
    assert!(by("another", 9).await.is_none());
    store
        .add_invitation(tenant, &new("uinv_3", "third"))
        .await
        .unwrap();
    assert!(store.remove_organization(tenant, "org_1").await.unwrap());
    assert!(by("third", 9).await.is_none());
}

async fn client_grants_count_where_they_were_added(db: &TestDb) {
    let store = db.open().await;
    let tenant = add_tenant(&store, "one").await;
    let organization = organization("org_1", "a", 1);
    assert!(
        store
            .add_organization(&tenant, &organization, &[])
            .await
            .unwrap()
    );
    assert!(
        store
            .add_client(&client(&tenant, "c", 1), &[])
            .await
            .unwrap()
    );
    let grant = ClientGrant {
        id: "cgr_1".to_owned(),
        holder: ClientId::from_text("c").into(),
        audience: "a".to_owned(),
        scopes: Vec::new(),
        settings: object(json!({})),
    };
    assert!(store.add_client_grant(&tenant, &grant).await.unwrap());
    let counts = async || {
        store
            .is_organization_grant(&tenant, "org_1", "cgr_1")
            .await
            .unwrap()
    };
    assert!(!counts().await);
    for is_new in [true, false] {
        let added = store
            .add_organization_grant(&tenant, "org_1", "cgr_1")
            .await;
        assert_eq!(added.unwrap(), is_new);
    }
    assert!(counts().await);
    let all = ClientGrantFilter::default();
    let listed = async || {
        store
            .list_organization_grants(&tenant, "org_1", &all, ALL)
            .await
            .unwrap()
    };
    assert_eq!(listed().await.items[0].id, grant.id);
    let named = ClientFilter {
        granted: Some(GrantedFor::Organization("org_1".to_owned())),
        ..ClientFilter::default()
    };
    let named = store.list_clients(&tenant, &named, ALL).await.unwrap();
    assert_eq!(named.items[0].id, ClientId::from_text("c"));
    let none = ClientGrantFilter {
        ids: vec!["cgr_2".to_owned()],
        ..ClientGrantFilter::default()
    };
    let none = store.list_organization_grants(&tenant, "org_1", &none, ALL);
    assert_eq!(none.await.unwrap().total, 0);
    assert!(store.remove_client_grant(&tenant, "cgr_1").await.unwrap());
    assert!(listed().await.items.is_empty());
    assert!(
        store
            .remove_organization_grant(&tenant, "org_1", "cgr_1")
            .await
            .unwrap()
    );
    assert!(!counts().await);
}
