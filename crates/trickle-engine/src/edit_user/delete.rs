//! Deleting a user. With import off the legacy store's `delete` script goes first.

use std::sync::Arc;

use serde_json::Map;
use trickle_model::{
    Action, Connection, EventCode, ImportMode, Outage, Outcome, ScriptError, User, UserId,
};

use crate::{
    Caller, CreateUserOutcome, Engine, EngineError,
    create_user::objection,
    execution::{Execution, Run},
    journal::{Entry, execution_details},
};

/// What became of it.
#[derive(Clone, Debug)]
pub enum DeleteUserOutcome {
    /// There is no such user any more.
    Deleted,
    /// The `delete` script refused.
    Refused(ScriptError),
    /// The `delete` script is missing, has a defect or met a limit; the user is still there.
    ScriptFailed(Outcome),
    /// The legacy store could not be asked; the user is still there.
    LegacyStoreDown(Outage, ScriptError),
    /// Too much is going on; nothing was done.
    Busy,
    /// One of several who were to go together cannot be deleted; all are still there.
    OneOf {
        /// Name of the connection of that one.
        connection: String,
        /// Which of them.
        user: UserId,
        /// Why not.
        why: Box<DeleteUserOutcome>,
    },
}

impl Engine {
    /// Deletes a user and those who are linked to it: first the script of each one's connection where import is off, then all of them
    /// together. After a script that failed all are still here; those before it may have deleted in their legacy stores. Where a
    /// connection buries deleted users (`options.trickle.bury_deleted`), the id is remembered and the person is not imported again; else
    /// the next login migrates again whoever is in the legacy store still.
    ///
    /// # Errors
    /// The store failed.
    ///
    /// # Cancel safety
    /// The work goes on to its end when this future is dropped: a script may have deleted the user in the legacy store.
    pub async fn delete_user(
        &self,
        connection: &Connection,
        user: &User,
        caller: &Caller,
    ) -> Result<DeleteUserOutcome, EngineError> {
        let engine = self.clone();
        let (connection, user, caller) = (connection.clone(), user.clone(), caller.clone());
        let work = async move { engine.delete(&connection, &user, &caller).await };
        self.to_the_end(work).await
    }

    async fn delete(
        &self,
        connection: &Connection,
        user: &User,
        caller: &Caller,
    ) -> Result<DeleteUserOutcome, EngineError> {
        let linked = self.linked_with_homes(user).await?;
        let linked = linked.iter().map(|(home, one)| (home, one));
        let all: Vec<(&Connection, &User)> = linked.chain([(connection, user)]).collect();
        let mut runs = Vec::new();
        for (home, one) in &all {
            let run = self.run_delete(home, one).await;
            if let Some(run) = &run
                && !matches!(run.report.outcome, Outcome::Done(_))
            {
                let outcome = &run.report.outcome;
                let event = (EventCode::UserDeletionFailed, outcome.to_string());
                self.log_deletion(home, one, caller, event, Some(run)).await;
                let why = failed(outcome);
                return Ok(if all.len() == 1 {
                    why
                } else {
                    DeleteUserOutcome::OneOf {
                        connection: home.name.clone(),
                        user: one.id.clone(),
                        why: Box::new(why),
                    }
                });
            }
            runs.push(run);
        }
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let buries = |(home, one): &(&Connection, &User)| {
            let is_buried = home.options.own_flag("bury_deleted");
            is_buried.then(|| one.id.clone())
        };
        let buried: Vec<UserId> = all.iter().filter_map(buries).collect();
        let removed = if buried.is_empty() {
            store.remove_user(&user.tenant, &user.id).await
        } else {
            store.bury_user(&user.tenant, &user.id, &buried, now).await
        };
        // Somebody else may have been faster; the user is gone either way.
        removed.map_err(EngineError::store("remove the user"))?;
        for ((home, one), run) in all.iter().zip(&runs) {
            let event = (EventCode::UserDeleted, "User deleted".to_owned());
            self.log_deletion(home, one, caller, event, run.as_ref())
                .await;
        }
        Ok(DeleteUserOutcome::Deleted)
    }

    /// Those who are linked to a user, each with its connection.
    async fn linked_with_homes(&self, user: &User) -> Result<Vec<(Connection, User)>, EngineError> {
        let store = &self.parts.store;
        let linked = store.linked_users(&user.tenant, &user.id).await;
        let mut all = Vec::new();
        for linked in linked.map_err(EngineError::store("list the linked users"))? {
            let home = store
                .connection(&user.tenant, &linked.user.connection)
                .await;
            let home = home.map_err(EngineError::store("read the linked user's connection"))?;
            // One whose connection has gone meanwhile has gone with it.
            all.extend(home.map(|home| (home, linked.user)));
        }
        Ok(all)
    }

    /// Nothing where the legacy store has no say any more.
    async fn run_delete(&self, connection: &Connection, user: &User) -> Option<Arc<Execution>> {
        if connection.options.import_mode() != ImportMode::Off {
            return None;
        }
        let run = Run {
            connection,
            action: Action::Delete,
            arguments: vec![user.id.raw().into()],
            context: Map::new(),
            password: None,
        };
        Some(self.run(run).await)
    }

    async fn log_deletion(
        &self,
        connection: &Connection,
        user: &User,
        caller: &Caller,
        (code, description): (EventCode, String),
        run: Option<&Arc<Execution>>,
    ) {
        let details = run.map(|run| execution_details(run, true));
        self.log_flow(
            Entry {
                code,
                description,
                connection,
                caller,
                user: Some(user.id.clone()),
                user_name: user.email.clone(),
                details: details.unwrap_or_default(),
            },
            run,
        )
        .await;
    }
}

fn failed(outcome: &Outcome) -> DeleteUserOutcome {
    match objection(outcome) {
        CreateUserOutcome::Refused(error) => DeleteUserOutcome::Refused(error),
        CreateUserOutcome::LegacyStoreDown(outage, error) => {
            DeleteUserOutcome::LegacyStoreDown(outage, error)
        }
        CreateUserOutcome::Busy => DeleteUserOutcome::Busy,
        _ => DeleteUserOutcome::ScriptFailed(outcome.clone()),
    }
}
