//! Which reading of each form is right, by a known user's password.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::json;
use trickle_model::{Action, Limits, Outcome};
use trickle_pool::Pool;

use super::{
    columns::Users,
    dispatch::Comparison,
    forms::{Form, Reading},
    scripts,
    store::{Run, Store},
};
use crate::output::Mistake;

/// A user of the legacy store whose password is known.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// What the user logs in with.
    pub identifier: &'a str,
    /// The right password.
    pub password: &'a str,
}

/// A form with the reading that scripts will have, if they have one.
pub type Chosen<'a> = (&'a Form, Option<&'a Reading>);

/// What is written without a known user.
pub fn unproven(forms: &[Form]) -> Vec<Chosen<'_>> {
    let each = forms.iter();
    each.map(|form| (form, form.unproven.as_ref())).collect()
}

/// What the known user proves; the number is that user's form.
pub async fn proven<'a>(
    store: &Store,
    pool: &Pool,
    users: &Users,
    forms: &'a [Form],
    known: Known<'_>,
) -> anyhow::Result<(Vec<Chosen<'a>>, usize)> {
    let (of, reading) = match forms {
        // Nothing is to be found out.
        [form] if form.readings.len() == 1 => (0, 0),
        _ => find(store, pool, users, forms, known).await?,
    };
    let mut chosen = unproven(forms);
    chosen[of].1 = forms[of].readings.get(reading);
    let script = scripts::login(store.kind, users, &comparison(&chosen));
    match run(store, pool, &script, known, Limits::default()).await {
        Outcome::Profile(_) => Ok((chosen, of)),
        Outcome::WrongCredentials(_) => Err(wrong(known, &forms[of])),
        other => Err(store.failure(&other)).context("try the script that was written"),
    }
}

/// The comparison of all forms that have a reading.
pub fn comparison(chosen: &[Chosen<'_>]) -> Comparison {
    let each = chosen.iter();
    let chosen: Vec<(&Form, &Reading)> = each
        .filter_map(|(form, reading)| Some((*form, (*reading)?)))
        .collect();
    Comparison::new(&chosen)
}

/// The known user's form, and the reading with which the password fits.
async fn find(
    store: &Store,
    pool: &Pool,
    users: &Users,
    forms: &[Form],
    known: Known<'_>,
) -> anyhow::Result<(usize, usize)> {
    let script = scripts::probe(store.kind, users, &list(forms));
    // Some of many readings are slow.
    let limits = Limits {
        wall: Duration::from_mins(2),
        cpu: Duration::from_mins(1),
        ..Limits::default()
    };
    let refused = |why: &str| -> anyhow::Error {
        let message = format!("prove the scripts with {}: {why}", known.identifier);
        Mistake(message).into()
    };
    let outcome = run(store, pool, &script, known, limits).await;
    match &outcome {
        Outcome::Profile(profile) => {
            let id = profile.as_value()["user_id"].as_str();
            let numbers = id.and_then(|id| id.split_once(':'));
            let numbers = numbers.and_then(|(of, at)| Some((of.parse().ok()?, at.parse().ok()?)));
            numbers.context("read which comparison fits")
        }
        Outcome::WrongCredentials(error) => {
            let of = error.as_ref().and_then(|error| error.user_id.as_ref());
            let form = of.and_then(|of| forms.get(of.parse::<usize>().ok()?));
            Err(form.map_or_else(
                || refused("the store knows no such user"),
                |form| wrong(known, form),
            ))
        }
        Outcome::Refused(error) => Err(refused(
            error.description.as_deref().unwrap_or(&error.message),
        )),
        Outcome::TooSlow(_) | Outcome::TooMuchCpu(_) => Err(refused(
            "none of the comparisons that may be has fitted in the time for it; is the password right?",
        )),
        other => Err(store.failure(other)).context("try the comparisons that may be"),
    }
}

/// `[pattern, [() => matches, …]]` for each form.
fn list(forms: &[Form]) -> String {
    let readings = |form: &Form| -> String {
        let each = form.readings.iter();
        each.map(|it| format!("() => {{\n{}  return matches;\n}},\n", it.function))
            .collect()
    };
    let each = forms.iter();
    each.map(|form| format!("    [{}, [\n{}    ]],\n", form.pattern, readings(form)))
        .collect()
}

fn wrong(known: Known<'_>, form: &Form) -> anyhow::Error {
    let mut readings: Vec<&str> = form.readings.iter().map(|it| it.name.as_str()).collect();
    let more = readings.len().saturating_sub(10);
    readings.truncate(10);
    let more = match more {
        0 => String::new(),
        more => format!(" and {more} others"),
    };
    let message = format!(
        "prove the scripts: the password of {} is another one, or the hash, whose form is {}, is none of {}{more}; nothing was written",
        known.identifier,
        form.name,
        readings.join(", ")
    );
    Mistake(message).into()
}

async fn run(
    store: &Store,
    pool: &Pool,
    script: &str,
    known: Known<'_>,
    limits: Limits,
) -> Outcome {
    let run = Run {
        action: Action::Login,
        script,
        arguments: vec![json!(known.identifier), json!(known.password)],
        limits,
    };
    store.run(pool, run).await
}
