//! Lists that go on from a place while items come and go.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use trickle_model::{ConnectionId, Grant, UserId};

use crate::{
    app::{Actor, PASSWORD, TestApp},
    kept::items,
};

const MADE: usize = 5;

/// Walks a list two by two and does something with each item that it meets; gives the ids of those that it met.
async fn walk(admin: &Actor<'_>, (list, id): (&str, &str), act: impl AsyncFn(&str)) -> Vec<String> {
    let first = format!("{list}?take=2");
    let mut path = first.clone();
    let mut met = Vec::new();
    loop {
        let page = admin.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        assert!(met.len() < 50, "{path}: it has no end");
        for item in items(&page.body) {
            let item = item[id].as_str().unwrap();
            act(item).await;
            met.push(item.to_owned());
        }
        match page.body["next"].as_str() {
            Some(next) => path = format!("{first}&from={next}"),
            None => return met,
        }
    }
}

/// Removes all that was made while walking: each is met once, and nothing of it is left.
async fn empties(
    admin: &Actor<'_>,
    (list, id): (&str, &str),
    made: &[String],
    remove: impl AsyncFn(&str) -> StatusCode,
) {
    let met = walk(admin, (list, id), async |item: &str| {
        if made.iter().any(|one| one == item) {
            let status = remove(item).await;
            assert!(status.is_success(), "{list} {item}: {status}");
        }
    })
    .await;
    for one in made {
        let times = met.iter().filter(|item| *item == one).count();
        assert_eq!(times, 1, "{list}: {one} of {met:?}");
    }
    let left = walk(admin, (list, id), async |_: &str| {}).await;
    assert!(!left.iter().any(|item| made.contains(item)), "{list}");
}

async fn make(admin: &Actor<'_>, path: &str, id: &str, body: Value) -> String {
    let made = admin.post(path, body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{path}: {}", made.body);
    made.body[id].as_str().unwrap().to_owned()
}

/// Users of a database of our own.
async fn users(admin: &Actor<'_>) -> Vec<String> {
    let connection = json!({"name": "own", "strategy": "auth0"});
    make(admin, "/api/v2/connections", "id", connection).await;
    let mut users = Vec::new();
    for number in 0..MADE {
        let user = json!({
            "connection": "own", "email": format!("u{number}@example.com"), "password": "Sunny-Day-77!x",
            "verify_email": false,
        });
        users.push(make(admin, "/api/v2/users", "user_id", user).await);
    }
    users
}

fn escaped(id: &str) -> String {
    id.replace('|', "%7C")
}

/// Makes the body of a new thing with a number.
type Body<'a> = &'a dyn Fn(usize) -> Value;

#[tokio::test]
async fn a_list_is_emptied_while_it_is_walked() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let strategy = |number: usize| if number < 3 { "auth0" } else { "samlp" };
    let bodies: [(&str, &str, Body<'_>); 7] = [
        ("organizations", "id", &|n| json!({"name": format!("o{n}")})),
        ("roles", "id", &|n| json!({"name": format!("r{n}")})),
        (
            "clients",
            "client_id",
            &|n| json!({"name": format!("c{n}")}),
        ),
        (
            "resource-servers",
            "id",
            &|n| json!({"identifier": format!("https://{n}.example/")}),
        ),
        (
            "connections",
            "id",
            &|n| json!({"name": format!("c{n}"), "strategy": strategy(n)}),
        ),
        (
            "user-attribute-profiles",
            "id",
            &|n| json!({"name": format!("p{n}"), "user_attributes": {}}),
        ),
        ("forms", "id", &|n| json!({"name": format!("f{n}")})),
    ];
    for (kind, id, body) in bodies {
        let list = format!("/api/v2/{kind}");
        let mut made = Vec::new();
        for number in 0..MADE {
            made.push(make(&admin, &list, id, body(number)).await);
        }
        let remove = async |item: &str| admin.delete(&format!("{list}/{item}")).await.status;
        empties(&admin, (&list, id), &made, remove).await;
    }
}

#[tokio::test]
async fn grants_are_taken_back_while_they_are_walked() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.application(&[Grant::ClientCredentials], &[]).await;
    let mut made = Vec::new();
    for number in 0..MADE {
        let audience = format!("https://{number}.example/");
        let api = json!({"identifier": audience});
        make(&admin, "/api/v2/resource-servers", "id", api).await;
        let grant = json!({"client_id": application.id(), "audience": audience, "scope": []});
        made.push(make(&admin, "/api/v2/client-grants", "id", grant).await);
    }
    let list = "/api/v2/client-grants";
    let remove = async |item: &str| admin.delete(&format!("{list}/{item}")).await.status;
    empties(&admin, (list, "id"), &made, remove).await;
}

#[tokio::test]
async fn users_and_what_they_are_in_go_while_they_are_walked() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let users = users(&admin).await;
    let organization = json!({"name": "initech"});
    let organization = make(&admin, "/api/v2/organizations", "id", organization).await;
    let members = format!("/api/v2/organizations/{organization}/members");
    admin.post(&members, json!({"members": users})).await;
    let role = make(&admin, "/api/v2/roles", "id", json!({"name": "clerk"})).await;
    let holders = format!("/api/v2/roles/{role}/users");
    admin.post(&holders, json!({"users": users})).await;

    let remove = async |item: &str| {
        let body = json!({"members": [item]});
        let removed = admin.call(Method::DELETE, &members, Some(body)).await;
        removed.status
    };
    empties(&admin, (&members, "user_id"), &users, remove).await;
    let remove = async |item: &str| {
        let path = format!("/api/v2/users/{}/roles", escaped(item));
        let body = json!({"roles": [role]});
        admin.call(Method::DELETE, &path, Some(body)).await.status
    };
    empties(&admin, (&holders, "user_id"), &users, remove).await;
    let list = "/api/v2/users";
    let remove = async |item: &str| {
        let path = format!("{list}/{}", escaped(item));
        admin.delete(&path).await.status
    };
    empties(&admin, (list, "user_id"), &users, remove).await;
}

#[tokio::test]
async fn logins_end_while_they_are_walked() {
    let app = TestApp::new().await;
    let grants = [Grant::Password, Grant::PasswordRealm, Grant::RefreshToken];
    let application = app.application(&grants, &[]).await;
    let connection = ConnectionId::from_text(app.import_connection(&application).await);
    app.fake.knows_ada();
    let ada = UserId::from_text("auth0|42");
    for _ in 0..MADE {
        let mut body = application.password_realm("legacy", PASSWORD);
        body["scope"] = "openid offline_access".into();
        let answer = app.post("/oauth/token", body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let engine = &app.engine;
        let by = app.basis(&ada).await;
        let begun = engine.begin_session(&app.tenant.id, &ada, &connection, true, None, &by);
        assert!(begun.await.unwrap().is_some());
    }
    let admin = app.admin().await;
    for kind in ["refresh-tokens", "sessions"] {
        let list = format!("/api/v2/users/auth0%7C42/{kind}");
        let made = walk(&admin, (&list, "id"), async |_: &str| {}).await;
        assert_eq!(made.len(), MADE, "{kind}");
        let remove = async |item: &str| {
            let path = format!("/api/v2/{kind}/{item}");
            admin.delete(&path).await.status
        };
        empties(&admin, (&list, "id"), &made, remove).await;
    }
}

#[tokio::test]
async fn what_comes_meanwhile_is_shown_once() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let list = "/api/v2/organizations";
    for number in 0..MADE {
        make(&admin, list, "id", json!({"name": format!("o{number}")})).await;
    }
    let first = admin.get(&format!("{list}?take=2&sort=name:1")).await.body;
    // It is before the place, and moves nothing.
    make(&admin, list, "id", json!({"name": "a"})).await;
    let from = first["next"].as_str().unwrap();
    let rest = format!("{list}?take=9&sort=name:1&from={from}");
    let rest = admin.get(&rest).await.body;
    let names: Vec<_> = items(&rest).iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["o2", "o3", "o4"]);

    // Neither a cursor of another order nor one of another list is one of this.
    let long = "a".repeat(20_000);
    for from in [from, "bjoy", "djE6Mg", "%00", &long] {
        let refused = admin.get(&format!("{list}?take=2&from={from}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{from}");
        assert_eq!(refused.body["errorCode"], "invalid_query_string");
    }
}

#[tokio::test]
async fn a_page_of_none_tells_how_many_there_are() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    make(
        &admin,
        "/api/v2/resource-servers",
        "id",
        json!({"identifier": "a"}),
    )
    .await;
    for (list, key) in [
        ("/api/v2/clients?", "clients"),
        ("/api/v2/resource-servers?", "resource_servers"),
        ("/api/v2/users?q=blocked:true&", "users"),
        ("/api/v2/actions/actions?", "actions"),
        ("/api/v2/logs?q=type:none&", "logs"),
    ] {
        let page = async |size: u8| {
            let path = format!("{list}include_totals=true&per_page={size}");
            admin.get(&path).await.body
        };
        let (none, all) = (page(0).await, page(100).await);
        assert_eq!(none[key], json!([]), "{list}");
        assert!(all["total"].is_u64(), "{list}: {all}");
        assert_eq!(none["total"], all["total"], "{list}");
    }
    let bare = admin.get("/api/v2/resource-servers?per_page=0").await;
    assert_eq!(bare.body, json!([]));
}

#[tokio::test]
async fn a_list_that_tells_no_total_does_not_end_at_once() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let list = "/api/v2/agents";
    for name in ["a", "b"] {
        make(&admin, list, "agent_id", json!({"name": name})).await;
    }
    let first = admin.get(&format!("{list}?per_page=0")).await.body;
    assert_eq!(items(&first).len(), 1, "{first}");
    let next = first["next"].as_str().unwrap();
    let second = admin.get(&format!("{list}?take=2&from={next}")).await.body;
    assert_eq!(items(&second).len(), 1, "{second}");
}
