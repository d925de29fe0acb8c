//! Waiting for files to change.

use std::{
    collections::BTreeMap,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use crate::output;

/// Short for a person who saves, long for the processor.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Between two writes of one save.
const SETTLING: Duration = Duration::from_millis(50);
/// A file that something writes to all the time keeps nobody waiting.
const SETTLING_LOOKS: usize = 20;

/// Files with the time of their last change.
type Seen = BTreeMap<PathBuf, SystemTime>;

/// Endings of what projects are read from. A folder may also take what a command writes, for example its redirected output.
const ENDINGS: &[&str] = &["js", "cjs", "mjs", "toml", "json"];

/// Files, and those that lie in folders and that a project is read from; but for `written`, and for what the output goes to.
fn look(paths: &[PathBuf], written: &[PathBuf]) -> Seen {
    let output = ["/proc/self/fd/1", "/proc/self/fd/2"].map(PathBuf::from);
    let own: Vec<_> = written
        .iter()
        .chain(&output)
        .filter_map(|path| identity(path))
        .collect();
    paths.iter().flat_map(|path| below(path, &own)).collect()
}

/// Device and inode: a file has many paths.
fn identity(path: &Path) -> Option<(u64, u64)> {
    let found = path.metadata().ok()?;
    Some((found.dev(), found.ino()))
}

/// Runs something, and again after each change of what it reads, until Ctrl-C.
pub async fn whenever_changed(
    paths: impl Fn() -> Vec<PathBuf>,
    written: &[PathBuf],
    run: impl AsyncFn(),
) -> anyhow::Result<u8> {
    loop {
        let paths = paths();
        let seen = look(&paths, written);
        tokio::select! {
            () = run() => {}
            // From the first wait on the signal ends nothing by itself.
            ended = tokio::signal::ctrl_c() => {
                ended?;
                return Ok(output::SUCCESS);
            }
        }
        if !changed(&paths, written, &seen).await? {
            return Ok(output::SUCCESS);
        }
    }
}

/// Waits until something is otherwise than it was seen; false after Ctrl-C.
async fn changed(paths: &[PathBuf], written: &[PathBuf], seen: &Seen) -> anyhow::Result<bool> {
    let names: Vec<_> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    eprintln!(
        "\nwaiting for a change in {}; Ctrl-C ends",
        names.join(", ")
    );
    let waiting = async {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if look(paths, written) != *seen && settled(paths, written).await != *seen {
                break;
            }
        }
    };
    tokio::select! {
        () = waiting => Ok(true),
        ended = tokio::signal::ctrl_c() => {
            ended?;
            Ok(false)
        }
    }
}

/// What there is once a save is through: editors write beside the file and rename, and a checkout changes many.
async fn settled(paths: &[PathBuf], written: &[PathBuf]) -> Seen {
    let mut now = look(paths, written);
    for _ in 0..SETTLING_LOOKS {
        tokio::time::sleep(SETTLING).await;
        let next = look(paths, written);
        if next == now {
            break;
        }
        now = next;
    }
    now
}

fn below(path: &Path, own: &[(u64, u64)]) -> Seen {
    let paths = if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        paths
            .filter(|path| is_read(path))
            .filter(|path| identity(path).is_none_or(|it| !own.contains(&it)))
            .collect()
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

fn is_read(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending))
        || path.file_name().is_some_and(|name| name == ".env")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_write_into_a_folder_is_not_seen() {
        let folder = tempfile::tempdir().unwrap();
        let names = [
            ".env",
            "cases.cjs",
            "cases.json",
            "coverage.info",
            "login.js",
            "out.txt",
            "report.json",
            "trickle.toml",
        ];
        for name in names {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let seen = look(
            &[folder.path().to_owned()],
            &[folder.path().join("report.json")],
        );
        let seen: Vec<_> = seen
            .keys()
            .map(|path| path.file_name().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(
            seen,
            [
                ".env",
                "cases.cjs",
                "cases.json",
                "login.js",
                "trickle.toml"
            ]
        );
        // A file that is named is looked at whatever its ending.
        assert_eq!(look(&[folder.path().join("out.txt")], &[]).len(), 1);
    }
}
