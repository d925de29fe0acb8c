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
    let end = (finding.end.line == finding.start.line).then_some(finding.end.column);
    let Excerpt {
        shown,
        before,
        length,
    } = excerpt(line, finding.start.column, end);
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

/// Characters of a line that are shown at most, and how many of them stand before the mark: bundles have all in one line.
const MOST_SHOWN: usize = 160;
const MOST_BEFORE: usize = 60;

/// A line, or the part of a long one around what is marked.
#[derive(Debug, PartialEq, Eq)]
struct Excerpt {
    shown: String,
    /// What stands before the mark in the next line.
    before: String,
    /// How long the mark is.
    length: usize,
}

/// Columns count characters from 1; without an end the mark goes on to the line's.
fn excerpt(line: &str, start: usize, end: Option<usize>) -> Excerpt {
    let is_long = line.chars().nth(MOST_SHOWN).is_some();
    let skipped = if is_long {
        (start - 1).saturating_sub(MOST_BEFORE)
    } else {
        0
    };
    let mut rest = line.chars().skip(skipped);
    let part: Vec<char> = rest.by_ref().take(MOST_SHOWN).collect();
    let (head, tail) = (
        if skipped > 0 { "…" } else { "" },
        if rest.next().is_some() { "…" } else { "" },
    );
    let marked = start - 1 - skipped;
    let last = end.map_or(part.len(), |end| (end - 1).saturating_sub(skipped));
    // A tab stays one, so that the mark stands below what it marks.
    let blank = |c: &char| if *c == '\t' { '\t' } else { ' ' };
    let visible = |c: &char| {
        if c.is_control() && *c != '\t' {
            ' '
        } else {
            *c
        }
    };
    Excerpt {
        shown: format!(
            "{head}{}{tail}",
            part.iter().map(visible).collect::<String>()
        ),
        before: head
            .chars()
            .map(|_| ' ')
            .chain(part.iter().take(marked).map(blank))
            .collect(),
        length: last.min(part.len()).saturating_sub(marked).max(1),
    }
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

#[cfg(test)]
mod tests {
    use super::{Excerpt, MOST_SHOWN, excerpt};

    #[test]
    fn a_line_is_shown_whole() {
        let shown = excerpt("\tlet a = b;", 6, Some(7));
        let wanted = Excerpt {
            shown: "\tlet a = b;".to_owned(),
            before: "\t    ".to_owned(),
            length: 1,
        };
        assert_eq!(shown, wanted);
        assert_eq!(excerpt("return", 1, None).length, 6);
        assert_eq!(excerpt("", 1, Some(2)).length, 1);
    }

    #[test]
    fn of_a_long_line_the_part_around_the_mark_is_shown() {
        let line = format!("{}bad{}", "x".repeat(50_000), "y".repeat(50_000));
        let Excerpt {
            shown,
            before,
            length,
        } = excerpt(&line, 50_001, Some(50_004));
        assert!(shown.chars().count() <= MOST_SHOWN + 2, "{shown}");
        let marked: String = shown
            .chars()
            .skip(before.chars().count())
            .take(length)
            .collect();
        assert_eq!(marked, "bad");
        assert!(shown.starts_with('…') && shown.ends_with('…'));
        assert_eq!(excerpt(&line, 1, None).length, MOST_SHOWN);
    }
}
