//! `.env` in a folder where there may be one already.

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Write as _},
    path::Path,
};

use anyhow::Context as _;

use crate::{output::Mistake, project::quoted};

/// What `.env` will hold: all that is in it, and these values. Another value under one of their names is replaced only where `force` says so.
pub fn merged(folder: &Path, values: &BTreeMap<&str, &str>, force: bool) -> anyhow::Result<String> {
    let path = folder.join(".env");
    let before = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
    };
    let others = others(&before, values);
    if !others.is_empty() && !force {
        return Err(Mistake(format!(
            "write to {}: {} would be overwritten; --force does so, and keeps its other lines",
            path.display(),
            others.join(", ")
        ))
        .into());
    }
    Ok(with(&before, values))
}

/// Writes `.env`, so that only its owner can read it.
pub fn write(folder: &Path, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let path = folder.join(".env");
    let done = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .and_then(|mut file| {
            // One that was there has the mode that it had.
            file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
            file.set_len(0)?;
            file.write_all(text.as_bytes())
        });
    done.with_context(|| format!("write {}", path.display()))
}

/// Name and value of a line, as `.env` is read.
fn pair(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let (name, value) = line
        .strip_prefix("export ")
        .unwrap_or(line)
        .split_once('=')?;
    (!line.starts_with('#')).then(|| (name.trim(), value.trim()))
}

/// The names that have another value already.
fn others<'a>(text: &'a str, values: &BTreeMap<&str, &str>) -> Vec<&'a str> {
    let differs = |there: &str, value: &str| {
        let written = [value.to_owned(), quoted(value), format!("\"{value}\"")];
        !there.is_empty() && !written.iter().any(|text| text == there)
    };
    text.lines()
        .filter_map(pair)
        .filter(|(name, there)| values.get(name).is_some_and(|value| differs(there, value)))
        .map(|(name, _)| name)
        .collect()
}

/// The text with these values: in place of the lines that had them, or at its end.
fn with(text: &str, values: &BTreeMap<&str, &str>) -> String {
    let mut left = values.clone();
    let mut lines = String::new();
    for line in text.split_inclusive('\n') {
        match pair(line).filter(|(name, _)| values.contains_key(name)) {
            None => lines.push_str(line),
            // The last of several lines counts: there is to be one.
            Some((name, _)) => {
                if let Some(value) = left.remove(name) {
                    lines.push_str(&format!("{name}={}\n", quoted(value)));
                }
            }
        }
    }
    if !lines.is_empty() && !lines.ends_with('\n') {
        lines.push('\n');
    }
    for (name, value) in left {
        lines.push_str(&format!("{name}={}\n", quoted(value)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn lines_of_others_stay() {
        let values = BTreeMap::from([("DB_PASSWORD", "it's"), ("TEST_PASSWORD", "x")]);
        let before = "# of the shop\nAPI_KEY=abc\r\nexport DB_PASSWORD = old\nMAIL='m'\nDB_PASSWORD=older\nLAST=1";
        assert_eq!(
            with(before, &values),
            "# of the shop\nAPI_KEY=abc\r\nDB_PASSWORD=\"it's\"\nMAIL='m'\nLAST=1\nTEST_PASSWORD='x'\n"
        );
        assert_eq!(
            with("", &values),
            "DB_PASSWORD=\"it's\"\nTEST_PASSWORD='x'\n"
        );
    }

    #[test]
    fn another_value_is_replaced_only_when_told() {
        let folder = tempfile::tempdir().unwrap();
        let values = BTreeMap::from([("DB_PASSWORD", "new")]);
        let path = folder.path().join(".env");
        for same in [
            "A=1\n",
            "DB_PASSWORD=\n",
            "DB_PASSWORD=new\n",
            "# DB_PASSWORD=old\n",
        ] {
            std::fs::write(&path, same).unwrap();
            assert!(merged(folder.path(), &values, false).is_ok(), "{same}");
        }
        std::fs::write(&path, "DB_PASSWORD='old'\nA=1\n").unwrap();
        let refused = merged(folder.path(), &values, false).unwrap_err();
        assert!(refused.to_string().contains("DB_PASSWORD"), "{refused}");
        assert!(!refused.to_string().contains("old"), "{refused}");
        let text = merged(folder.path(), &values, true).unwrap();
        write(folder.path(), &text).unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            "DB_PASSWORD='new'\nA=1\n"
        );
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
