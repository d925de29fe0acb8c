//! The `count` script: how many users the legacy store has.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Map, Value};
use trickle_model::{Action, Connection, EventCode, ImportMode, Outcome};

use super::{status::setting, total::Totals};
use crate::{
    Caller, Engine, EngineError, Execution,
    execution::Run,
    journal::{Entry, cut, execution_details},
};

/// How often a migration's script counts unasked.
const EVERY: SignedDuration = SignedDuration::from_hours(24);

/// What came of counting.
#[derive(Clone, Debug)]
pub enum LegacyCount {
    /// So many users.
    Counted(u64),
    /// The connection has no `count` script.
    NoScript,
    /// The script gave no number.
    Failed(Arc<Execution>),
}

impl Engine {
    /// Runs the `count` script, and keeps what it gives for burn-down and forecast.
    ///
    /// # Errors
    /// The store failed.
    pub async fn count_legacy_users(
        &self,
        connection: &Connection,
        caller: &Caller,
    ) -> Result<LegacyCount, EngineError> {
        if !connection.has(Action::Count) {
            return Ok(LegacyCount::NoScript);
        }
        let run = Run {
            connection,
            action: Action::Count,
            arguments: Vec::new(),
            context: Map::new(),
            password: None,
        };
        let execution = self.run(run).await;
        let now = self.parts.clock.now();
        let counted = match &execution.report.outcome {
            Outcome::Done(users) => users.as_u64(),
            _ => None,
        };
        let Some(users) = counted else {
            let reason = cut(&execution.report.sentence());
            self.change_totals(connection, |totals| totals.failed(&reason, now))
                .await?;
            self.log(Entry {
                code: EventCode::Warning,
                description: format!("The legacy store's users could not be counted: {reason}"),
                connection,
                caller,
                user: None,
                user_name: None,
                details: execution_details(&execution, true),
            })
            .await;
            return Ok(LegacyCount::Failed(execution));
        };
        self.change_totals(connection, |totals| totals.counted(users, now))
            .await?;
        Ok(LegacyCount::Counted(users))
    }

    /// Counts once a day for each migration that is on; of several nodes one does.
    pub(super) async fn count_due(&self) -> Result<(), EngineError> {
        let store = &self.parts.store;
        let found = store.connections_with_live(Action::Count).await;
        let found = found.map_err(EngineError::store("find count scripts"))?;
        for (tenant, id) in found {
            let connection = store.connection(&tenant, &id).await;
            let connection = connection.map_err(EngineError::store("read the connection"))?;
            let Some(connection) = connection else {
                continue;
            };
            let is_on = connection.options.import_mode() == ImportMode::On;
            if !is_on || self.migration_ending(&connection).await?.is_some() {
                continue;
            }
            let now = self.parts.clock.now();
            let mut is_due = false;
            self.change_totals(&connection, |totals| {
                is_due = totals.begin_before(now - EVERY, now);
            })
            .await?;
            if is_due {
                self.count_legacy_users(&connection, &Caller::default())
                    .await?;
            }
        }
        Ok(())
    }

    pub(super) async fn change_totals(
        &self,
        connection: &Connection,
        change: impl FnOnce(&mut Totals) + Send,
    ) -> Result<(), EngineError> {
        let name = setting(&connection.id);
        let change = |stored: &mut Map<String, Value>| {
            let mut totals = Totals::new(std::mem::take(stored));
            change(&mut totals);
            *stored = totals.into_stored();
        };
        let store = &self.parts.store;
        let changed = store
            .change_setting(&connection.tenant, &name, change)
            .await;
        changed
            .map(drop)
            .map_err(EngineError::store("store the migration's settings"))
    }
}
