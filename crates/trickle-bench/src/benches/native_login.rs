//! Logins of users who are migrated, against the Argon2 work that they cannot do without.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::ensure;
use tokio::task::JoinSet;
use trickle_engine::LoginOutcome;

use crate::bare_argon2::Bare;
use crate::home::Home;
use crate::machine::cores;
use crate::pool::end;
use crate::row::Comparison;
use crate::{Bench, Row, Samples, Unit, millis};

/// Short, so that whatever else runs meets both.
const TURN: Duration = Duration::from_secs(1);
/// So that a core that waits for the database has other logins to work for.
const CROWD_PER_CORE: usize = 4;

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let pool = bench.pool(|_| {}).await?;
    let home = Home::on_sqlite(pool.clone(), include_str!("../../scripts/login.js")).await?;
    let home = Arc::new(home);
    let rows = measure(bench, &home).await;
    if let Some(home) = Arc::into_inner(home) {
        home.end().await;
    }
    end(pool).await;
    rows
}

async fn measure(bench: &Bench, home: &Arc<Home>) -> anyhow::Result<Vec<Row>> {
    let cores = cores().get();
    let sizes = [cores, CROWD_PER_CORE * cores];
    logins(home, sizes[1], Duration::ZERO).await?;
    let mut comparisons = sizes.map(|size| (size, Comparison::new("bare Argon2", Unit::PerSecond)));
    let mut times = Samples::default();
    for _ in 0..bench.scaled(15) {
        for (size, comparison) in &mut comparisons {
            let bare = tokio::task::spawn_blocking(move || Bare::rate(cores, TURN)).await??;
            let (rate, taken) = logins(home, *size, TURN).await?;
            comparison.turn(&Samples::of(rate), &Samples::of(bare));
            if *size == cores {
                times.extend(&taken);
            }
        }
    }
    let mut rows: Vec<_> = comparisons
        .iter()
        .map(|(size, comparison)| {
            let name = format!("native logins on SQLite, {size} at a time");
            comparison.row(name).ratio_at_least(0.95)
        })
        .collect();
    let name = format!("time of a native login, {cores} at a time");
    rows.push(Row::new(name, Unit::Milliseconds, &times));
    Ok(rows)
}

/// Logins per second, and their times, of so many users at once; counted is what is done within the time. Each logs in at least once.
///
/// Every caller is a user of its own: logins of one user with one password share their work.
async fn logins(
    home: &Arc<Home>,
    users: usize,
    length: Duration,
) -> anyhow::Result<(f64, Samples)> {
    let mut callers = JoinSet::new();
    let began = Instant::now();
    for user in 0..users {
        let home = Arc::clone(home);
        callers.spawn(async move {
            let request = home.request(&format!("user{user}@example.org"));
            let mut times = Samples::default();
            loop {
                let login = Instant::now();
                let outcome = home.engine.login(request.clone()).await?;
                let is_in = matches!(outcome, LoginOutcome::Authenticated { .. });
                ensure!(is_in, "log in: {}", outcome.name());
                if began.elapsed() > length {
                    return Ok(times);
                }
                times.add(millis(login.elapsed()));
            }
        });
    }
    let mut all = Samples::default();
    while let Some(times) = callers.join_next().await {
        all.extend(&times??);
    }
    Ok((crate::rate(all.len(), length), all))
}
