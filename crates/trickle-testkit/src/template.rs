use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::run;

/// The data folder for `key`, made by `make` at first use and kept for all later test runs.
///
/// `make` gets an empty folder in a folder of its own under `/tmp`, which every account can reach.
pub(crate) fn cached(key: &str, make: impl FnOnce(&Path)) -> PathBuf {
    let cache = cache_folder();
    std::fs::create_dir_all(&cache).expect("create the testkit cache folder");
    let template = cache.join(key);
    let lock = File::create(cache.join(format!("{key}.lock"))).expect("create the template lock");
    lock.lock().expect("wait for the template lock");
    if !template.exists() {
        let workshop = tempfile::tempdir_in("/tmp").expect("create a folder under /tmp");
        let data = workshop.path().join("data");
        std::fs::create_dir(&data).expect("create the data folder");
        make(&data);
        let unfinished = cache.join(format!("{key}.unfinished"));
        let _ = std::fs::remove_dir_all(&unfinished);
        copy(&data, &unfinished);
        std::fs::rename(&unfinished, &template).expect("move the template into place");
    }
    template
}

pub(crate) fn copy(from: &Path, to: &Path) {
    run(Command::new("cp")
        .args(["-a", "--reflink=auto"])
        .arg(from)
        .arg(to));
}

/// `<target>/testkit`; cargo keeps `.rustc_info.json` in its target folder, wherever that was put.
fn cache_folder() -> PathBuf {
    let program = std::env::current_exe().expect("know the test program's path");
    program
        .ancestors()
        .find(|folder| folder.join(".rustc_info.json").exists())
        .map_or_else(
            || {
                let user = rustix::process::geteuid().as_raw();
                PathBuf::from(format!("/tmp/trickle-testkit-{user}"))
            },
            |target| target.join("testkit"),
        )
}
