use serde_json::{Value, json};
use trickle_model::{Profile, Secret, UserId};
use trickle_store::{AddUser, Page, SearchFailed, Sort, SortField, Store, UserEdit, UserSearch};

use crate::{
    db::{ALL, HASH, TestDb, World, add_tenant, at, new_connection, object, on_both, profile},
    organizations::organization,
};

on_both![
    every_form_of_the_language_finds_who_it_should,
    letters_beyond_ascii_have_two_cases,
    members_are_found_by_their_organization,
    what_makes_no_sense_is_told,
    changes_and_removals_reach_the_index,
    pages_and_orders_are_kept,
    large_answers_come_along_an_index,
    tenants_do_not_meet,
    users_older_than_the_index_are_found,
];

async fn add(world: &World, id: &str, email: Option<&str>, more: Value) {
    let more = object(more);
    let map = |name: &str| more.get(name).cloned().map(object).unwrap_or_default();
    let mut attributes = map("root");
    if let Some(email) = email {
        let local = email.split('@').next().unwrap_or_default();
        attributes.entry("name").or_insert_with(|| email.into());
        attributes.entry("nickname").or_insert_with(|| local.into());
    }
    let profile = Profile {
        attributes,
        user_metadata: map("user_metadata"),
        app_metadata: map("app_metadata"),
        blocked: more.contains_key("blocked"),
        email_verified: more.contains_key("verified"),
        ..profile(id, email, more.get("username").and_then(Value::as_str))
    };
    let new = world.new_user(profile);
    let added = world
        .store
        .add_user(&new, Some(&Secret::new(HASH)), None, at(1))
        .await
        .unwrap();
    assert!(matches!(added, AddUser::Added(_)), "{id}");
}

async fn find(world: &World, q: &str, sort: Option<Sort>, page: Page) -> (String, u64) {
    let search = UserSearch {
        query: q.parse().unwrap_or_else(|error| panic!("{q}: {error}")),
        connection: None,
        sort,
    };
    let listed = world
        .store
        .search_users(&world.tenant, &search, page)
        .await
        .unwrap_or_else(|error| panic!("{q}: {error:?}"));
    let ids: Vec<&str> = listed
        .items
        .iter()
        .map(|listed| listed.user.id.raw())
        .collect();
    (ids.join(" "), listed.total)
}

/// In the order of ids.
async fn found(world: &World, q: &str) -> String {
    let sort = Sort {
        by: SortField::Id,
        descending: false,
    };
    let (ids, total) = find(world, q, Some(sort), ALL).await;
    assert_eq!(total, ids.split_whitespace().count() as u64, "{q}");
    ids
}

async fn some_users(world: &World) {
    let ada = json!({
        "root": {"name": "Ada Lovelace", "given_name": "Ada", "phone_number": "+441"},
        "app_metadata": {"plan": "Gold", "seats": 5, "roles": ["admin", "author"], "deep": {"er": {"x": true}}},
        "user_metadata": {"color": "red", "dotted": "a*b"}, "verified": true, "username": "ada",
    });
    add(world, "a", Some("ada@example.com"), ada).await;
    let bob = json!({"app_metadata": {"plan": "gold", "seats": 12}, "blocked": true});
    add(world, "b", Some("bob@example.org"), bob).await;
    let eve = json!({
        "root": {"name": "Eve \u{0} Nul"}, "app_metadata": {"plan": "Gold", "seats": "5"},
        "user_metadata": {"odd": "\u{0}"},
    });
    add(world, "c", Some("eve_x@example.com"), eve).await;
    add(
        world,
        "d",
        None,
        json!({"username": "dan", "app_metadata": {"none": null}}),
    )
    .await;
    world.count_login("a", Some("203.0.113.7"), 5).await;
    world.count_login("a", Some("203.0.113.7"), 6).await;
    world.count_login("b", None, 86_400_000).await;
}

async fn every_form_of_the_language_finds_who_it_should(db: &TestDb) {
    let world = db.world().await;
    some_users(&world).await;
    for (q, expected) in [
        ("*", "a b c d"),
        // Addresses, whatever their case.
        ("email:ada@example.com", "a"),
        ("email:\"ADA@Example.com\"", "a"),
        ("email:eve*", "c"),
        ("email:eve_*", "c"),
        ("email:evexx*", ""),
        ("email:*@example.com", "a c"),
        ("email:b?b@*", "b"),
        ("email.domain:example.com", "a c"),
        ("_exists_:email", "a b c"),
        ("email:[* TO *]", "a b c"),
        ("NOT _exists_:email", "d"),
        ("-email:ada@example.com", "b c d"),
        // Names.
        ("name:\"ada lovelace\"", "a"),
        ("name:ada*", "a"),
        ("name:[ada TO adb]", "a"),
        ("name:bob@example.org", "b"),
        ("name:eve_x@example.com", ""),
        ("nickname:bob", "b"),
        ("nickname:BOB", "b"),
        ("given_name:ada", "a"),
        ("phone_number:\\+441", "a"),
        ("username:dan", "d"),
        ("user_id:\"auth0|b\"", "b"),
        ("identities.user_id:b", "b"),
        // Terms without a field.
        ("ada", "a"),
        ("bob@example.org", "b"),
        ("gold", ""),
        // Metadata keeps cases apart.
        ("app_metadata.plan:Gold", "a c"),
        ("app_metadata.plan:gold", "b"),
        ("app_metadata.plan:G*", "a c"),
        ("app_metadata.roles:author", "a"),
        ("app_metadata.deep.er.x:true", "a"),
        ("app_metadata.deep:true", ""),
        ("app_metadata.seats:5", "a c"),
        ("app_metadata.seats:[5 TO 12}", "a"),
        ("app_metadata.seats:>=5", "a b"),
        ("app_metadata.plan:[Gold TO Gole]", "a c"),
        ("_exists_:app_metadata.seats", "a b c"),
        ("_exists_:app_metadata.none", ""),
        ("_exists_:user_metadata", "a c"),
        ("NOT _exists_:app_metadata", ""),
        ("app_metadata.seats:[* TO *]", "a b c"),
        ("user_metadata.color:red", "a"),
        ("user_metadata.dotted:a\\*b", "a"),
        ("user_metadata.dotted:a\\**", "a"),
        // Flags, numbers, times.
        ("blocked:true", "b"),
        ("blocked:false", "a c d"),
        ("email_verified:true", "a"),
        ("_exists_:blocked", "b"),
        ("NOT _exists_:blocked", "a c d"),
        ("logins_count:2", "a"),
        ("logins_count:[1 TO *]", "a b"),
        ("logins_count:{1 TO 2]", "a"),
        ("(logins_count:>1)", "a"),
        ("NOT _exists_:logins_count", "c d"),
        ("last_login:2023-11-14", "a"),
        ("last_login:[2023-11-15 TO *]", "b"),
        ("last_login:{2023-11-14 TO 2023-11-15]", "b"),
        ("last_login:[2023-11-15T00\\:00\\:00 TO *]", "b"),
        ("last_login:[1700006400000 TO *]", "b"),
        ("_exists_:last_login", "a b"),
        ("last_ip:203.0.113.7", "a"),
        // Together.
        ("email:ada@example.com OR username:dan", "a d"),
        ("app_metadata.plan:Gold AND NOT email:ada@example.com", "c"),
        ("app_metadata.plan:Gold -email:ada@example.com", "c"),
        ("(email:a* OR email:b*) AND blocked:true", "b"),
        ("email:(ada@example.com OR bob@example.org)", "a b"),
        ("blocked:true OR app_metadata.plan:Gold", "a b c"),
        // The same for everybody, and for nobody.
        ("identities.provider:auth0", "a b c d"),
        ("identities.isSocial:true", ""),
        ("identities.connection:\"Legacy con_1\"", "a b c d"),
        ("identities.connection:other", ""),
        ("organization_id:org_1", ""),
        ("_exists_:organization_id", ""),
        ("nothing:of_that", ""),
    ] {
        assert_eq!(found(&world, q).await, expected, "{q}");
    }
}

async fn letters_beyond_ascii_have_two_cases(db: &TestDb) {
    let world = db.world().await;
    let root = |name: &str| json!({"root": {"name": name}});
    add(&world, "a", Some("a@example.com"), root("Änne (Äbtissin)")).await;
    add(&world, "b", Some("b@example.com"), root("Anne")).await;
    for (q, expected) in [
        ("name:änne*", "a"),
        ("name:ÄNNE*", "a"),
        (r"name:*\(äb*\)", "a"),
        ("name:?nne*", "a b"),
        ("name:\"änne (äbtissin)\"", "a"),
        ("name:änn?", ""),
    ] {
        assert_eq!(found(&world, q).await, expected, "{q}");
    }
}

async fn members_are_found_by_their_organization(db: &TestDb) {
    let world = db.world().await;
    some_users(&world).await;
    for (id, members) in [("org_1", &["a", "b"][..]), ("org_2", &["b"][..])] {
        let new = organization(id, id, 1);
        let (store, tenant) = (&world.store, &world.tenant);
        assert!(store.add_organization(tenant, &new, &[]).await.unwrap());
        let members: Vec<UserId> = members.iter().map(|&id| UserId::from_raw(id)).collect();
        let added = store.add_organization_members(tenant, id, &members).await;
        assert!(added.unwrap());
    }
    for (q, expected) in [
        ("organization_id:org_1", "a b"),
        ("organization_id:\"org_2\"", "b"),
        ("organization_id:(org_1 OR org_2)", "a b"),
        ("organization_id:org_1 AND blocked:true", "b"),
        ("organization_id:org_1 -organization_id:org_2", "a"),
        ("organization_id:org_*", "a b"),
        ("organization_id:org_3", ""),
        ("_exists_:organization_id", "a b"),
        ("NOT _exists_:organization_id", "c d"),
    ] {
        assert_eq!(found(&world, q).await, expected, "{q}");
    }
}

async fn what_makes_no_sense_is_told(db: &TestDb) {
    let world = db.world().await;
    for (q, expected) in [
        ("blocked:maybe", "blocked is compared with true or false"),
        (
            "logins_count:many",
            "logins_count is compared with whole numbers",
        ),
        (
            "last_login:2*",
            "last_login is compared with whole values and ranges",
        ),
        (
            "created_at:soon",
            "created_at is compared with dates such as 2024-01-31",
        ),
        (
            "app_metadata:x",
            "there is no field app_metadata to search by",
        ),
    ] {
        let search = UserSearch {
            query: q.parse().unwrap(),
            connection: None,
            sort: None,
        };
        let refused = world.store.search_users(&world.tenant, &search, ALL).await;
        let Err(SearchFailed::Query(error)) = refused else {
            panic!("{q}")
        };
        assert_eq!(error.to_string(), expected);
    }
}

async fn changes_and_removals_reach_the_index(db: &TestDb) {
    let world = db.world().await;
    some_users(&world).await;
    let before = db.db_count("user_terms").await;
    let (store, tenant) = (&world.store, &world.tenant);
    let id = UserId::from_raw("a");
    let edit = UserEdit {
        email: Some(Some("new@example.com".into())),
        app_metadata: Some(Some(object(json!({"plan": "free", "seats": null})))),
        ..UserEdit::default()
    };
    store.edit_user(tenant, &id, &edit, at(2)).await.unwrap();
    assert_eq!(found(&world, "app_metadata.plan:free").await, "a");
    assert_eq!(found(&world, "app_metadata.plan:Gold").await, "c");
    assert_eq!(found(&world, "app_metadata.seats:5").await, "c");
    assert_eq!(found(&world, "email:new*").await, "a");
    assert_eq!(found(&world, "name:\"ada lovelace\"").await, "a");
    // The nickname was made of the old address and stays.
    assert_eq!(found(&world, "nickname:ada").await, "a");
    assert_eq!(found(&world, "nickname:new").await, "");

    let refreshed = Profile {
        attributes: object(json!({"name": "Ada King"})),
        ..profile("a", Some("ada@example.com"), None)
    };
    store
        .refresh_profile(tenant, &id, &refreshed, at(3))
        .await
        .unwrap();
    assert_eq!(found(&world, "name:\"ada king\"").await, "a");
    assert_eq!(found(&world, "given_name:ada").await, "");

    assert!(store.remove_user(tenant, &id).await.unwrap());
    assert_eq!(found(&world, "name:\"ada king\"").await, "");
    let buried = [UserId::from_raw("b")];
    let removed = store.bury_user(tenant, &buried[0], &buried, at(4));
    assert!(removed.await.unwrap());
    assert!(db.db_count("user_terms").await < before);
    assert!(
        store
            .remove_connection(tenant, &world.connection)
            .await
            .unwrap()
    );
    assert_eq!(
        db.db_count("user_terms").await,
        0,
        "nothing is left of anybody"
    );
}

async fn pages_and_orders_are_kept(db: &TestDb) {
    let world = db.world().await;
    some_users(&world).await;
    let sort = |by, descending| Some(Sort { by, descending });
    for (sort, expected) in [
        (None, "a b c d"),
        (sort(SortField::Email, true), "c b a d"),
        (sort(SortField::LoginsCount, true), "a b c d"),
        (sort(SortField::LastLogin, false), "c d a b"),
    ] {
        let all = find(&world, "blocked:true OR blocked:false", sort, ALL).await;
        assert_eq!(all, (expected.into(), 4), "{sort:?}");
        let second = Page {
            offset: 1,
            limit: 2,
        };
        let (ids, total) = find(&world, "app_metadata.plan:* OR username:*", sort, second).await;
        let part: Vec<&str> = expected.split(' ').skip(1).take(2).collect();
        assert_eq!(ids, part.join(" "), "{sort:?}");
        assert!(total >= 4, "there is one more: {total}");
    }
    let other = new_connection(&world.tenant, "con_2");
    world.store.add_connection(&other, at(0)).await.unwrap();
    let search = UserSearch {
        query: "email:*".parse().unwrap(),
        connection: Some(other.id),
        sort: None,
    };
    let none = world.store.search_users(&world.tenant, &search, ALL).await;
    assert_eq!(none.unwrap().total, 0);
}

/// More than what is looked at one by one.
async fn large_answers_come_along_an_index(db: &TestDb) {
    let world = db.world().await;
    let numbers = (0..2_500).map(|n| {
        let email = format!("user{n:04}@example.com");
        let mut profile = profile(&format!("{n:04}"), Some(&email), None);
        profile.app_metadata = object(json!({"plan": "gold", "n": n % 10}));
        world.new_user(profile)
    });
    for new in numbers {
        world.store.add_user(&new, None, None, at(1)).await.unwrap();
    }
    let page = Page {
        offset: 3,
        limit: 5,
    };
    let (ids, total) = find(&world, "email:user*", None, page).await;
    assert_eq!((ids.as_str(), total), ("0003 0004 0005 0006 0007", 2_500));
    let (ids, total) = find(&world, "email:user* AND app_metadata.n:7", None, page).await;
    assert_eq!(ids, "0037 0047 0057 0067 0077");
    assert_eq!(total, 250);
    let (first, total) = find(&world, "app_metadata.plan:gold", None, page).await;
    assert_eq!((first.split(' ').count(), total), (5, 2_500));
    let next = Page {
        offset: 8,
        limit: 5,
    };
    let (second, _) = find(&world, "app_metadata.plan:gold", None, next).await;
    assert!(first.split(' ').all(|id| !second.contains(id)));
    let sort = Some(Sort {
        by: SortField::Email,
        descending: true,
    });
    let (ids, total) = find(&world, "app_metadata.plan:gold", sort, page).await;
    assert_eq!(ids, "2496 2495 2494 2493 2492");
    assert!(total >= 1_000);
    let (ids, total) = find(
        &world,
        "app_metadata.plan:gold AND email:user0042@example.com",
        None,
        ALL,
    )
    .await;
    assert_eq!((ids.as_str(), total), ("0042", 1));
}

async fn tenants_do_not_meet(db: &TestDb) {
    let world = db.world().await;
    some_users(&world).await;
    let mut other = world.clone();
    other.tenant = add_tenant(&world.store, "other").await;
    let connection = new_connection(&other.tenant, "con_o");
    other
        .store
        .add_connection(&connection, at(0))
        .await
        .unwrap();
    other.connection = connection.id;
    let ada = json!({"app_metadata": {"plan": "Gold"}, "username": "ada"});
    add(&other, "a", Some("ada@example.com"), ada).await;
    for q in [
        "*",
        "ada",
        "app_metadata.plan:Gold",
        "email:a*",
        "username:ada",
        "user_id:\"auth0|a\"",
        "identities.user_id:a",
    ] {
        assert_eq!(found(&other, q).await, "a", "{q}");
    }
    let removed = other
        .store
        .remove_user(&other.tenant, &UserId::from_raw("a"))
        .await;
    assert!(removed.unwrap());
    assert_eq!(found(&world, "app_metadata.plan:Gold").await, "a c");
    assert_eq!(found(&other, "app_metadata.plan:Gold").await, "");
}

async fn users_older_than_the_index_are_found(db: &TestDb) {
    let world = db.world().await;
    some_users(&world).await;
    db.db_execute("DELETE FROM user_terms").await;
    db.db_execute("UPDATE users SET search_key = NULL").await;
    assert_eq!(found(&world, "app_metadata.plan:Gold").await, "");
    world.store.close().await;
    let mut again = world.clone();
    again.store = Store::open(&db.database, db.key.clone()).await.unwrap();
    assert_eq!(found(&again, "app_metadata.plan:Gold").await, "a c");
}
