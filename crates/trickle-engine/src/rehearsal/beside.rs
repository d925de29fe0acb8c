//! Runs beside the one that counts. They begin after it has ended, and nobody waits for them.

use serde_json::{Map, Value};
use trickle_model::{
    Action, Connection, ConnectionId, ExecutionId, ExecutionRequest, Outcome, ScriptVersion,
};
use trickle_store::{RehearsalEntry, Write};

use super::compare::{differences, name};
use crate::{Engine, engine::entropy, identifiers::compared, rehearsal::is_within};

/// All that a run beside another needs.
pub(crate) struct Beside {
    pub(crate) connection: Connection,
    pub(crate) action: Action,
    pub(crate) arguments: Vec<Value>,
    pub(crate) context: Map<String, Value>,
    pub(crate) live: Outcome,
}

impl Engine {
    /// The version that runs for this identifier in the place of the live one.
    pub(crate) async fn rolled_out(
        &self,
        connection: &Connection,
        action: Action,
        arguments: &[Value],
    ) -> Option<ScriptVersion> {
        let rehearsal = connection.options.rehearsal();
        let (version, share) = *rehearsal.rollout.get(&action)?;
        let identifier = compared(&connection.options, arguments.first()?.as_str()?);
        if !is_within(&connection.id, action.key(), &identifier, share) {
            return None;
        }
        self.candidate(connection, action, version).await
    }

    /// Whether anything runs beside this.
    pub(crate) fn has_beside(connection: &Connection, action: Action) -> bool {
        let rehearsal = connection.options.rehearsal();
        rehearsal.shadow.contains_key(&action)
            || rehearsal.compares_profiles && action == Action::Login
    }

    /// Runs what is to run beside, and writes down what was found.
    pub(crate) fn run_beside(&self, beside: Beside) {
        let engine = self.clone();
        self.spawn(async move {
            let rehearsal = beside.connection.options.rehearsal();
            if let Some(version) = rehearsal.shadow.get(&beside.action)
                && let Some(candidate) = engine
                    .candidate(&beside.connection, beside.action, *version)
                    .await
            {
                let arguments = beside.arguments.clone();
                let other = engine
                    .run_candidate(&beside, beside.action, arguments, Some(&candidate))
                    .await;
                engine
                    .note(&beside, "shadow", beside.action, Some(*version), &other)
                    .await;
            }
            let is_profile = matches!(beside.live, Outcome::Profile(_));
            if rehearsal.compares_profiles
                && beside.action == Action::Login
                && is_profile
                && beside.connection.has(Action::GetUser)
            {
                let arguments = beside.arguments[..1].to_vec();
                let other = engine
                    .run_candidate(&beside, Action::GetUser, arguments, None)
                    .await;
                engine
                    .note(&beside, "profiles", Action::GetUser, None, &other)
                    .await;
            }
        });
    }

    pub(crate) async fn note_rehearsal(&self, entry: RehearsalEntry) {
        let record = vec![Write::Rehearsal(Box::new(entry))];
        self.recorder.push(record, None).await;
    }

    /// A version that can run; one that is gone or does not compile cannot.
    async fn candidate(
        &self,
        connection: &Connection,
        action: Action,
        version: u64,
    ) -> Option<ScriptVersion> {
        let found =
            self.parts
                .store
                .script_version(&connection.tenant, &connection.id, action, version);
        match found.await {
            Ok(found) => found.filter(|version| version.defect.is_none()),
            Err(error) => {
                tracing::warn!(
                    connection.id = %connection.id,
                    error = &error as &dyn std::error::Error,
                    "failed to read a version of a script; the live one runs"
                );
                None
            }
        }
    }

    /// Neither breaker nor log hear of it: it has no effect.
    async fn run_candidate(
        &self,
        beside: &Beside,
        action: Action,
        arguments: Vec<Value>,
        candidate: Option<&ScriptVersion>,
    ) -> Outcome {
        let request = ExecutionRequest {
            id: ExecutionId::generate(self.parts.clock.now(), &mut entropy()),
            binding: self.binding_with(&beside.connection, candidate),
            action,
            arguments,
            context: beside.context.clone(),
        };
        self.parts.runner.execute(request).await.outcome
    }

    async fn note(
        &self,
        beside: &Beside,
        kind: &str,
        action: Action,
        script_version: Option<u64>,
        other: &Outcome,
    ) {
        let options = &beside.connection.options;
        let now = self.parts.clock.now();
        self.note_rehearsal(RehearsalEntry {
            connection: beside.connection.id.clone(),
            id: self.event_ids.next(now),
            at: now,
            kind: kind.to_owned(),
            action,
            script_version,
            live_outcome: name(&beside.live, options).to_owned(),
            other_outcome: name(other, options).to_owned(),
            differences: differences(&beside.live, other, options),
        })
        .await;
    }
}

/// A worker serves one set of scripts: candidates have workers of their own.
pub(crate) fn workers_of(connection: &ConnectionId, candidate: &ScriptVersion) -> ConnectionId {
    workers(connection, candidate.action, candidate.version)
}

/// The workers of all versions that run beside the live ones.
pub(crate) fn workers_beside(connection: &Connection) -> Vec<ConnectionId> {
    let rehearsal = connection.options.rehearsal();
    let shadow = rehearsal
        .shadow
        .iter()
        .map(|(action, version)| (*action, *version));
    let rollout = rehearsal.rollout.iter();
    let rollout = rollout.map(|(action, (version, _))| (*action, *version));
    shadow
        .chain(rollout)
        .map(|(action, version)| workers(&connection.id, action, version))
        .collect()
}

fn workers(connection: &ConnectionId, action: Action, version: u64) -> ConnectionId {
    ConnectionId::from_text(format!("{connection}.{action}.{version}"))
}
