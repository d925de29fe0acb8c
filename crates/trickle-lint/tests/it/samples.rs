//! Scripts as people write them, and the templates.

use std::fs;

use super::{found, root};

#[test]
fn templates_are_clean() {
    let mut scripts = 0;
    for template in fs::read_dir(root().join("templates")).expect("the templates") {
        let folder = template.expect("a template").path();
        for file in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (name, path) = (file.file_name(), file.path());
            let name = name.into_string().expect("a name");
            if path.extension().is_some_and(|ending| ending == "js") {
                let text = fs::read_to_string(&path).expect("a script");
                assert_eq!(found(&name, &text), [""; 0], "{}", path.display());
                scripts += 1;
            }
        }
    }
    assert!(scripts >= 28, "{scripts} scripts");
}

#[test]
fn sound_scripts_of_many_shapes_are_clean() {
    let mut scripts = 0;
    for folder in fs::read_dir(root().join("crates/trickle-lint/tests/samples")).expect("samples") {
        for file in fs::read_dir(folder.expect("a folder").path()).expect("scripts") {
            let file = file.expect("a script");
            let name = file.file_name().into_string().expect("a name");
            let text = fs::read_to_string(file.path()).expect("a script");
            assert_eq!(found(&name, &text), [""; 0], "{}", file.path().display());
            scripts += 1;
        }
    }
    assert!(scripts > 10, "{scripts} samples");
}

#[test]
fn deep_and_long_texts_come_to_an_end() {
    let deep = format!(
        "function f(a, callback) {{ callback({}1{}) }}",
        "(".repeat(40_000),
        ")".repeat(40_000)
    );
    assert_eq!(found("", &deep), [""; 0]);
    let branches = "if (a.b) a.c(); ".repeat(60);
    let wide = format!("function f(a, callback) {{ {branches} callback(null) }}");
    assert_eq!(found("", &wide), [""; 0]);
    let many = (0..60)
        .map(|at| format!("if (a.b{at}) a.c({at}, callback); "))
        .collect::<String>();
    let wide = format!("function f(a, callback) {{ {many} }}");
    assert_eq!(found("", &wide), [""; 0]);
    let long = "x".repeat(200_000);
    assert_eq!(found("", &long), ["syntax 1:1"]);
}

/// Each of these took many seconds where a rule looked at all of the text for each of its parts.
#[test]
fn hostile_texts_are_soon_done_with() {
    let bodies = [
        format!("callback(null, {}a);", "a+".repeat(49_000)),
        format!(
            "db.query('SELECT * FROM t WHERE a=' + {}email, callback);",
            "email+".repeat(16_000)
        ),
        format!("callback({}a);", "a?b:".repeat(24_000)),
        "if(a){".repeat(14_000) + &"}".repeat(14_000),
        "if(email){".repeat(9_000) + &"}".repeat(9_000),
        "a.b(function(c){".repeat(5_000) + "callback(c)" + &"})".repeat(5_000),
        "a.b(c=>{if(c)return callback(c);".repeat(2_800) + "callback()" + &"})".repeat(2_800),
        (1..4_400)
            .rev()
            .map(|at| format!("var v{at}=v{};", at - 1))
            .chain(["var v0=email;".to_owned()])
            .collect(),
    ];
    for body in bodies {
        let text = format!("function login(email, password, callback) {{ {body} }}");
        let begun = std::time::Instant::now();
        found("login.js", &text);
        let took = begun.elapsed();
        assert!(took.as_secs() < 10, "{took:?}: {}…", &text[..80]);
    }
}

#[test]
fn places_are_those_of_the_text() {
    let cases = [
        (
            "(email, callback) => callback(nobody);",
            "undefined-name 1:31",
        ),
        (
            "// ä\n\n  function (email, callback) { callback(nobody) }",
            "undefined-name 3:41",
        ),
        (
            "\u{feff}function f(email, callback) { /* ö */ callback(nobody) }",
            "undefined-name 1:49",
        ),
        (
            "function f(email, callback) {\r\n  callback(nobody)\r\n}\r\n",
            "undefined-name 2:12",
        ),
        (
            "function f(email, callback) {\n  callback(null,\n}",
            "syntax 3:1",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(found("", text), [expected], "{text}");
    }
}
