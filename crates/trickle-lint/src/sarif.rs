//! Findings as SARIF 2.1.0, which code hosts show beside the lines.
//!
//! The format: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use crate::{
    catalog::{RULES, Severity},
    finding::Finding,
};

static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[([^\]]+)\]\([^)\s]+\)").expect("the pattern is valid"));

/// One run over files: their names, as relative URIs, with what was found in them.
pub fn sarif(files: &[(String, Vec<Finding>)]) -> Value {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.summary },
                "fullDescription": { "text": reason(rule.page) },
                "help": { "text": reason(rule.page), "markdown": help(rule.page) },
                "defaultConfiguration": { "level": level(rule.severity) },
            })
        })
        .collect();
    let results: Vec<Value> = files
        .iter()
        .flat_map(|(name, findings)| findings.iter().map(move |finding| result(name, finding)))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "trickle lint",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// Why what a rule finds is wrong: its page up to the examples.
fn reason(page: &str) -> String {
    let page = help(page);
    let reason = page.split("\n## ").next().unwrap_or("");
    reason.trim().to_owned()
}

/// A rule's page as it stands by itself: without its title, links to other pages, and marks of tests.
fn help(page: &str) -> String {
    let (mut text, mut in_code) = (String::new(), false);
    for line in page
        .lines()
        .skip_while(|line| line.starts_with("# ") || line.is_empty())
    {
        if line.starts_with("```") {
            in_code = !in_code;
            text.push_str(line.split(' ').next().unwrap_or(line));
        } else if in_code {
            text.push_str(line);
        } else {
            text.push_str(&LINK.replace_all(line, "$1"));
        }
        text.push('\n');
    }
    text
}

fn result(name: &str, finding: &Finding) -> Value {
    let index = RULES.iter().position(|rule| rule.id == finding.rule);
    json!({
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level(finding.severity),
        "message": { "text": format!("{}. {}", finding.reason, finding.fix) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": name },
            "region": {
                "startLine": finding.start.line,
                "startColumn": finding.start.column,
                "endLine": finding.end.line,
                "endColumn": finding.end.column,
            },
        } }],
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
