//! What nothing here does says so, and lists of it are empty.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{app::TestApp, kept::id};

#[tokio::test]
async fn what_would_have_to_lie_says_what_to_do() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for (method, path) in [
        (Method::POST, "actions/actions/x/test"),
        (Method::PATCH, "branding/phone/templates/x/reset"),
        (Method::POST, "blacklists/tokens"),
        (Method::GET, "client-grants/search"),
        (Method::POST, "clients/cimd/preview"),
        (Method::GET, "clients/search"),
        (Method::POST, "connections/x/keys/rotate"),
        (Method::POST, "connections/x/scim-configuration/tokens"),
        (Method::GET, "events"),
        (Method::POST, "event-streams/x/redeliver"),
        (Method::POST, "experimentation/segments"),
        (Method::POST, "guardian/enrollments/ticket"),
        (Method::PUT, "keys/custom-signing"),
        (Method::POST, "keys/encryption/rekey"),
        (Method::GET, "organizations/search"),
        (Method::POST, "self-service-profiles/x/sso-ticket"),
        (Method::POST, "users/x/recovery-code-regeneration"),
    ] {
        let refused = admin.call(method, &format!("/api/v2/{path}"), None).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(refused.body["errorCode"], "operation_not_supported");
        let message = refused.body["message"].as_str().unwrap();
        assert!(
            message.starts_with("This is not served here. "),
            "{message}"
        );
        assert!(
            message.ends_with('.') && !message.ends_with(".."),
            "{message}"
        );
    }
}

#[tokio::test]
async fn lists_of_nothing_have_the_shapes_of_their_kind() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let made = async |path: &str, body: Value| {
        let made = admin.post(&format!("/api/v2/{path}"), body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{path}: {}", made.body);
        format!("{path}/{}", id(&made.body))
    };
    let flow = made("flows", json!({"name": "a"})).await;
    let stream = json!({"name": "a", "destination": {"type": "webhook"}});
    let stream = made("event-streams", stream).await;
    let saml = json!({"name": "saml", "strategy": "samlp"});
    let saml = made("connections", saml).await;
    for (path, body) in [
        (format!("{flow}/executions"), json!({"executions": []})),
        (format!("{stream}/deliveries"), json!([])),
        (
            format!("{stream}/deliveries?take=5"),
            json!({"deliveries": []}),
        ),
        (format!("{saml}/keys"), json!([])),
        (
            format!("{saml}/scim-configuration/default-mapping"),
            json!({"mapping": []}),
        ),
        (format!("{saml}/scim-configuration/tokens"), json!([])),
        (
            format!("{saml}/directory-provisioning/default-mapping"),
            json!({"mapping": []}),
        ),
        ("blacklists/tokens?aud=x".to_owned(), json!([])),
        (
            "experimentation/feature-flags".to_owned(),
            json!({"feature_flags": []}),
        ),
        ("keys/encryption".to_owned(), json!([])),
        (
            "keys/encryption?include_totals=true&per_page=5".to_owned(),
            json!({"start": 0, "limit": 5, "length": 0, "total": 0, "keys": []}),
        ),
        ("keys/custom-signing".to_owned(), json!({"keys": []})),
        ("keys/network-acls".to_owned(), json!({"keys": []})),
        (
            "connection-profiles/templates".to_owned(),
            json!({"connection_profile_templates": []}),
        ),
        (
            "user-attribute-profiles/templates".to_owned(),
            json!({"user_attribute_profile_templates": []}),
        ),
    ] {
        let listed = admin.get(&format!("/api/v2/{path}")).await;
        assert_eq!(listed.status, StatusCode::OK, "{path}: {}", listed.body);
        assert_eq!(listed.body, body, "{path}");
    }
    for path in [
        "actions/executions/x".to_owned(),
        format!("{flow}/executions/x"),
        "flows/x/executions".to_owned(),
        format!("{stream}/deliveries/x"),
        "event-streams/x/deliveries".to_owned(),
        "connections/x/keys".to_owned(),
        "keys/encryption/x".to_owned(),
        "connection-profiles/templates/x".to_owned(),
        "organizations/x/organization-templates".to_owned(),
        "users/x/federated-connections-tokensets".to_owned(),
    ] {
        let missing = admin.get(&format!("/api/v2/{path}")).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{path}");
        assert!(missing.body["errorCode"].is_string(), "{path}");
    }
    for path in [
        format!("{flow}/executions/x"),
        format!("{saml}/scim-configuration/tokens/x"),
        "keys/encryption/x".to_owned(),
        "keys/custom-signing".to_owned(),
        "groups/x".to_owned(),
        "users/x/federated-connections-tokensets/x".to_owned(),
    ] {
        let gone = admin.delete(&format!("/api/v2/{path}")).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT, "{path}");
    }
}
