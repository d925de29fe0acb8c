//! Telephone numbers as identifiers.

use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    app::{Answer, Application, TestApp},
    authorize::{landed, spa, url},
    browser::{Browser, field},
};

const NUMBER: &str = "+4930123456";
const PASSWORD: &str = "Str0ng enough!";

struct World {
    app: TestApp,
    application: Application,
}

impl World {
    async fn new(active: bool) -> Self {
        let app = TestApp::new().await;
        let application = app.login_application().await;
        let body = json!({
            "name": "customers", "strategy": "auth0", "enabled_clients": [application.id()],
            "options": {"attributes": {
                "email": {"signup": {"status": "optional"}},
                "phone_number": {"identifier": {"active": active}, "signup": {"status": "optional"}},
            }},
        });
        let created = app.admin().await.post("/api/v2/connections", body).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);
        Self { app, application }
    }

    async fn add(&self, id: &str, number: &str) -> Answer {
        let body = json!({
            "connection": "customers", "user_id": id, "phone_number": number, "password": PASSWORD,
        });
        self.app.admin().await.post("/api/v2/users", body).await
    }

    async fn change(&self, id: &str, change: Value) -> Answer {
        let admin = self.app.admin().await;
        admin
            .patch(&format!("/api/v2/users/auth0%7C{id}"), change)
            .await
    }

    async fn sign_up(&self, number: &str) -> Answer {
        let body = json!({
            "client_id": self.application.id(), "connection": "customers", "phone_number": number,
            "password": PASSWORD,
        });
        self.app.post("/dbconnections/signup", body).await
    }

    async fn login(&self, number: &str) -> StatusCode {
        let mut body = self.application.password_realm("customers", PASSWORD);
        body["username"] = number.into();
        self.app.post("/oauth/token", body).await.status
    }
}

#[tokio::test]
async fn a_number_belongs_to_one_user_whoever_asks_for_it() {
    let world = World::new(true).await;
    assert_eq!(world.add("1", NUMBER).await.status, StatusCode::CREATED);
    assert_eq!(world.add("2", "+31").await.status, StatusCode::CREATED);
    assert_eq!(world.login(" +49 (30) 123-456").await, StatusCode::OK);

    let again = world.add("3", NUMBER).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(again.body["message"], "The user already exists.");
    let signed_up = world.sign_up(NUMBER).await;
    assert_eq!(signed_up.status, StatusCode::BAD_REQUEST);
    assert_eq!(signed_up.body["code"], "invalid_signup");
    let taken = world.change("2", json!({"phone_number": NUMBER})).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert_eq!(
        taken.body["message"],
        "The specified new phone_number already exists"
    );
    let changed = world.change("2", json!({"phone_number": "+32"})).await;
    assert_eq!(changed.body["phone_number"], "+32");
    assert_eq!(world.login("+32").await, StatusCode::OK);
    assert_eq!(world.login("+31").await, StatusCode::FORBIDDEN);
    assert_eq!(world.sign_up("+31").await.status, StatusCode::OK);

    let admin = world.app.admin().await;
    let logs = admin
        .get("/api/v2/logs?q=type:(scpn%20OR%20fcpn)")
        .await
        .body;
    let codes = logs.as_array().unwrap().iter();
    let codes: Vec<&str> = codes.map(|entry| entry["type"].as_str().unwrap()).collect();
    assert_eq!(codes, ["scpn", "fcpn"]);
    let found = admin
        .get("/api/v2/users?q=phone_number:%22%2B32%22&search_engine=v3")
        .await
        .body;
    assert_eq!(found[0]["user_id"], "auth0|2");
}

#[tokio::test]
async fn applications_learn_the_number_by_the_scope_phone() {
    let world = World::new(true).await;
    world.add("1", NUMBER).await;
    let login = async |scope: &str| {
        let mut body = world.application.password_realm("customers", PASSWORD);
        body["username"] = NUMBER.into();
        body["scope"] = scope.into();
        world.app.post("/oauth/token", body).await.body
    };
    let userinfo = async |tokens: &Value| {
        let token = tokens["access_token"].as_str().unwrap();
        let request = Request::get("/userinfo");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        world.app.send(request, None).await.body
    };
    let tokens = login("openid phone").await;
    assert_eq!(tokens["scope"], "openid phone");
    let mut claims = json!({
        "sub": "auth0|1", "phone_number": NUMBER, "phone_number_verified": false,
    });
    assert_eq!(userinfo(&tokens).await, claims);
    world.change("1", json!({"phone_verified": true})).await;
    claims["phone_number_verified"] = true.into();
    assert_eq!(userinfo(&login("openid phone").await).await, claims);
    let without = userinfo(&login("openid").await).await;
    assert_eq!(without, json!({"sub": "auth0|1"}));
}

#[tokio::test]
async fn numbers_are_shared_where_nobody_logs_in_by_them() {
    let world = World::new(false).await;
    for id in ["1", "2"] {
        assert_eq!(world.add(id, NUMBER).await.status, StatusCode::CREATED);
    }
    assert_eq!(world.sign_up(NUMBER).await.status, StatusCode::OK);
    assert_eq!(world.login(NUMBER).await, StatusCode::FORBIDDEN);
    let changed = world.change("1", json!({"phone_number": "+32"})).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
}

#[tokio::test]
async fn blocks_are_found_by_the_user_of_the_number() {
    let world = World::new(true).await;
    world.add("1", NUMBER).await;
    let admin = world.app.admin().await;
    let settings = json!({"mode": "count_per_identifier", "max_attempts": 2});
    let path = "/api/v2/attack-protection/brute-force-protection";
    assert_eq!(admin.patch(path, settings).await.status, StatusCode::OK);
    for number in 0..2 {
        let mut body = world
            .application
            .password_realm("customers", &format!("guess {number}"));
        body["username"] = "+49 30 123456".into();
        let answer = world.app.post("/oauth/token", body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        world.app.engine.settled().await;
    }
    assert_eq!(world.login(NUMBER).await, StatusCode::TOO_MANY_REQUESTS);
    let blocked = admin.get("/api/v2/user-blocks/auth0%7C1").await.body;
    assert_eq!(blocked["blocked_for"][0]["identifier"], NUMBER);
    let lifted = admin.delete("/api/v2/user-blocks/auth0%7C1").await;
    assert_eq!(lifted.status, StatusCode::NO_CONTENT);
    assert_eq!(world.login(NUMBER).await, StatusCode::OK);
}

#[tokio::test]
async fn the_page_asks_for_the_number_where_the_connection_does() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let admin = app.admin().await;
    let connection = admin.get("/api/v2/connections").await.body[0].clone();
    let path = format!("/api/v2/connections/{}", connection["id"].as_str().unwrap());
    let mut browser = Browser::new(&app);
    let page = url(&application, &[("screen_hint", "signup")]);
    let before = browser.page(&page).await;
    assert!(!before.body.as_str().unwrap().contains("phone_number"));

    let mut options = connection["options"].clone();
    options["attributes"] = json!({
        "email": {"identifier": {"active": true}},
        "phone_number": {"identifier": {"active": true}, "signup": {"status": "required"}},
    });
    let set = admin.patch(&path, json!({"options": options})).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    let state = field(&browser.page(&page).await, "state");
    let sign_up = async |browser: &mut Browser<'_>, number: &str| {
        let fields = [
            ("state", state.as_str()),
            ("email", "eve@example.com"),
            ("phone_number", number),
            ("password", PASSWORD),
        ];
        browser.post("/u/signup", &fields).await
    };
    for wrong in ["", "030 123"] {
        let answer = sign_up(&mut browser, wrong).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        let html = answer.body.as_str().unwrap();
        assert!(
            html.contains(&format!("type=\"tel\" value=\"{wrong}\"")),
            "{html}"
        );
    }
    let made = sign_up(&mut browser, "+49 (30) 123-456").await;
    assert!(landed(&made).pairs.contains_key("code"));
    let found = admin
        .get("/api/v2/users-by-email?email=eve%40example.com")
        .await;
    assert_eq!(found.body[0]["phone_number"], NUMBER);
}

#[tokio::test]
async fn nobody_needs_an_address_where_the_connection_asks_for_none() {
    let app = TestApp::new().await;
    let application = spa(&app).await;
    let admin = app.admin().await;
    let connection = admin.get("/api/v2/connections").await.body[0].clone();
    let path = format!("/api/v2/connections/{}", connection["id"].as_str().unwrap());
    let set = async |attributes: Value| {
        let options = json!({"attributes": attributes});
        let set = admin.patch(&path, json!({"options": options})).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    };
    let asked = |page: &Answer| {
        let html = page.body.as_str().unwrap();
        let names = ["email", "username", "phone_number"];
        names.map(|name| html.contains(&format!("<input id=\"{name}\"")))
    };
    let active =
        |status: &str| json!({"identifier": {"active": true}, "signup": {"status": status}});
    let page = url(&application, &[("screen_hint", "signup")]);
    let mut browser = Browser::new(&app);

    set(json!({"phone_number": active("required")})).await;
    let form = browser.page(&page).await;
    assert_eq!(asked(&form), [false, false, true]);
    let state = field(&form, "state");
    let mut sign_up = async |name: &str, value: &str| {
        let fields = [
            ("state", state.as_str()),
            (name, value),
            ("password", PASSWORD),
        ];
        browser.post("/u/signup", &fields).await
    };
    let refused = sign_up("email", "eve@example.com").await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let html = refused.body.as_str().unwrap();
    assert!(html.contains("Please type your phone number."), "{html}");
    let made = sign_up("phone_number", "+49 (30) 123-456").await;
    assert!(landed(&made).pairs.contains_key("code"));

    set(json!({"username": active("required"), "email": {"signup": {"status": "inactive"}}})).await;
    let made = sign_up("username", "eve").await;
    assert!(landed(&made).pairs.contains_key("code"));
    let users = admin.get("/api/v2/users?sort=created_at:1").await.body;
    assert_eq!(users[0]["phone_number"], NUMBER);
    assert_eq!(users[1]["username"], "eve");
    for user in users.as_array().unwrap() {
        assert_eq!(user["email"], Value::Null);
    }

    set(json!({"username": active("optional"), "email": active("optional")})).await;
    let form = Browser::new(&app).page(&page).await;
    assert_eq!(asked(&form), [true, true, false]);
    let body = json!({
        "client_id": application.id(), "connection": "legacy", "username": "bob", "password": PASSWORD,
    });
    let answer = app.post("/dbconnections/signup", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.body["username"], "bob");
    assert_eq!(answer.body["email"], Value::Null);
}

#[tokio::test]
async fn another_number_is_not_proven_by_the_old_ones_proof() {
    let world = World::new(true).await;
    world.add("1", NUMBER).await;
    let proven = async |change: Value| {
        let changed = world.change("1", change).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        changed.body["phone_verified"].clone()
    };
    let verified = json!({"phone_verified": true});
    assert_eq!(proven(verified.clone()).await, true);
    let same = json!({"phone_number": NUMBER, "given_name": "Ada"});
    assert_eq!(proven(same).await, true);
    let other = json!({"phone_number": "+32"});
    assert_eq!(proven(other).await, false);
    let both = json!({"phone_number": "+33", "phone_verified": true});
    assert_eq!(proven(both).await, true);
    let none = json!({"phone_number": null});
    assert_eq!(proven(none).await, Value::Null);
    let first = json!({"phone_number": "+34"});
    assert_eq!(proven(first).await, false);
}

#[tokio::test]
async fn numbers_can_be_changed_while_the_legacy_store_is_in_charge() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let body = json!({
        "name": "legacy", "strategy": "auth0", "enabled_clients": [application.id()],
        "options": {
            "enabledDatabaseCustomization": true, "import_mode": false,
            "customScripts": {"login": "function login() {}"},
        },
    });
    let admin = app.admin().await;
    let made = admin.post("/api/v2/connections", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    app.fake.knows_ada();
    let login = application.password_realm("legacy", crate::app::PASSWORD);
    let answer = app.post("/oauth/token", login.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let path = "/api/v2/users/auth0%7C42";
    let changed = admin.patch(path, json!({"phone_number": NUMBER})).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(changed.body["phone_verified"], false);
    let name = admin.patch(path, json!({"given_name": "Eve"})).await;
    assert_eq!(name.status, StatusCode::BAD_REQUEST);
    let answer = app.post("/oauth/token", login).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let user = admin.get(path).await.body;
    assert_eq!(
        user["phone_number"],
        Value::Null,
        "as the legacy store says"
    );
}
