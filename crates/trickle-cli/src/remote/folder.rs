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
    /// The folder that has a connection's scripts; `root` itself where they stand in it.
    pub fn find(root: &Path, connection: &str) -> anyhow::Result<Self> {
        if let Some(found) = Self::there(root, connection) {
            return Ok(found);
        }
        let message = format!(
            "find {} or login.js in {}",
            in_layout(root, LAYOUTS[0], connection).display(),
            root.display()
        );
        Err(Mistake(message).into())
    }

    /// The same, or where it is to be.
    pub fn find_or_plan(root: &Path, connection: &str) -> Self {
        Self::there(root, connection)
            .unwrap_or_else(|| Self(in_layout(root, LAYOUTS[0], connection)))
    }

    fn there(root: &Path, connection: &str) -> Option<Self> {
        let mut layouts = LAYOUTS
            .iter()
            .map(|layout| in_layout(root, layout, connection));
        let own = layouts.find(|path| path.is_dir());
        let has_scripts = || {
            ["login.js", "get_user.js"]
                .iter()
                .any(|name| root.join(name).is_file())
        };
        own.or_else(|| has_scripts().then(|| root.to_owned()))
            .map(Self)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The scripts, byte for byte.
    pub fn read(&self) -> anyhow::Result<BTreeMap<Action, String>> {
        project::scripts(&self.0)
    }

    /// A file's text; nothing where there is none.
    pub fn text(&self, name: &str) -> anyhow::Result<Option<String>> {
        let path = self.0.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("read {}", path.display())),
        }
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        std::fs::create_dir_all(&self.0).with_context(|| format!("make {}", self.0.display()))?;
        let path = self.0.join(name);
        std::fs::write(&path, text).with_context(|| format!("write {}", path.display()))
    }
}

/// `database.json`: name, strategy and options, the scripts as paths, and no secrets.
pub fn settings(connection: &Value, scripts: &BTreeMap<Action, String>) -> Value {
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
    json!({
        "name": connection["name"],
        "strategy": connection["strategy"],
        "options": options,
    })
}

fn in_layout(root: &Path, layout: &str, connection: &str) -> PathBuf {
    root.join(layout).join(file_name(connection))
}

/// A connection's name as a folder's; it cannot lead elsewhere.
fn file_name(connection: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    connection
        .chars()
        .map(|c| if safe(c) { c } else { '-' })
        .collect()
}
