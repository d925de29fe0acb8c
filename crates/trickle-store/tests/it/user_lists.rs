use trickle_model::ConnectionId;
use trickle_store::{Page, Part, Sort, SortField, Total, UserFilter};

use crate::db::{ALL, TestDb, World, add_tenant, at, new_connection, on_both};

on_both![
    orders_and_pages_alike_on_both_databases,
    filters_by_connection_and_address,
    pages_of_one_connection_among_many,
    parts_begin_where_the_one_before_ended,
    an_address_is_found_exactly_in_all_connections,
];

async fn list(world: &World, filter: UserFilter, sort: Sort, page: Page) -> String {
    let listed = world.store.list_users(&world.tenant, &filter, &sort, page);
    let listed = listed.await.unwrap();
    let ids: Vec<_> = listed
        .items
        .iter()
        .map(|listed| listed.user.id.raw())
        .collect();
    format!("{} of {}", ids.join(" "), listed.total)
}

async fn orders_and_pages_alike_on_both_databases(db: &TestDb) {
    let world = db.world().await;
    // A locale would sort `_` and `-` differently from bytes.
    world.add("a", Some("b_1@example.com"), Some("Z")).await;
    world.add("b", Some("b-1@example.com"), None).await;
    world.add("c", None, Some("y")).await;
    world.count_login("b", None, 7).await;

    let cases = [
        (SortField::CreatedAt, "a b c", "a b c"),
        (SortField::UpdatedAt, "a c b", "b a c"),
        (SortField::LastLogin, "a c b", "b a c"),
        (SortField::LoginsCount, "a c b", "b a c"),
        (SortField::Email, "c b a", "a b c"),
        (SortField::Username, "b c a", "a c b"),
        (SortField::Id, "a b c", "c b a"),
    ];
    for (by, ascending, descending) in cases {
        for (descending, expected) in [(false, ascending), (true, descending)] {
            let sort = Sort { by, descending };
            let found = list(&world, UserFilter::default(), sort, ALL).await;
            assert_eq!(found, format!("{expected} of 3"), "{sort:?}");
        }
    }
    for (by, expected) in [
        (SortField::Name, "a b c"),
        (SortField::Nickname, "a b c"),
        (SortField::GivenName, "a b c"),
        (SortField::FamilyName, "a b c"),
    ] {
        // Nobody has one: the id decides.
        let sort = Sort {
            by,
            descending: true,
        };
        let found = list(&world, UserFilter::default(), sort, ALL).await;
        assert_eq!(found, format!("{expected} of 3"), "{sort:?}");
    }
    let last = Page {
        offset: 2,
        limit: 2,
    };
    let found = list(&world, UserFilter::default(), Sort::default(), last).await;
    assert_eq!(found, "c of 3");
    let first = Page {
        offset: 0,
        limit: 2,
    };
    for descending in [false, true] {
        let sort = Sort {
            descending,
            ..Sort::default()
        };
        // All were made at one time: the id decides.
        let found = list(&world, UserFilter::default(), sort, first).await;
        assert_eq!(found, "a b of 3", "{sort:?}");
    }
}

async fn filters_by_connection_and_address(db: &TestDb) {
    let mut world = db.world().await;
    let first = world.connection.clone();
    world.add("a", Some("jane@example.com"), None).await;
    world.add("b", Some("june@example.com"), None).await;
    let second = new_connection(&world.tenant, "con_2");
    world.store.add_connection(&second, at(0)).await.unwrap();
    world.connection = second.id;
    world.add("c", Some("jane@example.com"), None).await;

    let by = async |connection, email: Option<&str>| {
        let email = email.map(Into::into);
        let filter = UserFilter {
            connection,
            email,
            total: Total::Counted,
        };
        list(&world, filter, Sort::default(), ALL).await
    };
    assert_eq!(by(None, None).await, "a b c of 3");
    assert_eq!(by(Some(first.clone()), None).await, "a b of 2");
    assert_eq!(by(None, Some("JANE@example.com")).await, "a c of 2");
    assert_eq!(by(Some(first), Some("jane@example.com")).await, "a of 1");
    assert_eq!(by(None, Some("nobody")).await, " of 0");

    let other = add_tenant(&world.store, "other").await;
    let (filter, sort) = (UserFilter::default(), Sort::default());
    let listed = world.store.list_users(&other, &filter, &sort, ALL);
    assert_eq!(listed.await.unwrap().total, 0);
}

async fn pages_of_one_connection_among_many(db: &TestDb) {
    let mut world = db.world().await;
    let first = world.connection.clone();
    for id in ["a", "b", "c", "d", "e"] {
        world.add(id, None, None).await;
    }
    let second = new_connection(&world.tenant, "con_2");
    world.store.add_connection(&second, at(0)).await.unwrap();
    world.connection = second.id;
    for id in ["u", "v", "w"] {
        world.add(id, None, None).await;
    }
    let page = async |connection: &ConnectionId, offset, limit, total| {
        let filter = UserFilter {
            connection: Some(connection.clone()),
            email: None,
            total,
        };
        list(&world, filter, Sort::default(), Page { offset, limit }).await
    };
    let second = &world.connection;
    // Beyond what is looked at first.
    assert_eq!(page(second, 0, 2, Total::Counted).await, "u v of 3");
    assert_eq!(page(second, 0, 2, Total::Seen).await, "u v of 2");
    assert_eq!(page(second, 2, 2, Total::Counted).await, "w of 3");
    assert_eq!(page(second, 4, 2, Total::Counted).await, " of 3");
    assert_eq!(page(&first, 1, 3, Total::Counted).await, "b c d of 5");
    assert_eq!(page(&first, 5, 3, Total::Counted).await, " of 5");
}

async fn parts_begin_where_the_one_before_ended(db: &TestDb) {
    let mut world = db.world().await;
    let first = world.connection.clone();
    for id in ["a", "b", "c", "d", "e"] {
        world.add(id, None, None).await;
    }
    let second = new_connection(&world.tenant, "con_2");
    world.store.add_connection(&second, at(0)).await.unwrap();
    world.connection = second.id;
    world.add("z", None, None).await;
    world.count_login("b", None, 7).await;
    for by in [
        SortField::CreatedAt,
        SortField::UpdatedAt,
        SortField::LoginsCount,
        SortField::Id,
    ] {
        for (descending, connection) in [(false, None), (true, None), (false, Some(&first))] {
            let sort = Sort { by, descending };
            assert!(sort.has_places());
            let filter = UserFilter {
                connection: connection.cloned(),
                ..UserFilter::default()
            };
            let all = list(&world, filter.clone(), sort, ALL).await;
            let mut ids = Vec::new();
            let mut place = None;
            loop {
                let part = Part::Behind { place, limit: 2 };
                let listed = world.store.list_users(&world.tenant, &filter, &sort, part);
                let listed = listed.await.unwrap();
                let found = listed.items.iter();
                ids.extend(found.map(|listed| listed.user.id.raw().to_owned()));
                place = listed.next;
                if place.is_none() {
                    break;
                }
            }
            let found = format!("{} of {}", ids.join(" "), ids.len());
            assert_eq!(found, all, "{sort:?} {connection:?}");
        }
    }
}

async fn an_address_is_found_exactly_in_all_connections(db: &TestDb) {
    let mut world = db.world().await;
    world.add("a", Some("Jane@example.com"), None).await;
    let second = new_connection(&world.tenant, "con_2");
    world.store.add_connection(&second, at(0)).await.unwrap();
    world.connection = second.id;
    world.add("b", Some("jane@example.com"), None).await;

    let find = async |email| {
        let found = world.store.users_by_email(&world.tenant, email).await;
        let found = found.unwrap();
        let ids: Vec<_> = found
            .iter()
            .map(|found| found.user.id.raw().to_owned())
            .collect();
        ids.join(" ")
    };
    assert_eq!(find("Jane@example.com").await, "a");
    assert_eq!(find("jane@example.com").await, "b");
    assert_eq!(find("JANE@example.com").await, "");
}
