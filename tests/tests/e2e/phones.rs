//! People who log in by their telephone numbers.

use serde_json::{Value, json};

use crate::harness::{Install, Manager, Site, connection};

/// A legacy store of three people, who are known by number or address. Two of them have one number.
const LOGIN: &str = r"
function login(identifier, password, callback) {
  const people = [
    { user_id: '1', email: 'ada@example.com', phone_number: '+4930123456', password: 'one' },
    { user_id: '2', email: 'bob@example.com', phone_number: '+31201234567', password: 'two' },
    { user_id: '3', email: 'cleo@example.com', phone_number: '+4930123456', password: 'three' },
  ];
  const wanted = identifier.replace(/[^+0-9a-z@.]/g, '');
  const found = people.find(one => one.email === wanted || one.phone_number === wanted);
  if (!found || found.password !== password) return callback(new WrongUsernameOrPasswordError(identifier));
  const { password: hidden, ...profile } = found;
  callback(null, { ...profile, asked_as: identifier });
}";

const GET_USER: &str = "function getByEmail(identifier, callback) { callback(null); }";

async fn add(manager: &Manager, name: &str, active: bool) -> Value {
    let mut new = connection(name, LOGIN, GET_USER, &json!({}));
    new["options"]["attributes"] = json!({
        "email": {"identifier": {"active": true}, "signup": {"status": "optional"}},
        "phone_number": {"identifier": {"active": active}, "signup": {"status": "optional"}},
    });
    new["options"]["precedence"] = json!(["phone_number", "email"]);
    manager.add_connection(new).await
}

async fn status(site: &Site, connection: &str, identifier: &str, password: &str) -> u16 {
    site.login(connection, identifier, password).await.status
}

async fn sign_up(site: &Site, connection: &str, number: &str) -> (u16, Value) {
    let answer = site
        .request(reqwest::Method::POST, "/dbconnections/signup")
        .json(&json!({
            "client_id": site.credentials.client_id, "connection": connection, "phone_number": number,
            "password": "a long Passw0rd",
        }))
        .send()
        .await
        .unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap())
}

#[tokio::test]
async fn a_number_is_typed_imported_and_somebodys_own() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    add(&manager, "called", true).await;

    assert_eq!(
        status(&site, "called", "+49 (30) 123-456", "wrong").await,
        403
    );
    assert_eq!(
        status(&site, "called", "+49 (30) 123-456", "one").await,
        200
    );
    for identifier in ["+4930123456", "+49 30 123456", "ada@example.com"] {
        assert_eq!(status(&site, "called", identifier, "one").await, 200);
    }
    let users = manager.users().await;
    assert_eq!(users.len(), 1);
    assert_eq!(users[0]["phone_number"], "+4930123456");
    assert_eq!(users[0]["asked_as"], "+49 (30) 123-456");
    assert_eq!(users[0]["logins_count"], 4);

    let taken = site.login("called", "cleo@example.com", "three").await;
    assert_eq!(taken.status, 403);
    assert_eq!(taken.body["error_description"], "The user already exists.");
    let (refused, told) = sign_up(&site, "called", "+4930123456").await;
    assert_eq!(
        (refused, &told["code"]),
        (400, &json!("invalid_signup")),
        "{told}"
    );
    let (made, told) = sign_up(&site, "called", "+33142345678").await;
    assert_eq!(made, 200, "{told}");
    assert_eq!(
        status(&site, "called", "+33 1 42 34 56 78", "a long Passw0rd").await,
        200
    );

    assert_eq!(status(&site, "called", "+31201234567", "two").await, 200);
    let bob = "/users/auth0%7C2";
    let taken = manager
        .patch(bob, &json!({"phone_number": "+4930123456"}))
        .await;
    let told = taken.with_status(409);
    assert_eq!(
        told["message"],
        "The specified new phone_number already exists"
    );
    let moved = manager
        .patch(bob, &json!({"phone_number": "+31207654321"}))
        .await;
    moved.with_status(200);
    assert_eq!(status(&site, "called", "+31207654321", "two").await, 200);
    let logs = manager.get("/logs?q=type:(scpn%20OR%20fcpn)").await;
    let logs = logs.with_status(200);
    let codes: Vec<&Value> = logs
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["type"])
        .collect();
    assert_eq!(codes, ["scpn", "fcpn"]);
}

#[tokio::test]
async fn a_number_is_shared_until_people_log_in_by_it() {
    let install = Install::new();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let connection = add(&manager, "written", false).await;

    for (email, password) in [("cleo@example.com", "three"), ("ada@example.com", "one")] {
        assert_eq!(status(&site, "written", email, password).await, 200);
    }
    assert_eq!(manager.users().await.len(), 2);
    // A native user of the number would not get in by the legacy store's password of another.
    let (made, told) = sign_up(&site, "written", "+4930123456").await;
    assert_eq!(made, 200, "{told}");
    assert_eq!(
        status(&site, "written", "+4930123456", "a long Passw0rd").await,
        403
    );

    let mut options = connection["options"].clone();
    options["attributes"]["phone_number"]["identifier"]["active"] = true.into();
    let path = format!("/connections/{}", connection["id"].as_str().unwrap());
    let changed = manager.patch(&path, &json!({"options": options})).await;
    changed.with_status(200);
    // The oldest has it; the others keep their addresses.
    for (identifier, password) in [
        ("+49 30 123456", "three"),
        ("cleo@example.com", "three"),
        ("ada@example.com", "one"),
    ] {
        assert_eq!(status(&site, "written", identifier, password).await, 200);
    }
    assert_eq!(status(&site, "written", "+4930123456", "one").await, 403);
}
