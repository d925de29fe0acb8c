//! One login, whatever the import mode.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep_until};
use trickle_model::{Action, Connection, Event, EventCode, EventId, ImportMode, Secret, UserId};
use trickle_store::{Record, Write};

use super::{Decision, How, LoginOutcome, outcome::IMPORTED};
use crate::{
    Caller, Engine, EngineError,
    execution::{Execution, Run},
    flight::Tag,
    forms::TextForms,
    identifiers::compared,
    journal::{Entry, cut, execution_details},
    recorder::Keepsake,
    shield::Pass,
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

/// A request under way.
pub(crate) struct Attempt {
    pub(super) request: LoginRequest,
    /// The password as typed, where the connection has another form for it.
    pub(super) as_typed: Option<Secret>,
    pub(super) identifier: String,
    /// What must be equal for two logins to share one result: all that the script sees, and the script.
    pub(super) tag: Tag,
    pub(super) pass: Pass,
    pub(crate) began: Instant,
    hashing: AtomicU64,
}

impl Attempt {
    pub(crate) fn connection(&self) -> &Connection {
        &self.request.connection
    }

    pub(crate) fn identifier(&self) -> &str {
        &self.identifier
    }

    /// Does what computes a hash, and counts its time, the queue's included.
    pub(super) async fn hashing<T>(&self, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = work.await;
        let taken = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.hashing.fetch_add(taken, Ordering::Relaxed);
        done
    }

    /// How long hashes took so far.
    pub(crate) fn hashed(&self) -> Duration {
        Duration::from_micros(self.hashing.load(Ordering::Relaxed))
    }

    pub(crate) const fn password(&self) -> &Secret {
        &self.request.password
    }

    /// The log entry; the console goes into that of the run's own login, not into those that share its result.
    fn entry(&self, decision: &Decision, shared: bool) -> Entry<'_> {
        let mut details = match &decision.execution {
            Some(execution) => execution_details(execution, !shared),
            None => Map::new(),
        };
        details.insert("outcome".into(), decision.outcome.name().into());
        match &decision.outcome {
            LoginOutcome::Authenticated { how, user, .. } => {
                details.insert("how".into(), how.as_str().into());
                if let Some(clash) = self.clash_of(user) {
                    details.insert("policy_breach".into(), clash.into());
                }
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

    /// What a login that succeeded leaves behind besides its log entry.
    fn counted(&self, user: &UserId, at: Timestamp) -> Record {
        let login = Write::Login {
            tenant: self.connection().tenant.clone(),
            user: user.clone(),
            ip: self.request.caller.ip.clone(),
            at,
        };
        let forgotten = self.pass.succeeded();
        std::iter::once(login).chain(forgotten).collect()
    }

    /// The entry that is stored together with an imported user.
    pub(super) fn import_event(
        &self,
        id: EventId,
        user: &UserId,
        (blocked, clash): (bool, Option<&'static str>),
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
        if let Some(clash) = clash {
            details.insert("policy_breach".into(), clash.into());
        }
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
        let mut attempt = self.attempt(request);
        let admitted = self.admit_login(
            attempt.connection(),
            &attempt.identifier,
            &attempt.request.caller,
            attempt.tag,
        );
        match admitted.await? {
            Ok(pass) => attempt.pass = pass,
            Err(decision) => {
                self.conclude(&attempt, &decision, false).await;
                return Ok(decision.outcome);
            }
        }
        let attempt = Arc::new(attempt);
        match attempt.connection().options.import_mode() {
            ImportMode::Native => self.login_native(&attempt).await,
            ImportMode::On => {
                let outcome = self.login_importing(Arc::clone(&attempt)).await?;
                self.wait_for_the_grid(&attempt, &outcome).await;
                Ok(outcome)
            }
            ImportMode::Off => {
                let outcome = self.login_proxied(Arc::clone(&attempt)).await?;
                self.wait_for_the_grid(&attempt, &outcome).await;
                Ok(outcome)
            }
        }
    }

    /// A request, not admitted yet.
    pub(super) fn attempt(&self, mut request: LoginRequest) -> Attempt {
        let forms = TextForms::of(&request.connection.options);
        request.identifier = forms.identifier(&request.identifier);
        let formed = forms.password(&request.password);
        let as_typed = formed.map(|formed| std::mem::replace(&mut request.password, formed));
        Attempt {
            as_typed,
            identifier: compared(&request.connection.options, &request.identifier),
            tag: self.tag(&request),
            request,
            pass: Pass::default(),
            began: Instant::now(),
            hashing: AtomicU64::new(0),
        }
    }

    /// Without it the time would tell who is in the native store already, and often whom the legacy store knows.
    async fn wait_for_the_grid(&self, attempt: &Attempt, outcome: &LoginOutcome) {
        let connection = attempt.connection();
        if matches!(outcome, LoginOutcome::WrongCredentials)
            && !connection.options.own_flag("failures_at_once")
        {
            let taken = attempt.began.elapsed();
            let after = self.paces.answer_after(&connection.id, taken);
            sleep_until(attempt.began + after).await;
        }
    }

    fn tag(&self, request: &LoginRequest) -> Tag {
        let context = serde_json::to_vec(&request.context).unwrap_or_default();
        self.flights.tag(&[
            request.connection.id.as_str().as_bytes(),
            request.identifier.as_bytes(),
            request.password.expose().as_bytes(),
            &context,
            &request.connection.revision.to_le_bytes(),
        ])
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

    /// Counts the login or its failure, and writes the log: all of it together, and soon after the answer.
    pub(super) async fn conclude(&self, attempt: &Attempt, decision: &Decision, shared: bool) {
        let now = self.parts.clock.now();
        let event = attempt.entry(decision, shared);
        let line = attempt.ledger_entry(decision, self.event_ids.next(now), now);
        let event = event.into_event(self.event_ids.begin(now), now);
        let mut record = vec![
            Write::Event(Box::new(event)),
            Write::Attempt(Box::new(line)),
        ];
        match &decision.outcome {
            LoginOutcome::Authenticated { user, .. } => {
                record.extend(attempt.counted(&user.id, now));
            }
            // One guess is one failure, however often it was sent at the same time.
            LoginOutcome::WrongCredentials if !shared => record.extend(attempt.pass.failed(now)),
            _ => {}
        }
        // Only what counts is kept in view until it is counted: an outage must not look like a guess under way.
        let guess = match decision.outcome {
            LoginOutcome::WrongCredentials => attempt.pass.guess.clone(),
            _ => None,
        };
        let guess = guess.map(|guess| Box::new(guess) as Keepsake);
        self.recorder.push(record, guess).await;
    }

    /// Counts an import whose log entry is stored already, together with the user.
    pub(super) async fn conclude_import(&self, attempt: &Attempt, decision: &Decision) {
        let now = self.parts.clock.now();
        let line = attempt.ledger_entry(decision, self.event_ids.next(now), now);
        let mut record = vec![Write::Attempt(Box::new(line))];
        if let LoginOutcome::Authenticated { user, .. } = &decision.outcome {
            record.extend(attempt.counted(&user.id, now));
        }
        self.recorder.push(record, None).await;
    }
}
