//! What every connection's scripts must do, whatever their legacy store is.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use trickle_model::{Action, Secret};

use super::{
    cases::{Arguments, Further, Step, Test, new_user},
    expectation::Expectation,
    faults,
};
use crate::project::{KnownUser, Project};

/// Nobody is called so: the domain is reserved (RFC 2606).
pub const NOBODY: &str = "nobody-at-all@trickle.invalid";

/// Longer than a login is pleasant.
const BUDGET_MS: u64 = 5_000;

/// Bcrypt and its kin refuse or cut long passwords; scripts must do neither by failing.
const LONG: usize = 1024;

/// The checks that a project has all it needs for.
pub fn of(project: &Project) -> Vec<Test> {
    let has = |action| project.scripts.contains_key(&action);
    let mut tests = Vec::new();
    if let Some(user) = project.known_user.as_ref().filter(|_| has(Action::Login)) {
        tests.extend(logins(project, user));
        if has(Action::GetUser) {
            tests.push(same_profile(user));
        }
    }
    if has(Action::GetUser) {
        for (name, identifier) in [
            ("get_user: an unknown user", NOBODY),
            (
                "get_user: a quote and a backslash",
                "o'nobody\\\"; --@trickle.invalid",
            ),
        ] {
            let step = step(Action::GetUser, [identifier.into()], &["no_such_user"]);
            tests.push(test(name, [step]));
        }
    }
    if has(Action::Count) {
        let counting = step(Action::Count, [], &["done"]);
        tests.push(test("count: a number of users", [counting]));
    }
    if project.target.is_some() {
        tests.extend(faults::of(project));
    }
    let life = [
        Action::Login,
        Action::GetUser,
        Action::Create,
        Action::Delete,
    ];
    if project.writes && life.into_iter().all(has) {
        tests.push(life_of_a_user(project));
    }
    tests
}

fn logins(project: &Project, user: &KnownUser) -> Vec<Test> {
    let known = user.identifier.as_str();
    let right = user.password.expose();
    let wrong = &["wrong_credentials"];
    let mut right_password = login(known, right, &["profile"]);
    right_password.expect.max_ms = Some(project.budget_ms.unwrap_or(BUDGET_MS));
    let refused = [
        ("login: a wrong password", known, format!("{right}x")),
        ("login: no password", known, String::new()),
        (
            "login: a password in Unicode",
            known,
            "пароль 🔑 pässwörd".to_owned(),
        ),
        ("login: a password of 1 KB", known, "long ".repeat(LONG / 5)),
        ("login: an unknown user", NOBODY, right.to_owned()),
        (
            "login: a quote and a backslash",
            "o'nobody\\\"; --@trickle.invalid",
            "' OR '1'='1".to_owned(),
        ),
    ];
    let mut tests = vec![test("login: the right password", [right_password])];
    for (name, identifier, password) in refused {
        tests.push(test(name, [login(identifier, &password, wrong)]));
    }
    for (name, password, outcomes) in [
        ("login: the callback is called once", right, &["profile"]),
        (
            "login: the callback is called once for a wrong password",
            "wrong",
            wrong,
        ),
    ] {
        let mut framed = login(known, password, outcomes);
        framed.frame = Some(include_str!("once.js"));
        tests.push(test(name, [framed]));
    }
    tests.push(Test {
        further: Further::NothingLeftOpen,
        ..test(
            "login: no run leaves a connection open",
            [login(known, right, &["profile"])],
        )
    });
    for test in &mut tests {
        test.secrets = vec![user.password.clone()];
    }
    tests
}

fn same_profile(user: &KnownUser) -> Test {
    let first = login(&user.identifier, user.password.expose(), &["profile"]);
    let mut second = step(
        Action::GetUser,
        [user.identifier.as_str().into()],
        &["profile"],
    );
    second.expect.same_as = Some(0);
    Test {
        secrets: vec![user.password.clone()],
        ..test("get_user: the same profile as login", [first, second])
    }
}

/// A user is added, used, changed and removed.
fn life_of_a_user(project: &Project) -> Test {
    let has = |action| project.scripts.contains_key(&action);
    let email = format!("trickle-test-{:08x}@trickle.invalid", rand::random::<u32>());
    let moved = format!("moved-{email}");
    let (old, new) = ("Old-pässword-1", "New-pässword-2");
    let user = new_user(&email, &old.into(), Map::new());
    let mut steps = vec![
        step(Action::Create, [user.clone()], &["done"]),
        step(Action::Create, [user], &["refused"]),
        login(&email, old, &["profile"]),
    ];
    if has(Action::Verify) {
        steps.push(step(Action::Verify, [email.as_str().into()], &["done"]));
    }
    let mut password = old;
    if has(Action::ChangePassword) {
        password = new;
        let change = step(
            Action::ChangePassword,
            [email.as_str().into(), new.into()],
            &["done"],
        );
        steps.push(change);
        steps.push(login(&email, old, &["wrong_credentials"]));
        steps.push(login(&email, new, &["profile"]));
        let nobody = [NOBODY.into(), new.into()];
        let mut change = step(Action::ChangePassword, nobody, &["done"]);
        change.expect.result = Some(json!(false));
        steps.push(change);
    }
    let mut now = email.clone();
    if has(Action::ChangeEmail) {
        let arguments = [email.as_str().into(), moved.as_str().into(), true.into()];
        steps.push(step(Action::ChangeEmail, arguments, &["done"]));
        steps.push(step(
            Action::GetUser,
            [email.as_str().into()],
            &["no_such_user"],
        ));
        now = moved;
    }
    let last = steps.len();
    steps.push(login(&now, password, &["profile"]));
    let mut removal = step(Action::Delete, [], &["done"]);
    removal.arguments = Arguments::IdOf(last);
    steps.push(removal.clone());
    steps.push(step(
        Action::GetUser,
        [now.as_str().into()],
        &["no_such_user"],
    ));
    // Gone already is as good.
    steps.push(removal);
    Test {
        secrets: vec![Secret::new(old.to_owned()), Secret::new(new.to_owned())],
        ..test("create to delete: the life of a user", steps)
    }
}

/// A login with what must come of it.
pub fn login(identifier: &str, password: &str, outcomes: &[&str]) -> Step {
    step(
        Action::Login,
        [identifier.into(), password.into()],
        outcomes,
    )
}

/// A run with what must come of it.
pub fn step(action: Action, arguments: impl Into<Vec<Value>>, outcomes: &[&str]) -> Step {
    Step {
        action,
        arguments: Arguments::Given(arguments.into()),
        context: Map::new(),
        configuration: BTreeMap::new(),
        frame: None,
        look: None,
        fault: None,
        expect: Expectation::outcomes(outcomes),
    }
}

/// A test without secrets.
pub fn test(name: &str, steps: impl Into<Vec<Step>>) -> Test {
    Test {
        name: name.to_owned(),
        steps: steps.into(),
        secrets: Vec::new(),
        further: Further::Nothing,
    }
}
