//! The legacy store of `templates/rest-api`: a web service that knows its callers by a token.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// What callers have to send as bearer token.
pub const TOKEN: &str = "rest token";

/// Users as JSON objects, password included.
type Users = Arc<Mutex<Vec<Value>>>;

/// Real HTTP/1.1 on a port of 127.0.0.1 until dropped; knows jane@example.com with `legacy password`.
#[derive(Debug)]
pub struct RestService {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl RestService {
    /// Starts it.
    ///
    /// # Panics
    /// When no port can be bound.
    pub fn start() -> Self {
        let jane = json!({
            "id": "42", "email": "jane@example.com", "email_verified": true, "nickname": "jane",
            "password": "legacy password",
        });
        let router = Router::new()
            .route("/login", post(login))
            .route("/users", post(create))
            .route("/users/{email}", get(find).patch(change))
            .route("/users/by-id/{id}", delete(remove))
            .layer(middleware::from_fn(check_token))
            .with_state(Users::new(Mutex::new(vec![jane])));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("start a runtime");
        let listener = runtime
            .block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .expect("bind a free port");
        let addr = listener.local_addr().expect("know the bound port");
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    ended = axum::serve(listener, router) => ended.expect("serve"),
                    _ = stopped => {}
                }
            });
        });
        Self {
            addr,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for RestService {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn check_token(request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION);
    let is_right =
        given.is_some_and(|given| given.as_bytes() == format!("Bearer {TOKEN}").as_bytes());
    if is_right {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

fn position(users: &[Value], field: &str, text: &Value) -> Option<usize> {
    users.iter().position(|user| user[field] == *text)
}

/// A user as the service shows it.
fn shown(user: &Value) -> Response {
    let mut user = user.clone();
    user["password"] = Value::Null;
    Json(user).into_response()
}

async fn login(State(users): State<Users>, Json(given): Json<Value>) -> Response {
    let users = users.lock().unwrap_or_else(PoisonError::into_inner);
    match position(&users, "email", &given["email"]) {
        Some(at) if users[at]["password"] == given["password"] => shown(&users[at]),
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn find(State(users): State<Users>, Path(email): Path<String>) -> Response {
    let users = users.lock().unwrap_or_else(PoisonError::into_inner);
    match position(&users, "email", &email.into()) {
        Some(at) => shown(&users[at]),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn create(State(users): State<Users>, Json(mut user): Json<Value>) -> StatusCode {
    let mut users = users.lock().unwrap_or_else(PoisonError::into_inner);
    if position(&users, "email", &user["email"]).is_some() {
        return StatusCode::CONFLICT;
    }
    user["id"] = format!("new-{}", users.len()).into();
    user["email_verified"] = false.into();
    users.push(user);
    StatusCode::CREATED
}

async fn change(
    State(users): State<Users>,
    Path(email): Path<String>,
    Json(changes): Json<Value>,
) -> StatusCode {
    let mut users = users.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(at) = position(&users, "email", &email.into()) else {
        return StatusCode::NOT_FOUND;
    };
    if position(&users, "email", &changes["email"]).is_some_and(|other| other != at) {
        return StatusCode::CONFLICT;
    }
    for (key, value) in changes.as_object().into_iter().flatten() {
        users[at][key] = value.clone();
    }
    StatusCode::NO_CONTENT
}

async fn remove(State(users): State<Users>, Path(id): Path<String>) -> StatusCode {
    let mut users = users.lock().unwrap_or_else(PoisonError::into_inner);
    match position(&users, "id", &id.into()) {
        Some(at) => {
            users.remove(at);
            StatusCode::NO_CONTENT
        }
        None => StatusCode::NOT_FOUND,
    }
}
