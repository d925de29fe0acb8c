//! Which tenant a host name means.

use axum::http::{Request, StatusCode, header};
use trickle_api::Tenancy;
use trickle_engine::create_tenant;

use crate::app::{Answer, TestApp};

async fn configuration(app: &TestApp, host: &str) -> Answer {
    let request = Request::get("/.well-known/openid-configuration").header(header::HOST, host);
    app.send(request, None).await
}

#[tokio::test]
async fn a_tenant_lives_under_its_name_and_its_own_domains() {
    let app = TestApp::new().await;
    for host in [
        "acme.trickle.test",
        "acme.trickle.test:8443",
        "login.acme.test",
        "LOGIN.acme.test:1",
    ] {
        let answer = configuration(&app, host).await;
        assert_eq!(
            answer.body["issuer"],
            format!("https://{host}/"),
            "{}",
            answer.body
        );
    }
    for host in [
        "trickle.test",
        "other.trickle.test",
        "x.acme.trickle.test",
        "localhost",
        "acmetrickle.test",
    ] {
        let answer = configuration(&app, host).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{host}");
    }
    for host in ["a b", "evil/..", "a\"b", "x@y", ""] {
        let answer = configuration(&app, host).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{host}");
    }
}

#[tokio::test]
async fn a_single_tenant_answers_everywhere() {
    let tenancy = Tenancy {
        base_domain: None,
        default_tenant: Some("acme".into()),
        public_host: None,
    };
    let app = TestApp::new().await.with_tenancy(tenancy);
    for host in [
        "localhost:8443",
        "127.0.0.1:8443",
        "[::1]:8443",
        "anything.test",
    ] {
        let answer = configuration(&app, host).await;
        assert_eq!(answer.body["issuer"], format!("https://{host}/"));
    }
}

#[tokio::test]
async fn a_token_of_one_tenant_is_worth_nothing_to_another() {
    let app = TestApp::new().await;
    create_tenant(&app.store, app.engine.clock(), "globex", &[])
        .await
        .unwrap();
    let token = app.admin().await.token.unwrap();
    let request = Request::get("/api/v2/users")
        .header(header::HOST, "globex.trickle.test:8443")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = app.send(request, None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    // Under another name of its own tenant it is for another audience.
    let request = Request::get("/api/v2/users")
        .header(header::HOST, "login.acme.test")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = app.send(request, None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.body["message"], "Invalid token");
}
