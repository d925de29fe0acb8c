//! The whole web service that `templates/basic-auth/README.md` describes, over HTTP or HTTPS.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{delete, get, patch, post};
use axum::{Json, Router};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use serde_json::{Value, json};
use trickle_testkit::ca::TestCa;

pub const TOKEN: &str = "the scripts' token";

type Users = Arc<Mutex<Vec<Value>>>;

/// Runs until dropped.
pub struct Service {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
}

impl Service {
    /// Plain HTTP, with a user `jane@example.com` whose password is `legacy password`.
    pub fn plain() -> Self {
        let (listener, address, handle) = listen(Ipv4Addr::LOCALHOST);
        let server = axum_server::from_tcp(listener).unwrap();
        tokio::spawn(
            server
                .handle(handle.clone())
                .serve(router().into_make_service()),
        );
        Self { address, handle }
    }

    /// HTTPS with that authority's certificate.
    pub async fn encrypted(ca: &TestCa) -> Self {
        Self::encrypted_at(ca, Ipv4Addr::LOCALHOST).await
    }

    /// [`encrypted`](Self::encrypted) on another address; the certificate lists 127.0.0.1 only.
    pub async fn encrypted_at(ca: &TestCa, ip: Ipv4Addr) -> Self {
        // Another test of the process may have installed it.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let (listener, address, handle) = listen(ip);
        let certificate = ca.certificate_pem().as_bytes().to_vec();
        let key = ca.key_pem().as_bytes().to_vec();
        let config = RustlsConfig::from_pem(certificate, key).await.unwrap();
        let server = axum_server::from_tcp_rustls(listener, config).unwrap();
        tokio::spawn(
            server
                .handle(handle.clone())
                .serve(router().into_make_service()),
        );
        Self { address, handle }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

fn listen(ip: Ipv4Addr) -> (TcpListener, SocketAddr, Handle<SocketAddr>) {
    let listener = TcpListener::bind((ip, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address, Handle::new())
}

fn router() -> Router {
    let jane = json!({
        "user_id": "42", "email": "jane@example.com", "email_verified": true, "nickname": "jane",
        "password": "legacy password",
    });
    Router::new()
        .route("/profile", get(profile))
        .route("/users-by-email/{email}", get(by_email))
        .route("/users-by-email/{email}", patch(change))
        .route("/users", post(add))
        .route("/users/{id}", delete(remove))
        .with_state(Arc::new(Mutex::new(vec![jane])))
}

type Answer = (StatusCode, Json<Value>);

fn empty(status: StatusCode) -> Answer {
    (status, Json(Value::Null))
}

fn shown(user: &Value) -> Answer {
    let mut user = user.clone();
    user.as_object_mut().unwrap().remove("password");
    (StatusCode::OK, Json(user))
}

async fn profile(State(users): State<Users>, headers: HeaderMap) -> Answer {
    use base64::Engine as _;
    let text = headers[header::AUTHORIZATION].to_str().unwrap();
    let decoded = base64::prelude::BASE64_STANDARD.decode(text.strip_prefix("Basic ").unwrap());
    let decoded = String::from_utf8(decoded.unwrap()).unwrap();
    let (email, password) = decoded.split_once(':').unwrap();
    let users = users.lock().unwrap();
    let user = users
        .iter()
        .find(|user| user["email"] == email && user["password"] == password);
    user.map_or(empty(StatusCode::UNAUTHORIZED), shown)
}

fn is_authorised(headers: &HeaderMap) -> bool {
    let expected = format!("Bearer {TOKEN}");
    headers
        .get(header::AUTHORIZATION)
        .is_some_and(|sent| sent == expected.as_str())
}

async fn by_email(
    State(users): State<Users>,
    headers: HeaderMap,
    Path(email): Path<String>,
) -> Answer {
    if !is_authorised(&headers) {
        return empty(StatusCode::FORBIDDEN);
    }
    let users = users.lock().unwrap();
    let user = users.iter().find(|user| user["email"] == email.as_str());
    user.map_or(empty(StatusCode::NOT_FOUND), shown)
}

async fn add(
    State(users): State<Users>,
    headers: HeaderMap,
    Json(mut user): Json<Value>,
) -> Answer {
    let mut users = users.lock().unwrap();
    if !is_authorised(&headers) {
        return empty(StatusCode::FORBIDDEN);
    }
    if users.iter().any(|other| other["email"] == user["email"]) {
        return empty(StatusCode::CONFLICT);
    }
    user["user_id"] = (100 + users.len()).into();
    user["email_verified"] = false.into();
    users.push(user);
    empty(StatusCode::CREATED)
}

async fn change(
    State(users): State<Users>,
    headers: HeaderMap,
    Path(email): Path<String>,
    Json(change): Json<Value>,
) -> Answer {
    let mut users = users.lock().unwrap();
    if !is_authorised(&headers) {
        return empty(StatusCode::FORBIDDEN);
    }
    if users.iter().any(|other| other["email"] == change["email"]) {
        return empty(StatusCode::CONFLICT);
    }
    match users
        .iter_mut()
        .find(|user| user["email"] == email.as_str())
    {
        None => empty(StatusCode::NOT_FOUND),
        Some(user) => {
            for (field, value) in change.as_object().unwrap() {
                user[field] = value.clone();
            }
            empty(StatusCode::OK)
        }
    }
}

async fn remove(State(users): State<Users>, headers: HeaderMap, Path(id): Path<String>) -> Answer {
    if !is_authorised(&headers) {
        return empty(StatusCode::FORBIDDEN);
    }
    let mut users = users.lock().unwrap();
    let before = users.len();
    users.retain(|user| user["user_id"].to_string().trim_matches('"') != id);
    let found = users.len() < before;
    empty(if found {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    })
}
