//! The folder of an install, and the store in it or elsewhere.

use std::{
    fs::{self, OpenOptions, Permissions},
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use trickle_model::Secret;
use trickle_store::{Database, MasterKey, Store};

use crate::output::Mistake;

/// Which install a command is about.
#[derive(Clone, Debug, clap::Args)]
pub struct StoreArgs {
    /// Folder with keys, certificates and, without --database-url, the database
    #[arg(
        long,
        env = "TRICKLE_DATA_DIR",
        default_value = "trickle-data",
        value_name = "DIR"
    )]
    pub data_dir: PathBuf,
    /// PostgreSQL instead of the SQLite file in the data folder
    #[arg(
        long,
        env = "TRICKLE_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database_url: Option<String>,
}

impl StoreArgs {
    /// Opens the store of an install that is there.
    ///
    /// A folder without one is mistyped, or another command's: to make a store there would hide that. With PostgreSQL the address says which
    /// install is meant, and the store itself refuses the key of another folder.
    pub async fn open(&self) -> anyhow::Result<Store> {
        if self.is_there()? {
            return self.open_or_make().await;
        }
        Err(Mistake(format!(
            "find an install in the data folder {}; name the server's own by --data-dir or TRICKLE_DATA_DIR, and where its data is in PostgreSQL \
             that by --database-url or TRICKLE_DATABASE_URL; `trickle serve` makes a new one",
            self.data_dir.display()
        ))
        .into())
    }

    /// Whether there is a store; true of a PostgreSQL database, which is not asked.
    pub fn is_there(&self) -> anyhow::Result<bool> {
        let file = self.file();
        let found = match self.database_url {
            Some(_) => Ok(true),
            None => file.try_exists(),
        };
        found.with_context(|| format!("look for {}", file.display()))
    }

    fn file(&self) -> PathBuf {
        self.data_dir.join("trickle.db")
    }

    /// Opens the store; makes it, and the folder, where they are not there.
    pub async fn open_or_make(&self) -> anyhow::Result<Store> {
        let folder = &self.data_dir;
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("make the data folder {}", folder.display()))?;
        let key =
            MasterKey::load_or_create(&folder.join("master.key")).context("read the master key")?;
        let database = match &self.database_url {
            Some(url) => Database::Postgres(Secret::new(url.as_str())),
            None => Database::Sqlite(self.file()),
        };
        Store::open(&database, key).await.context("open the store")
    }
}

/// Writes a file that only its owner can read, whole or not at all.
pub fn write_private(path: &Path, contents: &[u8]) -> std::io::Result<()> {
    let part = path.with_extension("part");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(contents)?;
    file.sync_all()?;
    fs::rename(&part, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{INTERNAL, USAGE, status};

    fn store(data_dir: PathBuf) -> StoreArgs {
        StoreArgs {
            data_dir,
            database_url: None,
        }
    }

    #[tokio::test]
    async fn only_the_server_makes_an_install() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path().join("data"));
        let error = store.open().await.unwrap_err();
        assert_eq!(status(&error), USAGE);
        let shown = store.data_dir.display().to_string();
        assert!(error.to_string().contains(&shown), "{error}");
        assert!(!store.data_dir.exists());

        store.open_or_make().await.unwrap().close().await;
        store.open().await.unwrap().close().await;
    }

    #[tokio::test]
    async fn what_cannot_be_looked_at_is_no_missing_install() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = store(file.path().join("data")).open().await.unwrap_err();
        assert_eq!(status(&error), INTERNAL);
    }
}
