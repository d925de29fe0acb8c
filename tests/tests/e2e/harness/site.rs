//! A tenant, over https, as one of its clients.

use std::net::SocketAddr;

use reqwest::{Certificate, Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::{
    answer::Answer,
    server::{Credentials, Server},
};

/// `grant_type` of a login to a named connection.
pub const REALM_GRANT: &str = "http://auth0.com/oauth/grant-type/password-realm";

/// One host name of a server; trusts its CA and nothing else.
#[derive(Clone)]
pub struct Site {
    http: Client,
    /// `https://host:port`.
    pub url: String,
    /// As whom tokens are asked for.
    pub credentials: Credentials,
}

/// A caller of the Management API.
#[derive(Clone)]
pub struct Manager {
    site: Site,
    /// Its access token.
    pub token: String,
}

impl Site {
    pub(super) fn new(server: &Server, host: &str, credentials: Credentials) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let ca = std::fs::read(server.ca_file()).unwrap();
        let port = server.https_port();
        let http = Client::builder()
            .add_root_certificate(Certificate::from_pem(&ca).unwrap())
            .resolve(host, SocketAddr::from(([127, 0, 0, 1], port)))
            .build()
            .unwrap();
        Self {
            http,
            url: format!("https://{host}:{port}"),
            credentials,
        }
    }

    /// A request to a path.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Reads without a token.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// `POST /oauth/token` with exactly this JSON.
    pub async fn token(&self, body: &Value) -> Answer {
        send(self.request(Method::POST, "/oauth/token").json(body)).await
    }

    /// `POST /oauth/token` with the client's id and secret.
    pub async fn token_as_client(&self, mut body: Value) -> Answer {
        body["client_id"] = self.credentials.client_id.as_str().into();
        body["client_secret"] = self.credentials.client_secret.as_str().into();
        self.token(&body).await
    }

    /// Logs a person in.
    pub async fn login(&self, realm: &str, username: &str, password: &str) -> Answer {
        self.token_as_client(json!({
            "grant_type": REALM_GRANT, "realm": realm, "username": username, "password": password,
            "scope": "openid profile email",
        }))
        .await
    }

    /// Audience of the Management API.
    pub fn audience(&self) -> String {
        format!("{}/api/v2/", self.url)
    }

    /// The client as a caller of the Management API.
    pub async fn manager(&self) -> Manager {
        let audience = self.audience();
        let answer = self
            .token_as_client(json!({"grant_type": "client_credentials", "audience": audience}))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.manager_with(answer.text_of("access_token"))
    }

    /// A caller with this token.
    pub fn manager_with(&self, token: &str) -> Manager {
        Manager {
            site: self.clone(),
            token: token.to_owned(),
        }
    }
}

impl Manager {
    /// A call; the path begins after `/api/v2`.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.site.request(method, &format!("/api/v2{path}"));
        request = request.bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        send(request).await
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// Adds.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Adds by a body that is no JSON.
    pub async fn upload(&self, path: &str, content_type: &str, body: String) -> Answer {
        let request = self
            .site
            .request(Method::POST, &format!("/api/v2{path}"))
            .bearer_auth(&self.token)
            .header("content-type", content_type)
            .body(body);
        send(request).await
    }

    /// Replaces.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }

    /// Changes.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, path, Some(body)).await
    }

    /// Removes.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Adds a connection that the site's client may use, and gives it as it is shown.
    #[track_caller]
    pub fn add_connection(&self, mut connection: Value) -> impl Future<Output = Value> {
        connection["enabled_clients"] = json!([self.site.credentials.client_id]);
        async move {
            self.post("/connections", &connection)
                .await
                .with_status(201)
        }
    }

    /// All users.
    pub async fn users(&self) -> Vec<Value> {
        let listed = self.get("/users?per_page=100").await.with_status(200);
        serde_json::from_value(listed).unwrap()
    }
}

pub(super) async fn send(request: RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}
