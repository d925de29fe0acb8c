//! A new password for somebody who is here.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use trickle_model::{Action, Connection, EventCode, ImportMode, Outcome, Secret, User, UserId};
use trickle_password::{Password, PasswordHash, PoolVerifyError, Verdict};

use super::PasswordOutcome;
use crate::{
    Caller, Engine, EngineError,
    execution::{Execution, Run},
    forms::TextForms,
    identifiers::{first_of, phone_of},
    journal::{Entry, execution_details},
    ledger::MIGRATED,
    normalise_identifier,
    policy::{PasswordPolicy, PolicyBreach, known_of},
};

impl Engine {
    /// Gives a user a new password and writes the log. With import off the `change_password` script does it.
    ///
    /// # Errors
    /// The store failed.
    pub async fn set_password(
        &self,
        connection: &Connection,
        user: &User,
        password: &Secret,
        caller: &Caller,
    ) -> Result<PasswordOutcome, EngineError> {
        let formed = TextForms::of(&connection.options).password(password);
        let password = formed.as_ref().unwrap_or(password);
        let (email, username) = (user.email.as_ref(), user.username.as_ref());
        let first = first_of(&connection.options, email, username, &user.attributes);
        let identifier = first.as_deref();
        let (outcome, execution) = match self.judge(connection, user, password).await? {
            Some(refused) => (refused, None),
            None if connection.options.import_mode() == ImportMode::Off => {
                self.change_in_legacy_store(connection, Some(user), identifier, password)
                    .await?
            }
            None => (self.replace(connection, user, password).await?, None),
        };
        if matches!(outcome, PasswordOutcome::Changed) {
            self.forgive(connection, email, username, &user.attributes)
                .await?;
        }
        let whose = self.log_holder(user).await?;
        self.log_password(
            connection,
            caller,
            &outcome,
            Some(&whose),
            identifier,
            execution.as_ref(),
        )
        .await;
        Ok(outcome)
    }

    /// In whose log a user's entries are: the user's own, or that of the one to whom it is linked.
    pub(crate) async fn log_holder(&self, user: &User) -> Result<UserId, EngineError> {
        let primary = self.parts.store.primary_of(&user.tenant, &user.id).await;
        let primary = primary.map_err(EngineError::store("look to whom the user is linked"))?;
        Ok(primary.unwrap_or_else(|| user.id.clone()))
    }

    /// What speaks against the password.
    async fn judge(
        &self,
        connection: &Connection,
        user: &User,
        password: &Secret,
    ) -> Result<Option<PasswordOutcome>, EngineError> {
        let policy = PasswordPolicy::of(&connection.options);
        if let Err(breach) = policy.check(password.expose(), &known_of(user)) {
            return Ok(Some(PasswordOutcome::BadPassword(breach)));
        }
        if policy.history == 0 {
            return Ok(None);
        }
        let hashes = self
            .parts
            .store
            .password_hashes(&user.tenant, &user.id, policy.history);
        let hashes = hashes
            .await
            .map_err(EngineError::store("read the password history"))?;
        let typed = Password::from(password.expose());
        for hash in hashes {
            let hash = PasswordHash::from(hash.expose());
            match self.parts.passwords.verify(&typed, &hash).await {
                Ok(Verdict::Match | Verdict::NeedsRehash) => {
                    return Ok(Some(PasswordOutcome::BadPassword(PolicyBreach::Reused)));
                }
                Err(PoolVerifyError::Overloaded(_)) => return Ok(Some(PasswordOutcome::Busy)),
                // A hash that nothing verifies says nothing of this password.
                Ok(Verdict::Mismatch) | Err(PoolVerifyError::Unverifiable(_)) => {}
            }
        }
        Ok(None)
    }

    async fn replace(
        &self,
        connection: &Connection,
        user: &User,
        password: &Secret,
    ) -> Result<PasswordOutcome, EngineError> {
        let Some(hash) = self.hash(password).await else {
            return Ok(PasswordOutcome::Busy);
        };
        let history = PasswordPolicy::of(&connection.options).history;
        let now = self.parts.clock.now();
        let set = self
            .parts
            .store
            .set_password(&user.tenant, &user.id, &hash, history, now);
        Ok(
            if set.await.map_err(EngineError::store("set the password"))? {
                PasswordOutcome::Changed
            } else {
                PasswordOutcome::Gone
            },
        )
    }

    /// The `change_password` script, by what the legacy store knows the person.
    pub(super) async fn change_in_legacy_store(
        &self,
        connection: &Connection,
        user: Option<&User>,
        identifier: Option<&str>,
        password: &Secret,
    ) -> Result<(PasswordOutcome, Option<Arc<Execution>>), EngineError> {
        let identifier = identifier.unwrap_or_default();
        let execution = self
            .run(Run {
                connection,
                action: Action::ChangePassword,
                arguments: vec![identifier.into(), password.expose().into()],
                context: Map::new(),
                password: Some(password),
            })
            .await;
        let outcome = match &execution.report.outcome {
            // Documented is `true`; scripts in the field give nothing, or what the driver gave them.
            Outcome::Done(Value::Bool(false)) => PasswordOutcome::NotChanged,
            Outcome::Done(value) => {
                if let Some(user) = user {
                    self.supersede(user).await?;
                    // Until a date that is yet to come, logins by an identifier that is new here would count as begun before the change.
                    let now = self.parts.clock.now();
                    let at = reset_time(value).map_or(now, |at| at.min(now));
                    let marked = self
                        .parts
                        .store
                        .mark_password_changed(&user.tenant, &user.id, at);
                    marked
                        .await
                        .map_err(EngineError::store("date the password"))?;
                }
                PasswordOutcome::Changed
            }
            other => PasswordOutcome::from_failed_run(other),
        };
        Ok((outcome, Some(execution)))
    }

    /// The legacy store has a newer password than the native one from a time when import was on.
    async fn supersede(&self, user: &User) -> Result<(), EngineError> {
        let store = &self.parts.store;
        let stored = store.password_of(&user.tenant, &user.id).await;
        let stored = stored.map_err(EngineError::store("read the native password"))?;
        if let Some(hash) = stored {
            let dropped = store.drop_password(&user.tenant, &user.id, &hash).await;
            dropped.map_err(EngineError::store("drop the native password"))?;
        }
        Ok(())
    }

    /// Whoever has a new password is not shut out for guesses at the old one.
    pub(super) async fn forgive(
        &self,
        connection: &Connection,
        email: Option<&String>,
        username: Option<&String>,
        attributes: &Map<String, Value>,
    ) -> Result<(), EngineError> {
        self.settled().await;
        let number = phone_of(&connection.options, attributes);
        for identifier in email.into_iter().chain(username).chain(&number) {
            let identifier = normalise_identifier(identifier);
            let forgotten = self.parts.store.forget_failures(
                &connection.tenant,
                &identifier,
                Some(&connection.id),
            );
            forgotten
                .await
                .map_err(EngineError::store("forget the failures"))?;
        }
        Ok(())
    }

    pub(super) async fn log_password(
        &self,
        connection: &Connection,
        caller: &Caller,
        outcome: &PasswordOutcome,
        user: Option<&UserId>,
        email: Option<&str>,
        execution: Option<&Arc<Execution>>,
    ) {
        let entry = password_entry(connection, caller, outcome, user, email, execution);
        self.log_flow(entry, execution).await;
    }

    /// Somebody of the legacy store chose a password, and is native by it.
    pub(super) async fn log_migration_by_password(
        &self,
        connection: &Connection,
        caller: &Caller,
        user: &User,
        email: Option<&str>,
    ) {
        let outcome = PasswordOutcome::Changed;
        let entry = password_entry(connection, caller, &outcome, Some(&user.id), email, None);
        self.log_flow_as(entry, None, Some(MIGRATED)).await;
    }
}

fn password_entry<'a>(
    connection: &'a Connection,
    caller: &'a Caller,
    outcome: &PasswordOutcome,
    user: Option<&UserId>,
    email: Option<&str>,
    execution: Option<&Arc<Execution>>,
) -> Entry<'a> {
    let code = match outcome {
        PasswordOutcome::Changed => EventCode::PasswordChanged,
        _ => EventCode::PasswordChangeFailed,
    };
    let details = execution.map(|run| execution_details(run, true));
    Entry {
        code,
        description: outcome.description(),
        connection,
        caller,
        user: user.cloned(),
        user_name: email.map(str::to_owned),
        details: details.unwrap_or_default(),
    }
}

/// `{last_password_reset}`, which scripts may give.
fn reset_time(value: &Value) -> Option<Timestamp> {
    value.get("last_password_reset")?.as_str()?.parse().ok()
}
