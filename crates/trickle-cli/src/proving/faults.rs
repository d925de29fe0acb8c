//! Every script under every fault: a fault is never a verdict on the user, and slowness alone changes nothing.

use std::time::Duration;

use serde_json::{Map, Value};
use trickle_model::Action;

use super::{
    cases::{Test, new_user},
    checks::{NOBODY, step, test},
    fault::Fault,
};
use crate::project::Project;

/// What a store that is out may be told as. Where bytes came, a driver may find them wrong before it finds the connection gone.
const OUTAGES: &[(Fault, &[&str])] = &[
    (Fault::Down, &["legacy_store_down"]),
    (Fault::HalfOpen, &["legacy_store_down", "too_slow"]),
    (Fault::Reset, &["legacy_store_down", "script_error"]),
    (
        Fault::Garbage,
        &["legacy_store_down", "script_error", "too_slow"],
    ),
];

/// What the known user is told where the store has other tables; a store without SQL gives the profile.
const RENAMED: &[&str] = &["script_error", "profile"];

/// As an overloaded store has it.
const SLOW: Fault = Fault::Slow(Duration::from_millis(100));

/// The tests of a project that has a target.
pub fn of(project: &Project) -> Vec<Test> {
    let mut tests = Vec::new();
    for action in project.scripts.keys() {
        for (fault, outcomes) in OUTAGES {
            tests.push(under(project, *action, *fault, outcomes));
        }
        if let Some(outcomes) = when_slow(project, *action) {
            tests.push(under(project, *action, SLOW, outcomes));
        }
        if project.known_user.is_some() && matches!(action, Action::Login | Action::GetUser) {
            tests.push(under(project, *action, Fault::WrongSchema, RENAMED));
        }
    }
    tests
}

fn under(project: &Project, action: Action, fault: Fault, outcomes: &[&str]) -> Test {
    let mut outcomes = outcomes.to_vec();
    if action == Action::Delete {
        // Nobody's id may have a form that the script refuses before it asks the store.
        outcomes.push("script_error");
    }
    let mut step = step(action, arguments(project, action), &outcomes);
    step.fault = Some(fault);
    let mut test = test(&format!("{action}: the legacy store is {fault}"), [step]);
    let user = project.known_user.as_ref();
    test.secrets = user.map(|user| user.password.clone()).into_iter().collect();
    test
}

/// Reading scripts are about the known user. The others are about nobody: a slow store does what it is told.
fn arguments(project: &Project, action: Action) -> Vec<Value> {
    let user = project.known_user.as_ref();
    let known = user.map_or(NOBODY, |user| &user.identifier);
    let password = user.map_or("wrong", |user| user.password.expose());
    match action {
        Action::Login => vec![known.into(), password.into()],
        Action::GetUser => vec![known.into()],
        Action::Verify | Action::Delete => vec![NOBODY.into()],
        Action::ChangePassword => vec![NOBODY.into(), "New-pässword-2".into()],
        Action::ChangeEmail => vec![NOBODY.into(), format!("moved-{NOBODY}").into(), true.into()],
        Action::Create => vec![new_user(NOBODY, &"Old-pässword-1".into(), Map::new())],
        Action::Count => Vec::new(),
    }
}

/// What a slow store must still give; `None` where asking it would change it, or where nobody is known.
fn when_slow(project: &Project, action: Action) -> Option<&'static [&'static str]> {
    match action {
        Action::Login | Action::GetUser => project.known_user.as_ref().map(|_| &["profile"][..]),
        // Nobody is there: what the script says of that is its own.
        Action::Verify | Action::ChangePassword | Action::ChangeEmail => {
            Some(&["done", "refused", "script_error"])
        }
        Action::Count => Some(&["done"]),
        Action::Delete | Action::Create => None,
    }
}
