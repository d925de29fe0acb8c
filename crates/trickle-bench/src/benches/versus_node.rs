//! One script through the pool, in a warm Node.js server, and in a Node.js process per call.

use std::path::Path;

use crate::caller::measure;
use crate::node::{NodeServer, ProcessCaller};
use crate::pool::{PoolCaller, Script, end};
use crate::row::Comparison;
use crate::{Bench, Samples, Unit};

/// How often each is called.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Callers at once.
    pub at_a_time: usize,
    /// Turns of all three.
    pub turns: usize,
    /// Calls of a caller in a turn.
    pub calls: usize,
    /// The same for processes; none when zero.
    pub process_calls: usize,
}

/// What came of it; without Node.js, only ours.
#[derive(Debug)]
pub struct Figures {
    /// Through the pool.
    pub pool: Samples,
    /// Against the warm server.
    pub server: Option<Comparison>,
    /// Against a process per call.
    pub process: Option<Comparison>,
}

/// Measures in turns, warm.
pub async fn compare(bench: &Bench, script: &Script, plan: Plan) -> anyhow::Result<Figures> {
    // Workers end after so many runs; their successors would be cold.
    let pool = bench.pool(|config| config.max_runs = u64::MAX).await?;
    let request = script.request();
    let mut ours: Vec<_> = (0..plan.at_a_time)
        .map(|_| PoolCaller {
            pool: pool.clone(),
            request: request.clone(),
        })
        .collect();
    let figures = match &bench.node {
        Some(node) => against(bench, node, script, plan, &mut ours).await,
        None => alone(plan, &mut ours).await,
    };
    drop(ours);
    end(pool).await;
    figures
}

async fn alone(plan: Plan, ours: &mut Vec<PoolCaller>) -> anyhow::Result<Figures> {
    measure(ours, plan.calls).await?;
    Ok(Figures {
        pool: measure(ours, plan.calls * plan.turns).await?,
        server: None,
        process: None,
    })
}

async fn against(
    bench: &Bench,
    node: &Path,
    script: &Script,
    plan: Plan,
    ours: &mut Vec<PoolCaller>,
) -> anyhow::Result<Figures> {
    let server = NodeServer::start(node, &bench.modules, script).await?;
    let mut server_callers = server.callers(plan.at_a_time).await?;
    let folder = tempfile::tempdir()?;
    let process = ProcessCaller::new(node, script, folder.path())?;
    let mut process_callers = vec![process; plan.at_a_time];

    let mut pool = Samples::default();
    let mut versus_server = Comparison::new("warm node server", Unit::Milliseconds);
    let mut versus_process = Comparison::new("node process per call", Unit::Milliseconds);
    // The first turn warms everything up: V8 on both sides compiles what is called often.
    for turn in 0..=plan.turns {
        let by_us = measure(ours, plan.calls).await?;
        let by_server = measure(&mut server_callers, plan.calls).await?;
        let by_process = measure(&mut process_callers, plan.process_calls).await?;
        if turn > 0 {
            pool.extend(&by_us);
            versus_server.turn(&by_us, &by_server);
            versus_process.turn(&by_us, &by_process);
        }
    }
    Ok(Figures {
        pool,
        server: Some(versus_server),
        process: (plan.process_calls > 0).then_some(versus_process),
    })
}
