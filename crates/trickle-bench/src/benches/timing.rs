//! Whether the time of a wrong password tells who is migrated: with the grid of failures, and without it.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rand::seq::SliceRandom as _;
use rand::{Rng as _, TryRngCore as _, rngs::OsRng};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};
use trickle_engine::{Comparison, LoginOutcome};
use trickle_model::Secret;

use crate::home::Home;
use crate::pool::end;
use crate::{Bench, Row, Samples, Unit, millis};

/// Of the legacy store.
const LATENCY: Duration = Duration::from_millis(300);
/// Wrong passwords of each kind of person.
const SAMPLES: usize = 1_000;
/// Before them, so that the grid finds its width.
const WARM_UP: usize = 20;
const AT_ONCE: usize = 12;
/// How unlikely a difference must be by chance to count as one; there are two tests for each of three pairs (Bonferroni).
const LEVEL: f64 = 0.01 / 6.0;
/// People of a kind.
const PEOPLE: u64 = 20;
const KINDS: [&str; 3] = ["unknown", "legacy", "native"];

type Taken = BTreeMap<&'static str, Vec<f64>>;

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let pool = bench.pool(|_| {}).await?;
    let (store, port) = slow_store().await?;
    let mut rows = Vec::new();
    for (name, is_grid_off) in [("with the grid", false), ("without the grid", true)] {
        let script = include_str!("../../scripts/timing.js").replace("PORT", &port.to_string());
        let allow = vec![format!("127.0.0.1:{port}")];
        let home = Home::on_sqlite_reaching(pool.clone(), &script, allow).await?;
        let home = Arc::new(if is_grid_off {
            home.with_own_option("failures_at_once", &true.into())
        } else {
            home
        });
        let taken = measure(bench, &home).await;
        if let Some(home) = Arc::into_inner(home) {
            home.end().await;
        }
        rows.extend(taken.map(|taken| rows_of(name, is_grid_off, &taken))?);
    }
    store.abort();
    end(pool).await;
    Ok(rows)
}

/// Takes its time for every answer.
async fn slow_store() -> anyhow::Result<(AbortHandle, u16)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let port = listener.local_addr()?.port();
    let serving = tokio::spawn(async move {
        let mut kept = JoinSet::new();
        while let Ok((mut client, _)) = listener.accept().await {
            kept.spawn(async move {
                let mut asked = [0; 256];
                while client.read(&mut asked).await.is_ok_and(|read| read > 0) {
                    tokio::time::sleep(LATENCY).await;
                    if client.write_all(b"no").await.is_err() {
                        return;
                    }
                }
            });
            while kept.try_join_next().is_some() {}
        }
    });
    Ok((serving.abort_handle(), port))
}

async fn measure(bench: &Bench, home: &Arc<Home>) -> anyhow::Result<Taken> {
    for number in 0..PEOPLE {
        let request = home.request(&format!("native{number}@example.org"));
        let outcome = home.engine.login(request).await?;
        let is_in = matches!(outcome, LoginOutcome::Authenticated { .. });
        ensure!(is_in, "log in: {}", outcome.name());
    }
    guesses(home, WARM_UP).await?;
    guesses(home, bench.scaled(SAMPLES)).await
}

/// Wrong passwords of all kinds in an order that nobody foresees; their times, sorted.
async fn guesses(home: &Arc<Home>, samples: usize) -> anyhow::Result<Taken> {
    let mut plan: Vec<&'static str> = (0..samples).flat_map(|_| KINDS).collect();
    plan.shuffle(&mut OsRng.unwrap_err());
    let plan = Arc::new(Mutex::new(plan));
    let mut guessers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (home, plan) = (Arc::clone(home), Arc::clone(&plan));
        guessers.spawn(async move {
            let mut taken = Vec::new();
            loop {
                let next = plan.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let Some(kind) = next else {
                    return anyhow::Ok(taken);
                };
                taken.push((kind, guess(&home, kind).await?));
            }
        });
    }
    let mut all = Taken::new();
    while let Some(taken) = guessers.join_next().await {
        for (kind, time) in taken.context("guess")?? {
            all.entry(kind).or_default().push(time);
        }
    }
    for times in all.values_mut() {
        times.sort_unstable_by(f64::total_cmp);
    }
    Ok(all)
}

/// From an address of its own: nobody is shut out for it.
async fn guess(home: &Home, kind: &str) -> anyhow::Result<f64> {
    let mut rng = OsRng.unwrap_err();
    // As often the same one of each kind: guesses at one person take turns.
    let number = rng.random::<u64>() % PEOPLE;
    let mut request = home.request(&format!("{kind}{number}@example.org"));
    request.password = Secret::new(format!("no password {:032x}", rng.random::<u128>()));
    // RFC 3849: addresses of nobody.
    let address = Ipv6Addr::from((0x2001_0db8_u128 << 96) | u128::from(rng.random::<u64>()));
    request.caller.ip = Some(address.to_string());
    let began = Instant::now();
    let outcome = home.engine.login(request).await?;
    let is_wrong = matches!(outcome, LoginOutcome::WrongCredentials);
    ensure!(is_wrong, "guess a password: {}", outcome.name());
    Ok(millis(began.elapsed()))
}

fn rows_of(name: &str, is_grid_off: bool, taken: &Taken) -> Vec<Row> {
    let times = taken.iter().map(|(kind, times)| {
        let name = format!("time of a wrong password, {kind}, {name}");
        Row::new(name, Unit::Milliseconds, &times.iter().copied().collect())
    });
    let pairs = [(0, 1), (0, 2), (1, 2)].map(|(one, other)| (KINDS[one], KINDS[other]));
    let least = pairs.into_iter().map(|(one, other)| {
        let found = Comparison::of(&taken[one], &taken[other]);
        found.ranks_p.min(found.shape_p)
    });
    let least: f64 = least.fold(1.0, f64::min);
    let name = format!("p that the kinds are alike, {name}");
    let row = Row::new(name, Unit::Probability, &Samples::of(least));
    let row = if is_grid_off {
        row.p50_at_most(LEVEL)
    } else {
        row.p50_at_least(LEVEL)
    };
    times.chain(std::iter::once(row)).collect()
}
