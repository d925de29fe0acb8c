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
        let before = &text.as_bytes()[..(offset as usize).min(text.len())];
        let start = before.iter().rposition(|byte| *byte == b'\n');
        let start = start.map_or(0, |at| at + 1);
        Self {
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: String::from_utf8_lossy(&before[start..]).chars().count() + 1,
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
