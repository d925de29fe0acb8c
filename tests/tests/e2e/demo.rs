//! `trickle demo`.

use crate::harness::run;

#[test]
fn the_demo_shows_an_import_and_a_native_login() {
    let demo = run(&["demo", "--exit", "--json"]).with_code(0);
    let told = demo.json();
    assert_eq!(told["logins"][0]["details"]["how"], "migrated");
    assert_eq!(told["logins"][1]["details"]["how"], "native");
    assert_eq!(told["user"]["email"], "jane@example.com");
}

#[test]
fn the_demo_tells_people_of_it() {
    let demo = run(&["demo", "--exit"]).with_code(0);
    assert!(demo.stdout.contains("user imported"), "{demo:?}");
    assert!(demo.stdout.contains("native login"), "{demo:?}");
    assert_eq!(demo.stderr.matches("ERROR").count(), 0, "{demo:?}");
}
