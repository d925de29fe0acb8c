//! What the sandbox adds to a script that does nothing.

use super::versus_node::{Plan, compare};
use crate::pool::Script;
use crate::{Bench, Row, Unit};

/// One at a time, and as many at once as one worker takes.
const AT_A_TIME: [usize; 2] = [1, 8];

pub async fn run(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let script = Script::from(include_str!("../../scripts/login.js"));
    let mut rows = Vec::new();
    for at_a_time in AT_A_TIME {
        let plan = Plan {
            at_a_time,
            turns: bench.scaled(50),
            calls: 800 / at_a_time,
            process_calls: 8 / at_a_time,
        };
        let figures = compare(bench, &script, plan).await?;
        let name = format!("trivial login, warm, {at_a_time} at a time");
        rows.push(
            Row::new(&name, Unit::Milliseconds, &figures.pool)
                .p50_at_most(0.3)
                .p99_at_most(2.0),
        );
        let comparisons = [
            (figures.process, "a node process", 100.0),
            (figures.server, "a node server", 1.0),
        ];
        for (comparison, baseline, goal) in comparisons {
            let name = format!("{name}, and {baseline}");
            let row = match comparison {
                Some(comparison) => comparison.row(name),
                None => Row::missing(name, "node is not in PATH"),
            };
            rows.push(row.ratio_at_least(goal));
        }
    }
    Ok(rows)
}
