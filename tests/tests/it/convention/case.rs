use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use trickle_model::{Action, Limits, NodeVersion};

use crate::scripts::repository;

/// A folder with `script.js` and `case.json`; `specs/README.md` describes the fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    #[serde(skip)]
    pub folder: PathBuf,
    #[serde(skip)]
    pub script: String,
    #[serde(default = "login")]
    pub action: Action,
    #[serde(default)]
    pub configuration: BTreeMap<String, String>,
    #[serde(default)]
    pub node_version: NodeVersion,
    #[serde(default)]
    pub limits: CaseLimits,
    #[serde(default)]
    pub node: bool,
    #[serde(default)]
    pub together: bool,
    runs: Vec<Run>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    #[serde(default)]
    pub arguments: Vec<Value>,
    #[serde(default)]
    pub context: Map<String, Value>,
    pub expect: Value,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseLimits {
    wall_ms: Option<u64>,
    cpu_ms: Option<u64>,
    grace_ms: Option<u64>,
    console_lines: Option<u32>,
    console_line_bytes: Option<usize>,
}

impl CaseLimits {
    pub fn apply(&self, limits: &mut Limits) {
        if let Some(wall) = self.wall_ms {
            limits.wall = Duration::from_millis(wall);
        }
        if let Some(cpu) = self.cpu_ms {
            limits.cpu = Duration::from_millis(cpu);
        }
        if let Some(grace) = self.grace_ms {
            limits.grace = Duration::from_millis(grace);
        }
        if let Some(lines) = self.console_lines {
            limits.console_lines = lines;
        }
        if let Some(bytes) = self.console_line_bytes {
            limits.console_line_bytes = bytes;
        }
    }
}

const fn login() -> Action {
    Action::Login
}

impl Case {
    /// The runs, with the action's usual arguments where the case gives none.
    pub fn runs(&self) -> impl Iterator<Item = Run> {
        self.runs.iter().cloned().map(|mut run| {
            if run.arguments.is_empty() {
                run.arguments = usual_arguments(self.action);
            }
            run
        })
    }

    pub fn name(&self) -> std::borrow::Cow<'_, str> {
        self.folder.file_name().unwrap().to_string_lossy()
    }
}

fn usual_arguments(action: Action) -> Vec<Value> {
    const EMAIL: &str = "ann@example.org";
    match action {
        Action::Login => vec![json!(EMAIL), json!("secret")],
        Action::GetUser | Action::Verify => vec![json!(EMAIL)],
        Action::Create => vec![json!({"email": EMAIL, "password": "secret"})],
        Action::ChangePassword => vec![json!(EMAIL), json!("new secret")],
        Action::ChangeEmail => vec![json!(EMAIL), json!("new@example.org"), json!(true)],
        Action::Delete => vec![json!("42")],
        Action::Count => Vec::new(),
    }
}

/// Every case, by name.
pub fn all() -> Vec<Case> {
    let root = repository().join("tests/specs/convention");
    let entries = std::fs::read_dir(root).unwrap();
    let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders.iter().map(|folder| read(folder)).collect()
}

fn read(folder: &Path) -> Case {
    let text = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    let case: Case = serde_json::from_str(&text("case.json"))
        .unwrap_or_else(|error| panic!("{}/case.json: {error}", folder.display()));
    Case {
        folder: folder.to_owned(),
        script: text("script.js"),
        ..case
    }
}
