//! Roles of people, and what access tokens say of them.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};
use trickle_testkit::http::LegacyService;

use crate::harness::{Install, Manager, REALM_GRANT, Site, legacy_connection};

const SHOP: &str = "https://shop.test/";
const JANE: &str = "/users/auth0%7C42";

/// Scope of the answer, and what the token says the person may do.
async fn login(site: &Site) -> (Value, Value) {
    let answer = site
        .token_as_client(json!({
            "grant_type": REALM_GRANT, "realm": "customers", "username": "jane@example.com",
            "password": "legacy password", "audience": SHOP, "scope": "openid read:carts write:carts",
        }))
        .await;
    let body = answer.with_status(200);
    let token = body["access_token"].as_str().unwrap();
    let claims = token.split('.').nth(1).unwrap();
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["scope"], body["scope"]);
    (body["scope"].clone(), claims["permissions"].clone())
}

/// A role that may look into carts; gives its id.
async fn clerk(manager: &Manager) -> String {
    let role = json!({"name": "clerk"});
    let role = manager.post("/roles", &role).await.with_status(201);
    let id = role["id"].as_str().unwrap().to_owned();
    let permission = json!({"resource_server_identifier": SHOP, "permission_name": "read:carts"});
    let permissions = json!({"permissions": [permission]});
    let path = format!("/roles/{id}/permissions");
    manager.post(&path, &permissions).await.with_status(201);
    id
}

#[tokio::test]
async fn a_role_opens_scopes_until_the_user_is_gone() {
    let service = LegacyService::start();
    let install = Install::new().with_local_net();
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    manager
        .add_connection(legacy_connection("customers", &service))
        .await;
    let api = json!({
        "identifier": SHOP, "enforce_policies": true, "token_dialect": "access_token_authz",
        "scopes": [{"value": "read:carts"}, {"value": "write:carts"}],
    });
    manager
        .post("/resource-servers", &api)
        .await
        .with_status(201);
    let role = clerk(&manager).await;

    // The first login migrates Jane, who has no role.
    assert_eq!(login(&site).await, (json!("openid"), json!([])));
    let roles = format!("{JANE}/roles");
    let body = json!({"roles": [role]});
    manager.post(&roles, &body).await.with_status(204);
    let allowed = (json!("openid read:carts"), json!(["read:carts"]));
    assert_eq!(login(&site).await, allowed);
    let permissions = format!("{JANE}/permissions");
    let listed = manager.get(&permissions).await.with_status(200);
    assert_eq!(listed[0]["sources"][0]["source_id"], role.as_str());

    // Who comes again is somebody new.
    manager.delete(JANE).await.with_status(204);
    assert_eq!(login(&site).await, (json!("openid"), json!([])));
    manager.post(&roles, &body).await.with_status(204);
    assert_eq!(login(&site).await, allowed);
    let taken = manager.call(Method::DELETE, &roles, Some(&body)).await;
    taken.with_status(204);
    assert_eq!(login(&site).await, (json!("openid"), json!([])));
}
