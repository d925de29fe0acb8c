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
    /// Makes the folder if it is not there, and opens the store.
    pub async fn open(&self) -> anyhow::Result<Store> {
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
            None => Database::Sqlite(folder.join("trickle.db")),
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
