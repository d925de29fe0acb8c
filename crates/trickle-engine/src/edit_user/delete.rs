//! Deleting a user. With import off the legacy store's `delete` script goes first.

use std::sync::Arc;

use serde_json::Map;
use trickle_model::{
    Action, Connection, EventCode, ImportMode, Outage, Outcome, ScriptError, User,
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
}

impl Engine {
    /// Deletes a user, and before it those who are linked to it, each as its own connection says. Where the connection buries deleted
    /// users (`options.trickle.bury_deleted`), the id is remembered and the person is not imported again; else the next login migrates
    /// again whoever is in the legacy store still.
    ///
    /// # Errors
    /// The store failed.
    pub async fn delete_user(
        &self,
        connection: &Connection,
        user: &User,
        caller: &Caller,
    ) -> Result<DeleteUserOutcome, EngineError> {
        let store = &self.parts.store;
        let linked = store.linked_users(&user.tenant, &user.id).await;
        for linked in linked.map_err(EngineError::store("list the linked users"))? {
            let home = store
                .connection(&user.tenant, &linked.user.connection)
                .await;
            let home = home.map_err(EngineError::store("read the linked user's connection"))?;
            // One whose connection has gone meanwhile has gone with it.
            let Some(home) = home else { continue };
            match self.delete_one(&home, &linked.user, caller).await? {
                DeleteUserOutcome::Deleted => {}
                failed => return Ok(failed),
            }
        }
        self.delete_one(connection, user, caller).await
    }

    async fn delete_one(
        &self,
        connection: &Connection,
        user: &User,
        caller: &Caller,
    ) -> Result<DeleteUserOutcome, EngineError> {
        let mut execution = None;
        if connection.options.import_mode() == ImportMode::Off {
            let run = self
                .run(Run {
                    connection,
                    action: Action::Delete,
                    arguments: vec![user.id.raw().into()],
                    context: Map::new(),
                    password: None,
                })
                .await;
            if !matches!(run.report.outcome, Outcome::Done(_)) {
                let outcome = failed(&run.report.outcome);
                let event = (
                    EventCode::UserDeletionFailed,
                    run.report.outcome.to_string(),
                );
                self.log_deletion(connection, user, caller, event, Some(&run))
                    .await;
                return Ok(outcome);
            }
            execution = Some(run);
        }
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let removed = if connection.options.own_flag("bury_deleted") {
            store.bury_user(&user.tenant, &user.id, now).await
        } else {
            store.remove_user(&user.tenant, &user.id).await
        };
        // Somebody else may have been faster; the user is gone either way.
        removed.map_err(EngineError::store("remove the user"))?;
        let event = (EventCode::UserDeleted, "User deleted".to_owned());
        self.log_deletion(connection, user, caller, event, execution.as_ref())
            .await;
        Ok(DeleteUserOutcome::Deleted)
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
