//! What the linter says of a script.

use serde::Serialize;

use crate::catalog::Severity;

/// A place in a script. Both count from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Position {
    /// The place of a byte of the text; of its end where the text is shorter.
    pub fn of(text: &str, offset: u32) -> Self {
        Lines::of(text).position(offset)
    }
}

/// Where a text's lines begin, for many places of one text.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a [u8],
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Finds them.
    pub fn of(text: &'a str) -> Self {
        let ends = text.match_indices('\n');
        Self {
            text: text.as_bytes(),
            starts: std::iter::once(0)
                .chain(ends.map(|(at, _)| at + 1))
                .collect(),
        }
    }

    /// As [`Position::of`].
    pub fn position(&self, offset: u32) -> Position {
        let at = (offset as usize).min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= at);
        let before = &self.text[self.starts[line - 1]..at];
        let characters = if before.is_ascii() {
            before.len()
        } else {
            String::from_utf8_lossy(before).chars().count()
        };
        Position {
            line,
            column: characters + 1,
        }
    }
}

/// One finding.
///
/// ```json
/// {"rule": "hash-compare", "severity": "warning", "start": {"line": 3, "column": 7},
///  "end": {"line": 3, "column": 28}, "reason": "…", "fix": "…"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Id of the rule, for example `hash-compare`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where it begins.
    pub start: Position,
    /// Behind its last character.
    pub end: Position,
    /// What is wrong.
    pub reason: String,
    /// What mends it.
    pub fix: String,
}
