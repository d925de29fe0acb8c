//! A legacy service that answers when it is told to.

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

/// `GET /profile` answers with Jane's profile, whoever asks, once the gate is open.
pub struct Gate {
    url: String,
    shared: Shared,
}

#[derive(Clone)]
struct Shared {
    asked: Arc<AtomicUsize>,
    open: Arc<watch::Sender<bool>>,
}

impl Gate {
    /// A closed gate; serves until the runtime ends.
    pub async fn start() -> Self {
        let shared = Shared {
            asked: Arc::default(),
            open: Arc::new(watch::Sender::new(false)),
        };
        let app = Router::new()
            .route("/profile", get(profile))
            .with_state(shared.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, shared }
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How often the profile was asked for.
    pub fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// Answers all who wait and all who come.
    pub fn open(&self) {
        self.shared.open.send_replace(true);
    }
}

async fn profile(State(shared): State<Shared>) -> Json<Value> {
    shared.asked.fetch_add(1, Ordering::SeqCst);
    let mut open = shared.open.subscribe();
    open.wait_for(|open| *open).await.unwrap();
    Json(json!({"user_id": "42", "email": "jane@example.com", "nickname": "jane"}))
}
