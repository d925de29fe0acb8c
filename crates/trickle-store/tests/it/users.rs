use serde_json::json;
use trickle_model::{ConnectionId, Profile, Secret, UserId};
use trickle_store::{AddUser, ExistingUser, RefreshProfile, TakenKey, UserEdit};

use crate::db::{HASH, TestDb, add_tenant, at, new_connection, object, on_both, profile};

on_both![
    comes_back_whole_by_email_and_user_name_in_any_case,
    an_email_address_goes_before_a_user_name,
    the_taken_key_is_told,
    logins_are_counted,
    a_hash_is_replaced_once,
    a_refresh_merges_metadata_and_leaves_the_block,
    a_refresh_never_takes_another_users_key,
    objects_do_not_outgrow_their_bound,
    a_removed_user_can_come_back,
    no_text_that_a_caller_types_breaks_a_statement,
];

fn exists(raw: &str, by: TakenKey) -> ExistingUser {
    ExistingUser {
        id: UserId::from_raw(raw),
        by,
    }
}

async fn comes_back_whole_by_email_and_user_name_in_any_case(db: &TestDb) {
    let world = db.world().await;
    let new = world.new_user(Profile {
        email_verified: true,
        blocked: true,
        attributes: object(json!({"name": "Jane Ö", "roles": ["a", null]})),
        user_metadata: object(json!({"colour": "red"})),
        app_metadata: object(json!({"plan": "old"})),
        ..profile("42", Some("Jane.Ö@Example.com"), Some("Jane"))
    });
    let hash = Secret::new(HASH);
    let event = world.event(1);
    let added = world.store.add_user(&new, Some(&hash), Some(&event), at(3));
    let AddUser::Added(user) = added.await.unwrap() else {
        panic!("nobody is there yet")
    };
    assert_eq!(user.id, UserId::from_text("auth0|42"));
    assert_eq!(user.email, new.profile.email);
    assert_eq!((user.created_at, user.updated_at), (at(3), at(3)));
    assert_eq!((user.logins_count, user.last_login), (0, None));

    for identifier in ["jane.ö@example.com", "JANE.Ö@EXAMPLE.COM", "jAnE"] {
        let found = world.find(identifier).await.unwrap();
        assert_eq!(found.password, Some(hash.clone()));
        let user = found.user;
        assert_eq!(user.id, UserId::from_raw("42"));
        assert_eq!((user.email_verified, user.blocked), (true, true));
        assert_eq!(user.attributes, new.profile.attributes);
        assert_eq!(user.user_metadata, new.profile.user_metadata);
        assert_eq!(user.app_metadata, new.profile.app_metadata);
    }
    assert!(world.find("42").await.is_none());
    assert!(world.find("").await.is_none());
    let elsewhere = ConnectionId::from_text("con_2");
    let elsewhere = world.store.find_by_identifier(&elsewhere, "jane").await;
    assert!(elsewhere.unwrap().is_none());

    let other = add_tenant(&world.store, "other").await;
    assert!(world.store.user(&other, &user.id).await.unwrap().is_none());
    let same = world.store.user(&world.tenant, &user.id).await.unwrap();
    assert_eq!(same.unwrap().username.as_deref(), Some("Jane"));
    let logged = world.store.event(&world.tenant, &event.id).await.unwrap();
    assert!(logged.is_some());
}

async fn an_email_address_goes_before_a_user_name(db: &TestDb) {
    let world = db.world().await;
    world.add("1", None, Some("jane@example.com")).await;
    world.add("2", Some("jane@example.com"), None).await;
    let found = world.find("jane@example.com").await.unwrap();
    assert_eq!(found.user.id.raw(), "2");
}

async fn the_taken_key_is_told(db: &TestDb) {
    let mut world = db.world().await;
    world.add("1", Some("a@example.com"), Some("a")).await;
    world.add("2", Some("b@example.com"), Some("b")).await;
    world.add("3", None, None).await;
    let cases = [
        (
            "1",
            Some("new@example.com"),
            None,
            exists("1", TakenKey::Id),
        ),
        ("1", Some("B@example.com"), None, exists("1", TakenKey::Id)),
        (
            "9",
            Some("B@Example.com"),
            None,
            exists("2", TakenKey::Email),
        ),
        (
            "9",
            Some("b@example.com"),
            Some("a"),
            exists("2", TakenKey::Email),
        ),
        ("9", None, Some("B"), exists("2", TakenKey::Username)),
    ];
    for (id, email, username, expected) in cases {
        let AddUser::Exists(existing) = world.add(id, email, username).await else {
            panic!("{id} {email:?} {username:?} was added")
        };
        assert_eq!(existing, expected, "{id} {email:?} {username:?}");
    }
    assert_eq!(db.db_count("credentials").await, 3);

    let second = new_connection(&world.tenant, "con_2");
    world.store.add_connection(&second, at(0)).await.unwrap();
    world.connection = second.id;
    let added = world.add("9", Some("a@example.com"), Some("a")).await;
    assert!(matches!(added, AddUser::Added(_)));
    let taken = world.add("1", None, None).await;
    assert!(matches!(taken, AddUser::Exists(user) if user == exists("1", TakenKey::Id)));
}

async fn logins_are_counted(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("a@example.com"), None).await;
    let tasks: Vec<_> = (1..=20)
        .map(|millis| {
            let world = world.clone();
            tokio::spawn(async move { world.count_login("1", Some("2001:db8::1"), millis).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    world.count_login("1", None, 99).await;
    let user = world.find("a@example.com").await.unwrap().user;
    assert_eq!((user.logins_count, user.last_login), (21, Some(at(99))));
    assert_eq!((user.last_ip, user.updated_at), (None, at(99)));
    // A user who is gone is none to count for.
    world.count_login("nobody", None, 1).await;
}

async fn a_hash_is_replaced_once(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("a@example.com"), None).await;
    let id = UserId::from_raw("1");
    let (old, new) = (Secret::new(HASH), Secret::new("$argon2id$new"));
    let replace = async || {
        let done = world
            .store
            .replace_password_hash(&world.tenant, &id, &old, &new);
        done.await.unwrap()
    };
    assert!(replace().await);
    assert!(!replace().await);
    assert_eq!(
        world.find("a@example.com").await.unwrap().password,
        Some(new)
    );
}

async fn a_refresh_merges_metadata_and_leaves_the_block(db: &TestDb) {
    let world = db.world().await;
    let first = Profile {
        user_metadata: object(json!({"kept": 1, "changed": 1})),
        attributes: object(json!({"name": "Old", "gone": true})),
        ..profile("1", Some("Old@example.com"), Some("old"))
    };
    let new = world.new_user(first);
    world.store.add_user(&new, None, None, at(1)).await.unwrap();
    db.db_execute("UPDATE users SET blocked = 1").await;

    let id = UserId::from_raw("1");
    let second = Profile {
        email_verified: true,
        user_metadata: object(json!({"changed": 2})),
        app_metadata: object(json!({"added": 2})),
        attributes: object(json!({"name": "New"})),
        ..profile("1", Some("New@example.com"), None)
    };
    let refreshed = world
        .store
        .refresh_profile(&world.tenant, &id, &second, at(5));
    let RefreshProfile::Refreshed(user) = refreshed.await.unwrap() else {
        panic!("the user is there")
    };
    assert_eq!(user.email.as_deref(), Some("New@example.com"));
    assert_eq!((user.email_verified, user.blocked), (true, true));
    assert_eq!((user.username, user.updated_at), (None, at(5)));
    assert_eq!(user.attributes, object(json!({"name": "New"})));
    assert_eq!(user.user_metadata, object(json!({"kept": 1, "changed": 2})));
    assert_eq!(user.app_metadata, object(json!({"added": 2})));
    assert!(world.find("old").await.is_none());
    assert!(
        world
            .find("new@example.com")
            .await
            .unwrap()
            .password
            .is_none()
    );
}

async fn a_refresh_never_takes_another_users_key(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("a@example.com"), None).await;
    world.add("2", Some("b@example.com"), Some("b")).await;
    let refresh = async |raw: &str, email, username| {
        let profile = profile("", email, username);
        let id = UserId::from_raw(raw);
        let done = world
            .store
            .refresh_profile(&world.tenant, &id, &profile, at(5));
        done.await.unwrap()
    };
    let taken = refresh("1", Some("B@example.com"), None).await;
    assert!(matches!(taken, RefreshProfile::Taken(user) if user == exists("2", TakenKey::Email)));
    let taken = refresh("1", Some("c@example.com"), Some("B")).await;
    assert!(
        matches!(taken, RefreshProfile::Taken(user) if user == exists("2", TakenKey::Username))
    );
    let user = world.find("a@example.com").await.unwrap().user;
    assert_eq!(user.updated_at, at(1));

    let gone = refresh("nobody", None, None).await;
    assert!(matches!(gone, RefreshProfile::Gone));
}

/// Each change is small enough for the user that its caller saw.
async fn objects_do_not_outgrow_their_bound(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("a@example.com"), None).await;
    let id = UserId::from_raw("1");
    let much = |name: &str| object(json!({name: "x".repeat(600 << 10)}));
    let edit = async |name: &str| {
        let edit = UserEdit {
            app_metadata: Some(Some(much(name))),
            ..UserEdit::default()
        };
        let edited = world.store.edit_user(&world.tenant, &id, &edit, at(2));
        edited.await.unwrap()
    };
    assert!(matches!(edit("a").await, RefreshProfile::Refreshed(_)));
    let refused = edit("b").await;
    assert!(matches!(refused, RefreshProfile::TooLarge("app_metadata")));
    let brought = Profile {
        app_metadata: much("c"),
        user_metadata: object(json!({"seen": true})),
        ..profile("1", Some("a@example.com"), None)
    };
    let refreshed = world
        .store
        .refresh_profile(&world.tenant, &id, &brought, at(3));
    let RefreshProfile::Refreshed(user) = refreshed.await.unwrap() else {
        panic!("the user is there")
    };
    assert!(user.app_metadata.keys().eq(["a"]));
    assert_eq!(user.user_metadata, brought.user_metadata);
}

async fn a_removed_user_can_come_back(db: &TestDb) {
    let world = db.world().await;
    world.add("1", Some("a@example.com"), None).await;
    let id = UserId::from_raw("1");
    let remove = async || {
        let removed = world.store.remove_user(&world.tenant, &id);
        removed.await.unwrap()
    };
    assert!(remove().await);
    assert!(!remove().await);
    for table in ["users", "identities", "credentials"] {
        assert_eq!(db.db_count(table).await, 0, "{table}");
    }
    let again = world.add("1", Some("a@example.com"), None).await;
    assert!(matches!(again, AddUser::Added(_)));
}

async fn no_text_that_a_caller_types_breaks_a_statement(db: &TestDb) {
    let world = db.world().await;
    for text in [
        "a\0b",
        "'; DROP TABLE users; --",
        "%",
        "\\",
        "$1",
        "\u{202e}💧",
    ] {
        assert!(world.find(text).await.is_none());
        let id = UserId::from_text(text);
        assert!(
            world
                .store
                .user(&world.tenant, &id)
                .await
                .unwrap()
                .is_none()
        );
        let added = world.add(text, Some(text), Some(text)).await;
        let AddUser::Added(user) = added else {
            panic!("{text:?} is taken")
        };
        let found = world.find(text).await.unwrap().user;
        assert_eq!(found.id, user.id);
        let again = world.add(text, None, None).await;
        assert!(matches!(again, AddUser::Exists(other) if other.by == TakenKey::Id));
        assert!(
            world
                .store
                .remove_user(&world.tenant, &user.id)
                .await
                .unwrap()
        );
    }
}
