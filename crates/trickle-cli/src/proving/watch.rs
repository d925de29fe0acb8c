//! Running again when a file changes.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::{Args, once, report};
use crate::output;

/// Short for a person who saves, long for the processor.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Runs all cases, then again after each change, until Ctrl-C. What is wrong with the project's own files is told and waited for, too.
pub async fn run(args: &Args) -> anyhow::Result<u8> {
    loop {
        let seen = files(&args.folder);
        match once(args).await {
            Ok(results) => report::print(args.reporter, &results),
            Err(error) => output::failure(&error),
        }
        eprintln!(
            "\nwaiting for a change in {}; Ctrl-C ends",
            args.folder.display()
        );
        tokio::select! {
            () = changed(&args.folder, &seen) => {}
            ended = tokio::signal::ctrl_c() => {
                ended?;
                return Ok(output::SUCCESS);
            }
        }
    }
}

async fn changed(folder: &Path, seen: &BTreeMap<PathBuf, SystemTime>) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        ticks.tick().await;
        if files(folder) != *seen {
            return;
        }
    }
}

/// The files of a project with their times.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let time = entry.metadata().ok()?.modified().ok()?;
            Some((entry.path(), time))
        })
        .filter(|(path, _)| path.is_file())
        .collect()
}
