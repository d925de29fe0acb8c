//! The SARIF output, held against its published schema.

use std::fs;

use serde_json::Value;
use trickle_lint::{Options, lint, sarif};

use super::root;

#[test]
fn the_output_fits_the_schema() {
    let schema = fs::read_to_string(root().join("crates/trickle-lint/tests/sarif-2.1.0.json"))
        .expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
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

    let mut broken = report;
    broken["runs"][0]["results"][0]["level"] = "terrible".into();
    assert!(!validator.is_valid(&broken), "the schema refuses nothing");
}
