//! Profiles that were kept, to tell when they change.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::expectation::differences;

/// Holds a profile against `snapshots/<case>.json`, which the first run writes, and `--update` anew.
pub fn defect(folder: &Path, case: &str, profile: &Value, update: bool) -> Vec<String> {
    let path = file(folder, case);
    let kept = std::fs::read_to_string(&path)
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    match kept {
        Some(kept) if !update => {
            let mut defects = Vec::new();
            differences(&kept, profile, "snapshot", &mut defects);
            let mut added = Vec::new();
            differences(profile, &kept, "snapshot", &mut added);
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
        _ => write(&path, profile)
            .err()
            .map(|error| format!("the snapshot {} cannot be written: {error}", path.display()))
            .into_iter()
            .collect(),
    }
}

fn write(path: &Path, profile: &Value) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, format!("{profile:#}\n"))
}

/// The file of a case; letters and digits of its name, and nothing that leads elsewhere.
fn file(folder: &Path, case: &str) -> PathBuf {
    let name: String = case
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    folder.join("snapshots").join(format!("{name}.json"))
}
