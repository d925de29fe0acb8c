//! Every rule has a page, whose examples are what the rule finds and what it does not.

use std::{fs, path::Path};

use trickle_lint::{RULES, Severity};

use super::{found, root};

/// The blocks of a page that are marked with a word, each with the file name of its first line.
fn blocks(page: &str, mark: &str) -> Vec<(String, String)> {
    let fence = format!("```js {mark}\n");
    page.split(&fence)
        .skip(1)
        .map(|rest| {
            let code = rest.split("```").next().expect("a first part");
            let first = code.lines().next().unwrap_or("");
            let name = first.strip_prefix("// ").filter(|name| {
                let ending = Path::new(name).extension();
                ending.is_some_and(|ending| ending == "js")
            });
            (name.unwrap_or("").to_owned(), code.to_owned())
        })
        .collect()
}

#[test]
fn examples_are_found_and_their_repairs_are_not() {
    for rule in RULES {
        let path = root().join(format!("docs/reference/lints/{}.md", rule.id));
        let page =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (bad, good) = (blocks(&page, "bad"), blocks(&page, "good"));
        assert!(
            !bad.is_empty() && !good.is_empty(),
            "{} has no examples",
            rule.id
        );
        for (name, code) in bad {
            let found = found(&name, &code);
            assert!(
                !found.is_empty()
                    && found
                        .iter()
                        .all(|it| it.starts_with(&format!("{} ", rule.id))),
                "{}: {found:?} in\n{code}",
                rule.id
            );
        }
        for (name, code) in good {
            let found = found(&name, &code);
            assert!(found.is_empty(), "{}: {found:?} in\n{code}", rule.id);
        }
    }
}

#[test]
fn the_list_of_rules_is_complete() {
    let list = fs::read_to_string(root().join("docs/reference/lints/README.md")).expect("the list");
    let rows: Vec<&str> = list
        .lines()
        .filter(|line| line.starts_with("| ["))
        .collect();
    let wanted: Vec<String> = RULES
        .iter()
        .map(|rule| {
            let severity = match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            format!(
                "| [{0}]({0}.md) | {severity} | {1} |",
                rule.id, rule.summary
            )
        })
        .collect();
    assert_eq!(rows, wanted);
}
