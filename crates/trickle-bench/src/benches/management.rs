//! Reads of the Management API against a route that returns the same bytes.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{Request, header},
    routing::get,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use trickle_api::{ApiState, ManagementRate, Tenancy, router};
use trickle_engine::{NewClient, create_client};
use trickle_model::{Grant, SystemClock};

use crate::caller::measure;
use crate::home::Home;
use crate::http::HttpCaller;
use crate::pool::{PASSWORD, end};
use crate::row::Comparison;
use crate::{Bench, Row, Samples, Unit, rate};

/// A page, as tools ask for it.
const USERS: usize = 50;
const AT_A_TIME: usize = 8;
const TURNS: usize = 20;
/// Of each caller in a turn.
const CALLS: usize = 100;
/// As if so many people logged in: each changes the database.
const WRITES_PER_SECOND: u32 = 100;
/// Issue 7.
const GOAL: f64 = 0.5;
const ANSWER_MAX_BYTES: usize = 1 << 20;
const HOST: &str = "bench.test";
/// What the calls need. A token of all scopes takes 8 KiB, and both sides spend their time on it.
const SCOPES: [&str; 5] = [
    "create:users",
    "read:users",
    "update:users",
    "read:connections",
    "read:connections_options",
];

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let pool = bench.pool(|_| ()).await?;
    let home = Home::on_sqlite(pool.clone(), include_str!("../../scripts/login.js")).await?;
    let rows = reads(bench, &home).await;
    home.end().await;
    end(pool).await;
    rows
}

async fn reads(bench: &Bench, home: &Home) -> anyhow::Result<Vec<Row>> {
    let tenancy = Tenancy {
        default_tenant: Some("bench".to_owned()),
        ..Tenancy::default()
    };
    let state = ApiState::new(home.engine.clone(), tenancy);
    let api = router(state.with_management_rate(ManagementRate(NonZeroU32::MAX)));
    let token = token(home, &api).await?;
    let mut first = String::new();
    for number in 0..USERS {
        let user = json!({"connection": "legacy", "email": format!("user{number}@example.com"), "password": PASSWORD});
        let made = send(&api, &token, "POST", "/api/v2/users", &user).await?;
        let made: Value = serde_json::from_slice(&made)?;
        let id = made["user_id"].as_str().context("read the user's id")?;
        first = id.replace('|', "%7C");
    }
    let mut rows = Vec::new();
    let user = format!("/api/v2/users/{first}");
    for (name, path) in [
        ("get a user", user.clone()),
        ("list 50 users", "/api/v2/users?per_page=50".to_owned()),
        (
            "get a connection",
            format!("/api/v2/connections/{}", home.place().1),
        ),
        ("list connections", "/api/v2/connections".to_owned()),
    ] {
        let row = read(bench, &api, &token, &path).await?;
        rows.push(
            row.row(format!("{name}, {AT_A_TIME} at a time"))
                .ratio_at_least(GOAL),
        );
    }
    let writer = tokio::spawn(write(api.clone(), token.clone(), user.clone()));
    let row = read(bench, &api, &token, &user).await?;
    ensure!(!writer.is_finished(), "the writer stopped");
    writer.abort();
    rows.push(row.row(format!(
        "get a user beside {WRITES_PER_SECOND} writes a second"
    )));
    Ok(rows)
}

async fn write(api: Router, token: String, user: String) -> anyhow::Result<()> {
    let mut due = tokio::time::interval(Duration::from_secs(1) / WRITES_PER_SECOND);
    for number in 0.. {
        due.tick().await;
        let change = json!({"user_metadata": {"number": number}});
        send(&api, &token, "PATCH", &user, &change).await?;
    }
    Ok(())
}

async fn read(bench: &Bench, api: &Router, token: &str, path: &str) -> anyhow::Result<Comparison> {
    let body = send(api, token, "GET", path, &Value::Null).await?;
    let constant =
        move || async move { ([(header::CONTENT_TYPE, "application/json")], body.clone()) };
    let constant = Router::new().route("/", get(constant));
    let mut ours = callers(api.clone(), path, token).await?;
    let mut theirs = callers(constant, "/", token).await?;
    let mut comparison = Comparison::new("constant route", Unit::PerSecond);
    for turn in 0..=bench.scaled(TURNS) {
        let (ours, theirs) = (rate_of(&mut ours).await?, rate_of(&mut theirs).await?);
        // The first one warms up.
        if turn > 0 {
            comparison.turn(&ours, &theirs);
        }
    }
    Ok(comparison)
}

async fn rate_of(callers: &mut Vec<HttpCaller>) -> anyhow::Result<Samples> {
    let began = Instant::now();
    measure(callers, CALLS).await?;
    Ok(Samples::of(rate(AT_A_TIME * CALLS, began.elapsed())))
}

async fn callers(router: Router, path: &str, token: &str) -> anyhow::Result<Vec<HttpCaller>> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: {HOST}\r\nauthorization: Bearer {token}\r\n\r\n");
    let mut callers = Vec::new();
    for _ in 0..AT_A_TIME {
        callers.push(HttpCaller::connect(port, head.clone()).await?);
    }
    Ok(callers)
}

async fn token(home: &Home, api: &Router) -> anyhow::Result<String> {
    let new = NewClient {
        tenant: home.place().0.clone(),
        name: "bench".to_owned(),
        grants: vec![Grant::ClientCredentials],
        management_scopes: SCOPES.iter().map(ToString::to_string).collect(),
    };
    let (client, secret) = create_client(home.engine.store(), &SystemClock, new).await?;
    let credentials = json!({
        "grant_type": "client_credentials",
        "client_id": client.id.as_str(),
        "client_secret": secret.expose(),
        "audience": format!("https://{HOST}/api/v2/"),
    });
    let answer = send(api, "", "POST", "/oauth/token", &credentials).await?;
    let answer: Value = serde_json::from_slice(&answer)?;
    let token = answer["access_token"].as_str().context("read the token")?;
    Ok(token.to_owned())
}

async fn send(
    api: &Router,
    token: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> anyhow::Result<Bytes> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, HOST)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))?;
    let answer = api.clone().oneshot(request).await?;
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), ANSWER_MAX_BYTES).await?;
    ensure!(
        status.is_success(),
        "{method} {path}: {status} {}",
        String::from_utf8_lossy(&bytes)
    );
    Ok(bytes)
}
