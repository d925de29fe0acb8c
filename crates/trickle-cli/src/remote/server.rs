//! The Management API, as far as a connection's scripts go.

use std::{
    collections::BTreeMap,
    net::Ipv6Addr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use reqwest::{Certificate, Client, Method, Response, StatusCode, multipart::Form};
use serde_json::{Map, Value, json};
use trickle_model::{Action, ConnectionOptions, Secret};

use super::Remote;
use crate::output::{LegacyStoreDown, Mistake, unreadable};

/// Long enough for a busy server.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Files take their time.
const LONG: Duration = Duration::from_hours(24);

/// The authorities that the system trusts, where Debian, Fedora, openSUSE and Alpine keep them.
const SYSTEM_ROOTS: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// A server with a token for its API.
pub struct Server {
    client: Client,
    base: String,
    token: String,
}

impl Server {
    /// For calls that need no token.
    pub fn without_token(args: &Remote) -> anyhow::Result<Self> {
        let base = base(&args.server)?;
        let mut builder = Client::builder().timeout(TIMEOUT);
        for certificate in authorities(args.ca.clone())? {
            builder = builder.add_root_certificate(certificate);
        }
        Ok(Self {
            client: builder.build().context("make a client for HTTP")?,
            token: String::new(),
            base,
        })
    }

    /// Gets a token.
    pub async fn open(args: &Remote) -> anyhow::Result<Self> {
        let mut server = Self::without_token(args)?;
        let order = json!({
            "grant_type": "client_credentials",
            "client_id": args.client_id,
            "client_secret": args.client_secret,
            "audience": format!("{}/api/v2/", server.base),
        });
        let answer = server
            .call(Method::POST, "/oauth/token", Some(&order))
            .await?;
        answer["access_token"]
            .as_str()
            .context("find the token in the server's answer")?
            .clone_into(&mut server.token);
        Ok(server)
    }

    /// Asks for a token on behalf of a person at `address`, and gives the answer whatever it is.
    pub async fn guess(&self, order: &Value, address: Ipv6Addr) -> anyhow::Result<Value> {
        let response = self
            .client
            .post(format!("{}/oauth/token", self.base))
            .header("auth0-forwarded-for", address.to_string())
            .json(order)
            .send()
            .await
            .map_err(explained)
            .context("ask for a token")?;
        response.json().await.context("read the answer")
    }

    /// The connection with a name, which has to be there.
    pub async fn connection(&self, name: &str) -> anyhow::Result<Value> {
        self.find_connection(name).await?.ok_or_else(|| {
            Mistake(format!(
                "find the connection {name:?} on {}; `trickle push --create` makes one",
                self.base
            ))
            .into()
        })
    }

    /// The connection with a name.
    pub async fn find_connection(&self, name: &str) -> anyhow::Result<Option<Value>> {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("strategy", "auth0")
            .append_pair("name", name)
            .finish();
        let found = self
            .call(Method::GET, &format!("/api/v2/connections?{query}"), None)
            .await?;
        Ok(found.get(0).cloned())
    }

    /// Makes a connection with import on, which the caller's own client may use.
    pub async fn create(
        &self,
        args: &Remote,
        scripts: &BTreeMap<Action, String>,
        configuration: &BTreeMap<String, Secret>,
    ) -> anyhow::Result<()> {
        let values = |(key, value): (&String, &Secret)| (key.clone(), json!(value.expose()));
        let configuration: Map<String, Value> = configuration.iter().map(values).collect();
        let mut options = Map::from_iter([
            ("enabledDatabaseCustomization".to_owned(), true.into()),
            ("import_mode".to_owned(), true.into()),
            ("configuration".to_owned(), configuration.into()),
        ]);
        put(&mut options, scripts);
        let connection = json!({
            "name": args.connection,
            "strategy": "auth0",
            "enabled_clients": [args.client_id],
            "options": options,
        });
        self.call(Method::POST, "/api/v2/connections", Some(&connection))
            .await?;
        Ok(())
    }

    /// Puts scripts into a connection's options, and leaves all else as it is.
    pub async fn update(
        &self,
        connection: &Value,
        scripts: &BTreeMap<Action, String>,
    ) -> anyhow::Result<()> {
        let id = connection["id"]
            .as_str()
            .context("find the connection's id")?;
        let mut options = connection["options"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        put(&mut options, scripts);
        let path = format!("/api/v2/connections/{id}");
        self.call(Method::PATCH, &path, Some(&json!({ "options": options })))
            .await?;
        Ok(())
    }

    /// What a connection is known by among those of all servers.
    pub fn place(&self, connection: &Value) -> anyhow::Result<String> {
        let id = connection["id"]
            .as_str()
            .context("find the connection's id")?;
        Ok(format!("{} {id}", self.base))
    }

    /// Reads something.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call(Method::GET, path, None).await
    }

    /// Sends something, and gives the body of the answer.
    pub async fn ask(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let body = (!body.is_null()).then_some(body);
        self.call(method, path, body).await
    }

    /// Sends something that may take its time, and gives the answer, which is a success.
    pub async fn request(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> anyhow::Result<Response> {
        let what = || format!("{method} {}{path}", self.base);
        let response = self
            .client
            .request(method.clone(), format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .timeout(LONG)
            .json(body)
            .send()
            .await
            .map_err(explained)
            .with_context(what)?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(refusal(response).await).with_context(what)
    }

    /// Reads something piece by piece, for as long as it takes.
    pub async fn fetch(&self, path: &str) -> anyhow::Result<Response> {
        let request = self.client.get(format!("{}{path}", self.base));
        let request = request.bearer_auth(&self.token).timeout(LONG);
        let response = request.send().await;
        let what = || format!("GET {}{path}", self.base);
        let response = response.map_err(explained).with_context(what)?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(refusal(response).await).with_context(what)
    }

    /// Sends a form with a file, for as long as it takes.
    pub async fn upload(&self, path: &str, form: Form) -> anyhow::Result<Value> {
        let request = self.client.post(format!("{}{path}", self.base));
        let request = request.bearer_auth(&self.token).timeout(LONG);
        let what = || format!("POST {}{path}", self.base);
        let response = request.multipart(form).send().await;
        let response = response.map_err(explained).with_context(what)?;
        checked(response).await.with_context(what)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let mut request = self
            .client
            .request(method.clone(), format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let what = || {
            format!(
                "{method} {}{}",
                self.base,
                path.split('?').next().unwrap_or(path)
            )
        };
        let response = request.send().await;
        let response = response.map_err(explained).with_context(what)?;
        checked(response).await.with_context(what)
    }
}

/// The server's address without the slash at its end.
fn base(server: &str) -> anyhow::Result<String> {
    let is_whole = url::Url::parse(server)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if is_whole {
        return Ok(server.trim_end_matches('/').to_owned());
    }
    let message = format!("use {server:?} as the server; write https://HOST or https://HOST:PORT");
    Err(Mistake(message).into())
}

/// Those of a file, else those that the system trusts; none where it keeps them elsewhere, so that https says what to name.
fn authorities(own: Option<PathBuf>) -> anyhow::Result<Vec<Certificate>> {
    let systems = || {
        SYSTEM_ROOTS
            .map(PathBuf::from)
            .into_iter()
            .find(|it| it.is_file())
    };
    let Some(bundle) = own.or_else(systems) else {
        return Ok(Vec::new());
    };
    certificates(&bundle)
}

fn certificates(bundle: &Path) -> anyhow::Result<Vec<Certificate>> {
    let pem = std::fs::read(bundle).map_err(|error| unreadable(bundle, &error))?;
    Certificate::from_pem_bundle(&pem)
        .with_context(|| format!("read {} as certificates", bundle.display()))
}

/// An error with what mends it, where that is known.
fn explained(error: reqwest::Error) -> anyhow::Error {
    let error = anyhow::Error::new(error);
    let is_unknown = error
        .chain()
        .any(|cause| cause.to_string().contains("UnknownIssuer"));
    if !is_unknown {
        return error;
    }
    error.context(
        "the server's certificate is of an authority that is not trusted here; --ca FILE names that authority's certificate, \
         ca.pem in the data folder of `trickle serve`",
    )
}

/// The body of a success; else what the server says.
async fn checked(response: Response) -> anyhow::Result<Value> {
    if response.status().is_success() {
        return Ok(response.json().await.unwrap_or(Value::Null));
    }
    Err(refusal(response).await)
}

async fn refusal(response: Response) -> anyhow::Error {
    let status = response.status();
    let answer: Value = response.json().await.unwrap_or(Value::Null);
    let message = answer["message"]
        .as_str()
        .or_else(|| answer["error_description"].as_str())
        .or_else(|| answer["error"].as_str())
        .unwrap_or("no reason given");
    let text = format!("the server answered {status}: {message}");
    // What a script ran into, and not the server's own load.
    let is_scripts = answer["errorCode"] == "auth0_idp_error";
    if status == StatusCode::SERVICE_UNAVAILABLE && is_scripts {
        return LegacyStoreDown(text).into();
    }
    anyhow::Error::msg(text)
}

/// A connection's scripts.
pub fn scripts(connection: &Value) -> BTreeMap<Action, String> {
    let Some(options) = connection["options"].as_object() else {
        return BTreeMap::new();
    };
    let text = |action| ConnectionOptions::script_in(options, action);
    Action::ALL
        .into_iter()
        .filter_map(|action| Some((action, text(action)?.to_owned())))
        .collect()
}

fn put(options: &mut Map<String, Value>, scripts: &BTreeMap<Action, String>) {
    for (action, text) in scripts {
        ConnectionOptions::put_script(options, *action, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_named_with_their_scheme() {
        assert_eq!(base("https://a.test:8443/").unwrap(), "https://a.test:8443");
        assert_eq!(base("http://[::1]:80").unwrap(), "http://[::1]:80");
        for wrong in ["localhost:8443", "a.test", "ftp://a.test", "https://", ""] {
            let error = base(wrong).unwrap_err();
            assert!(error.is::<Mistake>(), "{wrong}");
            assert!(error.to_string().contains("https://HOST"), "{error}");
        }
    }
}
