//! The demo's steps, each through the public API over https.

use std::net::SocketAddr;

use anyhow::{Context as _, ensure};
use reqwest::{Certificate, Client};
use serde_json::{Value, json};

use super::legacy;
use crate::{output, serve::Server};

const CONNECTION: &str = "customers";
const LOGIN: &str = include_str!("../../../../templates/basic-auth/login.js");
const GET_USER: &str = include_str!("../../../../templates/basic-auth/get_user.js");

struct Api {
    http: Client,
    base: String,
    credentials: Value,
    token: String,
}

/// Takes the steps and tells of them; whether the user was moved and then known.
pub async fn walk(server: &Server, legacy: SocketAddr, as_json: bool) -> anyhow::Result<bool> {
    let api = Api::connect(server).await?;
    api.create_connection(legacy).await?;
    let mut told = Vec::new();
    for number in 1..=2 {
        api.login()
            .await
            .with_context(|| format!("log in for the {number}. time"))?;
        told.push(api.last_login().await?);
    }
    let user = api.migrated_user().await?;
    if as_json {
        output::json(&json!({"logins": told, "user": user}));
    } else {
        println!("A user who is only in the legacy service logs in twice, over https.");
        for (number, login) in told.iter().enumerate() {
            println!("  login {}  {}", number + 1, sentence(login));
        }
        println!(
            "  user     {} {}",
            text(&user["user_id"]),
            text(&user["email"])
        );
    }
    Ok(told[0]["details"]["how"] == "migrated" && told[1]["details"]["how"] == "native")
}

/// Says where everything is.
pub fn show_addresses(server: &Server, legacy: SocketAddr) {
    println!();
    for url in server.addresses().urls() {
        println!("  server          {url}");
    }
    println!("  legacy service  http://{legacy}");
    println!("  log in with     {} / {}", legacy::EMAIL, legacy::PASSWORD);
    println!("  CA              {}", server.ca_file().display());
    println!("  first client    {}", server.first_client_file().display());
    println!("Ctrl-C ends the demo and removes its data.");
}

fn sentence(login: &Value) -> String {
    let details = &login["details"];
    match details["how"].as_str() {
        Some("migrated") => {
            format!(
                "script run in {} ms, user imported",
                details["latency"]["script_ms"]
            )
        }
        Some("native") => "native login, the legacy service was not asked".to_owned(),
        other => format!("{}: {}", other.unwrap_or("?"), text(&login["description"])),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Api {
    async fn connect(server: &Server) -> anyhow::Result<Self> {
        let ca = std::fs::read(server.ca_file()).context("read the CA's certificate")?;
        let ca = Certificate::from_pem(&ca).context("read the CA's certificate")?;
        let http = Client::builder()
            .add_root_certificate(ca)
            .build()
            .context("make an https client")?;
        let credentials =
            std::fs::read(server.first_client_file()).context("read the first client")?;
        let credentials: Value =
            serde_json::from_slice(&credentials).context("read the first client")?;
        let address = server.addresses().https.context("find the https address")?;
        let base = format!("https://localhost:{}", address.port());
        let mut api = Self {
            http,
            base,
            credentials,
            token: String::new(),
        };
        let audience = format!("{}/api/v2/", api.base);
        let answer = api
            .token(json!({"grant_type": "client_credentials", "audience": audience}))
            .await?;
        text(&answer["access_token"]).clone_into(&mut api.token);
        Ok(api)
    }

    async fn token(&self, mut body: Value) -> anyhow::Result<Value> {
        body["client_id"] = self.credentials["client_id"].clone();
        body["client_secret"] = self.credentials["client_secret"].clone();
        let request = self
            .http
            .post(format!("{}/oauth/token", self.base))
            .json(&body);
        answer(request).await.context("get a token")
    }

    async fn create_connection(&self, legacy: SocketAddr) -> anyhow::Result<()> {
        let body = json!({
            "name": CONNECTION, "strategy": "auth0",
            "enabled_clients": [self.credentials["client_id"]],
            "options": {
                "enabledDatabaseCustomization": true, "import_mode": true,
                "customScripts": {"login": LOGIN, "get_user": GET_USER},
                "configuration": {"baseUrl": format!("http://{legacy}")},
            },
        });
        let request = self.http.post(format!("{}/api/v2/connections", self.base));
        answer(request.bearer_auth(&self.token).json(&body))
            .await
            .context("create the demo connection")?;
        Ok(())
    }

    async fn login(&self) -> anyhow::Result<()> {
        self.token(json!({
            "grant_type": "http://auth0.com/oauth/grant-type/password-realm",
            "realm": CONNECTION, "username": legacy::EMAIL, "password": legacy::PASSWORD,
            "scope": "openid profile email",
        }))
        .await?;
        Ok(())
    }

    async fn last_login(&self) -> anyhow::Result<Value> {
        let log = self.get("/api/v2/logs?per_page=20").await?;
        let entries = log.as_array().context("read the log")?;
        let login = entries
            .iter()
            .find(|entry| entry["details"]["how"].is_string());
        login.cloned().context("find the login in the log")
    }

    async fn migrated_user(&self) -> anyhow::Result<Value> {
        let users = self
            .get(&format!("/api/v2/users-by-email?email={}", legacy::EMAIL))
            .await?;
        users
            .get(0)
            .cloned()
            .context("find the user in the native store")
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let request = self.http.get(format!("{}{path}", self.base));
        answer(request.bearer_auth(&self.token)).await
    }
}

async fn answer(request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
    let response = request.send().await.context("reach the server")?;
    let status = response.status();
    let body: Value = response.json().await.context("read the answer")?;
    ensure!(
        status.is_success(),
        "get an answer other than {status}: {body}"
    );
    Ok(body)
}
