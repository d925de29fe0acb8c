//! Comments that silence findings: `// trickle-lint-ignore rule: reason`.

use crate::{
    catalog,
    finding::{Finding, Position},
    lint::make,
    parse::{Comment, Parsed},
};

const MARK: &str = "trickle-lint-ignore";

struct Ignore {
    rule: String,
    start: Position,
    end: Position,
    /// Lines on which findings are silenced.
    lines: (usize, usize),
    defect: Option<String>,
    used: bool,
}

/// Takes away what comments silence, and adds what is wrong with the comments.
pub fn apply(text: &str, parsed: &Parsed, findings: Vec<Finding>) -> Vec<Finding> {
    let mut ignores: Vec<Ignore> = parsed
        .comments
        .iter()
        .filter_map(|comment| read(text, parsed.shift, comment))
        .collect();
    let mut kept: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| {
            let silencing = ignores.iter_mut().find(|ignore| {
                ignore.defect.is_none()
                    && ignore.rule == finding.rule
                    && (ignore.lines.0..=ignore.lines.1).contains(&finding.start.line)
            });
            silencing.map(|ignore| ignore.used = true).is_none()
        })
        .collect();
    for ignore in ignores {
        let reason = match ignore.defect {
            Some(defect) => defect,
            None if !ignore.used => format!("there is no finding of {} here", ignore.rule),
            None => continue,
        };
        let fix = "Write `// trickle-lint-ignore rule: reason` above the line or at its end, or take the comment away.";
        kept.push(make(
            "bad-ignore",
            ignore.start,
            ignore.end,
            reason,
            fix.to_owned(),
        ));
    }
    kept
}

fn read(text: &str, shift: u32, comment: &Comment) -> Option<Ignore> {
    let said = comment.text.trim().strip_prefix(MARK)?;
    let start = Position::of(text, comment.start.saturating_sub(shift));
    let end = Position::of(text, comment.end.saturating_sub(shift));
    let (rule, reason) = said.split_once(':').unwrap_or((said, ""));
    let rule = rule.trim().to_owned();
    let defect = if catalog::find(&rule).is_none() {
        Some(format!("there is no rule {rule:?}"))
    } else if reason.trim().is_empty() {
        Some("the comment gives no reason".to_owned())
    } else {
        None
    };
    // A comment alone on its line is about the next line that has code.
    let before = text.lines().nth(start.line - 1).unwrap_or("");
    let alone = before
        .chars()
        .take(start.column - 1)
        .all(char::is_whitespace);
    let last = if alone {
        next_code(text, end.line)
    } else {
        end.line
    };
    Some(Ignore {
        rule,
        start,
        end,
        lines: (start.line, last),
        defect,
        used: false,
    })
}

fn next_code(text: &str, line: usize) -> usize {
    let rest = text.lines().enumerate().skip(line);
    let code = rest
        .filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with("//"))
        .map(|(index, _)| index + 1)
        .next();
    code.unwrap_or(line)
}
