//! The deploy CLI's folder layout.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde_json::{Value, json};
use trickle_model::Action;

use crate::{output::Mistake, project};

/// Where scripts are read; the first is where they are written.
const LAYOUTS: [&str; 2] = ["database-connections", "databases"];

/// The folder of one connection.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder that a connection's scripts go to.
    pub fn for_writing(root: &Path, connection: &str) -> Self {
        let there = LAYOUTS
            .iter()
            .map(|layout| root.join(layout).join(file_name(connection)))
            .find(|path| path.is_dir());
        Self(there.unwrap_or_else(|| root.join(LAYOUTS[0]).join(file_name(connection))))
    }

    /// The folder that has a connection's scripts; `root` itself where they stand in it.
    pub fn find(root: &Path, connection: &str) -> anyhow::Result<Self> {
        let found = Self::for_writing(root, connection);
        if found.0.is_dir() {
            return Ok(found);
        }
        if root.join("login.js").is_file() || root.join("get_user.js").is_file() {
            return Ok(Self(root.to_owned()));
        }
        let message = format!(
            "find {} or login.js in {}",
            found.0.display(),
            root.display()
        );
        Err(Mistake(message).into())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The scripts, byte for byte.
    pub fn read(&self) -> anyhow::Result<BTreeMap<Action, String>> {
        project::scripts(&self.0)
    }

    /// Writes one script.
    pub fn write(&self, action: Action, text: &str) -> anyhow::Result<()> {
        std::fs::create_dir_all(&self.0).with_context(|| format!("make {}", self.0.display()))?;
        let path = self.0.join(format!("{action}.js"));
        std::fs::write(&path, text).with_context(|| format!("write {}", path.display()))
    }

    /// Writes `database.json`: name, strategy and options, the scripts as paths, and no secrets.
    pub fn write_settings(
        &self,
        connection: &Value,
        scripts: &BTreeMap<Action, String>,
    ) -> anyhow::Result<()> {
        let mut options = connection["options"].clone();
        if let Some(options) = options.as_object_mut() {
            options.remove("configuration");
            options.remove("bareConfiguration");
            let paths: serde_json::Map<String, Value> = scripts
                .keys()
                .filter(|action| action.is_custom())
                .map(|action| (action.key().to_owned(), json!(format!("./{action}.js"))))
                .collect();
            options.insert("customScripts".to_owned(), paths.into());
        }
        let settings = json!({
            "name": connection["name"],
            "strategy": connection["strategy"],
            "options": options,
        });
        let path = self.0.join("database.json");
        std::fs::create_dir_all(&self.0).with_context(|| format!("make {}", self.0.display()))?;
        std::fs::write(&path, format!("{settings:#}\n"))
            .with_context(|| format!("write {}", path.display()))
    }
}

/// A connection's name as a folder's; it cannot lead elsewhere.
fn file_name(connection: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    connection
        .chars()
        .map(|c| if safe(c) { c } else { '-' })
        .collect()
}
