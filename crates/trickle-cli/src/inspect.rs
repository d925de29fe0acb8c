//! `trickle try --inspect`: where debuggers find the isolate of a script. Paths and answers are those of Node.js, so that
//! DevTools, editors and their libraries need nothing new.

mod address;
mod names;
mod sessions;
mod visitors;

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use axum::{
    Json, Router,
    extract::{Path as UrlPath, Request, State, WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use rand::Rng as _;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use trickle_model::Action;
use trickle_pool::Inspect;

pub use address::InspectAddress;
use names::Names;
use sessions::Sessions;

/// Largest message of a debugger; the worker takes no longer one.
const MESSAGE_MAX_BYTES: usize = 4 << 20;

/// A port that debuggers can come to, as long as this lives.
pub struct Inspection {
    door: Arc<Inspect>,
    sessions: Arc<Sessions>,
    server: JoinHandle<()>,
}

/// What debuggers are told of the script.
struct Target {
    id: String,
    title: String,
    url: String,
}

struct Service {
    target: Target,
    sessions: Arc<Sessions>,
}

impl Inspection {
    /// Listens, and says so.
    pub async fn start(
        address: InspectAddress,
        action: Action,
        file: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(address.0).await.with_context(|| {
            format!(
                "wait for debuggers on {}; --inspect=0 takes a free port",
                address.0
            )
        })?;
        let address = listener.local_addr().context("see the own port")?;
        let (door, end) = Inspect::new(action);
        let names = Names::new(action, file);
        let target = Target {
            // Who does not know it cannot attach.
            id: format!("{:032x}", rand::rng().random::<u128>()),
            title: format!("trickle try {action}"),
            url: names.shown().to_owned(),
        };
        eprintln!(
            "Debugger listening on ws://{address}/{}\n  Open chrome://inspect in Chrome, or attach an editor to port {}. The script waits, and stops at its first line.",
            target.id,
            address.port()
        );
        let sessions = Sessions::start(end, names);
        let service = Service {
            target,
            sessions: sessions.clone(),
        };
        let router = Router::new()
            .route("/json", get(list))
            .route("/json/list", get(list))
            .route("/json/version", get(version))
            .route("/{id}", get(attach))
            .layer(middleware::from_fn(refuse_foreign))
            .with_state(Arc::new(service));
        let server = tokio::spawn(async move {
            // It ends with the program.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            door,
            sessions,
            server,
        })
    }

    /// For the pool.
    pub fn door(&self) -> Arc<Inspect> {
        self.door.clone()
    }

    /// Waits until every debugger has gone, who may still look at the end of a run.
    pub async fn until_left(&self) {
        if self.sessions.any() {
            eprintln!("Waiting for the debugger to disconnect...");
            self.sessions.until_none().await;
        }
    }
}

impl Drop for Inspection {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A page of the web reaches this port with its own name, if name servers are told to lead there.
async fn refuse_foreign(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !visitors::is_own_host(headers) {
        let text = "the Host of a debugger is an IP address or localhost\n";
        return (StatusCode::BAD_REQUEST, text).into_response();
    }
    if visitors::is_page(headers) {
        let text = "pages of the web do not attach\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    next.run(request).await
}

async fn list(State(service): State<Arc<Service>>, headers: HeaderMap) -> Json<Value> {
    let Target { id, title, url } = &service.target;
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let socket = format!("{}/{id}", host.unwrap_or("localhost"));
    let frontend =
        format!("devtools://devtools/bundled/js_app.html?experiments=true&v8only=true&ws={socket}");
    Json(json!([{
        "description": "an action script in its sandbox",
        "devtoolsFrontendUrl": frontend,
        "devtoolsFrontendUrlCompat": frontend,
        "id": id,
        "title": title,
        "type": "node",
        "url": url,
        "webSocketDebuggerUrl": format!("ws://{socket}"),
    }]))
}

async fn version() -> Json<Value> {
    Json(json!({
        "Browser": concat!("trickle/v", env!("CARGO_PKG_VERSION")),
        "Protocol-Version": "1.1",
    }))
}

async fn attach(
    State(service): State<Arc<Service>>,
    UrlPath(id): UrlPath<String>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if id != service.target.id {
        return StatusCode::NOT_FOUND.into_response();
    }
    let sessions = service.sessions.clone();
    upgrade
        .max_message_size(MESSAGE_MAX_BYTES)
        .on_upgrade(move |socket| async move { sessions.serve(socket).await })
}
