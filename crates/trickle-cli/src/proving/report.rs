//! Results, for people and for programs.

mod junit;

use std::time::Duration;

use serde_json::json;

use super::{Results, run::Done, snapshot::Kept};
use crate::{
    output::{self, plain},
    style::{BOLD, ERROR, GOOD, WARNING, github_property, github_text, painted},
};

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    Pretty,
    /// A list of results
    Json,
    /// XML as most build servers read it
    Junit,
    /// Test Anything Protocol, version 14
    Tap,
    /// Annotations of GitHub Actions
    Github,
}

/// Prints all results on standard output; what became of snapshots, and a sum, on standard error.
pub(super) fn print(format: Format, results: &Results) {
    let done = &results.done;
    match format {
        Format::Pretty => done.iter().for_each(pretty),
        Format::Json => output::json(&done.iter().map(value).collect::<Vec<_>>()),
        Format::Junit => print!("{}", junit::text(done)),
        Format::Tap => tap(done),
        Format::Github => done
            .iter()
            .filter(|it| !it.passed())
            .for_each(|one| println!("{}", annotation(one))),
    }
    for note in notes(results) {
        anstream::eprintln!("{}", painted(WARNING, &note));
    }
    let failed = done.iter().filter(|one| !one.passed()).count();
    let passed = done.len() - failed;
    let sum = format!("{passed} passed, {failed} failed");
    let colour = if failed == 0 { GOOD } else { ERROR };
    anstream::eprintln!("{}", painted(colour.bold(), &sum));
}

/// What is to be done about snapshots.
fn notes(results: &Results) -> Vec<String> {
    let mut notes = Vec::new();
    for (kind, word) in [(Kept::Written, "written"), (Kept::Updated, "updated")] {
        let kept = results.done.iter();
        match kept.filter(|one| one.snapshot == Some(kind)).count() {
            0 => {}
            1 => notes.push(format!("1 snapshot {word}: commit it")),
            number => notes.push(format!("{number} snapshots {word}: commit them")),
        }
    }
    let obsolete = results.obsolete.iter();
    notes.extend(obsolete.map(|path| format!("no case keeps {}: remove it", path.display())));
    notes
}

/// A workflow command that puts a failed case beside its script.
fn annotation(one: &Done) -> String {
    let text = format!("{}: {}", one.name, one.defects.join("; "));
    let file = one.file.as_ref().map_or_else(String::new, |file| {
        format!("file={},", github_property(&file.display().to_string()))
    });
    format!("::error {file}title=trickle test::{}", github_text(&text))
}

fn pretty(one: &Done) {
    let mark = if one.passed() {
        painted(GOOD, "ok    ")
    } else {
        painted(ERROR.bold(), "FAILED")
    };
    output::styled(format_args!(
        "{mark} {} ({} ms)",
        one.name,
        one.took.as_millis()
    ));
    if !one.passed() {
        for defect in &one.defects {
            output::styled(format_args!("       {}", painted(BOLD, &plain(defect))));
        }
        for line in &one.console {
            output::styled(format_args!("       {}", plain(line)));
        }
    }
}

fn value(one: &Done) -> serde_json::Value {
    json!({
        "name": one.name,
        "passed": one.passed(),
        "defects": one.defects,
        "console": one.console,
        "snapshot": one.snapshot,
        "took_ms": millis(one.took),
    })
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 100.0
}

fn tap(results: &[Done]) {
    println!("TAP version 14\n1..{}", results.len());
    for (index, one) in results.iter().enumerate() {
        let word = if one.passed() { "ok" } else { "not ok" };
        // `#` begins a directive.
        println!("{word} {} - {}", index + 1, one.name.replace('#', "\\#"));
        if !one.passed() {
            println!("  ---\n  message: {}\n  ...", json!(one.defects.join("; ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_counted() {
        let done = |snapshot| Done {
            name: "one".to_owned(),
            file: None,
            defects: Vec::new(),
            console: Vec::new(),
            snapshot,
            took: Duration::ZERO,
        };
        let kept = [
            None,
            Some(Kept::Written),
            Some(Kept::Updated),
            Some(Kept::Written),
        ];
        let results = Results {
            done: kept.map(done).into(),
            obsolete: vec!["snapshots/old.json".into()],
        };
        assert_eq!(
            notes(&results),
            [
                "2 snapshots written: commit them",
                "1 snapshot updated: commit it",
                "no case keeps snapshots/old.json: remove it",
            ]
        );
    }

    #[test]
    fn annotations_stand_beside_the_script() {
        let mut done = Done {
            name: "one".to_owned(),
            file: Some("my,scripts/login.js".into()),
            defects: vec!["a".to_owned(), "b\nc".to_owned()],
            console: Vec::new(),
            snapshot: None,
            took: Duration::ZERO,
        };
        assert_eq!(
            annotation(&done),
            "::error file=my%2Cscripts/login.js,title=trickle test::one: a; b%0Ac"
        );
        done.file = None;
        assert_eq!(
            annotation(&done),
            "::error title=trickle test::one: a; b%0Ac"
        );
    }
}
