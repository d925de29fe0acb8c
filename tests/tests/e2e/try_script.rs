//! `trickle try`: arguments, outcomes, exit statuses.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use trickle_testkit::{http::LegacyService, tcp::Refused};

use crate::harness::{Done, LOGIN, command, run_at_terminal, run_with_input};

/// Scripts and other files of one test.
pub struct Desk(TempDir);

impl Desk {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Runs `trickle try ACTION --json` for jane@example.com with the password `pass word`.
    pub fn try_script(&self, action: &str, script: &str, options: &[&str]) -> Done {
        let script = self.file("script.js", script);
        let args = ["--script", script.to_str().unwrap(), "--json"];
        try_with(action, &[&args[..], options].concat())
    }

    /// The outcome of a login script, with its exit status.
    pub fn login(&self, script: &str) -> (i32, Value) {
        let done = self.try_script("login", script, &[]);
        (done.code, done.json())
    }
}

fn try_with(action: &str, options: &[&str]) -> Done {
    let args = [
        &[
            "try",
            action,
            "--identifier",
            "jane@example.com",
            "--password-stdin",
        ],
        options,
    ];
    run_with_input(&args.concat(), "pass word\nnot this line\n")
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_terminal_shows_no_password() {
    let desk = Desk::new();
    let script = "function login(email, password, callback) {
  if (password !== 'pass word') return callback(new WrongUsernameOrPasswordError(email));
  callback(null, { user_id: '1', email });
}";
    let script = desk.file("login.js", script);
    let args = ["try", "login", "--script", path(&script)];
    let options = ["--identifier", "jane@example.com", "--password-stdin"];
    let done = run_at_terminal(&[&args[..], &options].concat(), "pass word").with_code(0);
    assert!(done.stdout.contains("Password: "), "{done:?}");
    assert!(!done.stdout.contains("pass word"), "{done:?}");
}

#[test]
fn a_folder_with_settings_needs_no_option() {
    let desk = Desk::new();
    let script = "function getUser(email, callback) {
  callback(null, { user_id: '1', email, nickname: configuration.NAME });
}";
    desk.file("get_user.js", script);
    desk.file("trickle.toml", "[configuration]\nNAME = \"jane\"\n");
    let get_user = || {
        let mut command = command(&["try", "get-user", "--json", "--identifier", "a@b.c"]);
        command.current_dir(desk.0.path()).output().unwrap()
    };
    let report: Value = serde_json::from_slice(&get_user().stdout).unwrap();
    assert_eq!(report["profile"]["nickname"], "jane");
    std::fs::remove_file(desk.0.path().join("trickle.toml")).unwrap();
    let lost = get_user();
    assert_eq!(lost.status.code(), Some(2));
    let told = String::from_utf8_lossy(&lost.stderr);
    assert!(told.contains("--script FILE"), "{told}");
}

#[test]
fn every_script_gets_its_documented_arguments() {
    let desk = Desk::new();
    let user = desk.file(
        "user.json",
        r#"{"user_metadata": {"plan": "gold"}, "tenant": "acme"}"#,
    );
    let config = desk.file("config.json", r#"{"key": "value"}"#);
    let context = desk.file("context.json", r#"{"organization": {"id": "o1"}}"#);
    let cases: &[(&str, &[&str], Value)] = &[
        ("login", &[], json!(["jane@example.com", "pass word"])),
        ("get-user", &[], json!(["jane@example.com"])),
        (
            "create",
            &["--user", path(&user)],
            json!([{
                "email": "jane@example.com", "password": "pass word", "tenant": "acme",
                "connection": "try", "client_id": "try", "user_metadata": {"plan": "gold"},
            }]),
        ),
        ("verify", &[], json!(["jane@example.com"])),
        (
            "change-password",
            &[],
            json!(["jane@example.com", "pass word"]),
        ),
        (
            "change-email",
            &["--new-email", "j@example.org", "--verified"],
            json!(["jane@example.com", "j@example.org", true]),
        ),
        ("delete", &[], json!(["jane@example.com"])),
    ];
    for (action, options, expected) in cases {
        let parameters = ["a", "b", "c"][..expected.as_array().unwrap().len()].join(", ");
        let script = format!(
            "function run({parameters}, callback) {{ callback(null, {{ user_id: '1', email: 'a@b.c', \
             got: [{parameters}], configuration }}); }}"
        );
        let given = [&["--config", path(&config)], *options].concat();
        let done = desk.try_script(action, &script, &given).with_code(0);
        let report = done.json();
        let answer = match *action {
            "login" | "get-user" => ("profile", &report["profile"]),
            _ => ("done", &report["result"]),
        };
        assert_eq!(report["outcome"], answer.0, "{action}");
        assert_eq!(answer.1["got"], *expected, "{action}");
        assert_eq!(answer.1["configuration"], json!({"key": "value"}));

        let script = format!(
            "async function run({parameters}, context, callback) {{ callback(null, {{ user_id: '1', \
             email: 'a@b.c', context }}); }}"
        );
        let given = [&["--context", path(&context)], *options].concat();
        let report = desk.try_script(action, &script, &given).with_code(0).json();
        let answer = if answer.0 == "profile" {
            "profile"
        } else {
            "result"
        };
        let expected = json!({"organization": {"id": "o1"}});
        assert_eq!(report[answer]["context"], expected, "{action}");
    }
}

#[test]
fn a_project_knows_whom_to_try() {
    let desk = Desk::new();
    let script = "function login(email, password, callback) {
  if (password !== 'kettle') return callback(new WrongUsernameOrPasswordError(email));
  callback(null, { user_id: '7', email });
}";
    let script = desk.file("login.js", script);
    desk.file(
        "trickle.toml",
        "[test]\nidentifier = \"jane@example.com\"\npassword = \"kettle\"\n",
    );
    let folder = path(script.parent().unwrap());
    let tried = |action: &str, options: &[&str]| {
        let args = ["try", action, "--project", folder];
        run_with_input(&[&args[..], options].concat(), "wrong\n")
    };
    let done = tried("login", &["--json"]).with_code(0).json();
    assert_eq!(done["profile"]["email"], "jane@example.com");
    let done = tried("login", &["--password-stdin", "--json"]).with_code(1);
    assert_eq!(done.json()["outcome"], "wrong_credentials");
    // Another person's password is not this one's.
    let done = tried("login", &["--identifier", "paul@example.com"]).with_code(2);
    assert!(done.stderr.contains("--password-stdin"), "{done:?}");
    // What changes something is told whom.
    desk.file(
        "delete.js",
        "function remove(id, callback) { callback(null); }",
    );
    let done = tried("delete", &[]).with_code(2);
    assert!(done.stderr.contains("--identifier"), "{done:?}");
}

#[test]
fn count_needs_nobody_and_gives_a_number() {
    let desk = Desk::new();
    let count = |script: &str| {
        let script = desk.file("count.js", script);
        run_with_input(&["try", "count", "--script", path(&script), "--json"], "")
    };
    let done = count("function count(callback) { callback(null, 48); }").with_code(0);
    assert_eq!(done.json()["result"], 48);
    let done = count("function count(callback) { callback(null, -1); }");
    assert_ne!(done.code, 0, "{done:?}");
    assert_eq!(done.json()["outcome"], "bad_answer");
    // All others need somebody.
    let script = desk.file("login.js", LOGIN);
    let done = run_with_input(&["try", "get-user", "--script", path(&script)], "");
    assert!(done.with_code(2).stderr.contains("--identifier"));
}

#[test]
fn the_report_has_always_the_same_fields() {
    let desk = Desk::new();
    let fields = BTreeSet::from([
        "outcome",
        "profile",
        "result",
        "error",
        "console",
        "console_dropped",
        "modules",
        "timings_ms",
        "waiting",
    ]);
    for script in [
        "function f(a, b, callback) { require('lodash'); console.warn('careful', {a: 1}); \
         callback(null, { id: 1, email: 'a@b.c' }); }",
        "function f(a, b, callback) { console.log(require('lodash').VERSION); callback(new Error('no')); }",
    ] {
        let (_, report) = desk.login(script);
        let found: BTreeSet<&str> = report
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(found, fields);
        assert_eq!(report["console"].as_array().unwrap().len(), 1);
        assert_eq!(report["modules"][0]["requested"], "lodash");
        for part in ["queue", "boot", "script"] {
            assert!(report["timings_ms"][part].is_number(), "{report}");
        }
    }
    let (_, report) = desk.login(
        "function f(a, b, callback) { console.warn('careful', {a: 1}); callback(new ValidationError('code', 'message')); }",
    );
    assert_eq!(
        report["console"],
        json!([{"level": "warn", "text": "careful { a: 1 }"}])
    );
    let error = &report["error"];
    assert_eq!(error["name"], "ValidationError");
    assert_eq!(
        (&error["code"], &error["message"]),
        (&json!("code"), &json!("message"))
    );
}

#[test]
fn the_exit_status_tells_the_outcome() {
    let desk = Desk::new();
    let refused = Refused::start();
    let config = desk.file(
        "config.json",
        &json!({"baseUrl": refused_url(&refused)}).to_string(),
    );
    let net = refused.addr().to_string();
    let plain = |body: &str| format!("function f(a, b, callback) {{ {body} }}");
    let cases: &[(&str, i32, String, &[&str])] = &[
        (
            "profile",
            0,
            plain("callback(null, {id: 1, email: 'a@b.c'});"),
            &[],
        ),
        (
            "wrong_credentials",
            1,
            plain("callback(new WrongUsernameOrPasswordError(a));"),
            &[],
        ),
        ("wrong_credentials", 1, plain("callback();"), &[]),
        (
            "refused",
            1,
            plain("callback(new UnauthorizedError('not you'));"),
            &[],
        ),
        (
            "script_error",
            3,
            plain("callback(new Error('oops'));"),
            &[],
        ),
        ("did_not_answer", 3, plain(""), &[]),
        (
            "bad_answer",
            3,
            plain("callback(null, {email: 'a@b.c'});"),
            &[],
        ),
        (
            "too_much_memory",
            4,
            plain("const all = []; for (;;) all.push(new Array(1000).fill(all.length));"),
            &[],
        ),
        (
            "egress_denied",
            5,
            LOGIN.to_owned(),
            &["--config", path(&config)],
        ),
        (
            "legacy_store_down",
            5,
            LOGIN.to_owned(),
            &["--config", path(&config), "--allow-net", &net],
        ),
    ];
    for (outcome, code, script, options) in cases {
        let done = desk.try_script("login", script, options);
        let report = done.json();
        assert_eq!(report["outcome"], *outcome, "{report}");
        assert_eq!(done.code, *code, "{outcome}");
        assert_eq!(report["error"].is_null(), *code == 0, "{report}");
    }
    let script = "function f(a, callback) { callback(null); }";
    let done = desk.try_script("get-user", script, &[]).with_code(1);
    assert_eq!(done.json()["outcome"], "no_such_user");
}

fn refused_url(refused: &Refused) -> String {
    format!("http://{}", refused.addr())
}

#[test]
fn a_refused_address_names_the_option_that_allows_it() {
    let desk = Desk::new();
    let service = LegacyService::start();
    let config = desk.file(
        "config.json",
        &json!({"baseUrl": service.url()}).to_string(),
    );
    let done = desk
        .try_script("login", LOGIN, &["--config", path(&config)])
        .with_code(5);
    let option = format!("--allow-net {}", service.addr());
    let report = done.json();
    let message = report["error"]["message"].as_str().unwrap();
    assert!(message.ends_with(&option), "{message}");
    assert_eq!(service.hits("/profile"), 0);

    let allowed: Vec<&str> = option.split(' ').collect();
    let options = [&["--config", path(&config)], &allowed[..]].concat();
    let done = desk.try_script("login", LOGIN, &options);
    assert_eq!(done.json()["outcome"], "wrong_credentials");
    assert_eq!(service.hits("/profile"), 1);
}

#[test]
fn people_get_the_same_as_text() {
    let desk = Desk::new();
    let script = desk.file(
        "script.js",
        "function f(a, b, callback) {\n  console.log('looking for', a);\n  callback(null, { id: 1, email: a });\n}",
    );
    let done = try_with("login", &["--script", path(&script)]).with_code(0);
    assert!(done.stdout.contains("outcome  profile"), "{done:?}");
    assert!(
        done.stdout.contains("\"email\": \"jane@example.com\""),
        "{done:?}"
    );
    assert!(
        done.stderr.contains("looking for jane@example.com"),
        "{done:?}"
    );

    let script = desk.file("script.js", "function f(a, b, callback) {\n  missing();\n}");
    let done = try_with("login", &["--script", path(&script)]).with_code(3);
    assert!(
        done.stdout
            .contains("ReferenceError: missing is not defined (line 2, column 3)"),
        "{done:?}"
    );
}

#[test]
fn a_script_that_does_not_compile_is_shown_where() {
    let desk = Desk::new();
    let (code, report) =
        desk.login("function login(email, password, callback) {\n  const x = = 2;\n}");
    assert_eq!((code, &report["outcome"]), (3, &json!("script_error")));
    let error = &report["error"];
    assert_eq!(error["name"], "SyntaxError");
    assert_eq!(
        (&error["line"], &error["column"]),
        (&json!(2), &json!(13)),
        "{error}"
    );
}

#[test]
fn a_call_that_cannot_be_run_ends_with_2() {
    let desk = Desk::new();
    let script = desk.file("good.js", "function f(a, b, callback) { callback(null); }");
    let large = desk.file(
        "large.js",
        &format!("function f(a, b, c) {{ c('{}'); }}", "x".repeat(100 << 10)),
    );
    let number = desk.file("number.json", r#"{"port": 5432}"#);
    let list = desk.file("list.json", "[]");
    let broken = desk.file("broken.json", "{");
    let good = path(&script);
    let cases: &[(&str, &[&str], &str)] = &[
        (
            "login",
            &["--script", path(&large)],
            "has 102430 bytes and may have 102400",
        ),
        ("login", &["--script", "nowhere.js"], "nowhere.js"),
        (
            "login",
            &["--script", good, "--config", path(&number)],
            "port must be a string",
        ),
        (
            "login",
            &["--script", good, "--config", path(&list)],
            "list.json as a JSON object",
        ),
        (
            "login",
            &["--script", good, "--config", path(&broken)],
            "broken.json as a JSON object",
        ),
        (
            "login",
            &["--script", good, "--config", "nowhere.json"],
            "nowhere.json",
        ),
        (
            "login",
            &["--script", good, "--context", path(&list)],
            "list.json",
        ),
        (
            "login",
            &["--script", good, "--allow-net", "127.0.0.1:x"],
            "is not a port",
        ),
        (
            "create",
            &["--script", good, "--user", path(&list)],
            "list.json",
        ),
        ("change-email", &["--script", good], "--new-email"),
    ];
    for (action, options, part) in cases {
        let done = try_with(action, options);
        assert_eq!(done.code, 2, "{options:?} {done:?}");
        assert_eq!(done.stdout, "", "{options:?}");
        assert!(done.stderr.contains(part), "{options:?} {done:?}");
    }
    let args = ["try", "login", "--identifier", "x", "--script", good];
    let done = run_with_input(&args, "").with_code(2);
    assert!(done.stderr.contains("--password-stdin"), "{done:?}");
}
