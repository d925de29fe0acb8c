//! `trickle try`: answers that are no profile, or a hostile one.

use serde_json::{Value, json};

use crate::try_script::Desk;

/// The reason why a profile cannot be used.
#[track_caller]
fn refused(desk: &Desk, answer: &str) -> String {
    ended(desk, answer, (3, "bad_answer"))
}

/// The reason of an answer that ends with this status and outcome.
#[track_caller]
fn ended(desk: &Desk, answer: &str, expected: (i32, &str)) -> String {
    let script = format!("function login(email, password, callback) {{\n{answer}\n}}");
    let (code, report) = desk.login(&script);
    let outcome = report["outcome"].as_str().unwrap();
    assert_eq!((code, outcome), expected, "{report}");
    report["error"]["message"].as_str().unwrap().to_owned()
}

fn taken(desk: &Desk, answer: &str) -> Value {
    let script = format!("function login(email, password, callback) {{\n{answer}\n}}");
    let (code, report) = desk.login(&script);
    assert_eq!(
        (code, &report["outcome"]),
        (0, &json!("profile")),
        "{report}"
    );
    report["profile"].clone()
}

#[test]
fn what_is_missing_is_named() {
    let desk = Desk::new();
    let cases = [
        ("callback(null, {email});", "neither user_id nor id"),
        ("callback(null, {user_id: '', email});", "1 to 255 bytes"),
        ("callback(null, {user_id: {}, email});", "1 to 255 bytes"),
        (
            "callback(null, {user_id: 'x'.repeat(256), email});",
            "1 to 255 bytes",
        ),
        ("callback(null, {user_id: 1});", "has no email"),
        (
            "callback(null, {user_id: 1, email: 'jane'});",
            "one part before and one after the @",
        ),
        (
            "callback(null, {user_id: 1, email: ['a@b.c']});",
            "email must be a string",
        ),
        (
            "callback(null, {user_id: 1, email, email_verified: 'maybe'});",
            "email_verified",
        ),
        (
            "callback(null, {user_id: 1, email, app_metadata: 'x'});",
            "app_metadata must be an object",
        ),
        ("callback(null, true);", "a boolean instead of a profile"),
        ("callback(null, 'jane');", "a string instead of a profile"),
        (
            "callback(null, [{id: 1, email}]);",
            "an array instead of a profile",
        ),
    ];
    for (answer, part) in cases {
        let reason = refused(&desk, answer);
        assert!(reason.contains(part), "{answer}: {reason}");
    }
}

#[test]
fn without_email_is_right_where_email_is_optional() {
    let desk = Desk::new();
    let script = "function f(a, b, callback) { callback(null, {user_id: 1, username: 'jane'}); }";
    let done = desk.try_script("login", script, &["--email-optional"]);
    assert_eq!(done.with_code(0).json()["profile"]["username"], "jane");
}

#[test]
fn answers_that_no_json_can_carry_are_named() {
    let desk = Desk::new();
    let cases = [
        (
            "const p = {id: 1, email}; p.me = p; callback(null, p);",
            "refers back",
        ),
        ("callback(null, {id: 1n, email});", "BigInt"),
        (
            "callback(null, {id: 1, email, get name() { throw new Error('no name'); }});",
            "no name",
        ),
    ];
    for (answer, part) in cases {
        let reason = refused(&desk, answer);
        assert!(reason.contains(part), "{answer}: {reason}");
    }
    let huge = "callback(null, {id: 1, email, picture: 'x'.repeat(5 << 20)});";
    let reason = ended(&desk, huge, (4, "over_limit"));
    assert!(reason.contains("answer limit of 1048576 bytes"), "{reason}");
}

#[test]
fn functions_vanish_and_prototypes_stay_clean() {
    let desk = Desk::new();
    let profile = taken(
        &desk,
        "callback(null, {id: 1, email, greet() {}, born: new Date(0), nothing: undefined});",
    );
    let expected =
        json!({"id": 1, "email": "jane@example.com", "born": "1970-01-01T00:00:00.000Z"});
    assert_eq!(profile, expected);

    let profile = taken(
        &desk,
        r#"const p = JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}}');
           p.id = 1; p.email = email; callback(null, p);"#,
    );
    assert_eq!(profile["id"], 1);
    assert!(profile.get("__proto__").is_none(), "{profile}");
    assert!(profile.get("admin").is_none(), "{profile}");
}
