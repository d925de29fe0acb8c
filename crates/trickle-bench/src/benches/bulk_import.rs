//! Importing a file of users whose hashes come with them.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use trickle_engine::{Engine, ImportOrder};
use trickle_model::{ConnectionId, TenantId};
use trickle_pool::Pool;
use trickle_store::OnExisting;

use crate::home::Home;
use crate::postgres::Server;
use crate::{Bench, Row, Samples, Unit, rate};

const USERS: usize = 1_000_000;
/// Rows that are made at once: what a network delivers is not much more.
const PIECE: usize = 200;
const LOOK_EVERY: Duration = Duration::from_millis(50);
const SCRIPT: &str = include_str!("../../scripts/login.js");
const NOTE: &str = "from the first byte of the upload to the end of the job; addresses in random order, ids in the file's order, a bcrypt hash each";

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let users = bench.scaled(USERS);
    let mut rows = Vec::new();
    let home = Home::on_sqlite(pool(bench).await?, SCRIPT).await?;
    rows.extend(measure(home, "SQLite", users).await?);
    match Server::start().await {
        Ok(server) => {
            let url = server.fresh_database().await?;
            let home = Home::on_postgres(pool(bench).await?, SCRIPT, url).await?;
            rows.extend(measure(home, "PostgreSQL", users).await?);
        }
        Err(error) => rows.push(Row::missing(
            "bulk import, PostgreSQL",
            format!("{error:#}"),
        )),
    }
    Ok(rows)
}

/// No script runs.
async fn pool(bench: &Bench) -> anyhow::Result<Pool> {
    bench.pool(|config| config.spares = 0).await
}

async fn measure(home: Home, store: &str, users: usize) -> anyhow::Result<Vec<Row>> {
    // The first one fills caches that a running server has filled.
    import(&home.engine, home.place(), 1_000, 1).await?;
    let memory = Memory::watch()?;
    let began = Instant::now();
    import(&home.engine, home.place(), users, 2).await?;
    let took = began.elapsed();
    let above_idle = memory.end();
    let stored = home.users().await?;
    anyhow::ensure!(
        stored == users as u64 + 1_000,
        "{stored} of {users} users are there"
    );
    home.end().await;
    let speed = Samples::of(rate(users, took));
    Ok(vec![
        Row::new(
            format!("bulk import, {store}, {users} users"),
            Unit::PerSecond,
            &speed,
        )
        .p50_at_least(20_000.0)
        .note(NOTE),
        Row::new(
            format!("memory of it above idle, {store}"),
            Unit::Megabytes,
            &Samples::of(above_idle),
        )
        .p50_at_most(64.0),
    ])
}

async fn import(
    engine: &Engine,
    (tenant, connection): (&TenantId, &ConnectionId),
    users: usize,
    seed: u64,
) -> anyhow::Result<()> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut upload = engine.begin_upload(tenant).await?;
    let mut text = String::new();
    for first in (0..users).step_by(PIECE) {
        text.clear();
        for number in first..users.min(first + PIECE) {
            let person: u64 = rng.random();
            let hash = rng.random::<u64>() >> 4;
            writeln!(
                text,
                "{{\"user_id\":\"legacy-{seed}-{number:09}\",\"email\":\"person.{person:016x}@example.com\",\
                 \"email_verified\":true,\"given_name\":\"Grace\",\"family_name\":\"Number {number}\",\
                 \"app_metadata\":{{\"plan\":\"gold\"}},\
                 \"password_hash\":\"$2b$10$LhayLxezLhK1LhWvKxCyLOj0j1u.Kj0jZ0pEm{hash:015x}6\"}}"
            )?;
        }
        upload.push(text.as_bytes()).await?;
    }
    let order = ImportOrder {
        on_existing: OnExisting::Refuse,
        external_id: None,
        client: None,
        tells: false,
    };
    let job = upload.finish(connection, &order).await?;
    engine.finish_jobs().await?;
    let job = engine.store().job(tenant, &job.id).await?;
    let counts = job.context("find the job")?.counts;
    anyhow::ensure!(counts.inserted == users as u64, "not all rows are in");
    Ok(())
}

/// The most that this process takes, above what it took at first.
struct Memory {
    before: u64,
    most: Arc<AtomicU64>,
    goes_on: Arc<AtomicBool>,
}

impl Memory {
    fn watch() -> anyhow::Result<Self> {
        let before = resident_bytes()?;
        let most = Arc::new(AtomicU64::new(before));
        let goes_on = Arc::new(AtomicBool::new(true));
        let (seen, watching) = (Arc::clone(&most), Arc::clone(&goes_on));
        std::thread::spawn(move || {
            while watching.load(Ordering::Relaxed) {
                if let Ok(bytes) = resident_bytes() {
                    seen.fetch_max(bytes, Ordering::Relaxed);
                }
                std::thread::sleep(LOOK_EVERY);
            }
        });
        Ok(Self {
            before,
            most,
            goes_on,
        })
    }

    /// In 10^6 bytes.
    fn end(self) -> f64 {
        self.goes_on.store(false, Ordering::Relaxed);
        let above = self.most.load(Ordering::Relaxed) - self.before;
        crate::count(above) / 1e6
    }
}

/// proc_pid_status(5): what is the process's own; pages of the database file are the system's.
fn resident_bytes() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status").context("read /proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kib: u64 = kib
        .and_then(|kib| kib.trim().parse().ok())
        .context("find RssAnon")?;
    Ok(kib * 1024)
}
