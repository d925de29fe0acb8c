//! `/api/v2/clients` and what the deploy tool asks besides.

use axum::http::{Request, StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};

#[tokio::test]
async fn clients_are_listed_without_secrets() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let application = app.login_application().await;
    let path = "/api/v2/clients?page=1&per_page=1&include_totals=true";
    let answer = admin.get(path).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["clients"][0]["client_id"], application.id());
    assert_json_snapshot!(answer.redacted(), @r#"
    {
      "clients": [
        {
          "client_id": "[client]",
          "cross_origin_authentication": false,
          "global": false,
          "grant_types": [
            "password",
            "http://auth0.com/oauth/grant-type/password-realm"
          ],
          "is_first_party": true,
          "jwt_configuration": {
            "alg": "RS256",
            "lifetime_in_seconds": 36000
          },
          "name": "an application",
          "oidc_conformant": false,
          "refresh_token": {
            "expiration_type": "non-expiring",
            "leeway": 0,
            "rotation_type": "non-rotating"
          },
          "tenant": "acme",
          "token_endpoint_auth_method": "client_secret_post"
        }
      ],
      "length": 1,
      "limit": 1,
      "start": 1,
      "total": 2
    }
    "#);
    let names = admin.get("/api/v2/clients?fields=name").await;
    assert_eq!(names.body.as_array().map(Vec::len), Some(2));
}

/// An RSA key.
const PEM: &str = include_str!("../data/public-key.pem");

fn path(client: &Answer) -> String {
    let id = client.body["client_id"].as_str().unwrap();
    format!("/api/v2/clients/{id}")
}

#[tokio::test]
async fn a_client_is_made_changed_and_removed() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let body = json!({
        "name": "shop", "app_type": "spa", "callbacks": ["https://shop.example/cb"],
        "unknown_key": {"kept": true}, "client_metadata": {"team": "a"}, "logo_uri": null,
    });
    let made = admin.post("/api/v2/clients", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["client_secret"].as_str().unwrap().len(), 64);
    assert_eq!(made.body["unknown_key"], json!({"kept": true}));
    let grants = json!(["implicit", "authorization_code", "refresh_token"]);
    assert_eq!(made.body["grant_types"], grants);

    let mut expected = made.body.clone();
    expected.as_object_mut().unwrap().remove("client_secret");
    let shown = admin.get(&path(&made)).await;
    assert_eq!(shown.body, expected, "the secret is told once");
    let name = admin.get(&format!("{}?fields=name", path(&made))).await;
    assert_eq!(name.body, json!({"name": "shop"}));

    let change = json!({
        "name": "store", "callbacks": [], "unknown_key": null, "client_metadata": {"size": "2"},
        "grant_types": ["client_credentials"], "tenant": "acme", "global": false,
    });
    let changed = admin.patch(&path(&made), change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(changed.body["name"], "store");
    assert!(changed.body.get("unknown_key").is_none());
    let metadata = json!({"team": "a", "size": "2"});
    assert_eq!(changed.body["client_metadata"], metadata);
    assert_eq!(changed.body["grant_types"], json!(["client_credentials"]));

    for query in ["app_type=spa", "is_first_party=true&app_type=native,spa"] {
        let found = admin.get(&format!("/api/v2/clients?{query}")).await;
        assert_eq!(found.body, json!([changed.body]), "{query}");
    }
    let external = "/api/v2/clients?external_client_id=https://a.example/metadata.json";
    assert_eq!(admin.get(external).await.body, json!([]));
    let change = json!({"external_client_id": "https://a.example/metadata.json"});
    let changed = admin.patch(&path(&made), change).await.body;
    assert_eq!(admin.get(external).await.body, json!([changed]));
    let all = admin.get("/api/v2/clients?is_global=true&take=5").await;
    assert_eq!(all.body["clients"][0]["global"], true);
    assert_eq!(all.body["clients"][1], Value::Null);

    for _ in 0..2 {
        let gone = admin.delete(&path(&made)).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
    }
    let missing = admin.get(&path(&made)).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(missing.body["errorCode"], "inexistent_client");
}

#[tokio::test]
async fn applications_keep_their_id_and_secret_when_they_move_here() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let body = json!({
        "client_id": "abcDEF-1_2.3", "client_secret": "a secret from elsewhere", "name": "moved",
        "grant_types": ["client_credentials"],
    });
    let made = admin.post("/api/v2/clients", body.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["client_id"], "abcDEF-1_2.3");
    let again = admin.post("/api/v2/clients", body).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let token = |secret: &str| {
        json!({
            "grant_type": "client_credentials", "client_id": "abcDEF-1_2.3", "client_secret": secret,
            "audience": "https://nowhere.example/",
        })
    };
    let answer = app
        .post("/oauth/token", token("a secret from elsewhere"))
        .await;
    assert_eq!(answer.body["error"], "access_denied", "{}", answer.body);
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "the secret is right");
    // As RFC 6749 §2.3.1 has it.
    let encoded = STANDARD.encode("abcDEF%2D1%5F2.3:a+secret+from+elsewhere");
    let request =
        Request::post("/oauth/token").header(header::AUTHORIZATION, format!("Basic {encoded}"));
    let asked = json!({"grant_type": "client_credentials", "audience": "https://nowhere.example/"});
    let answer = app.send(request, Some(asked)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);

    let rotated = admin
        .post(&format!("{}/rotate-secret", path(&made)), json!({}))
        .await;
    assert_eq!(rotated.status, StatusCode::OK);
    let answer = app
        .post("/oauth/token", token("a secret from elsewhere"))
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let new = rotated.body["client_secret"].as_str().unwrap();
    let answer = app.post("/oauth/token", token(new)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_does_not_fit_a_client_is_named() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for (body, message) in [
        (json!({}), "Missing required property: name"),
        (
            json!({"name": "a", "callbacks": "x"}),
            "Expected type array on property callbacks",
        ),
        (
            json!({"name": "<a>"}),
            "Expected 1 to 256 characters without < and > on property name",
        ),
        (
            json!({"name": "a", "client_secret": "short"}),
            "Expected at least 16 characters on property client_secret",
        ),
        (
            json!({"name": "a", "client_id": "a b"}),
            "Expected 1 to 64 letters, digits, -, _ and . on property client_id",
        ),
        (
            json!({"name": "a", "client_authentication_methods": {"private_key_jwt": {"credentials": [
                {"credential_type": "public_key", "pem": "no key"},
            ]}}}),
            "Expected an RSA public key (BEGIN PUBLIC KEY, BEGIN RSA PUBLIC KEY or BEGIN CERTIFICATE) on property pem of client_authentication_methods.private_key_jwt.credentials[0]",
        ),
    ] {
        let answer = admin.post("/api/v2/clients", body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let message = format!("Payload validation error: '{message}'.");
        assert_eq!(answer.body["message"], message);
    }
}

#[tokio::test]
async fn a_new_secret_needs_a_scope_of_its_own() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let made = admin.post("/api/v2/clients", json!({"name": "a"})).await;
    let changer = app.actor(&["update:clients"]).await;
    let change = json!({"client_secret": "a secret of my choice"});
    let refused = changer.patch(&path(&made), change.clone()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let other = app.actor(&["update:clients", "update:client_keys"]).await;
    let changed = other.patch(&path(&made), change).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert!(changed.body.get("client_secret").is_none());
}

#[tokio::test]
async fn keys_of_clients_come_and_go() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let key = json!({"credential_type": "public_key", "pem": PEM, "name": "first"});
    let body = json!({
        "name": "signer", "client_authentication_methods": {"private_key_jwt": {"credentials": [key]}},
    });
    let made = admin.post("/api/v2/clients", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let credentials = &made.body["client_authentication_methods"]["private_key_jwt"]["credentials"];
    let id = credentials[0]["id"].as_str().unwrap();
    assert_eq!(*credentials, json!([{"id": id}]));
    assert!(made.body.get("token_endpoint_auth_method").is_none());

    let all = format!("{}/credentials", path(&made));
    let one = format!("{all}/{id}");
    let shown = admin.get(&one).await;
    assert_eq!(
        (&shown.body["id"], &shown.body["alg"]),
        (&json!(id), &json!("RS256"))
    );
    assert!(shown.body.get("pem").is_none());
    assert_eq!(admin.get(&all).await.body, json!([shown.body]));

    let second =
        json!({"credential_type": "public_key", "pem": PEM, "alg": "PS256", "kid": "mine"});
    let second = admin.post(&all, second).await;
    assert_eq!(second.status, StatusCode::CREATED, "{}", second.body);
    assert_eq!(second.body["kid"], "mine");
    let until = json!({"expires_at": "2040-01-01T00:00:00.000Z"});
    let changed = admin.patch(&one, until.clone()).await;
    assert_eq!(changed.body["expires_at"], until["expires_at"]);

    assert_eq!(admin.delete(&one).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&one).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.get(&all).await.body, json!([second.body]));
}

#[tokio::test]
async fn keys_of_clients_come_in_certificates_too() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let made = admin.post("/api/v2/clients", json!({"name": "a"})).await;
    let all = format!("{}/credentials", path(&made));
    let signing = admin.get("/api/v2/keys/signing").await.body;
    let certificate = signing[0]["cert"].as_str().unwrap();
    let body = json!({
        "credential_type": "public_key", "pem": certificate, "parse_expiry_from_cert": true,
    });
    let added = admin.post(&all, body).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    assert_eq!(added.body["kid"], signing[0]["kid"]);
    assert!(added.body["expires_at"].is_string(), "{}", added.body);

    let lines = PEM.lines().filter(|line| !line.starts_with("-----"));
    let text: String = lines.collect();
    let inner = format!(
        "-----BEGIN RSA PUBLIC KEY-----\n{}\n-----END RSA PUBLIC KEY-----\n",
        &text[32..]
    );
    let add = async |pem: &str| {
        let body = json!({"credential_type": "public_key", "pem": pem});
        admin.post(&all, body).await
    };
    let added = add(&inner).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
    assert_eq!(added.body["kid"], add(PEM).await.body["kid"]);
    let broken = certificate.replacen("MII", "MIX", 1);
    assert_eq!(add(&broken).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn secrets_of_services_are_not_kept() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let addons = json!({
        "firebase": {"private_key": "k", "secret": "s", "client_email": "a@b.test"}, "layer": {"privateKey": "k", "keyId": "i"},
        "sap_api": {"servicePassword": "p", "clientid": "c"}, "azure_sb": {"sasKey": "k", "entityPath": "e"},
        "azure_blob": {"storageAccessKey": "k", "accountName": "a"},
        "samlp": {"audience": "u", "mappings": {"user_id": "x"}}, "wsfed": {},
    });
    let left = json!({
        "firebase": {"client_email": "a@b.test"}, "layer": {"keyId": "i"}, "sap_api": {"clientid": "c"},
        "azure_sb": {"entityPath": "e"}, "azure_blob": {"accountName": "a"},
        "samlp": {"audience": "u", "mappings": {"user_id": "x"}}, "wsfed": {},
    });
    let made = admin
        .post("/api/v2/clients", json!({"name": "a", "addons": addons}))
        .await;
    assert_eq!(made.body["addons"], left, "{}", made.body);
    for again in [addons, left.clone()] {
        let changed = admin.patch(&path(&made), json!({"addons": again})).await;
        assert_eq!(changed.body["addons"], left, "{}", changed.body);
    }

    let gateway = json!({"method": "bearer", "subject": "s", "audience": "a", "secret": "x"});
    let database = json!({
        "name": "legacy", "strategy": "auth0", "options": {"gateway_authentication": gateway},
    });
    let made = admin.post("/api/v2/connections", database).await;
    assert_eq!(
        made.body["options"]["gateway_authentication"],
        json!({"method": "bearer", "subject": "s", "audience": "a"})
    );
}

#[tokio::test]
async fn there_are_no_actions() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let answer = admin
        .get("/api/v2/actions/actions?page=0&per_page=100")
        .await;
    let none = Value::Array(Vec::new());
    let expected = json!({"actions": none, "total": 0, "page": 0, "per_page": 100});
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn the_login_page_of_all_clients_is_kept() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let path = "/api/v2/clients/all-applications";
    let page = json!({"custom_login_page": "<html>{{ x }}</html>", "custom_login_page_on": true});
    let changed = admin.patch(path, page.clone()).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let shown = admin.get(path).await;
    assert_eq!(shown.body, changed.body);
    let listed = admin.get("/api/v2/clients?is_global=true").await;
    assert_eq!(listed.body, json!([changed.body]));
    for (name, value) in page.as_object().unwrap() {
        assert_eq!(&shown.body[name], value);
    }
    // What a tool sends back is no change.
    let again = admin.patch(path, shown.body.clone()).await;
    assert_eq!(again.body, shown.body);
    let refused = admin
        .patch(path, json!({"callbacks": ["https://a.test"]}))
        .await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.body["errorCode"], "operation_not_supported");
    let taken = json!({"client_id": "all-applications", "name": "x"});
    let taken = admin.post("/api/v2/clients", taken).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
}

/// The deploy CLI registers it by its address alone, and finds it again by that.
#[tokio::test]
async fn a_client_that_is_described_elsewhere_is_kept_by_its_address() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    let register = "/api/v2/clients/cimd/register";
    let address = "https://assistant.example/client.json";
    let body = json!({"external_client_id": address});
    let made = admin.post(register, body.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let mapped = json!({"external_client_id": address, "name": address});
    assert_eq!(made.body["mapped_fields"], mapped);
    let warning = made.body["validation"]["warnings"][0].as_str().unwrap();
    assert!(warning.contains("is not fetched"), "{warning}");
    let again = admin.post(register, body).await;
    assert_eq!(again.body, made.body, "there is one of each address");

    let shown = admin.get(&path(&made)).await.body;
    assert_eq!(shown["external_client_id"], address);
    assert_eq!(shown["is_first_party"], false);
    assert_eq!(shown["token_endpoint_auth_method"], "none");
    assert_eq!(shown.get("callbacks"), None);
    let change = json!({"app_type": "regular_web", "grant_types": ["authorization_code"]});
    let changed = admin.patch(&path(&made), change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);

    for odd in [
        json!({}),
        json!({"external_client_id": "http://assistant.example/client.json"}),
        json!({"external_client_id": "https://"}),
        json!({"external_client_id": format!("https://{}", "a".repeat(120))}),
        json!({"external_client_id": address, "name": "Assistant"}),
    ] {
        let refused = admin.post(register, odd.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{odd}");
    }
}
