//! The way of a text through the rules.

use trickle_model::{Action, SCRIPT_MAX_BYTES};

use crate::{
    catalog::{self, RULES},
    finding::{Finding, Lines, Position},
    ignore,
    parse::{Parsed, parse},
    script::Script,
    tree::NodeId,
};

/// What is known of a script besides its text.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which script it is. Without it, rules that depend on it look at names, or keep silent.
    pub action: Option<Action>,
    /// Packages that this install has beyond the usual ones.
    pub further_modules: Vec<String>,
}

/// Enough for the deepest text of [`SCRIPT_MAX_BYTES`]: parsers go down one frame for each bracket.
const STACK_BYTES: usize = 1 << 30;

/// Looks at a script's text and says what is wrong with it, in the order of the text. Nothing is run.
///
/// # Panics
///
/// Where the system gives no further thread.
pub fn lint(text: &str, options: &Options) -> Vec<Finding> {
    with_deep_stack(|| look(text, options))
}

fn with_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work)
            .expect("the system gives a thread")
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn look(text: &str, options: &Options) -> Vec<Finding> {
    if text.len() > SCRIPT_MAX_BYTES {
        let reason = format!(
            "the text has {} bytes; a script may have {SCRIPT_MAX_BYTES}",
            text.len()
        );
        return vec![syntax(text, 0, reason)];
    }
    let parsed = match parse(text) {
        Ok(parsed) => parsed,
        Err(error) => return vec![syntax(text, error.at, error.message)],
    };
    let Some(script) = Script::new(&parsed, options.action) else {
        return vec![syntax(
            text,
            0,
            "there is no function in the text".to_owned(),
        )];
    };
    let mut findings = Findings {
        lines: Lines::of(text),
        parsed: &parsed,
        rule: "",
        options,
        found: Vec::new(),
    };
    for rule in RULES {
        if let Some(check) = rule.check {
            findings.rule = rule.id;
            check(&script, &mut findings);
        }
    }
    let mut found = ignore::apply(text, &parsed, findings.found);
    found.sort_by(|one, other| (one.start, one.rule).cmp(&(other.start, other.rule)));
    found.dedup();
    found
}

fn syntax(text: &str, at: u32, reason: String) -> Finding {
    make(
        "syntax",
        Position::of(text, at),
        Position::of(text, at + 1),
        reason,
        "Make the text one function whose last parameter is the callback.".to_owned(),
    )
}

/// A finding of a rule that the catalog has.
pub fn make(
    rule: &'static str,
    start: Position,
    end: Position,
    reason: String,
    fix: String,
) -> Finding {
    let known = catalog::find(rule).expect("rules name themselves as the catalog does");
    Finding {
        rule: known.id,
        severity: known.severity,
        start,
        end,
        reason,
        fix,
    }
}

/// Takes what a rule finds.
pub struct Findings<'a> {
    lines: Lines<'a>,
    parsed: &'a Parsed,
    rule: &'static str,
    /// What is known besides the text.
    pub options: &'a Options,
    found: Vec<Finding>,
}

impl Findings<'_> {
    /// Something is wrong with a node.
    pub fn add(&mut self, node: NodeId, reason: impl Into<String>, fix: impl Into<String>) {
        let range = self.parsed.tree.range(node);
        self.add_range(range, reason.into(), fix.into());
    }

    /// Something is wrong at a range of bytes.
    pub fn add_range(&mut self, range: (u32, u32), reason: String, fix: String) {
        let place = |at: u32| self.lines.position(at.saturating_sub(self.parsed.shift));
        let finding = make(self.rule, place(range.0), place(range.1), reason, fix);
        self.found.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often each rule looks at a node of a login with this body.
    fn work(body: &str) -> Vec<(&'static str, usize)> {
        let text = format!("function login(email, password, callback) {{ {body} }}");
        let parsed = parse(&text).unwrap();
        let script = Script::new(&parsed, Some(Action::Login)).unwrap();
        let mut findings = Findings {
            lines: Lines::of(&text),
            parsed: &parsed,
            rule: "",
            options: &Options::default(),
            found: Vec::new(),
        };
        let rules = RULES.iter().filter_map(|rule| Some((rule, rule.check?)));
        rules
            .map(|(rule, check)| {
                let before = parsed.tree.looks();
                findings.rule = rule.id;
                check(&script, &mut findings);
                (rule.id, parsed.tree.looks() - before)
            })
            .collect()
    }

    #[test]
    fn twice_the_depth_is_twice_the_work() {
        for (open, inner, close) in [
            ("db.query(email, function (err) { ", "callback(err);", "});"),
            (
                "db.query(email, (err) => { if (err) return callback(err); ",
                "callback(null);",
                "});",
            ),
            ("get().catch(() => { ", "callback();", "});"),
            ("try { ", "callback();", "} catch (err) { callback(err); }"),
            ("if (email) { ", "callback();", "}"),
            ("email = ", "email; callback();", ""),
            ("console.log(", "email", ");"),
            ("", "email", ".replace('a', email)"),
        ] {
            let body = |depth: usize| {
                let close = match close {
                    ");" => format!("{};", ")".repeat(depth)),
                    close => close.repeat(depth),
                };
                format!("{}{inner}{close}", open.repeat(depth))
            };
            let (once, twice) = with_deep_stack(|| (work(&body(100)), work(&body(200))));
            for ((rule, once), (_, twice)) in once.into_iter().zip(twice) {
                assert!(twice <= once * 5 / 2, "{rule}: {once}, {twice}: {open}");
            }
        }
    }
}
