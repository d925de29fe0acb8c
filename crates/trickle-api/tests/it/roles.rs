//! Who has which role, and what tokens say of it.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use trickle_model::Grant;

use crate::{
    app::{Actor, Answer, Application, HOST, PASSWORD, TestApp},
    token_password::verified,
};

const SHOP: &str = "https://shop/";
const ADA: &str = "/api/v2/users/auth0%7C42";

/// An application through which Ada has logged in once.
async fn with_ada(app: &TestApp) -> Application {
    let grants = [Grant::PasswordRealm, Grant::RefreshToken];
    let application = app.application(&grants, &[]).await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let login = application.password_realm("legacy", PASSWORD);
    let answer = app.post("/oauth/token", login).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    application
}

/// An API that asks for roles.
async fn shop(admin: &Actor<'_>, dialect: &str) {
    let scopes = json!([
        {"value": "read:carts", "description": "Look into carts"}, {"value": "write:carts"}, {"value": "drop:carts"},
    ]);
    let api = json!({
        "identifier": SHOP, "name": "Shop", "scopes": scopes, "token_dialect": dialect, "enforce_policies": true,
    });
    let made = admin.post("/api/v2/resource-servers", api).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["enforce_policies"], true);
}

fn may(names: &[&str]) -> Value {
    let one = |name: &&str| json!({"resource_server_identifier": SHOP, "permission_name": name});
    json!({"permissions": names.iter().map(one).collect::<Vec<_>>()})
}

/// A role with these permissions; gives its id.
async fn role(admin: &Actor<'_>, name: &str, permissions: &[&str]) -> String {
    let made = admin.post("/api/v2/roles", json!({"name": name})).await;
    let id = made.body["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v2/roles/{id}/permissions");
    let added = admin.post(&path, may(permissions)).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    id
}

/// Gives Ada roles.
async fn give(admin: &Actor<'_>, roles: &[&str]) {
    let path = format!("{ADA}/roles");
    let given = admin.post(&path, json!({"roles": roles})).await;
    assert_eq!(given.status, StatusCode::NO_CONTENT, "{}", given.body);
}

/// An organization; gives its path.
async fn organization(admin: &Actor<'_>) -> String {
    let made = admin
        .post("/api/v2/organizations", json!({"name": "initech"}))
        .await;
    format!(
        "/api/v2/organizations/{}",
        made.body["id"].as_str().unwrap()
    )
}

/// Makes Ada a member of the organization of a path.
async fn join(admin: &Actor<'_>, path: &str) {
    let ada = json!({"members": ["auth0|42"]});
    let joined = admin.post(&format!("{path}/members"), ada).await;
    assert_eq!(joined.status, StatusCode::NO_CONTENT, "{}", joined.body);
}

async fn remove(admin: &Actor<'_>, path: &str, body: Value) -> Answer {
    admin.call(Method::DELETE, path, Some(body)).await
}

/// Scope of the answer, and claims of the access token.
async fn login(app: &TestApp, application: &Application, more: Value) -> (Value, Value) {
    let mut body = application.password_realm("legacy", PASSWORD);
    body["audience"] = SHOP.into();
    body["scope"] = "openid read:carts write:carts drop:carts".into();
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let token = answer.body["access_token"].as_str().unwrap();
    let claims = verified(app, token, SHOP).await;
    assert_eq!(claims["scope"], answer.body["scope"]);
    (answer.body["scope"].clone(), claims)
}

#[tokio::test]
async fn users_have_roles_and_roles_have_users() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    with_ada(&app).await;
    let (one, two) = (role(&admin, "a", &[]).await, role(&admin, "b", &[]).await);
    let path = format!("{ADA}/roles");
    let both = json!({"roles": [one, two]});
    for _ in 0..2 {
        let given = admin.post(&path, both.clone()).await;
        assert_eq!(given.status, StatusCode::NO_CONTENT, "{}", given.body);
    }
    let listed = admin.get(&path).await.body;
    let names: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|role| &role["name"])
        .collect();
    assert_eq!(names, ["a", "b"]);
    let totals = admin.get(&format!("{path}?include_totals=true")).await.body;
    assert_eq!(
        (&totals["total"], &totals["limit"]),
        (&json!(2), &json!(50))
    );

    let users = format!("/api/v2/roles/{one}/users");
    let listed = admin.get(&users).await.body;
    assert_eq!(listed[0]["user_id"], "auth0|42");
    assert_eq!(listed[0]["email"], "ada@example.com");
    let taken = admin.get(&format!("{users}?take=1")).await.body;
    assert_eq!(taken["users"].as_array().unwrap().len(), 1);
    let removed = remove(&admin, &path, both).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&users).await.body, json!([]));
    let given = admin.post(&users, json!({"users": ["auth0|42"]})).await;
    assert_eq!((given.status, given.body), (StatusCode::OK, Value::Null));
    assert_eq!(admin.get(&path).await.body[0]["id"], one.as_str());

    let gone = admin.delete(&format!("/api/v2/roles/{one}")).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&path).await.body, json!([]));
}

#[tokio::test]
async fn what_is_not_there_is_refused() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    with_ada(&app).await;
    shop(&admin, "access_token").await;
    let role = role(&admin, "a", &[]).await;
    let (roles, permissions) = (format!("{ADA}/roles"), format!("{ADA}/permissions"));
    let other =
        json!({"permissions": [{"resource_server_identifier": "x", "permission_name": "y"}]});
    let nobody = "/api/v2/users/nobody";
    for (path, body, status, code) in [
        (
            roles.clone(),
            json!({"roles": ["rol_x"]}),
            400,
            "inexistent_role",
        ),
        (roles.clone(), json!({"roles": []}), 400, "invalid_body"),
        (roles.clone(), json!({"roles": [1]}), 400, "invalid_body"),
        (roles, json!({}), 400, "invalid_body"),
        (
            format!("{nobody}/roles"),
            json!({"roles": [role]}),
            404,
            "inexistent_user",
        ),
        (
            permissions.clone(),
            may(&["x"]),
            400,
            "inexistent_permission",
        ),
        (permissions, other, 400, "inexistent_resource_server"),
        (
            format!("{nobody}/permissions"),
            may(&["read:carts"]),
            404,
            "inexistent_user",
        ),
        (
            format!("/api/v2/roles/{role}/users"),
            json!({"users": ["x"]}),
            404,
            "inexistent_user",
        ),
        (
            "/api/v2/roles/rol_x/users".to_owned(),
            json!({"users": ["auth0|42"]}),
            404,
            "inexistent_role",
        ),
    ] {
        let refused = admin.post(&path, body.clone()).await;
        let told = (refused.status.as_u16(), &refused.body["errorCode"]);
        assert_eq!(told, (status, &json!(code)), "{path} {body}");
    }
    for path in ["roles", "permissions"] {
        let body = json!({path: []});
        let refused = remove(&admin, &format!("{nobody}/{path}"), body).await;
        assert!(refused.status.is_client_error(), "{path}");
        assert_eq!(admin.get(&format!("{ADA}/{path}")).await.body, json!([]));
    }
    let missing = admin.get("/api/v2/roles/rol_x/users").await;
    assert_eq!(missing.body["errorCode"], "inexistent_role");
}

#[tokio::test]
async fn permissions_are_listed_with_their_sources() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    with_ada(&app).await;
    shop(&admin, "access_token").await;
    let clerk = role(&admin, "clerk", &["read:carts", "gone"]).await;
    give(&admin, &[&clerk]).await;
    let path = format!("{ADA}/permissions");
    let added = admin.post(&path, may(&["read:carts", "write:carts"])).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    let direct = json!({"source_type": "DIRECT", "source_id": "", "source_name": ""});
    let by_role = json!({"source_type": "ROLE", "source_id": clerk, "source_name": "clerk"});
    let expected = json!([
        {
            "resource_server_identifier": SHOP, "resource_server_name": "Shop", "permission_name": "read:carts",
            "description": "Look into carts", "sources": [direct, by_role],
        },
        {
            "resource_server_identifier": SHOP, "resource_server_name": "Shop", "permission_name": "write:carts",
            "description": "", "sources": [direct],
        },
    ]);
    assert_eq!(admin.get(&path).await.body, expected);
    let page = admin
        .get(&format!("{path}?include_totals=true&per_page=1&page=1"))
        .await
        .body;
    assert_eq!(
        (&page["total"], &page["permissions"][0]),
        (&json!(2), &expected[1])
    );
    let removed = remove(&admin, &path, may(&["read:carts", "write:carts"])).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let left = admin.get(&path).await.body;
    assert_eq!(left[0]["sources"], json!([by_role]));
    assert_eq!(left[1], Value::Null);
}

#[tokio::test]
async fn what_counts_is_told_with_where_it_comes_from() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    with_ada(&app).await;
    shop(&admin, "access_token").await;
    let clerk = role(&admin, "clerk", &["read:carts", "gone"]).await;
    let other = role(&admin, "other", &[]).await;
    let both = json!({"roles": [clerk, other]});
    admin.post(&format!("{ADA}/roles"), both).await;
    let own = may(&["read:carts", "write:carts"]);
    admin.post(&format!("{ADA}/permissions"), own).await;
    let shown = |id: &str, name: &str| json!({"id": id, "name": name, "description": "", "sources": ["direct"]});
    let roles = admin.get(&format!("{ADA}/effective-roles")).await.body;
    let all = [shown(&clerk, "clerk"), shown(&other, "other")];
    assert_eq!(roles, json!({"roles": all}));
    let first = admin.get(&format!("{ADA}/effective-roles?take=1")).await;
    let next = first.body["next"].as_str().unwrap().to_owned();
    let rest = format!("{ADA}/effective-roles?take=1&from={next}");
    assert_eq!(admin.get(&rest).await.body, json!({"roles": [all[1]]}));

    let path = format!("{ADA}/effective-permissions");
    let nameless = admin.get(&path).await;
    assert_eq!(nameless.body["errorCode"], "invalid_query_string");
    let at_shop = "resource_server_identifier=https%3A%2F%2Fshop%2F";
    let listed = admin.get(&format!("{path}?{at_shop}")).await.body;
    let permissions = listed["permissions"].as_array().unwrap();
    let told: Vec<Value> = permissions
        .iter()
        .map(|one| json!([one["permission_name"], one["sources"]]))
        .collect();
    let expected = [
        json!(["read:carts", ["direct", "roles"]]),
        json!(["write:carts", ["direct"]]),
    ];
    assert_eq!(told, expected);
    let elsewhere = format!("{path}?resource_server_identifier=x");
    assert_eq!(admin.get(&elsewhere).await.body, json!({"permissions": []}));
    for (name, behind) in [
        ("read:carts", json!([all[0]])),
        ("write:carts", json!([])),
        // The role has it, the API no more.
        ("gone", json!([])),
    ] {
        let sources = format!("{path}/sources/effective-roles?{at_shop}&permission_name={name}");
        assert_eq!(
            admin.get(&sources).await.body,
            json!({"roles": behind}),
            "{name}"
        );
    }
    let nobody = admin.get("/api/v2/users/nobody/effective-roles").await;
    assert_eq!(nobody.body["errorCode"], "inexistent_user");
}

#[tokio::test]
async fn members_of_an_organization_are_found_by_their_roles() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    with_ada(&app).await;
    let clerk = role(&admin, "clerk", &[]).await;
    let path = organization(&admin).await;
    let effective = format!("{path}/members/auth0%7C42/effective-roles");
    let stranger = admin.get(&effective).await;
    assert_eq!(stranger.body["errorCode"], "inexistent_organization_member");
    join(&admin, &path).await;
    let with_role = format!("{path}/roles/{clerk}/members");
    assert_eq!(admin.get(&with_role).await.body, json!({"members": []}));
    // Elsewhere it does not count here.
    let roles = json!({"roles": [clerk]});
    admin.post(&format!("{ADA}/roles"), roles.clone()).await;
    assert_eq!(admin.get(&with_role).await.body, json!({"members": []}));
    assert_eq!(admin.get(&effective).await.body, json!({"roles": []}));
    let given = format!("{path}/members/auth0%7C42/roles");
    admin.post(&given, roles).await;
    let listed = admin.get(&with_role).await.body;
    assert_eq!(listed["members"][0]["email"], "ada@example.com");
    let some = admin.get(&format!("{with_role}?fields=user_id")).await.body;
    assert_eq!(some, json!({"members": [{"user_id": "auth0|42"}]}));
    let listed = admin.get(&effective).await.body;
    assert_eq!(listed["roles"][0]["name"], "clerk");
    let missing = admin.get(&format!("{path}/roles/rol_x/members")).await;
    assert_eq!(missing.body["errorCode"], "inexistent_role");
}

#[tokio::test]
async fn there_are_no_groups() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    with_ada(&app).await;
    let clerk = role(&admin, "clerk", &[]).await;
    let path = organization(&admin).await;
    join(&admin, &path).await;
    for always in [
        format!("/api/v2/roles/{clerk}/groups"),
        format!("{path}/groups"),
        format!("{path}/roles/{clerk}/groups"),
        format!("{ADA}/effective-roles/sources/groups?role_id={clerk}"),
        format!("{path}/members/auth0%7C42/effective-roles/sources/groups?role_id={clerk}"),
        "/api/v2/groups?take=5".to_owned(),
        format!("{ADA}/groups?take=5"),
    ] {
        let listed = admin.get(&always).await;
        assert_eq!(listed.body, json!({"groups": []}), "{always}");
    }
    assert_eq!(admin.get("/api/v2/groups").await.body, json!([]));
    let nobody = admin.get("/api/v2/users/nobody/groups").await;
    assert_eq!(nobody.body["errorCode"], "inexistent_user");
    let nameless = admin
        .get(&format!("{ADA}/effective-roles/sources/groups"))
        .await;
    assert_eq!(nameless.body["errorCode"], "invalid_query_string");
    for missing in [
        "/api/v2/groups/x".to_owned(),
        "/api/v2/groups/x/members".to_owned(),
        "/api/v2/groups/x/roles".to_owned(),
        format!("{path}/groups/x/roles"),
    ] {
        let answer = admin.get(&missing).await;
        assert_eq!(answer.body["errorCode"], "inexistent_group", "{missing}");
    }
    let of_role = format!("/api/v2/roles/{clerk}/groups");
    let some = json!({"groups": ["x"]});
    let given = admin.post(&of_role, some.clone()).await;
    assert_eq!(given.status, StatusCode::BAD_REQUEST);
    let taken = remove(&admin, &of_role, some).await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn tokens_have_what_roles_allow() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = with_ada(&app).await;
    shop(&admin, "access_token_authz").await;
    let (scope, claims) = login(&app, &application, json!({})).await;
    assert_eq!(
        (scope, &claims["permissions"]),
        (json!("openid"), &json!([]))
    );

    let clerk = role(&admin, "clerk", &["read:carts", "gone"]).await;
    give(&admin, &[&clerk]).await;
    admin
        .post(&format!("{ADA}/permissions"), may(&["write:carts"]))
        .await;
    let (scope, claims) = login(&app, &application, json!({})).await;
    assert_eq!(scope, "openid read:carts write:carts");
    let both = json!(["read:carts", "write:carts"]);
    assert_eq!(claims["permissions"], both);
    // All that a person may do, whatever was asked for.
    let less = json!({"scope": "openid read:carts drop:carts"});
    let (scope, claims) = login(&app, &application, less).await;
    assert_eq!(scope, "openid read:carts");
    assert_eq!(claims["permissions"], both);

    let api = "/api/v2/resource-servers/https%3A%2F%2Fshop%2F";
    admin
        .patch(api, json!({"token_dialect": "access_token"}))
        .await;
    let (scope, claims) = login(&app, &application, json!({})).await;
    assert_eq!(scope, "openid read:carts write:carts");
    assert_eq!(claims["permissions"], Value::Null);
    admin.patch(api, json!({"enforce_policies": false})).await;
    let (scope, _) = login(&app, &application, json!({})).await;
    assert_eq!(scope, "openid read:carts write:carts drop:carts");
}

#[tokio::test]
async fn permissions_end_where_the_clients_grant_ends() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = with_ada(&app).await;
    shop(&admin, "access_token_authz").await;
    let all = ["read:carts", "write:carts"];
    admin.post(&format!("{ADA}/permissions"), may(&all)).await;
    let api = "/api/v2/resource-servers/https%3A%2F%2Fshop%2F";
    let narrow = |policy: &str| json!({"allow_offline_access": true, "subject_type_authorization": {"user": {"policy": policy}}});
    admin.patch(api, narrow("allow_all")).await;
    let mut body = application.password_realm("legacy", PASSWORD);
    body["audience"] = SHOP.into();
    body["scope"] = "read:carts write:carts offline_access".into();
    let answer = app.post("/oauth/token", body).await;
    let older = json!({
        "grant_type": "refresh_token", "client_id": application.id(), "client_secret": application.secret.expose(),
        "refresh_token": answer.body["refresh_token"],
    });
    admin.patch(api, narrow("require_client_grant")).await;
    let refused = app.post("/oauth/token", older.clone()).await;
    assert_eq!(refused.body["error"], "access_denied", "{}", refused.body);

    let grant = json!({
        "client_id": application.id(), "audience": SHOP, "scope": ["read:carts"], "subject_type": "user",
    });
    let made = admin.post("/api/v2/client-grants", grant).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let (scope, claims) = login(&app, &application, json!({})).await;
    assert_eq!(scope, "openid read:carts");
    assert_eq!(claims["permissions"], json!(["read:carts"]));
    let answer = app.post("/oauth/token", older.clone()).await;
    assert_eq!(answer.body["scope"], "read:carts offline_access");
    let token = answer.body["access_token"].as_str().unwrap();
    let claims = verified(&app, token, SHOP).await;
    assert_eq!(claims["permissions"], json!(["read:carts"]));

    admin.patch(api, narrow("deny_all")).await;
    let refused = app.post("/oauth/token", older.clone()).await;
    assert_eq!(refused.body["error"], "access_denied", "{}", refused.body);
    admin.patch(api, narrow("allow_all")).await;
    let answer = app.post("/oauth/token", older).await;
    assert_eq!(
        answer.body["scope"],
        "read:carts write:carts offline_access"
    );
}

#[tokio::test]
async fn who_gives_a_password_and_asks_for_no_scope_of_the_api_gets_all() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = with_ada(&app).await;
    shop(&admin, "access_token").await;
    let api = "/api/v2/resource-servers/https%3A%2F%2Fshop%2F";
    admin.patch(api, json!({"enforce_policies": false})).await;
    let all = "read:carts write:carts drop:carts";
    for (asked, given) in [
        (Value::Null, all.to_owned()),
        ("".into(), all.to_owned()),
        ("openid email address".into(), format!("openid email {all}")),
        ("openid read:carts".into(), "openid read:carts".to_owned()),
        ("openid other:carts".into(), "openid".to_owned()),
    ] {
        let (scope, _) = login(&app, &application, json!({"scope": asked})).await;
        assert_eq!(scope, given, "{asked}");
    }
    admin.patch(api, json!({"enforce_policies": true})).await;
    let permissions = may(&["write:carts"]);
    admin.post(&format!("{ADA}/permissions"), permissions).await;
    let (scope, _) = login(&app, &application, json!({"scope": "openid"})).await;
    assert_eq!(scope, "openid write:carts");
}

#[tokio::test]
async fn a_refresh_follows_the_roles() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = with_ada(&app).await;
    shop(&admin, "access_token").await;
    let api = "/api/v2/resource-servers/https%3A%2F%2Fshop%2F";
    admin
        .patch(api, json!({"allow_offline_access": true}))
        .await;
    let clerk = role(&admin, "clerk", &["read:carts"]).await;
    let mut body = application.password_realm("legacy", PASSWORD);
    body["audience"] = SHOP.into();
    body["scope"] = "read:carts write:carts offline_access".into();
    let answer = app.post("/oauth/token", body).await;
    assert_eq!(answer.body["scope"], "offline_access", "{}", answer.body);
    let refresh = json!({
        "grant_type": "refresh_token", "client_id": application.id(), "client_secret": application.secret.expose(),
        "refresh_token": answer.body["refresh_token"],
    });
    let path = format!("{ADA}/roles");
    admin.post(&path, json!({"roles": [clerk]})).await;
    let first = app.post("/oauth/token", refresh.clone()).await;
    assert_eq!(
        first.body["scope"], "read:carts offline_access",
        "{}",
        first.body
    );
    remove(&admin, &path, json!({"roles": [clerk]})).await;
    let second = app.post("/oauth/token", refresh).await;
    assert_eq!(second.body["scope"], "offline_access", "{}", second.body);
}

#[tokio::test]
async fn roles_of_members_count_for_the_organization() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = with_ada(&app).await;
    shop(&admin, "rfc9068_profile_authz").await;
    app.set_client(&application, json!({"organization_usage": "allow"}))
        .await;
    let connections = admin.get("/api/v2/connections").await.body;
    let body = json!({
        "name": "initech", "enabled_connections": [{"connection_id": connections[0]["id"]}],
    });
    let made = admin.post("/api/v2/organizations", body).await.body;
    let organization = made["id"].as_str().unwrap();
    let members = format!("/api/v2/organizations/{organization}/members");
    let path = format!("{members}/auth0%7C42/roles");
    let clerk = role(&admin, "clerk", &["read:carts"]).await;
    let roles = json!({"roles": [clerk]});
    for method in [Method::GET, Method::POST, Method::DELETE] {
        let body = (method != Method::GET).then(|| roles.clone());
        let refused = admin.call(method.clone(), &path, body).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{method}");
        assert_eq!(refused.body["errorCode"], "inexistent_organization_member");
    }
    admin.post(&members, json!({"members": ["auth0|42"]})).await;
    let given = admin.post(&path, roles.clone()).await;
    assert_eq!(given.status, StatusCode::NO_CONTENT, "{}", given.body);
    let listed = admin.get(&format!("{path}?include_totals=true")).await.body;
    assert_eq!(listed["roles"][0]["id"], clerk.as_str());
    assert_eq!(admin.get(&format!("{ADA}/roles")).await.body, json!([]));
    let listed = admin.get(&format!("{members}?fields=roles")).await.body;
    let expected = json!([{"roles": [{"id": clerk, "name": "clerk"}]}]);
    assert_eq!(listed, expected);
    let usual = admin.get(&members).await.body;
    assert_eq!(usual[0]["roles"], Value::Null);
    let reader = app.actor(&["read:organization_members"]).await;
    assert_eq!(reader.get(&members).await.body, usual);
    let refused = reader.get(&format!("{members}?fields=roles")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
    let others = format!("{members}?fields=email&include_fields=false");
    let others = reader.get(&others).await.body;
    assert_eq!(others[0].get("roles"), None, "{others}");

    let (scope, claims) = login(&app, &application, json!({})).await;
    assert_eq!(
        (scope, &claims["permissions"]),
        (json!("openid"), &json!([]))
    );
    let within = json!({"organization": "initech"});
    let (scope, claims) = login(&app, &application, within).await;
    assert_eq!(scope, "openid read:carts");
    assert_eq!(claims["permissions"], json!(["read:carts"]));
    assert_eq!(claims["org_id"], organization);
    assert_eq!(
        claims["aud"],
        json!([SHOP, format!("https://{HOST}/userinfo")])
    );
    let removed = remove(&admin, &path, roles).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&path).await.body, json!([]));
}
