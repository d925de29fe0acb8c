//! Findings for people.

use trickle_lint::{Finding, Severity};

use super::Looked;
use crate::{
    output,
    style::{BOLD, ERROR, HINT, NOTE, WARNING, painted},
};

/// Prints each finding with its line, and how many there are.
pub fn print(looked: &[Looked]) {
    let (mut errors, mut warnings) = (0, 0);
    for one in looked {
        for finding in &one.findings {
            match finding.severity {
                Severity::Error => errors += 1,
                Severity::Warning => warnings += 1,
            }
            output::styled(format_args!("{}\n", text(one, finding)));
        }
    }
    let files = count(looked.len(), "script");
    if errors + warnings == 0 {
        anstream::eprintln!("{files}, nothing found");
    } else {
        anstream::eprintln!(
            "{files}, {}, {}",
            count(errors, "error"),
            count(warnings, "warning")
        );
    }
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// One finding: what, where, the line with a mark below, and what mends it.
fn text(one: &Looked, finding: &Finding) -> String {
    let (colour, word) = match finding.severity {
        Severity::Error => (ERROR, "error"),
        Severity::Warning => (WARNING, "warning"),
    };
    let line = one.text.lines().nth(finding.start.line - 1).unwrap_or("");
    let number = finding.start.line.to_string();
    let margin = " ".repeat(number.len());
    let end = if finding.end.line == finding.start.line {
        finding.end.column
    } else {
        line.chars().count() + 1
    };
    let length = end.saturating_sub(finding.start.column).max(1);
    // A tab stays one, so that the mark stands below what it marks.
    let before: String = line
        .chars()
        .take(finding.start.column - 1)
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    let shown: String = line
        .chars()
        .map(|c| if c.is_control() && c != '\t' { ' ' } else { c })
        .collect();
    format!(
        "{head}: {reason}\n{margin}{arrow} {file}:{line_number}:{column}\n{margin} {bar}\n{number} {bar} {shown}\n{margin} {bar} {before}{mark}\n{margin} {hint} {fix}",
        head = painted(colour.bold(), &format!("{word}[{}]", finding.rule)),
        reason = painted(BOLD, &finding.reason),
        arrow = painted(NOTE, "-->"),
        file = one.file,
        line_number = finding.start.line,
        column = finding.start.column,
        bar = painted(NOTE, "|"),
        mark = painted(colour, &"^".repeat(length)),
        hint = painted(HINT, "="),
        fix = finding.fix,
    )
}

/// Prints findings as workflow commands, which GitHub shows beside the lines.
pub fn print_annotations(looked: &[Looked]) {
    for one in looked {
        for finding in &one.findings {
            let word = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            println!(
                "::{word} file={},line={},col={},title={}::{}",
                crate::style::github_property(&one.file),
                finding.start.line,
                finding.start.column,
                finding.rule,
                crate::style::github_text(&format!("{}. {}", finding.reason, finding.fix)),
            );
        }
    }
}
