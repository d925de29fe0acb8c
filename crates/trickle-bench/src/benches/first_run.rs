//! The first run of a connection: binds a spare, or waits for a worker that boots.

use std::time::Instant;

use trickle_pool::Pool;

use crate::pool::{Script, calm, end, release, run as run_script};
use crate::{Bench, Row, Samples, Unit, millis};

const SPARES: usize = 1;

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let pool = bench.pool(|config| config.spares = SPARES).await?;
    let turns = bench.scaled(100);
    let figures = measure(&pool, turns).await;
    end(pool).await;
    let (with, without) = figures?;
    let name = |how| format!("first run of a connection, {how}");
    Ok(vec![
        Row::new(name("with a spare"), Unit::Milliseconds, &with).p50_at_most(5.0),
        Row::new(name("without"), Unit::Milliseconds, &without)
            .p50_at_most(150.0)
            .note("another connection took the last spare a moment before; two workers boot at once, this one's and the next spare"),
    ])
}

/// With a spare, and right after somebody else took it.
async fn measure(pool: &Pool, turns: usize) -> anyhow::Result<(Samples, Samples)> {
    let script = Script::from(include_str!("../../scripts/login.js"));
    let (mut with, mut without) = Default::default();
    for _ in 0..turns {
        calm(pool, SPARES).await;
        let request = script.request();
        time(pool, &request, &mut with).await?;
        release(pool, &[&request], SPARES).await;

        let (first, second) = (script.request(), script.request());
        let mut ignored = Samples::default();
        // The pool hears of the first before it hears of the second.
        let (took, waited) = tokio::join!(
            time(pool, &first, &mut ignored),
            time(pool, &second, &mut without)
        );
        took.and(waited)?;
        release(pool, &[&first, &second], SPARES).await;
    }
    Ok((with, without))
}

async fn time(
    pool: &Pool,
    request: &trickle_model::ExecutionRequest,
    times: &mut Samples,
) -> anyhow::Result<()> {
    let began = Instant::now();
    run_script(pool, request).await?;
    times.add(millis(began.elapsed()));
    Ok(())
}
