//! `/api/v2/keys/signing`.

use axum::http::{Request, StatusCode, header};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

use crate::{
    app::{Answer, HOST, PASSWORD, TestApp},
    token_password::verified,
};

async fn published(app: &TestApp) -> Vec<String> {
    let keys = app.get("/.well-known/jwks.json").await.body;
    let keys = keys["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

fn kid_of(listed: &Answer, state: &str) -> String {
    let keys = listed.body.as_array().unwrap().iter();
    let found: Vec<&Value> = keys.filter(|key| key[state] == true).collect();
    assert_eq!(found.len(), 1, "{state}: {}", listed.body);
    found[0]["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn keys_follow_one_another_and_tokens_outlive_a_rotation() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let admin = app.admin().await;
    let userinfo = format!("https://{HOST}/userinfo");
    let login = async || {
        let body = application.password_realm("legacy", PASSWORD);
        let answer = app.post("/oauth/token", body).await;
        answer.body["access_token"].as_str().unwrap().to_owned()
    };
    let old = login().await;
    let listed = admin.get("/api/v2/keys/signing").await;
    let first = kid_of(&listed, "current");
    let key = &listed.body[0];
    assert!(
        key["cert"]
            .as_str()
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----\n")
    );
    let again = admin.get(&format!("/api/v2/keys/signing/{first}")).await;
    assert_eq!(&again.body, key, "the same certificate");
    let path = format!("/api/v2/keys/signing/{first}/revoke");
    let refused = admin.call(axum::http::Method::PUT, &path, None).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);

    let rotated = admin.post("/api/v2/keys/signing/rotate", json!({})).await;
    assert_eq!(rotated.status, StatusCode::CREATED, "{}", rotated.body);
    let listed = admin.get("/api/v2/keys/signing").await;
    let (second, third) = (kid_of(&listed, "current"), kid_of(&listed, "next"));
    assert_eq!(rotated.body["kid"], second.as_str());
    assert_eq!(kid_of(&listed, "previous"), first);
    assert_eq!(
        published(&app).await,
        [&second, &third, &first].map(Clone::clone)
    );
    let new = login().await;
    for token in [&old, &new] {
        verified(&app, token, &userinfo).await;
    }

    // What was to come comes.
    admin.post("/api/v2/keys/signing/rotate", json!({})).await;
    let listed = admin.get("/api/v2/keys/signing").await;
    assert_eq!(kid_of(&listed, "current"), third);
    assert_eq!(published(&app).await.len(), 4);

    let revoked = admin.call(axum::http::Method::PUT, &path, None).await;
    assert_eq!(revoked.status, StatusCode::OK, "{}", revoked.body);
    assert!(!published(&app).await.contains(&first));
    let bearer = |token: &str| {
        axum::http::Request::get("/userinfo").header("authorization", format!("Bearer {token}"))
    };
    let answer = app.send(bearer(&old), None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    // Signed by the second, without a scope of its own.
    let answer = app.send(bearer(&new), None).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_key_has_one_certificate_wherever_it_is_shown() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    admin.post("/api/v2/keys/signing/rotate", json!({})).await;
    let listed = admin.get("/api/v2/keys/signing").await;
    let listed = listed.body.as_array().unwrap();
    let own = Request::get("/.well-known/jwks.json").header(header::HOST, "login.acme.test");
    let keys = app.get("/.well-known/jwks.json").await.body;
    assert_eq!(app.send(own, None).await.body, keys);
    for (shown, key) in listed.iter().zip(keys["keys"].as_array().unwrap()) {
        assert_eq!(shown["kid"], key["kid"]);
        let pem = shown["cert"].as_str().unwrap().lines();
        let text: String = pem.filter(|line| !line.starts_with('-')).collect();
        assert_eq!(key["x5c"], json!([text]));
        assert!(STANDARD.decode(text).is_ok());
        let thumbprint = URL_SAFE_NO_PAD.decode(key["x5t"].as_str().unwrap());
        let bytes = thumbprint.unwrap();
        let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(shown["thumbprint"], hex.concat());
        assert_eq!(shown["fingerprint"], hex.join(":"));
    }
    let pem = app.get("/pem").await;
    assert_eq!(pem.headers[header::CONTENT_TYPE], "application/x-pem-file");
    assert_eq!(pem.body, listed[0]["cert"], "of the key that signs");
}
