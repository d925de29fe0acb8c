//! What the jail costs a worker.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use trickle_jail::Namespaces;
use trickle_pool::Pool;

use super::memory::anonymous_megabytes;
use crate::pool::{Script, calm, end, release, run as run_script};
use crate::row::Comparison;
use crate::{Bench, Row, Samples, Unit, millis};

const SPARES: usize = 1;
const SETTLE: Duration = Duration::from_millis(500);
const BARE: &str = "without namespaces";
const NOTE: &str =
    "Landlock and the system call filters are in both; a worker cannot be started without them";

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let full = bench.pool(|config| config.spares = SPARES).await?;
    let bare = bench.pool(|config| {
        config.spares = SPARES;
        config.namespaces = Namespaces::none();
    });
    let bare = bare.await?;
    let rows = measure(&full, &bare, bench.scaled(50)).await;
    end(full).await;
    end(bare).await;
    rows
}

async fn measure(full: &Pool, bare: &Pool, turns: usize) -> anyhow::Result<Vec<Row>> {
    let mut times = Comparison::new(BARE, Unit::Milliseconds);
    let mut memory = Comparison::new(BARE, Unit::Megabytes);
    for turn in 0..turns {
        let settle = turn % 10 == 0;
        let (time, used) = first_run(full, settle).await?;
        let (bare_time, bare_used) = first_run(bare, settle).await?;
        times.turn(&time, &bare_time);
        if settle {
            memory.turn(&used, &bare_used);
        }
    }
    Ok(vec![
        times
            .row("first run with a spare, in the full jail")
            .ratio_at_least(0.9)
            .note(NOTE),
        memory
            .row("memory after a trivial run, in the full jail")
            .ratio_at_least(0.9),
    ])
}

async fn first_run(pool: &Pool, settle: bool) -> anyhow::Result<(Samples, Samples)> {
    let request = Script::from(include_str!("../../scripts/login.js")).request();
    calm(pool, SPARES).await;
    let began = Instant::now();
    let report = run_script(pool, &request).await?;
    let time = Samples::of(millis(began.elapsed()));
    let mut used = Samples::default();
    if settle {
        tokio::time::sleep(SETTLE).await;
        let pid = report.worker.context("know the worker")?;
        used = Samples::of(anonymous_megabytes(pid)?);
    }
    release(pool, &[&request], SPARES).await;
    Ok((time, used))
}
