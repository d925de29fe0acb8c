//! `private_key_jwt`.

use aws_lc_rs::{
    encoding::AsDer, encoding::PublicKeyX509Der, rsa::KeySize, signature::KeyPair as _,
};
use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use trickle_model::{ClientCredential, CredentialAlgorithm, Grant};

use crate::app::{Application, HOST, TestApp};

struct Signer {
    private_der: Vec<u8>,
    public_pem: String,
}

impl Signer {
    fn new() -> Self {
        let pair = aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        let public_pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(der.as_ref())
        );
        let private: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let mut pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}",
            STANDARD.encode(private.as_ref())
        );
        pem.push_str("\n-----END PRIVATE KEY-----\n");
        Self {
            private_der: pem.into_bytes(),
            public_pem,
        }
    }

    fn sign(&self, algorithm: Algorithm, claims: &Value) -> String {
        let key = EncodingKey::from_rsa_pem(&self.private_der).unwrap();
        encode(&Header::new(algorithm), claims, &key).unwrap()
    }
}

async fn machine(app: &TestApp, signer: &Signer) -> Application {
    let application = app
        .application(&[Grant::ClientCredentials], &["read:users"])
        .await;
    let now = app.engine.clock().now();
    let credential = ClientCredential {
        id: "cred_1".into(),
        name: None,
        kid: "k".into(),
        algorithm: CredentialAlgorithm::Rs256,
        public_pem: signer.public_pem.clone(),
        created_at: now,
        updated_at: now,
        expires_at: None,
    };
    let added =
        app.store
            .add_client_credential(&app.tenant.id, &application.client.id, &credential);
    assert!(added.await.unwrap());
    let methods = json!({"private_key_jwt": {"credentials": [{"id": "cred_1"}]}});
    app.set_client(
        &application,
        json!({"client_authentication_methods": methods}),
    )
    .await;
    application
}

fn body(assertion: &str) -> Value {
    json!({
        "grant_type": "client_credentials", "audience": format!("https://{HOST}/api/v2/"),
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    })
}

#[tokio::test]
async fn a_signed_assertion_counts_once() {
    let app = TestApp::new().await;
    let (signer, stranger) = (Signer::new(), Signer::new());
    let application = machine(&app, &signer).await;
    let now = app.engine.clock().now().as_second();
    let good = json!({
        "iss": application.id(), "sub": application.id(), "aud": format!("https://{HOST}/"),
        "jti": "1", "iat": now, "exp": now + 60,
    });
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        if claims["jti"] == "1" {
            claims["jti"] = json!(format!("{name}{}", claims[name]));
        }
        claims
    };
    let assertion = signer.sign(Algorithm::RS256, &good);
    let answer = app.post("/oauth/token", body(&assertion)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.body["scope"], "read:users");
    let again = app.post("/oauth/token", body(&assertion)).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
    let token_endpoint = json!(format!("https://{HOST}/oauth/token"));
    let answer = app
        .post(
            "/oauth/token",
            body(&signer.sign(Algorithm::RS256, &with("aud", token_endpoint))),
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);

    let refused = [
        signer.sign(Algorithm::RS256, &with("exp", json!(now - 120))),
        signer.sign(Algorithm::RS256, &with("exp", json!(now + 7_200))),
        signer.sign(Algorithm::RS256, &with("aud", json!("https://elsewhere/"))),
        signer.sign(Algorithm::RS256, &with("sub", json!("x"))),
        signer.sign(Algorithm::RS256, &with("iss", json!("x"))),
        signer.sign(Algorithm::RS256, &with("jti", Value::Null)),
        signer.sign(Algorithm::RS384, &with("jti", json!("alg"))),
        stranger.sign(Algorithm::RS256, &with("jti", json!("key"))),
        "x.y.z".to_owned(),
    ];
    for assertion in refused {
        let answer = app.post("/oauth/token", body(&assertion)).await;
        assert_eq!(answer.body["error"], "invalid_client", "{}", answer.body);
    }
    // Only whoever has the key learns why.
    let long = [&signer, &stranger].map(|signer| {
        let claims = with("exp", json!(now + 3_600));
        signer.sign(Algorithm::RS256, &claims)
    });
    let expected = [
        "Client authentication failed: client_assertion must expire within 300 seconds from now",
        "Client authentication failed",
    ];
    for (assertion, expected) in long.iter().zip(expected) {
        let answer = app.post("/oauth/token", body(assertion)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.body["error_description"], expected);
    }
    // Its secret does not count any more.
    let mut secret = body("");
    secret["client_id"] = json!(application.id());
    secret["client_secret"] = json!(application.secret.expose());
    let answer = app.post("/oauth/token", secret).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}
