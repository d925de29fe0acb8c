//! One login, whatever the import mode.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use trickle_model::{Action, Connection, Event, EventCode, EventId, ImportMode, Secret, UserId};

use super::{Decision, How, LoginOutcome, outcome::IMPORTED};
use crate::{
    Caller, Engine, EngineError,
    execution::{Execution, Run},
    journal::{Entry, cut, execution_details},
};

/// A person wants to log in.
#[derive(Clone, Debug)]
pub struct LoginRequest {
    /// Through this connection.
    pub connection: Arc<Connection>,
    /// E-mail address, user name or phone number, as typed.
    pub identifier: String,
    /// As typed.
    pub password: Secret,
    /// Who asks.
    pub caller: Caller,
    /// `context`, for scripts that declare it; empty without an organisation.
    pub context: Map<String, Value>,
}

/// How identifiers are compared: without space around them, in lower case.
pub fn normalise_identifier(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// A request under way.
pub(crate) struct Attempt {
    pub(super) request: LoginRequest,
    pub(super) identifier: String,
}

impl Attempt {
    pub(super) fn connection(&self) -> &Connection {
        &self.request.connection
    }

    /// The log entry; the console goes into that of the run's own login, not into those that share its result.
    fn entry(&self, decision: &Decision, shared: bool) -> Entry<'_> {
        let mut details = match &decision.execution {
            Some(execution) => execution_details(execution, !shared),
            None => Map::new(),
        };
        details.insert("outcome".into(), decision.outcome.name().into());
        match &decision.outcome {
            LoginOutcome::Authenticated { how, .. } => {
                details.insert("how".into(), how.as_str().into());
            }
            LoginOutcome::Conflict(existing) => {
                details.insert("existing_user_id".into(), existing.id.as_str().into());
            }
            LoginOutcome::ScriptFailed(outcome) => {
                // The run may have given a profile that proved to be unusable.
                details.insert("message".into(), cut(&outcome.to_string()).into());
            }
            _ => {}
        }
        if shared {
            details.insert("shared".into(), true.into());
        }
        Entry {
            code: decision.code,
            description: decision.description.clone(),
            connection: self.connection(),
            caller: &self.request.caller,
            user: decision.user.clone(),
            user_name: Some(self.identifier.clone()),
            details,
        }
    }

    /// The entry that is stored together with an imported user.
    pub(super) fn import_event(
        &self,
        id: EventId,
        user: &UserId,
        blocked: bool,
        execution: &Execution,
        now: Timestamp,
    ) -> Event {
        let (code, outcome, description) = if blocked {
            (EventCode::LoginFailed, "blocked", "user is blocked")
        } else {
            (EventCode::Login, "authenticated", IMPORTED)
        };
        let mut details = execution_details(execution, true);
        details.insert("outcome".into(), outcome.into());
        details.insert("how".into(), How::Migrated.as_str().into());
        Entry {
            code,
            description: description.to_owned(),
            connection: self.connection(),
            caller: &self.request.caller,
            user: Some(user.clone()),
            user_name: Some(self.identifier.clone()),
            details,
        }
        .into_event(id, now)
    }
}

impl Engine {
    /// Decides a login and writes it to the tenant's log.
    ///
    /// # Errors
    /// The store or the hashing failed; nothing was decided.
    ///
    /// # Cancel safety
    /// A login that runs a script goes on to its end when this future is dropped.
    pub async fn login(&self, request: LoginRequest) -> Result<LoginOutcome, EngineError> {
        let attempt = Arc::new(Attempt {
            identifier: normalise_identifier(&request.identifier),
            request,
        });
        match attempt.connection().options.import_mode() {
            ImportMode::Native => self.login_native(&attempt).await,
            ImportMode::On => self.login_importing(attempt).await,
            ImportMode::Off => self.login_proxied(attempt).await,
        }
    }

    pub(super) async fn run_login(&self, attempt: &Attempt) -> Arc<Execution> {
        let request = &attempt.request;
        let arguments = vec![
            Value::from(request.identifier.as_str()),
            Value::from(request.password.expose()),
        ];
        self.run(Run {
            connection: attempt.connection(),
            action: Action::Login,
            arguments,
            context: request.context.clone(),
            password: Some(&request.password),
        })
        .await
    }

    /// Counts the login if it is one, and writes the log.
    pub(super) async fn conclude(&self, attempt: &Attempt, decision: &Decision, shared: bool) {
        if let LoginOutcome::Authenticated { user, .. } = &decision.outcome {
            self.count_login(attempt, &user.id).await;
        }
        self.log(attempt.entry(decision, shared)).await;
    }

    pub(super) async fn count_login(&self, attempt: &Attempt, user: &UserId) {
        let tenant = &attempt.connection().tenant;
        let ip = attempt.request.caller.ip.as_deref();
        let now = self.parts.clock.now();
        if let Err(error) = self.parts.store.record_login(tenant, user, ip, now).await {
            tracing::error!(
                tenant.id = %tenant,
                user.id = %user,
                error = &error as &dyn std::error::Error,
                "failed to count a login"
            );
        }
    }
}
