//! Which files are looked at.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use trickle_model::Action;

use crate::output::Mistake;

/// The scripts among files and folders; a file that is named is taken whatever its name is.
pub fn scripts(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            below(path, &mut found)?;
        } else if path.is_file() {
            found.push(path.clone());
        } else {
            let message = format!("find {}: there is no such file or folder", path.display());
            return Err(Mistake(message).into());
        }
    }
    if found.is_empty() {
        let names: Vec<String> = Action::ALL
            .iter()
            .map(|action| format!("{action}.js"))
            .collect();
        let message = format!(
            "find a script; those in folders are named {}, others have to be named on the command line",
            names.join(", ")
        );
        return Err(Mistake(message).into());
    }
    Ok(found)
}

/// Where scripts may change or come: what is named, and the folders below in which there are some.
pub fn watched(paths: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = paths.to_vec();
    let scripts = scripts(paths).unwrap_or_default().into_iter();
    for script in scripts.filter(|script| !paths.contains(script)) {
        let folder = script.parent().unwrap_or(&script).to_owned();
        if !found.contains(&folder) {
            found.push(folder);
        }
    }
    found
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("read the folder {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name == "node_modules" {
            continue;
        }
        if path.is_dir() && !path.is_symlink() {
            below(&path, found)?;
        } else if action(&path).is_some() {
            found.push(path);
        }
    }
    Ok(())
}

/// The action that a file's name tells: `get_user` of `get_user.js`.
pub fn action(path: &Path) -> Option<Action> {
    if path.extension()? != "js" {
        return None;
    }
    path.file_stem()?.to_str()?.parse().ok()
}

/// The action that the name of the script's function tells, by our names and those of other products: `function getByEmail(…)`.
pub fn action_of_function(text: &str) -> Option<Action> {
    let function = regex::Regex::new(r"(?m)^(?:async\s+)?function\s+(\w+)\s*\(")
        .expect("this pattern is tried by a test");
    let mut names = function.captures_iter(text);
    // Helpers stand below the script's function, or in it.
    let name = names.next()?.get(1)?.as_str();
    match name {
        "login" => Some(Action::Login),
        "getByEmail" | "getUser" => Some(Action::GetUser),
        "create" => Some(Action::Create),
        "verify" => Some(Action::Verify),
        "changePassword" => Some(Action::ChangePassword),
        "changeEmail" => Some(Action::ChangeEmail),
        "remove" | "deleteUser" => Some(Action::Delete),
        _ => None,
    }
}

/// The packages in a folder of packages, those of scopes as `@scope/name`.
pub fn packages(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for name in names_in(folder)? {
        if name.starts_with('@') {
            let inner = names_in(&folder.join(&name))?;
            names.extend(inner.iter().map(|inner| format!("{name}/{inner}")));
        } else {
            names.push(name);
        }
    }
    Ok(names)
}

fn names_in(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("read the folder of packages {}", folder.display()))?;
    Ok(entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_tells_where_the_files_name_does_not() {
        for (text, action) in [
            (
                "function login(email, password, callback) {}",
                Some(Action::Login),
            ),
            (
                "// Ours.\nasync function getByEmail (email, callback) {}",
                Some(Action::GetUser),
            ),
            ("function remove(id, callback) {}", Some(Action::Delete)),
            ("function hash(text) {}\nfunction login(a, b, c) {}", None),
            ("  function login(a, b, c) {}", None),
            ("module.exports = 1", None),
        ] {
            assert_eq!(action_of_function(text), action, "{text}");
        }
    }
}
