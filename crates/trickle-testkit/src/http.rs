//! The legacy store of `templates/basic-auth`: a small web service.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A user of the service; all but the password is what it answers, as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct LegacyUser {
    /// The service's own id.
    pub user_id: String,
    /// Display name.
    pub nickname: String,
    /// What the user logs in with.
    pub email: String,
    /// Compared with the one sent by Basic authentication.
    #[serde(skip)]
    pub password: String,
}

impl LegacyUser {
    /// `{"user_id":"42","nickname":"jane","email":"jane@example.com"}` with the password `legacy password`.
    pub fn jane() -> Self {
        Self {
            user_id: "42".into(),
            nickname: "jane".into(),
            email: "jane@example.com".into(),
            password: "legacy password".into(),
        }
    }
}

/// Real HTTP/1.1 on a port of 127.0.0.1 until dropped.
///
/// - `GET /profile`, Basic credentials (e-mail and password): 200 and the user, else 401.
/// - `GET /users-by-email/{email}`: 200 and the user, else 404.
#[derive(Debug)]
pub struct LegacyService {
    addr: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    users: Vec<LegacyUser>,
    seen: Mutex<Vec<String>>,
    delay: Mutex<Duration>,
}

impl LegacyService {
    /// A service that knows [`LegacyUser::jane`].
    pub fn start() -> Self {
        Self::with_users(vec![LegacyUser::jane()])
    }

    /// A service that knows these users.
    ///
    /// # Panics
    /// When no port can be bound.
    pub fn with_users(users: Vec<LegacyUser>) -> Self {
        let shared = Arc::new(Shared {
            users,
            seen: Mutex::default(),
            delay: Mutex::new(Duration::ZERO),
        });
        let router = router(Arc::clone(&shared));
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        // A runtime of its own, so that tests with or without one can use it and a blocked test does not block the service.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("build a runtime");
            runtime.block_on(async {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
                    .await
                    .expect("bind a free port");
                tell.send(
                    listener
                        .local_addr()
                        .expect("a bound socket has an address"),
                )
                .expect("the starter waits for the address");
                tokio::select! {
                    served = axum::serve(listener, router) => served.expect("serve"),
                    _ = stopped => {}
                }
            });
        });
        let addr = told.recv().expect("the service tells its address");
        Self {
            addr,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:port`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// How many requests came for this path or paths below it, answered or not.
    pub fn hits(&self, route: &str) -> usize {
        let seen = lock(&self.shared.seen);
        let under = |path: &&String| {
            path.strip_prefix(route)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        seen.iter().filter(under).count()
    }

    /// From now on each answer takes this much longer.
    pub fn set_delay(&self, delay: Duration) {
        *lock(&self.shared.delay) = delay;
    }
}

impl Drop for LegacyService {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/profile", get(profile))
        .route("/users-by-email/{email}", get(user_by_email))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&shared),
            count_and_delay,
        ))
        .with_state(shared)
}

async fn count_and_delay(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    lock(&shared.seen).push(request.uri().path().to_owned());
    let delay = *lock(&shared.delay);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    next.run(request).await
}

async fn profile(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let user = basic_credentials(&headers).and_then(|(name, password)| {
        shared
            .users
            .iter()
            .find(|user| user.email == name && user.password == password)
    });
    match user {
        Some(user) => Json(user).into_response(),
        None => (
            StatusCode::UNAUTHORIZED,
            [(
                header::WWW_AUTHENTICATE,
                "Basic realm=\"legacy\", charset=\"UTF-8\"",
            )],
        )
            .into_response(),
    }
}

async fn user_by_email(State(shared): State<Arc<Shared>>, Path(email): Path<String>) -> Response {
    match shared.users.iter().find(|user| user.email == email) {
        Some(user) => Json(user).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// RFC 7617 §2: the name holds no colon, the password may.
fn basic_credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(BASE64_STANDARD.decode(token.trim()).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}
