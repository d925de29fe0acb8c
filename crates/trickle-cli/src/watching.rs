//! Waiting for files to change.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

/// Short for a person who saves, long for the processor.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Files with the time of their last change.
pub type Seen = BTreeMap<PathBuf, SystemTime>;

/// Files, and those that lie in folders.
pub fn look(paths: &[PathBuf]) -> Seen {
    paths.iter().flat_map(|path| below(path)).collect()
}

/// Waits until something is otherwise than it was seen; false after Ctrl-C.
pub async fn changed(paths: &[PathBuf], seen: &Seen) -> anyhow::Result<bool> {
    let names: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    eprintln!(
        "\nwaiting for a change in {}; Ctrl-C ends",
        names.join(", ")
    );
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    loop {
        tokio::select! {
            _ = ticks.tick() => {
                if look(paths) != *seen {
                    return Ok(true);
                }
            }
            ended = tokio::signal::ctrl_c() => {
                ended?;
                return Ok(false);
            }
        }
    }
}

fn below(path: &Path) -> Seen {
    let paths = if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    } else {
        vec![path.to_owned()]
    };
    let time = |path: &PathBuf| path.metadata().ok()?.modified().ok();
    paths
        .into_iter()
        .filter(|path| path.is_file())
        .filter_map(|path| time(&path).map(|time| (path, time)))
        .collect()
}
