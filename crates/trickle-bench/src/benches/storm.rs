//! What a tenant notices of another one's storm.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tokio::task::JoinSet;
use trickle_pool::{Pool, PoolConfig};

use crate::plain::{Deed, answers_beside};
use crate::pool::{Script, calm, end, release, run as run_script};
use crate::{Bench, Row, Samples, Unit, millis};

/// Logins of the storm that are under way or wait at any time.
const CALLERS: usize = 64;
const TURNS: usize = 4;

/// What it does, how, and what plain processes would do instead.
const STORMS: [(&str, &str, Option<Deed>); 3] = [
    (
        "computes",
        "const end = Date.now() + 200; while (Date.now() < end); callback(null, { user_id: email });",
        Some(Deed::Computes),
    ),
    (
        "waits",
        "setTimeout(() => callback(null, { user_id: email }), 500);",
        None,
    ),
    (
        "fills its heap",
        "const all = []; for (;;) all.push(new Array(100000).fill(0.5));",
        Some(Deed::Fills),
    ),
];

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let pool = bench.pool(|_| {}).await?;
    let rows = measure(&pool, bench.scaled(200).max(100)).await;
    end(pool).await;
    rows
}

async fn measure(pool: &Pool, logins: usize) -> anyhow::Result<Vec<Row>> {
    let defaults = PoolConfig::new("", "");
    let spares = defaults.spares;
    let mut rows = Vec::new();
    for (what, body, deed) in STORMS {
        let text = format!("function login(email, password, callback) {{ {body} }}");
        let storm = Script::from(text.as_str());
        let (mut quiet, mut loud) = (Samples::default(), Samples::default());
        for _ in 0..TURNS {
            let neighbour = Script::from(include_str!("../../scripts/login.js")).request();
            run_script(pool, &neighbour).await?;
            let login = async |into: &mut Samples| -> anyhow::Result<()> {
                for _ in 0..logins / TURNS {
                    let began = Instant::now();
                    run_script(pool, &neighbour).await?;
                    into.add(millis(began.elapsed()));
                }
                Ok(())
            };
            calm(pool, spares).await;
            login(&mut quiet).await?;
            let stop = Arc::new(AtomicBool::new(false));
            let request = storm.request();
            let mut callers = JoinSet::new();
            for _ in 0..CALLERS {
                let (pool, request, stop) = (pool.clone(), request.clone(), Arc::clone(&stop));
                callers.spawn(async move {
                    while !stop.load(Ordering::Relaxed) {
                        pool.execute(request.clone()).await;
                    }
                });
            }
            // The storm is on once one of its logins has come to an end.
            pool.execute(request.clone()).await;
            let result = login(&mut loud).await;
            stop.store(true, Ordering::Relaxed);
            pool.retire(&request.binding.connection).await;
            callers.join_all().await;
            release(pool, &[&request, &neighbour], spares).await;
            result?;
        }
        let most = quiet.p99().map_or(0.0, |quiet| 2.0 * quiet);
        let name = |how: &str| format!("a tenant's warm login, {how}");
        rows.push(Row::new(
            name(&format!("before a storm that {what}")),
            Unit::Milliseconds,
            &quiet,
        ));
        rows.push(
            Row::new(
                name(&format!("another tenant's storm {what}")),
                Unit::Milliseconds,
                &loud,
            )
            .p99_at_most(most),
        );
        if let Some(deed) = deed {
            rows.push(beside_plain(what, deed, defaults.workers_per_connection, logins).await?);
        }
    }
    Ok(rows)
}

/// What the scheduler makes of as many processes without Trickle around them.
async fn beside_plain(
    what: &str,
    deed: Deed,
    others: usize,
    answers: usize,
) -> anyhow::Result<Row> {
    let quiet = answers_beside(0, deed, answers).await?;
    let loud = answers_beside(others, deed, answers).await?;
    let name = format!("a plain process's answer, {others} others: each {what}");
    let alone = quiet
        .p99()
        .map_or_else(String::new, |p99| Unit::Milliseconds.show(p99));
    let row = Row::new(name, Unit::Milliseconds, &loud);
    Ok(row.note(format!(
        "p99 alone {alone}; the baseline of the storm above"
    )))
}
