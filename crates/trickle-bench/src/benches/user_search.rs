//! Searches among a million users, in both databases.

use std::{collections::BTreeMap, time::Instant};

use anyhow::{Context as _, anyhow};
use serde_json::Map;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use trickle_engine::create_tenant;
use trickle_model::{ConnectionId, ConnectionOptions, Secret, SystemClock, TenantId};
use trickle_store::{Database, MasterKey, NewConnection, Page, Store, UserSearch};

use crate::postgres::Server;
use crate::{Bench, Row, Samples, Unit, millis};

const USERS: usize = 1_000_000;
/// Issue 7.
const GOAL_MS: f64 = 50.0;
/// Turns of each kind; a turn searches for somebody else each time.
const TURNS: usize = 300;
const PAGE: Page = Page {
    offset: 0,
    limit: 50,
};
const CONNECTION: &str = "con_bench";

/// What is searched for, with `{n}` in the place of a number below that of the users.
const KINDS: [(&str, &str); 5] = [
    ("e-mail", "email:\"user{n}@example.com\""),
    ("prefix", "email:user{n}*"),
    ("broad prefix", "email:user{d}*"),
    ("metadata", "app_metadata.ref:\"r{n}\""),
    (
        "common metadata",
        "app_metadata.plan:\"p{d}\" AND user_metadata.color:\"c{d}\"",
    ),
];

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let folder = tempfile::tempdir().context("make a folder")?;
    let file = folder.path().join("trickle.db");
    let sqlite = format!("sqlite:{}", file.display());
    let mut rows = database(bench, "SQLite", &Database::Sqlite(file), &sqlite).await?;
    match Server::start().await {
        Ok(server) => {
            let url = server.fresh_database().await?;
            let database_of = Database::Postgres(Secret::new(url.as_str()));
            rows.extend(database(bench, "PostgreSQL", &database_of, &url).await?);
        }
        Err(error) => rows.push(Row::missing(
            "user search, PostgreSQL",
            format!("{error:#}"),
        )),
    }
    Ok(rows)
}

async fn database(
    bench: &Bench,
    name: &str,
    database: &Database,
    url: &str,
) -> anyhow::Result<Vec<Row>> {
    let users = bench.scaled(USERS);
    let key = || MasterKey::from_bytes([7; 32]);
    let store = Store::open(database, key())
        .await
        .context("open the store")?;
    let tenant = create_tenant(&store, &SystemClock, "bench", &[])
        .await
        .context("make a tenant")?
        .id;
    let connection = NewConnection {
        id: ConnectionId::from_text(CONNECTION),
        tenant: tenant.clone(),
        name: "bench".to_owned(),
        options: ConnectionOptions::default(),
        configuration: BTreeMap::new(),
        enabled_clients: Vec::new(),
        attributes: Map::new(),
    };
    let now = jiff::Timestamp::from_second(1_700_000_000).context("say what time it is")?;
    store
        .add_connection(&connection, now)
        .await
        .map_err(|error| anyhow!("add a connection: {error}"))?;
    fill(url, &tenant, users)
        .await
        .context("fill the table of users")?;
    let start = Instant::now();
    store.complete_terms().await.context("index the users")?;
    let indexed = start.elapsed();
    analyze(url).await.context("count what is in the tables")?;

    let mut rows = vec![Row::new(
        format!("index {users} users, {name}"),
        Unit::PerSecond,
        &Samples::of(crate::rate(users, indexed)),
    )];
    for (kind, query) in KINDS {
        let samples = searches(bench, &store, &tenant, users, query).await?;
        let row = Row::new(
            format!("user search by {kind}, {name}"),
            Unit::Milliseconds,
            &samples,
        );
        rows.push(row.p99_at_most(GOAL_MS));
    }
    store.close().await;
    Ok(rows)
}

async fn searches(
    bench: &Bench,
    store: &Store,
    tenant: &TenantId,
    users: usize,
    query: &str,
) -> anyhow::Result<Samples> {
    let mut samples = Samples::default();
    for turn in 0..bench.scaled(TURNS).max(100) {
        // A step that is prime to the number of users meets somebody else each time.
        let n = (turn * 7_919) % users;
        let text = query
            .replace("{n}", &n.to_string())
            .replace("{d}", &(n % 10).to_string());
        let search = UserSearch {
            query: text.parse().map_err(|error| anyhow!("{text}: {error}"))?,
            connection: None,
            sort: None,
        };
        let start = Instant::now();
        let found = store
            .search_users(tenant, &search, PAGE)
            .await
            .map_err(|error| anyhow!("{text}: {error}"))?;
        samples.add(millis(start.elapsed()));
        anyhow::ensure!(found.total > 0, "{text} finds nobody");
    }
    Ok(samples)
}

/// Rows as an import leaves them, made by the database itself.
async fn fill(url: &str, tenant: &TenantId, users: usize) -> anyhow::Result<()> {
    sqlx::any::install_default_drivers();
    let mut database = AnyConnection::connect(url).await?;
    let numbers = if url.starts_with("sqlite") {
        format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {})",
            users - 1
        )
    } else {
        format!(
            "WITH numbers (n) AS (SELECT * FROM generate_series(0, {}))",
            users - 1
        )
    };
    let sql = format!(
        "INSERT INTO users (tenant_id, id, connection_id, email, email_key, email_verified, blocked, attributes, \
         user_metadata, app_metadata, created_at, updated_at, logins_count) {numbers} \
         SELECT '{tenant}', 'auth0|' || n, '{CONNECTION}', 'user' || n || '@example.com', 'user' || n || '@example.com', 1, 0, \
         '{{\"name\":\"user' || n || '@example.com\",\"nickname\":\"user' || n || '\"}}', \
         '{{\"color\":\"c' || (n % 10) || '\"}}', '{{\"plan\":\"p' || (n % 10) || '\",\"ref\":\"r' || n || '\"}}', \
         1700000000000 + n, 1700000000000 + n, 0 FROM numbers"
    );
    database.execute(AssertSqlSafe(sql)).await?;
    database.close().await?;
    Ok(())
}

/// As the databases do by themselves sooner or later.
async fn analyze(url: &str) -> anyhow::Result<()> {
    let mut database = AnyConnection::connect(url).await?;
    if !url.starts_with("sqlite") {
        database.execute("VACUUM ANALYZE").await?;
    }
    database.close().await?;
    Ok(())
}
