//! Whose address is logged behind a proxy.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::Install;

/// The address in the log of a login that a proxy of this machine passed on.
async fn logged(install: Install) -> Value {
    let server = install.start();
    let site = server.site();
    let manager = site.manager().await;
    let connection = json!({"name": "customers", "strategy": "auth0"});
    manager.add_connection(connection).await;
    let login = json!({
        "client_id": site.credentials.client_id, "client_secret": site.credentials.client_secret,
        "grant_type": "http://auth0.com/oauth/grant-type/password-realm", "realm": "customers",
        "username": "nobody@example.com", "password": "wrong",
    });
    let request = site.request(Method::POST, "/oauth/token").json(&login);
    let answer = request
        .header("x-forwarded-for", "198.51.100.1, 192.0.2.7")
        .send();
    assert_eq!(answer.await.unwrap().status(), 403);
    // Logs are written after the answer.
    loop {
        let logs = manager.get("/logs?q=type:fu").await.with_status(200);
        if let Some(entry) = logs.get(0) {
            return entry["ip"].clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_proxy_is_believed_only_if_the_operator_names_it() {
    let trusting = Install::new().with(&["--trust-proxy", "127.0.0.0/8"]);
    assert_eq!(logged(trusting).await, "192.0.2.7");
    assert_eq!(logged(Install::new()).await, "127.0.0.1");
}
