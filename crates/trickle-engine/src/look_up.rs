//! What an identifier alone sets going, before its password is typed.

use std::sync::Arc;

use trickle_model::{Action, Connection, EventCode, ImportMode, Outcome};

use crate::{
    Caller, Engine, EngineError,
    execution::Execution,
    identifier_of,
    journal::{Entry, execution_details},
};

/// Somebody typed an identifier, and no password yet.
#[derive(Clone, Debug)]
pub struct LookUp {
    /// Through which connection the person wants in.
    pub connection: Arc<Connection>,
    /// As typed.
    pub identifier: String,
    /// Who asks.
    pub caller: Caller,
}

impl Engine {
    /// With import on, runs `get_user` for somebody whom the native store does not have. The work is done after this returns and its
    /// result goes nowhere but into the log, so that neither answer nor time tell who is known. What it is good for: the script's worker
    /// is there when the password comes, and an outage has been noticed.
    ///
    /// An identifier is looked up once in some seconds, and an address keeps the pace of sign-ups.
    pub fn look_up(&self, order: LookUp) {
        let engine = self.clone();
        self.spawn(async move {
            if let Err(error) = engine.ask_who_it_is(&order).await {
                tracing::error!(
                    tenant.id = %order.connection.tenant,
                    connection.id = %order.connection.id,
                    error = &error as &dyn std::error::Error,
                    "failed to look an identifier up"
                );
            }
        });
    }

    async fn ask_who_it_is(&self, order: &LookUp) -> Result<(), EngineError> {
        let connection = &order.connection;
        let is_importing = connection.options.import_mode() == ImportMode::On;
        if !is_importing || !connection.has(Action::GetUser) {
            return Ok(());
        }
        let identifier = identifier_of(&connection.options, &order.identifier);
        let stored = self.find(connection, &identifier).await?;
        if stored.is_some() || self.was_just_looked_up(connection, &identifier) {
            return Ok(());
        }
        let Ok(pass) = self.admit_look_up(connection, &order.caller).await? else {
            return Ok(());
        };
        let fill = pass.fill(self.parts.clock.now());
        self.recorder.push(fill.into_iter().collect(), None).await;
        let run = self.get_user(connection, &identifier, None).await;
        if !matches!(
            run.report.outcome,
            Outcome::Profile(_) | Outcome::NoSuchUser
        ) {
            self.tell_of_failed_look_up(order, identifier, &run).await;
        }
        Ok(())
    }

    fn was_just_looked_up(&self, connection: &Connection, identifier: &str) -> bool {
        let tag = self.flights.tag(&[
            connection.id.as_str().as_bytes(),
            &connection.revision.to_le_bytes(),
            identifier.as_bytes(),
        ]);
        let is_known = self.look_ups.recent(tag).is_some();
        if !is_known {
            self.look_ups.note(tag, ());
        }
        is_known
    }

    async fn tell_of_failed_look_up(
        &self,
        order: &LookUp,
        identifier: String,
        run: &Arc<Execution>,
    ) {
        self.log(Entry {
            code: EventCode::Warning,
            description: format!(
                "The identifier could not be looked up: {}",
                run.report.outcome
            ),
            connection: &order.connection,
            caller: &order.caller,
            user: None,
            user_name: Some(identifier),
            details: execution_details(run, true),
        })
        .await;
    }
}
