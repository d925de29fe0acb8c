//! `trickle verify-timing`: does the clock tell who is here, who is in the legacy store, and who is nowhere?

mod asking;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use anyhow::Context as _;
use serde_json::{Value, json};
use trickle_engine::Comparison;

use self::asking::{Asker, Who};
use crate::{
    output::{self, Mistake},
    remote::{Remote, Server},
    style::{ERROR, GOOD, painted},
};

/// What to measure.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example: TRICKLE_CLIENT_SECRET=… trickle verify-timing --server https://acme.trickle.example --client-id abc --connection legacy --unmigrated unmigrated.txt --migrated migrated.txt\n\nThe client needs the grant password-realm. Exit status 1: the kinds can be told apart."
)]
pub struct Args {
    #[command(flatten)]
    remote: Remote,
    /// Identifiers that only the legacy store knows, one a line
    #[arg(long, value_name = "FILE")]
    unmigrated: PathBuf,
    /// Identifiers of users who are native, one a line
    #[arg(long, value_name = "FILE")]
    migrated: PathBuf,
    /// Attempts of each kind
    #[arg(long, default_value_t = 1_000, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(20..=100_000))]
    samples: u32,
    /// Attempts under way at once
    #[arg(long, default_value_t = 4, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=64))]
    at_once: u32,
    /// How unlikely a difference must be by chance to count as one, from 0 to 1
    #[arg(long, default_value_t = 0.01, value_name = "P")]
    p: f64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was measured of one kind, in seconds, sorted.
type Samples = BTreeMap<Who, Vec<f64>>;

/// Runs the command.
pub async fn run(args: Args) -> anyhow::Result<u8> {
    if !(args.p > 0.0 && args.p < 1.0) {
        return Err(Mistake(format!("use --p {}: it lies between 0 and 1", args.p)).into());
    }
    let asker = Asker::new(
        Server::without_token(&args.remote)?,
        &args.remote,
        lines(&args.unmigrated)?,
        lines(&args.migrated)?,
    );
    eprintln!(
        "asks {} times with wrong passwords, {} at once",
        u64::from(args.samples) * Who::ALL.len() as u64,
        args.at_once
    );
    let samples = asker.measure(args.samples, args.at_once).await?;
    let comparisons = compare(&samples);
    // Six tests look for one difference: each must be so much surer of itself (Bonferroni).
    #[expect(clippy::cast_precision_loss, reason = "there are three pairs")]
    let level = args.p / (2.0 * comparisons.len() as f64);
    let differs = |comparison: &Comparison| comparison.ranks_p.min(comparison.shape_p) < level;
    let is_told_apart = comparisons.iter().any(|(_, _, found)| differs(found));
    if args.json {
        output::json(&view(&samples, &comparisons, level, is_told_apart));
    } else {
        print(&samples, &comparisons, differs);
        let verdict = if is_told_apart {
            painted(ERROR, "the kinds can be told apart by their time")
        } else {
            painted(GOOD, "the kinds cannot be told apart by their time")
        };
        output::styled(format_args!(
            "{verdict} (p = {}, {} samples of each)",
            args.p, args.samples
        ));
    }
    Ok(if is_told_apart {
        output::ANSWER_IS_NO
    } else {
        output::SUCCESS
    })
}

fn lines(file: &PathBuf) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<String> = lines.map(str::to_owned).collect();
    if lines.is_empty() {
        return Err(Mistake(format!("find an identifier in {}", file.display())).into());
    }
    Ok(lines)
}

fn compare(samples: &Samples) -> Vec<(Who, Who, Comparison)> {
    let pairs = [
        (Who::Unknown, Who::Unmigrated),
        (Who::Unknown, Who::Migrated),
        (Who::Unmigrated, Who::Migrated),
    ];
    pairs
        .into_iter()
        .map(|(one, other)| {
            let found = Comparison::of(&samples[&one], &samples[&other]);
            (one, other, found)
        })
        .collect()
}

/// Milliseconds at a share of the sorted samples.
fn at(sorted: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index into the samples"
    )]
    let index = ((sorted.len() - 1) as f64 * share).round() as usize;
    Duration::from_secs_f64(sorted[index]).as_secs_f64() * 1_000.0
}

fn print(
    samples: &Samples,
    comparisons: &[(Who, Who, Comparison)],
    differs: impl Fn(&Comparison) -> bool,
) {
    println!("kind         median ms   95 %   99 %");
    for (who, sorted) in samples {
        println!(
            "{:<12} {:>9.1} {:>6.1} {:>6.1}",
            who.name(),
            at(sorted, 0.5),
            at(sorted, 0.95),
            at(sorted, 0.99)
        );
    }
    println!();
    println!("pair                       p by ranks   p by shape");
    for (one, other, found) in comparisons {
        let mark = if differs(found) { "differs" } else { "" };
        println!(
            "{:<26} {:>10.4} {:>12.4}  {mark}",
            format!("{} / {}", one.name(), other.name()),
            found.ranks_p,
            found.shape_p
        );
    }
    println!();
}

fn view(
    samples: &Samples,
    comparisons: &[(Who, Who, Comparison)],
    level: f64,
    is_told_apart: bool,
) -> Value {
    let kinds: serde_json::Map<String, Value> = samples
        .iter()
        .map(|(who, sorted)| {
            let shown = json!({
                "samples": sorted.len(), "min_ms": at(sorted, 0.0), "median_ms": at(sorted, 0.5), "p95_ms": at(sorted, 0.95),
                "p99_ms": at(sorted, 0.99),
            });
            (who.name().to_owned(), shown)
        })
        .collect();
    let pairs: Vec<Value> = comparisons
        .iter()
        .map(|(one, other, found)| {
            json!({
                "kinds": [one.name(), other.name()], "mann_whitney_p": found.ranks_p,
                "kolmogorov_smirnov_p": found.shape_p,
            })
        })
        .collect();
    json!({"kinds": kinds, "pairs": pairs, "level": level, "told_apart": is_told_apart})
}
