//! The packages that the linter knows are those that the reference page lists.

use std::fs;

use super::{found, root};

#[test]
fn every_listed_package_is_known() {
    let page = fs::read_to_string(root().join("docs/reference/modules.md")).expect("the page");
    let mut names = 0;
    for section in page.split("\n## ") {
        let extra = section.starts_with("Extra");
        if !(extra || section.starts_with("Core") || section.starts_with("Served")) {
            continue;
        }
        for line in section.lines().filter(|line| line.starts_with("| `")) {
            let name = line.split('`').nth(1).expect("a name");
            let script = format!(
                "function verify(email, callback) {{ require('{name}'); callback(null, true); }}"
            );
            let expected: &[&str] = if extra { &["unknown-module 1:36"] } else { &[] };
            assert_eq!(found("verify.js", &script), expected, "{name}");
            names += 1;
        }
    }
    assert!(names > 60, "{names} packages on the page");
}

#[test]
fn pins_are_held_against_what_is_installed() {
    let cases = [
        ("pg@7.17.1", &["version-mismatch 1:36"] as &[_]),
        ("pg@8.7.1", &[]),
        ("mongodb@3.1.4", &[]),
        ("mongodb@2.2.0", &["version-mismatch 1:36"]),
        ("bcrypt@3.0.0", &[]),
        ("@supabase/supabase-js@2", &[]),
        ("lodash/fp", &[]),
        ("mysql2/promise", &[]),
        ("node:fs/promises", &[]),
        ("mssq", &["unknown-module 1:36"]),
    ];
    for (request, expected) in cases {
        let script = format!(
            "function verify(email, callback) {{ require('{request}'); callback(null, true); }}"
        );
        assert_eq!(found("verify.js", &script), expected, "{request}");
    }
}
