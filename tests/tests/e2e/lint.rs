//! `trickle lint`: files, formats, exit statuses.

use serde_json::json;

use crate::{
    harness::{Watching, run},
    try_script::Desk,
};

const BAD: &str = "function login(email, password, callback) {\n  console.log(password);\n\tcallback(null, { user_id: nobody, email });\n}\n";
const GOOD: &str = "function verify(email, callback) {\n  callback(null, true);\n}\n";

#[test]
fn findings_have_their_line_and_a_mark() {
    let desk = Desk::new();
    let file = desk.file("login.js", BAD);
    let done = run(&["lint", file.to_str().unwrap()]).with_code(1);
    let name = file.display();
    let expected = format!(
        "error[password-logged]: the password is written to the log, and whoever reads the log can log in
 --> {name}:2:15
  |
2 |   console.log(password);
  |               ^^^^^^^^
  = Take it out of the line.

error[undefined-name]: nobody is declared nowhere, and the run ends here with a ReferenceError
 --> {name}:3:28
  |
3 | \tcallback(null, {{ user_id: nobody, email }});
  | \t                          ^^^^^^
  = Declare it, mend its spelling, or take it from `configuration`.

"
    );
    assert_eq!(done.stdout, expected);
    assert_eq!(done.stderr, "1 script, 2 errors, 0 warnings\n");
}

#[test]
fn folders_are_looked_through_for_actions() {
    let desk = Desk::new();
    let verify = desk.file("verify.js", GOOD);
    desk.file("helper.js", "this is no script");
    let folder = verify.parent().unwrap().to_str().unwrap();
    let done = run(&["lint", folder]).with_code(0);
    assert_eq!(done.stderr, "1 script, nothing found\n");
    desk.file("login.js", BAD);
    let found = run(&["lint", folder, "--json"]).with_code(1).json();
    let rules: Vec<&str> = found[0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["password-logged", "undefined-name"]);
    assert_eq!(
        found[0]["findings"][0]["start"],
        json!({"line": 2, "column": 15})
    );
    assert_eq!(found[1]["findings"], json!([]));
    let sarif = run(&["lint", folder, "--format", "sarif"])
        .with_code(1)
        .json();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 2);
    let github = run(&["lint", folder, "--format", "github"]).with_code(1);
    assert!(github.stdout.starts_with("::error file="), "{github:?}");
}

#[test]
fn warnings_alone_can_be_let_pass() {
    let desk = Desk::new();
    let text = "function verify(email, callback) {\n  callback(null, true);\n}\nverify('a', console.log);\n";
    let file = desk.file("verify.js", text);
    let file = file.to_str().unwrap();
    run(&["lint", file]).with_code(1);
    run(&["lint", file, "--errors-only"]).with_code(0);
}

#[test]
fn a_change_is_looked_at_once_more() {
    let desk = Desk::new();
    let top = desk.file("verify.js", GOOD);
    let folder = top.parent().unwrap();
    std::fs::create_dir(folder.join("below")).unwrap();
    std::fs::write(folder.join("below/delete.js"), GOOD).unwrap();
    let watching = Watching::start(&["lint", folder.to_str().unwrap(), "--watch"]);
    watching.waits_after(1);
    assert!(watching.told().contains("2 scripts, nothing found"));
    std::fs::write(folder.join("below/login.js"), BAD).unwrap();
    watching.waits_after(2);
    let told = watching.told();
    assert!(told.contains("3 scripts, 2 errors, 0 warnings"), "{told}");
    assert_eq!(watching.interrupt().code(), Some(0));
}

#[test]
fn what_cannot_be_looked_at_is_a_wrong_call() {
    let desk = Desk::new();
    let other = desk.file("other.txt", "");
    let folder = other.parent().unwrap().to_str().unwrap();
    let done = run(&["lint", folder]).with_code(2);
    assert!(done.stderr.contains("login.js"), "{done:?}");
    let missing = format!("{folder}/missing");
    run(&["lint", &missing]).with_code(2);
}
