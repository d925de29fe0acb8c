//! Users whose objects are left out of the store's pages and read one by one.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::{Actor, TestApp};

/// Beyond what a page of the store has of one user.
fn notes(letter: &str) -> String {
    letter.repeat(40_000)
}

async fn add(admin: &Actor<'_>, name: &str, more: Value) {
    let mut body = json!({
        "connection": "legacy", "email": format!("{name}@example.com"), "user_id": name, "password": "p",
        "given_name": name,
    });
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let answer = admin.post("/api/v2/users", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
}

async fn with_users() -> TestApp {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let admin = app.admin().await;
    add(&admin, "ann", json!({"user_metadata": {"a": "b"}})).await;
    add(
        &admin,
        "bea",
        json!({"user_metadata": {"notes": notes("b")}}),
    )
    .await;
    add(
        &admin,
        "cat",
        json!({"app_metadata": {"notes": notes("c")}}),
    )
    .await;
    add(&admin, "dan", json!({})).await;
    app
}

#[tokio::test]
async fn pages_have_them_whole_and_in_their_order() {
    let app = with_users().await;
    let admin = app.admin().await;
    let list = admin.get("/api/v2/users?sort=email:1").await.body;
    let user = |place: usize| list[place].clone();
    assert_eq!(list.as_array().unwrap().len(), 4);
    assert_eq!(user(0)["user_metadata"], json!({"a": "b"}));
    assert_eq!(user(1)["user_metadata"]["notes"], notes("b"));
    assert_eq!(user(2)["app_metadata"]["notes"], notes("c"));
    assert_eq!(user(3)["given_name"], "dan");
    for place in 0..4 {
        let id = user(place)["user_id"].as_str().unwrap().replace('|', "%7C");
        let one = admin.get(&format!("/api/v2/users/{id}")).await.body;
        assert_eq!(one, user(place));
    }
    let found = admin
        .get("/api/v2/users-by-email?email=bea%40example.com")
        .await;
    assert_eq!(found.body, json!([user(1)]));
}

#[tokio::test]
async fn all_shapes_and_fields_are_those_of_small_ones() {
    let app = with_users().await;
    let admin = app.admin().await;
    let get = async |query: &str| {
        let path = format!("/api/v2/users?sort=email:1&fields=given_name,user_id&{query}");
        admin.get(&path).await.body
    };
    let user = |name: &str| json!({"given_name": name, "user_id": format!("auth0|{name}")});
    assert_eq!(
        get("per_page=2&page=1&include_totals=true").await,
        json!({"start": 2, "limit": 2, "length": 2, "total": 4, "users": [user("cat"), user("dan")]})
    );
    let first = get("take=2").await;
    assert_eq!(first["users"], json!([user("ann"), user("bea")]));
    let next = first["next"].as_str().unwrap();
    assert_eq!(
        get(&format!("take=2&from={next}")).await,
        json!({"users": [user("cat"), user("dan")]})
    );
    let found = get("q=user_metadata.notes%3A*b").await;
    assert_eq!(found, json!([user("bea")]));
    let without = admin
        .get("/api/v2/users?sort=email:1&fields=user_metadata,identities&include_fields=false")
        .await
        .body;
    assert!(without[1].get("user_metadata").is_none());
    assert_eq!(without[1]["given_name"], "bea");
}

#[tokio::test]
async fn metadata_grows_to_its_limit_and_no_further() {
    let app = with_users().await;
    let admin = app.admin().await;
    let change = async |name: &str, value: Value| {
        let body = json!({"user_metadata": {name: value}});
        admin.patch("/api/v2/users/auth0%7Cdan", body).await
    };
    let half = "x".repeat(600_000);
    assert_eq!(
        change("one", half.clone().into()).await.status,
        StatusCode::OK
    );
    let refused = change("two", half.into()).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        refused.body["message"],
        "Payload validation error: 'Expected at most 1048576 bytes of JSON on property user_metadata'."
    );
    assert_eq!(change("one", Value::Null).await.status, StatusCode::OK);
    assert_eq!(change("two", "small".into()).await.status, StatusCode::OK);
}
