use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use trickle_model::Limits;

use crate::walls::Wall;

/// A folder of `tests/specs/jail`, whose README describes the fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a field of its own in case.json"
)]
pub struct Case {
    #[serde(skip)]
    pub name: String,
    pub title: String,
    #[serde(default)]
    pub limits: CaseLimits,
    #[serde(default)]
    pub server: bool,
    #[serde(default)]
    pub name_server: bool,
    #[serde(default)]
    pub harms_itself: bool,
    #[serde(default)]
    pub cheap: bool,
    pub script: Option<Part>,
    pub raw: Option<Part>,
}

/// How one of the two programs of a folder goes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    #[serde(skip)]
    pub text: String,
    pub stops: Vec<Wall>,
    #[serde(default = "answered")]
    pub expect: Map<String, Value>,
    #[serde(default)]
    pub ways: usize,
    #[serde(default)]
    pub except: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseLimits {
    #[serde(rename = "wall_ms")]
    wall: Option<u64>,
    #[serde(rename = "cpu_ms")]
    cpu: Option<u64>,
    #[serde(rename = "grace_ms")]
    grace: Option<u64>,
}

impl CaseLimits {
    pub fn apply(self, limits: &mut Limits) {
        if let Some(wall) = self.wall {
            limits.wall = Duration::from_millis(wall);
        }
        if let Some(cpu) = self.cpu {
            limits.cpu = Duration::from_millis(cpu);
        }
        if let Some(grace) = self.grace {
            limits.grace = Duration::from_millis(grace);
        }
    }
}

fn answered() -> Map<String, Value> {
    let expect = json!({"outcome": "profile"});
    expect.as_object().cloned().unwrap_or_default()
}

impl Case {
    pub fn meets(&self, wall: Wall) -> bool {
        let mut parts = self.script.iter().chain(&self.raw);
        parts.any(|part| part.stops.contains(&wall))
    }
}

/// Every attack, by name.
pub fn all() -> Vec<Case> {
    let root = trickle_tests::repository().join("tests/specs/jail");
    let entries = std::fs::read_dir(&root).unwrap();
    let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    let helpers = read(&root.join("helpers.js"));
    let calls = read(&root.join("calls.js"));
    let case = |folder: &std::path::PathBuf| {
        let name = folder.file_name().unwrap().to_string_lossy();
        let mut case: Case = serde_json::from_str(&read(&folder.join("case.json")))
            .unwrap_or_else(|error| panic!("{name}/case.json: {error}"));
        case.name = name.into_owned();
        if let Some(part) = &mut case.script {
            part.text = format!("{}\n{helpers}", read(&folder.join("script.js")));
        }
        if let Some(part) = &mut case.raw {
            part.text = format!("{}\n{helpers}\n{calls}", read(&folder.join("raw.js")));
        }
        for (file, part) in [("script.js", &case.script), ("raw.js", &case.raw)] {
            let is_there = folder.join(file).exists();
            assert_eq!(is_there, part.is_some(), "{}: {file}", case.name);
        }
        case
    };
    folders.iter().map(case).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
