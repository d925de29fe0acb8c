//! Profiles that were kept, to tell when they change.

use std::{
    collections::BTreeMap,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{cases::Test, expectation::differences};
use crate::output::Mistake;

/// Where they are, beside the scripts.
const FOLDER: &str = "snapshots";

/// What a run may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What is missing.
    Fill,
    /// Nothing: what a build writes is thrown away.
    Hold,
    /// What is missing, and what differs.
    Update,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// There was none.
    Written,
    /// There was another one.
    Updated,
}

/// Holds a profile against the file of its case; gives what was written, or what is wrong.
pub fn held(
    folder: &Path,
    case: &str,
    profile: &Value,
    mode: Mode,
) -> Result<Option<Kept>, Vec<String>> {
    let path = folder.join(FOLDER).join(file_name(case));
    let shown = path.display();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(vec![format!("{shown} cannot be read: {error}")]),
    };
    let Some(text) = text else {
        if mode == Mode::Hold {
            let defect = format!(
                "{shown} is missing, and --ci writes none: run the case without it, and commit the file"
            );
            return Err(vec![defect]);
        }
        return write(&path, profile).map(|()| Some(Kept::Written));
    };
    let kept = serde_json::from_str::<Value>(&text).ok();
    if kept.as_ref() == Some(profile) {
        return Ok(None);
    }
    if mode == Mode::Update {
        return write(&path, profile).map(|()| Some(Kept::Updated));
    }
    let Some(kept) = kept else {
        return Err(vec![format!(
            "{shown} is no JSON; --update keeps what there is now"
        )]);
    };
    let defects = against(&kept, profile, &path);
    if defects.is_empty() {
        Ok(None)
    } else {
        Err(defects)
    }
}

fn against(kept: &Value, profile: &Value, path: &Path) -> Vec<String> {
    let mut defects = Vec::new();
    differences(kept, profile, "snapshot", &mut defects);
    let mut added = Vec::new();
    differences(profile, kept, "snapshot", &mut added);
    if defects.is_empty() && !added.is_empty() {
        defects.push("the profile has fields that the snapshot has not".to_owned());
    }
    if !defects.is_empty() {
        defects.push(format!(
            "see {}; --update keeps what there is now",
            path.display()
        ));
    }
    defects
}

fn write(path: &Path, profile: &Value) -> Result<(), Vec<String>> {
    let parent = path.parent().unwrap_or(path);
    std::fs::create_dir_all(parent)
        .and_then(|()| std::fs::write(path, format!("{profile:#}\n")))
        .map_err(|error| vec![format!("{} cannot be written: {error}", path.display())])
}

/// The file of a case; letters and digits of its name, and nothing that leads elsewhere.
fn file_name(case: &str) -> String {
    let name: String = case
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    format!("{name}.json")
}

/// The files of all cases that keep a snapshot.
#[derive(Debug)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    /// Those of some tests.
    ///
    /// # Errors
    /// Two cases would hold each other's profile for their own.
    pub fn of(tests: &[Test]) -> Result<Self, Mistake> {
        let mut files = BTreeMap::new();
        let keeps = |test: &&Test| test.steps.iter().any(|step| step.expect.snapshot);
        for test in tests.iter().filter(keeps) {
            let file = file_name(&test.name);
            if let Some(other) = files.insert(file.clone(), test.name.clone()) {
                return Err(Mistake(format!(
                    "keep two snapshots in {FOLDER}/{file}: give the cases {other:?} and {:?} other names",
                    test.name
                )));
            }
        }
        Ok(Self(files))
    }

    /// Files that no case keeps any more.
    pub fn obsolete(&self, folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder.join(FOLDER));
        let mut found: Vec<PathBuf> = entries
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .filter(|path| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                !self.0.contains_key(&*name)
            })
            .collect();
        found.sort();
        found
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::proving::checks::{login, test};

    fn case(name: &str) -> Test {
        let mut step = login("a@b.c", "x", &["profile"]);
        step.expect.snapshot = true;
        test(name, [step])
    }

    #[test]
    fn each_mode_writes_what_it_may() {
        let folder = tempfile::tempdir().unwrap();
        let hold = |plan: &str, mode| held(folder.path(), "a/b", &json!({"plan": plan}), mode);
        let missing = hold("gold", Mode::Hold).unwrap_err();
        assert!(missing[0].contains("a-b.json is missing"), "{missing:?}");
        assert_eq!(hold("gold", Mode::Fill), Ok(Some(Kept::Written)));
        assert_eq!(hold("gold", Mode::Hold), Ok(None));
        assert_eq!(hold("gold", Mode::Update), Ok(None));
        let differs = hold("lead", Mode::Fill).unwrap_err();
        assert_eq!(differs[0], r#"snapshot.plan: expected "gold", got "lead""#);
        assert_eq!(hold("lead", Mode::Update), Ok(Some(Kept::Updated)));
        assert_eq!(hold("lead", Mode::Fill), Ok(None));

        let file = folder.path().join("snapshots/a-b.json");
        std::fs::write(&file, "<<<<<<< HEAD\n").unwrap();
        let broken = hold("lead", Mode::Fill).unwrap_err();
        assert!(broken[0].contains("is no JSON"), "{broken:?}");
        assert_eq!(hold("lead", Mode::Update), Ok(Some(Kept::Updated)));
    }

    #[test]
    fn cases_have_files_of_their_own() {
        let files = Files::of(&[
            case("one"),
            case("two"),
            test("three", [login("a", "x", &[])]),
        ])
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(files.obsolete(folder.path()), Vec::<PathBuf>::new());
        let own = folder.path().join(FOLDER);
        std::fs::create_dir(&own).unwrap();
        for name in ["one.json", "three.json", "README.md"] {
            std::fs::write(own.join(name), "").unwrap();
        }
        assert_eq!(files.obsolete(folder.path()), [own.join("three.json")]);
        let error = Files::of(&[case("a b"), case("a-b")]).unwrap_err();
        assert!(error.0.contains(r#""a b" and "a-b""#), "{}", error.0);
    }
}
