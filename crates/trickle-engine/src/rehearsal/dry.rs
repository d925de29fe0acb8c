//! A first login that imports nothing: what it would have come to.

use std::sync::Arc;

use trickle_model::{Action, Profile};
use trickle_store::{LoginBasis, RehearsalEntry};

use crate::{
    Engine, EngineError,
    execution::Execution,
    login::{Attempt, Decision, Rehearsed},
    policy::PasswordPolicy,
    rehearsal::is_within,
};

impl Attempt {
    /// Whether a first login of this identifier imports.
    pub(crate) fn imports(&self) -> bool {
        let connection = self.connection();
        let share = connection.options.rehearsal().import_share;
        is_within(&connection.id, "import", self.identifier(), share)
    }
}

impl Engine {
    /// Lets in whom an import would let in, leaves nothing behind, and writes down what the import would have come to. `known` is of who
    /// had the identifier before the run.
    pub(crate) async fn rehearse_import(
        &self,
        attempt: &Attempt,
        known: Option<LoginBasis>,
        profile: Profile,
        execution: Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        let connection = attempt.connection();
        let policy = PasswordPolicy::of(&connection.options);
        let breach = policy.check(attempt.password().expose(), &profile).err();
        let breach = breach.map(|breach| breach.name().to_owned());
        let Rehearsed { decision, would } = self
            .decide_rehearsed(attempt, known, profile, &execution)
            .await?;
        if let Some(would) = would {
            let now = self.parts.clock.now();
            self.note_rehearsal(RehearsalEntry {
                connection: connection.id.clone(),
                id: self.event_ids.next(now),
                at: now,
                kind: "import".to_owned(),
                action: Action::Login,
                script_version: execution.version,
                live_outcome: execution.report.outcome.name().to_owned(),
                other_outcome: would.to_owned(),
                // The password is the legacy store's to judge; the clash is for the tenant to know.
                differences: breach.into_iter().collect(),
            })
            .await;
        }
        Ok(decision.with(execution))
    }
}
