//! Memory that a worker has for itself.

use std::time::Duration;

use anyhow::Context as _;
use trickle_pool::{Pool, WorkerState};

use crate::pool::{Script, calm, end, release, run as run_script};
use crate::{Bench, Row, Samples, Unit};

/// Booting and running leave work behind, which takes its time.
const SETTLE: Duration = Duration::from_millis(500);
const SPARES: usize = 1;
const NOTE: &str = "anonymous pages of /proc/PID/smaps_rollup; Private_Dirty would add pages of the program's file as long as it is freshly written";

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let pool = bench.pool(|config| config.spares = SPARES).await?;
    let rows = measure(&pool, bench.scaled(10).min(5)).await;
    end(pool).await;
    rows
}

async fn measure(pool: &Pool, turns: usize) -> anyhow::Result<Vec<Row>> {
    let mut spares = Samples::default();
    for _ in 0..turns {
        calm(pool, SPARES).await;
        tokio::time::sleep(SETTLE).await;
        let snapshot = pool.snapshot().await;
        let spare = |state| state == WorkerState::Spare;
        let pid = snapshot.workers.iter().find(|worker| spare(worker.state));
        let pid = pid.and_then(|worker| worker.pid).context("find a spare")?;
        spares.add(anonymous_megabytes(pid)?);
        // The next turn looks at another.
        let request = trivial().request();
        run_script(pool, &request).await?;
        release(pool, &[&request], SPARES).await;
    }
    let mut rows = vec![Row::new("memory of a spare worker", Unit::Megabytes, &spares).note(NOTE)];
    let bound = |what: &str, figures: &Samples| {
        Row::new(
            format!("memory of an idle worker, {what}"),
            Unit::Megabytes,
            figures,
        )
    };
    let idle = after(pool, &trivial(), turns).await?;
    rows.push(bound("after a trivial run", &idle));
    for module in ["pg", "mysql2", "mongodb"] {
        let figures = after(pool, &loading(module), turns).await?;
        let row = bound(&format!("after require('{module}')"), &figures);
        rows.push(match module {
            "pg" => row.p50_at_most(20.0),
            _ => row,
        });
    }
    Ok(rows)
}

fn trivial() -> Script {
    Script::from(include_str!("../../scripts/login.js"))
}

fn loading(module: &str) -> Script {
    Script {
        text: format!(
            "function login(email, password, callback) {{
                require('{module}');
                callback(null, {{ user_id: email, email: email }});
            }}"
        ),
        ..Script::default()
    }
}

/// Of a new worker for each turn, a while after its only run.
async fn after(pool: &Pool, script: &Script, turns: usize) -> anyhow::Result<Samples> {
    let mut figures = Samples::default();
    for _ in 0..turns {
        calm(pool, SPARES).await;
        let request = script.request();
        let report = run_script(pool, &request).await?;
        calm(pool, SPARES).await;
        tokio::time::sleep(SETTLE).await;
        let pid = report.worker.context("know the worker")?;
        figures.add(anonymous_megabytes(pid)?);
        release(pool, &[&request], SPARES).await;
    }
    Ok(figures)
}

/// proc_pid_smaps(5).
pub(super) fn anonymous_megabytes(pid: u32) -> anyhow::Result<f64> {
    let path = format!("/proc/{pid}/smaps_rollup");
    let text = std::fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Anonymous:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB"));
    let kib: f64 = kib
        .and_then(|kib| kib.trim().parse().ok())
        .with_context(|| format!("find the anonymous pages in {path}"))?;
    Ok(kib * 1024.0 / 1e6)
}
