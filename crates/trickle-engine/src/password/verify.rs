//! Proving an address by a link.

use std::sync::Arc;

use serde_json::{Map, Value};
use trickle_model::{Action, Connection, EventCode, ImportMode, Outcome, TenantId, User};
use trickle_store::TicketPurpose;

use crate::{
    Caller, Engine, EngineError,
    execution::{Execution, Run},
    journal::{Entry, execution_details},
    tickets::{OpenTicket, Subject},
};

/// What became of it.
#[derive(Clone, Debug)]
pub enum VerifyOutcome {
    /// The address is the person's.
    Verified,
    /// The link does not work, or the address is another one by now.
    Gone,
    /// The `verify` script failed or said no; the link stays good.
    Failed(String),
}

impl Engine {
    /// Uses a link to prove an address. With import off the `verify` script is told.
    ///
    /// # Errors
    /// The store failed.
    ///
    /// # Cancel safety
    /// The work goes on to its end when this future is dropped: the link is used up first.
    pub async fn verify_by_ticket(
        &self,
        tenant: &TenantId,
        token: &str,
        caller: &Caller,
    ) -> Result<VerifyOutcome, EngineError> {
        let purpose = TicketPurpose::EmailVerification;
        let Some(open) = self.open_ticket(tenant, token, purpose).await? else {
            return Ok(VerifyOutcome::Gone);
        };
        let (engine, caller) = (self.clone(), caller.clone());
        let work = async move { engine.follow_link(&open, &caller).await };
        self.to_the_end(work).await
    }

    async fn follow_link(
        &self,
        open: &OpenTicket,
        caller: &Caller,
    ) -> Result<VerifyOutcome, EngineError> {
        let (store, ticket) = (&self.parts.store, &open.ticket);
        let connection = store.connection(&ticket.tenant, &ticket.connection).await;
        let connection = connection.map_err(EngineError::store("read the connection"))?;
        let (Some(connection), Subject::User(id)) = (connection, &open.subject) else {
            return Ok(VerifyOutcome::Gone);
        };
        let user = self.user_of(&connection, id).await?;
        let user = user.filter(|user| user.email.is_some() && user.email == open.email);
        let Some(user) = user else {
            return Ok(VerifyOutcome::Gone);
        };
        if !self.take_ticket(open).await? {
            return Ok(VerifyOutcome::Gone);
        }
        let (outcome, execution) = self.verify(&connection, &user).await?;
        if matches!(outcome, VerifyOutcome::Failed(_)) {
            self.give_ticket_back(open).await?;
        }
        self.log_verification(&connection, &user, caller, &outcome, execution.as_ref())
            .await;
        Ok(outcome)
    }

    async fn verify(
        &self,
        connection: &Connection,
        user: &User,
    ) -> Result<(VerifyOutcome, Option<Arc<Execution>>), EngineError> {
        let asks =
            connection.options.import_mode() == ImportMode::Off && connection.has(Action::Verify);
        let mut execution = None;
        if asks {
            let run = self.run_verify(connection, user).await;
            let failed = match &run.report.outcome {
                Outcome::Done(Value::Bool(false)) => Some("the verify script said no".to_owned()),
                Outcome::Done(_) => None,
                other => Some(other.to_string()),
            };
            execution = Some(run);
            if let Some(why) = failed {
                return Ok((VerifyOutcome::Failed(why), execution));
            }
        }
        let email = user.email.as_deref().unwrap_or_default();
        let outcome = if self.prove_email(user, email).await? {
            VerifyOutcome::Verified
        } else {
            // The user got another address meanwhile.
            VerifyOutcome::Gone
        };
        Ok((outcome, execution))
    }

    async fn run_verify(&self, connection: &Connection, user: &User) -> Arc<Execution> {
        self.run(Run {
            connection,
            action: Action::Verify,
            arguments: vec![user.email.clone().into()],
            context: Map::new(),
            password: None,
        })
        .await
    }

    async fn log_verification(
        &self,
        connection: &Connection,
        user: &User,
        caller: &Caller,
        outcome: &VerifyOutcome,
        execution: Option<&Arc<Execution>>,
    ) {
        let (code, description) = match outcome {
            VerifyOutcome::Verified => (EventCode::Verified, "Email address verified".to_owned()),
            VerifyOutcome::Gone => return,
            VerifyOutcome::Failed(why) => (EventCode::VerificationFailed, why.clone()),
        };
        let details = execution.map(|run| execution_details(run, true));
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
            execution,
        )
        .await;
    }
}
