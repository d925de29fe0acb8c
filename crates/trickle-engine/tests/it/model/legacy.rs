//! The legacy store, and its scripts.

use std::{
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use serde_json::{Value, json};
use trickle_engine::ScriptRunner;
use trickle_model::{
    Action, Answer, ConnectionId, ExecutionReport, ExecutionRequest, Outcome, ScriptError,
};

use super::plan::PEOPLE;
use crate::fixture::{failed, report, wrong_credentials};

/// What it holds.
pub(super) struct Data {
    /// Passwords by person.
    pub(super) passwords: [String; PEOPLE],
    /// Who was deleted there.
    pub(super) gone: [bool; PEOPLE],
    /// Whether nobody can reach it.
    pub(super) is_down: bool,
}

/// Runs its scripts as the pool would.
pub(super) struct Legacy {
    data: Mutex<Data>,
    logins: AtomicUsize,
}

/// `person1@example.com`.
pub(super) fn email(who: usize) -> String {
    format!("person{who}@example.com")
}

impl Legacy {
    pub(super) fn new() -> Self {
        Self {
            data: Mutex::new(Data {
                passwords: std::array::from_fn(|who| format!("legacy password {who}")),
                gone: [false; PEOPLE],
                is_down: false,
            }),
            logins: AtomicUsize::new(0),
        }
    }

    pub(super) fn data(&self) -> MutexGuard<'_, Data> {
        self.data.lock().unwrap()
    }

    /// How often the `login` script ran.
    pub(super) fn logins(&self) -> usize {
        self.logins.load(Ordering::SeqCst)
    }

    fn answer(&self, action: Action, arguments: &[Value]) -> Outcome {
        let mut data = self.data();
        if data.is_down {
            return failed("Error", Some("ECONNREFUSED"), "connect ECONNREFUSED");
        }
        let first = arguments[0].as_str().unwrap_or_default();
        let known =
            (0..PEOPLE).find(|who| !data.gone[*who] && (email(*who) == first || id(*who) == first));
        let value = match (action, known) {
            (Action::Login, None) => return wrong_credentials(),
            (Action::Login, Some(who)) if arguments[1] != data.passwords[who].as_str() => {
                return wrong_credentials();
            }
            (Action::Login | Action::GetUser, Some(who)) => profile(who),
            (Action::ChangePassword, Some(who)) => {
                arguments[1]
                    .as_str()
                    .unwrap()
                    .clone_into(&mut data.passwords[who]);
                json!(true)
            }
            (Action::Delete, Some(who)) => {
                data.gone[who] = true;
                Value::Null
            }
            (Action::ChangePassword, None) => json!(false),
            _ => Value::Null,
        };
        drop(data);
        Outcome::from_answer(
            action,
            Answer {
                error: None::<ScriptError>,
                value,
            },
        )
    }
}

fn id(who: usize) -> String {
    format!("legacy-{who}")
}

fn profile(who: usize) -> Value {
    json!({"user_id": id(who), "email": email(who), "nickname": format!("person {who}")})
}

#[async_trait]
impl ScriptRunner for Legacy {
    async fn execute(&self, request: ExecutionRequest) -> ExecutionReport {
        if request.action == Action::Login {
            self.logins.fetch_add(1, Ordering::SeqCst);
        }
        let outcome = self.answer(request.action, &request.arguments);
        // The answer is on its way: what the store says may be old news when it arrives.
        tokio::time::sleep(Duration::from_millis(1)).await;
        report(outcome)
    }

    async fn retire(&self, _: &ConnectionId) {}
}
