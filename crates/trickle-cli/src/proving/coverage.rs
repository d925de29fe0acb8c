//! Which statements of the scripts ran.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::Path,
    sync::{Mutex, PoisonError},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use trickle_lint::{Pointed, pointed};
use trickle_model::{Action, ConsoleLine};

/// No script has this name.
const NAME: &str = "__trickle_covered";

/// Begins the console line in which a run tells what ran; no script writes it.
const MARK: &str = "__trickle_covered ";

/// The scripts, each with the statements that ran so far.
#[derive(Debug)]
pub struct Coverage {
    scripts: BTreeMap<Action, Pointed>,
    ran: Mutex<BTreeMap<Action, Vec<bool>>>,
}

/// What ran of one script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// Which script.
    pub action: Action,
    /// The line of each statement, and whether it ran.
    pub statements: Vec<(usize, bool)>,
}

impl Coverage {
    /// Nothing ran yet. Scripts that are more than one function are left out.
    pub fn new(scripts: &BTreeMap<Action, String>) -> Self {
        let scripts: BTreeMap<Action, Pointed> = scripts
            .iter()
            .filter_map(|(action, text)| Some((*action, pointed(text, NAME)?)))
            .collect();
        let nothing = |pointed: &Pointed| vec![false; pointed.lines.len()];
        let ran = scripts.iter().map(|(action, it)| (*action, nothing(it)));
        Self {
            ran: Mutex::new(ran.collect()),
            scripts,
        }
    }

    /// A script that tells what runs of it; its lines are those of the true one.
    pub fn telling(&self, action: Action) -> Option<String> {
        let pointed = self.scripts.get(&action)?;
        let text = pointed
            .text
            .trim_end_matches(|c: char| c.is_whitespace() || c == ';');
        let frame = include_str!("covered.js").replace("{{name}}", NAME);
        let bytes = pointed.lines.len().div_ceil(8);
        // On one line before the script, so that its lines stay.
        Some(format!(
            "(() => {{ const bits = Buffer.alloc({bytes}); const {NAME} = (number) => {{ bits[number >> 3] |= 1 << (number & 7); }}; {NAME}.tell = () => console.debug('{MARK}' + bits.toString('base64')); const script = ({text}\n); return ({frame})(script); }})()"
        ))
    }

    /// Takes what a run told out of its console.
    pub fn hear(&self, action: Action, console: &mut Vec<ConsoleLine>) {
        let mut ran = self.ran.lock().unwrap_or_else(PoisonError::into_inner);
        console.retain(|line| {
            let Some(text) = line.text.trim_start().strip_prefix(MARK) else {
                return true;
            };
            let bits = BASE64_STANDARD.decode(text).unwrap_or_default();
            for (number, ran) in ran.entry(action).or_default().iter_mut().enumerate() {
                let byte = bits.get(number / 8).copied().unwrap_or(0);
                *ran |= byte >> (number % 8) & 1 == 1;
            }
            false
        });
    }

    /// What ran so far.
    pub fn covered(&self) -> Vec<Covered> {
        let ran = self.ran.lock().unwrap_or_else(PoisonError::into_inner);
        self.scripts
            .iter()
            .map(|(action, pointed)| Covered {
                action: *action,
                statements: pointed
                    .lines
                    .iter()
                    .copied()
                    .zip(ran.get(action).cloned().unwrap_or_default())
                    .collect(),
            })
            .collect()
    }
}

impl Covered {
    /// `login.js  92 % of 25 statements; not run: lines 14, 31-33`.
    pub fn line(&self) -> String {
        let total = self.statements.len();
        let ran = self.statements.iter().filter(|(_, ran)| *ran).count();
        let share = (ran * 100).checked_div(total).unwrap_or(100);
        let name = format!("{}.js", self.action);
        let mut text = format!("{name:20} {share:3} % of {total} statements");
        let lines = ranges(&self.missed());
        if !lines.is_empty() {
            text.push_str("; not run: lines ");
            text.push_str(&lines);
        }
        text
    }

    /// Lines of which some statement did not run.
    fn missed(&self) -> Vec<usize> {
        let mut lines: Vec<usize> = self
            .statements
            .iter()
            .filter(|(_, ran)| !ran)
            .map(|(line, _)| *line)
            .collect();
        lines.sort_unstable();
        lines.dedup();
        lines
    }
}

/// The tracefile of `lcov`, which editors and build servers read (`geninfo(1)`). Files are named from where the command runs.
pub fn lcov(all: &[Covered], folder: &Path) -> String {
    let folder = folder.strip_prefix(".").unwrap_or(folder);
    let mut text = String::new();
    for one in all {
        let mut lines: BTreeMap<usize, bool> = BTreeMap::new();
        for (line, ran) in &one.statements {
            // A line of which a part did not run counts as one that did not.
            *lines.entry(*line).or_insert(true) &= *ran;
        }
        let hit = lines.values().filter(|ran| **ran).count();
        // Writing to a text cannot fail.
        let file = folder.join(format!("{}.js", one.action));
        let _ = writeln!(text, "TN:\nSF:{}", file.display());
        for (line, ran) in &lines {
            let _ = writeln!(text, "DA:{line},{}", u8::from(*ran));
        }
        let _ = writeln!(text, "LF:{}\nLH:{hit}\nend_of_record", lines.len());
    }
    text
}

/// `14, 31-33`.
fn ranges(lines: &[usize]) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *line => *last = *line,
            _ => parts.push((*line, *line)),
        }
    }
    let texts: Vec<String> = parts
        .iter()
        .map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            }
        })
        .collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str =
        "function f(a, callback) {\n  if (a) return callback(a);\n\n  callback();\n}\n";

    fn line(text: String) -> ConsoleLine {
        ConsoleLine {
            level: "debug".to_owned(),
            text,
        }
    }

    #[test]
    fn what_runs_told_is_added_up() {
        let scripts = BTreeMap::from([(Action::Login, SCRIPT.to_owned())]);
        let coverage = Coverage::new(&scripts);
        assert!(coverage.telling(Action::GetUser).is_none());
        let mut console = vec![
            line("the script's own".to_owned()),
            line(format!("{MARK}{}", BASE64_STANDARD.encode([0b001]))),
            line(format!("{MARK}{}", BASE64_STANDARD.encode([0b010]))),
        ];
        coverage.hear(Action::Login, &mut console);
        assert_eq!(console, [line("the script's own".to_owned())]);
        let covered = coverage.covered();
        assert_eq!(covered[0].statements, [(2, true), (2, true), (4, false)]);
        assert_eq!(
            covered[0].line(),
            "login.js              66 % of 3 statements; not run: lines 4"
        );
        assert_eq!(
            lcov(&covered, Path::new("./scripts")),
            "TN:\nSF:scripts/login.js\nDA:2,1\nDA:4,0\nLF:2\nLH:1\nend_of_record\n"
        );
    }

    #[test]
    fn lines_in_a_row_are_joined() {
        assert_eq!(ranges(&[1, 3, 4, 5, 9]), "1, 3-5, 9");
        assert_eq!(ranges(&[]), "");
    }
}
