//! Environment variables, and the `.env` file that stands in for them.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context as _;

/// Values by name. The environment wins over the file.
#[derive(Clone, Default)]
pub struct Environment {
    lines: BTreeMap<String, String>,
}

impl std::fmt::Debug for Environment {
    /// The values are secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.lines.keys()).finish()
    }
}

impl Environment {
    /// Reads `.env` in a folder; without one only the environment counts.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(".env");
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Self {
                lines: parse(&text),
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("read {}", path.display())),
        }
    }

    /// The value of a name.
    #[expect(
        clippy::disallowed_methods,
        reason = "the names stand in the project's own file, so that no option can have them"
    )]
    pub fn get(&self, name: &str) -> Option<String> {
        std::env::var(name)
            .ok()
            .or_else(|| self.lines.get(name).cloned())
    }
}

/// `NAME=value`, `export NAME="value"`, `# comment`; in double quotes `\n` is a line end.
fn parse(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.strip_prefix("export ").unwrap_or(line).split_once('='))
        .map(|(name, value)| (name.trim().to_owned(), unquoted(value.trim())))
        .collect()
}

fn unquoted(value: &str) -> String {
    let inside = |quote: char| {
        value
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote))
    };
    if let Some(text) = inside('"') {
        text.replace("\\n", "\n").replace("\\\"", "\"")
    } else {
        inside('\'').unwrap_or(value).to_owned()
    }
}

/// A value as a line of `.env` has it.
pub fn quoted(value: &str) -> String {
    if value.contains(['\'', '\n']) {
        format!("\"{}\"", value.replace('"', "\\\"").replace('\n', "\\n"))
    } else {
        format!("'{value}'")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_names_and_values() {
        let text = "# secrets\nA=1\nexport B = two words \nC=\"x\\ny\"\nD='#=$'\n\nE=\nno value\n";
        let expected = [
            ("A", "1"),
            ("B", "two words"),
            ("C", "x\ny"),
            ("D", "#=$"),
            ("E", ""),
        ];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(parse(text), BTreeMap::from(expected));
    }

    #[test]
    fn what_is_written_is_read_again() {
        for value in ["plain", "", "two words", "it's", "#$=", "a\nb", r#"'"'"#] {
            assert_eq!(unquoted(&quoted(value)), value, "{value}");
        }
    }

    #[test]
    fn values_stay_out_of_debug_texts() {
        let environment = Environment {
            lines: parse("TOKEN=hush"),
        };
        assert_eq!(format!("{environment:?}"), r#"{"TOKEN"}"#);
        assert_eq!(environment.get("TOKEN").as_deref(), Some("hush"));
    }
}
