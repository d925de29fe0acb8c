//! The data folder, the database and the workers.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use super::{Finding, State};
use crate::{
    data_dir::StoreArgs,
    programs::{self, RequireJail, WorkerArgs},
};

/// Whether nobody but its owner can get at the folder and the key in it.
pub(super) fn look_at_folder(folder: &Path) -> Vec<Finding> {
    if !folder.exists() {
        let detail = format!(
            "{} is not there; the first start of the server makes it",
            folder.display()
        );
        return vec![Finding::new("data folder", State::Ok, detail)];
    }
    let mut findings = vec![private("data folder", folder)];
    let key = folder.join("master.key");
    if key.exists() {
        findings.push(private("master key", &key));
    }
    findings
}

fn private(name: &str, path: &Path) -> Finding {
    let shown = path.display();
    let found = match path.metadata() {
        Ok(found) => found,
        Err(error) => return Finding::new(name, State::Failure, format!("{shown}: {error}")),
    };
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let detail = format!("{shown} is open to others (mode {mode:03o}): chmod go-rwx {shown}");
        return Finding::new(name, State::Failure, detail);
    }
    let detail = format!("{shown}, of user {} alone", found.uid());
    Finding::new(name, State::Ok, detail)
}

/// Whether the database can be opened and answers. Nothing is made.
pub(super) async fn look_at_database(store: &StoreArgs) -> Finding {
    let name = "database";
    let opened = async {
        if !store.is_there()? {
            return Ok("is not there; the first start of the server makes it");
        }
        let store = store.open().await?;
        let answer = store.ping().await;
        store.close().await;
        answer?;
        anyhow::Ok("answers")
    };
    match opened.await {
        Ok(detail) => Finding::new(name, State::Ok, detail),
        Err(error) => Finding::new(name, State::Failure, format!("{error:#}")),
    }
}

/// Whether a worker boots, and what holds it.
pub(super) async fn look_at_workers(workers: &WorkerArgs) -> Vec<Finding> {
    let mut findings = vec![look_at_modules(workers)];
    let workers = WorkerArgs {
        require_jail: RequireJail::Any,
        ..workers.clone()
    };
    let pool = match workers.start(|config| config.spares = 1).await {
        Ok(pool) => pool,
        Err(error) => {
            findings.push(Finding::new("worker", State::Failure, format!("{error:#}")));
            return findings;
        }
    };
    let detail = "boots, and speaks this program's protocol";
    findings.push(Finding::new("worker", State::Ok, detail));
    let missing = programs::missing(&pool).await;
    pool.shutdown(Duration::ZERO).await;
    if missing.is_empty() {
        let detail = "full: nothing is missing";
        findings.push(Finding::new("jail", State::Ok, detail));
    }
    findings.extend(missing.iter().map(|barrier| {
        let name = format!("jail: {}", barrier.name);
        Finding::new(name, State::Warning, barrier.lost)
    }));
    findings
}

fn look_at_modules(workers: &WorkerArgs) -> Finding {
    let name = "modules";
    let folder = match workers.pool_config() {
        Ok(config) => config.modules_dir,
        Err(error) => return Finding::new(name, State::Failure, format!("{error:#}")),
    };
    let shown = folder.display();
    let packages = match std::fs::read_dir(&folder) {
        Ok(entries) => entries.count(),
        Err(error) => return Finding::new(name, State::Failure, format!("{shown}: {error}")),
    };
    let mode = folder
        .metadata()
        .map_or(0, |found| found.permissions().mode());
    if mode & 0o005 != 0o005 {
        let detail = format!(
            "{shown}: others cannot read it, so workers of a server that is root stay root"
        );
        return Finding::new(name, State::Warning, detail);
    }
    let detail = format!("{shown}, {packages} entries");
    Finding::new(name, State::Ok, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_folder_fails() {
        let folder = tempfile::tempdir().unwrap();
        let set = |mode| {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(folder.path(), mode).unwrap();
        };
        set(0o700);
        assert_eq!(look_at_folder(folder.path())[0].state, State::Ok);
        set(0o750);
        assert_eq!(look_at_folder(folder.path())[0].state, State::Failure);
        let missing = folder.path().join("missing");
        assert_eq!(look_at_folder(&missing)[0].state, State::Ok);
    }
}
