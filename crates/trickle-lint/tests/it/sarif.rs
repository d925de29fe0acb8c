//! The SARIF output, held against its published schema.

use std::fs;

use serde_json::{Value, json};
use trickle_lint::{Options, lint, sarif};

use super::root;

#[test]
fn the_output_fits_the_schema() {
    let schema = fs::read_to_string(root().join("crates/trickle-lint/tests/sarif-2.1.0.json"))
        .expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    // Not a part of it: all of its objects.
    assert_eq!(
        schema["definitions"].as_object().map(serde_json::Map::len),
        Some(52)
    );
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let text = "function f(email, callback) {\n  console.log(user);\n}\n";
    let findings = lint(text, &Options::default());
    assert!(findings.len() >= 2, "{findings:?}");
    let report = sarif(&[
        ("scripts/login.js".to_owned(), findings),
        ("scripts/verify.js".to_owned(), Vec::new()),
    ]);
    let defects: Vec<String> = validator
        .iter_errors(&report)
        .map(|error| error.to_string())
        .collect();
    assert!(defects.is_empty(), "{defects:#?}");

    let rules = report["runs"][0]["tool"]["driver"]["rules"].as_array();
    for rule in rules.expect("rules") {
        let text = |pointer: &str| rule.pointer(pointer).and_then(Value::as_str);
        let (reason, page) = (text("/help/text"), text("/help/markdown"));
        let (reason, page) = (reason.expect("a text"), page.expect("a page"));
        assert!(
            page.starts_with(reason) && page.contains("\n## Not found\n"),
            "{page}"
        );
        // Nothing that leads somewhere from the repository's folder, or is said to tests.
        let stray = ["](", "```"];
        assert!(!stray.iter().any(|part| reason.contains(part)), "{reason}");
        assert!(!page.contains("```js "), "{page}");
        assert_eq!(rule.get("helpUri"), None);
    }

    for (pointer, wrong) in [
        ("/runs/0/results/0/level", json!("terrible")),
        ("/runs/0/results/0/message", json!({ "words": "x" })),
        ("/runs/0/columnKind", json!("bytes")),
        ("/runs/0/tool", json!({})),
        (
            "/runs/0/results/0/locations/0/physicalLocation/region/startLine",
            json!(0),
        ),
        ("/runs/0/results/0/ruleIndex", json!(-2)),
        ("/version", json!("2.0.0")),
    ] {
        let mut broken = report.clone();
        *broken.pointer_mut(pointer).expect("a field of the report") = wrong;
        assert!(!validator.is_valid(&broken), "{pointer} may be anything");
    }
}
