//! `trickle test`: cases, built-in checks, faults, reports.

use std::{path::Path, time::Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use trickle_testkit::http::LegacyService;

use crate::harness::{Done, run};

const LOGIN: &str = "function login(email, password, callback) {
  console.log('login of', email, password);
  if (password === 'right password') return callback(null, { user_id: '7', email, plan: 'gold' });
  if (password === 'boom') return callback(new Error('no such table'));
  if (password === 'taken') return callback(new ValidationError('blocked_user', 'You are out.'));
  callback(new WrongUsernameOrPasswordError(email));
}
";

fn project(cases: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "login.js", LOGIN);
    write(folder.path(), "trickle.toml", "");
    write(folder.path(), "cases.toml", cases);
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

fn test(folder: &TempDir, options: &[&str]) -> Done {
    let folder = folder.path().to_str().unwrap();
    run(&[&["test", folder], options].concat())
}

fn case(name: &str, password: &str, expect: &str) -> String {
    format!(
        "[[case]]\nname = \"{name}\"\ncall = \"login\"\nidentifier = \"a@b.c\"\npassword = \"{password}\"\n[case.expect]\n{expect}\n"
    )
}

#[test]
fn what_holds_passes_and_what_does_not_is_named() {
    let cases = [
        case(
            "right",
            "right password",
            "profile = { plan = \"gold\" }\nmax_ms = 20000",
        ),
        case("wrong", "x", "outcome = \"wrong_credentials\""),
        case(
            "refused",
            "taken",
            "outcome = [\"refused\"]\ncode = \"blocked_user\"\nmessage = \"out\"",
        ),
        case(
            "defect",
            "boom",
            "outcome = \"script_error\"\nconsole = \"login of\"",
        ),
        case(
            "other plan",
            "right password",
            "profile = { plan = \"silver\" }",
        ),
        case("a surprise", "boom", ""),
    ]
    .concat();
    let folder = project(&cases);
    let done = test(&folder, &["--reporter", "json"]).with_code(1);
    let results = done.json();
    let passed: Vec<bool> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["passed"].as_bool().unwrap())
        .collect();
    assert_eq!(passed, [true, true, true, true, false, false]);
    assert_eq!(
        results[4]["defects"],
        json!([r#"profile.plan: expected "silver", got "gold""#])
    );
    assert_eq!(
        results[4]["console"],
        json!(["console.log  login of a@b.c ********"])
    );
    let defect = results[5]["defects"][0].as_str().unwrap();
    assert!(
        defect.starts_with("expected success, got script_error: Error: no such table"),
        "{defect}"
    );
    assert!(!done.stdout.contains("right password"));

    test(&folder, &["--filter", "wrong"]).with_code(0);
    let done = test(&folder, &["--filter", "other"]).with_code(1);
    assert!(done.stdout.contains("FAILED other plan"), "{done:?}");
    assert!(done.stderr.ends_with("0 passed, 1 failed\n"), "{done:?}");
    let junit = test(&folder, &["--reporter", "junit"]).with_code(1);
    assert!(
        junit
            .stdout
            .contains(r#"<testsuites tests="6" failures="2""#),
        "{junit:?}"
    );
    let tap = test(&folder, &["--reporter", "tap"]).with_code(1);
    assert!(
        tap.stdout
            .starts_with("TAP version 14\n1..6\nok 1 - right\n"),
        "{tap:?}"
    );
    assert!(tap.stdout.contains("not ok 6 - a surprise\n"), "{tap:?}");
    let github = test(&folder, &["--reporter", "github"]).with_code(1);
    assert_eq!(github.stdout.lines().count(), 2, "{github:?}");
}

#[test]
fn a_snapshot_is_kept_and_held_against_later_profiles() {
    let folder = project(&case("kept", "right password", "snapshot = true"));
    test(&folder, &[]).with_code(0);
    test(&folder, &[]).with_code(0);
    let kept = folder.path().join("snapshots/kept.json");
    let profile: Value = serde_json::from_str(&std::fs::read_to_string(&kept).unwrap()).unwrap();
    assert_eq!(profile["plan"], "gold");
    write(folder.path(), "login.js", &LOGIN.replace("gold", "lead"));
    let done = test(&folder, &[]).with_code(1);
    assert!(
        done.stdout
            .contains(r#"snapshot.plan: expected "gold", got "lead""#),
        "{done:?}"
    );
    test(&folder, &["--update"]).with_code(0);
    test(&folder, &[]).with_code(0);
}

#[test]
fn mistakes_in_the_files_are_told_before_anything_runs() {
    for (cases, part) in [
        (
            case("a", "b", "outcome = \"profil\""),
            "there is no such outcome",
        ),
        (case("a", "b", "outcom = \"profile\""), "unknown field"),
        (
            case("a", "b", "").replace("login", "delete"),
            "there is no delete.js",
        ),
        (
            case("a", "b", "").replace("password = \"b\"", "password = { env = \"NO_SUCH_NAME\" }"),
            "NO_SUCH_NAME",
        ),
        ("[[case]]\n".to_owned(), "missing field"),
        (String::new(), "find a case"),
    ] {
        let done = test(&project(&cases), &[]).with_code(2);
        assert!(done.stderr.contains(part), "{part}: {done:?}");
    }
}

#[test]
fn the_built_in_checks_prove_a_template() {
    let service = LegacyService::start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    run(&["init", "--template", "basic-auth", path]).with_code(0);
    let settings = std::fs::read_to_string(folder.path().join("trickle.toml")).unwrap();
    let settings = settings.replace("127.0.0.1:8080", &service.addr().to_string());
    write(folder.path(), "trickle.toml", &settings);
    write(
        folder.path(),
        ".env",
        "SERVICE_TOKEN=x\nTEST_PASSWORD='legacy password'\n",
    );
    let done = run(&["test", path]).with_code(0);
    let names: Vec<&str> = done.stdout.lines().collect();
    for part in [
        "login: the right password",
        "login: a password of 1 KB",
        "get_user: the same profile",
        "login: the legacy store is half-open",
    ] {
        assert!(
            names
                .iter()
                .any(|line| line.starts_with("ok") && line.contains(part)),
            "{part}: {done:?}"
        );
    }

    // A script that takes an outage for a wrong password is found out.
    let login = folder.path().join("login.js");
    let text = std::fs::read_to_string(&login).unwrap();
    let broken = text.replace(
        "if (error) return callback(error);",
        "if (error) return callback(new WrongUsernameOrPasswordError(email));",
    );
    assert_ne!(broken, text);
    std::fs::write(&login, broken).unwrap();
    let done = run(&["test", path, "--filter", "is down"]).with_code(1);
    assert!(
        done.stdout
            .contains("expected legacy_store_down, got wrong_credentials"),
        "{done:?}"
    );
}

#[test]
fn a_hundred_cases_take_no_time_of_their_own() {
    let cases: String = (0..100)
        .map(|number| case(&format!("case {number}"), "right password", ""))
        .collect();
    let folder = project(&cases);
    test(&folder, &["--filter", "case 1"]).with_code(0);
    let begun = Instant::now();
    let done = test(&folder, &[]).with_code(0);
    assert!(done.stderr.ends_with("100 passed, 0 failed\n"), "{done:?}");
    // Two seconds on an idle machine; this only tells a pool for all from a worker for each.
    assert!(begun.elapsed().as_secs() < 15, "{:?}", begun.elapsed());
}
