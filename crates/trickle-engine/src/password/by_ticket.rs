//! A new password by a link.

use tokio::sync::oneshot;
use trickle_model::{Connection, ImportMode, NewUser, Profile, Secret, TenantId, User, UserId};
use trickle_store::{AddUser, TakenKey, TicketPurpose};

use super::PasswordOutcome;
use crate::{
    Caller, Engine, EngineError,
    forms::TextForms,
    identifiers::first_of,
    policy::PasswordPolicy,
    profile,
    tickets::{OpenTicket, Subject},
};

impl Engine {
    /// Uses a link to set a password. Somebody whom only the legacy store knew is written down now, and not before. The
    /// link stays good where nothing changed.
    ///
    /// # Errors
    /// The store failed.
    ///
    /// # Cancel safety
    /// The work goes on to its end when this future is dropped: a script may have written to the legacy store.
    pub async fn change_password_by_ticket(
        &self,
        tenant: &TenantId,
        token: &str,
        password: Secret,
        caller: Caller,
    ) -> Result<PasswordOutcome, EngineError> {
        let purpose = TicketPurpose::PasswordChange;
        let Some(open) = self.open_ticket(tenant, token, purpose).await? else {
            return Ok(PasswordOutcome::Gone);
        };
        let (sender, done) = oneshot::channel();
        let engine = self.clone();
        self.spawn(async move {
            let result = engine.redeem(&open, &password, &caller).await;
            // The caller may have gone.
            drop(sender.send(result));
        });
        done.await.map_err(|_| EngineError::Interrupted)?
    }

    async fn redeem(
        &self,
        open: &OpenTicket,
        password: &Secret,
        caller: &Caller,
    ) -> Result<PasswordOutcome, EngineError> {
        let store = &self.parts.store;
        let ticket = &open.ticket;
        let connection = store.connection(&ticket.tenant, &ticket.connection).await;
        let connection = connection.map_err(EngineError::store("read the connection"))?;
        let Some(connection) = connection else {
            return Ok(PasswordOutcome::Gone);
        };
        // First: of two who use the link at once, one does.
        if !self.take_ticket(open).await? {
            return Ok(PasswordOutcome::Gone);
        }
        let outcome = match &open.subject {
            Subject::User(id) => {
                self.change_of_user(&connection, open, id, password, caller)
                    .await?
            }
            Subject::Legacy(profile) => {
                self.change_of_stranger(&connection, open, profile, password, caller)
                    .await?
            }
        };
        if outcome.leaves_link() {
            self.give_ticket_back(open).await?;
        }
        Ok(outcome)
    }

    async fn change_of_user(
        &self,
        connection: &Connection,
        open: &OpenTicket,
        id: &UserId,
        password: &Secret,
        caller: &Caller,
    ) -> Result<PasswordOutcome, EngineError> {
        let user = self.user_of(connection, id).await?;
        let Some(user) = user.filter(|user| may_still_reach(open, user)) else {
            return Ok(PasswordOutcome::Gone);
        };
        let outcome = self
            .set_password(connection, &user, password, caller)
            .await?;
        let proven = user.email.as_deref().filter(|&email| {
            open.proves_email && open.email.as_deref() == Some(email) && !user.email_verified
        });
        if let Some(email) = proven
            && matches!(outcome, PasswordOutcome::Changed)
        {
            self.prove_email(&user, email).await?;
        }
        Ok(outcome)
    }

    /// Somebody who was not here when the link was sent.
    async fn change_of_stranger(
        &self,
        connection: &Connection,
        open: &OpenTicket,
        known: &Profile,
        password: &Secret,
        caller: &Caller,
    ) -> Result<PasswordOutcome, EngineError> {
        let formed = TextForms::of(&connection.options).password(password);
        let password = formed.as_ref().unwrap_or(password);
        let email = known.email.as_deref();
        if let Err(breach) = PasswordPolicy::of(&connection.options).check(password.expose(), known)
        {
            let outcome = PasswordOutcome::BadPassword(breach);
            self.log_password(connection, caller, &outcome, None, email, None)
                .await;
            return Ok(outcome);
        }
        if connection.options.import_mode() == ImportMode::Off {
            let (address, name) = (known.email.as_ref(), known.username.as_ref());
            let first = first_of(&connection.options, address, name, &known.attributes);
            let identifier = first.as_deref();
            let changed = self.change_in_legacy_store(connection, None, identifier, password);
            let (outcome, execution) = changed.await?;
            if matches!(outcome, PasswordOutcome::Changed) {
                self.forgive(connection, address, name, &known.attributes)
                    .await?;
            }
            self.log_password(
                connection,
                caller,
                &outcome,
                None,
                email,
                execution.as_ref(),
            )
            .await;
            return Ok(outcome);
        }
        if self.is_deleted_for_good(connection, &known.id).await? {
            return Ok(PasswordOutcome::Gone);
        }
        let Some(hash) = self.hash(password).await else {
            return Ok(PasswordOutcome::Busy);
        };
        let mut profile = profile::native(known.clone(), &connection.options);
        // Where the link came with a mail to this address.
        profile.email_verified |= open.proves_email;
        let id = UserId::from_raw(&profile.id);
        let new = NewUser {
            tenant: connection.tenant.clone(),
            connection: connection.id.clone(),
            profile,
        };
        let added = self
            .parts
            .store
            .add_user(&new, Some(&hash), None, self.parts.clock.now())
            .await;
        match added.map_err(EngineError::store("import the user"))? {
            AddUser::Added(user) => {
                // Chosen here: no older password of the legacy store opens the account again.
                let now = self.parts.clock.now();
                let dated = self
                    .parts
                    .store
                    .mark_password_changed(&user.tenant, &user.id, now);
                dated
                    .await
                    .map_err(EngineError::store("date the password"))?;
                let (address, name) = (user.email.as_ref(), user.username.as_ref());
                self.forgive(connection, address, name, &user.attributes)
                    .await?;
                self.log_migration_by_password(connection, caller, &user, email)
                    .await;
                Ok(PasswordOutcome::Changed)
            }
            // The person has logged in since.
            AddUser::Exists(existing) if existing.by == TakenKey::Id => {
                match self.user_of(connection, &id).await? {
                    Some(user) if !may_still_reach(open, &user) => Ok(PasswordOutcome::Gone),
                    Some(user) => self.set_password(connection, &user, password, caller).await,
                    None => Ok(PasswordOutcome::Conflict),
                }
            }
            AddUser::Exists(_) => {
                let outcome = PasswordOutcome::Conflict;
                self.log_password(connection, caller, &outcome, None, email, None)
                    .await;
                Ok(outcome)
            }
        }
    }

    pub(super) async fn user_of(
        &self,
        connection: &Connection,
        id: &UserId,
    ) -> Result<Option<User>, EngineError> {
        // Whoever is linked to another has a password and an address of its own.
        let stored = self.find_by_id(connection, id).await?;
        Ok(stored.map(|stored| stored.user))
    }

    /// Marks an address of a user as proven; false where the user has another one by now.
    pub(super) async fn prove_email(&self, user: &User, email: &str) -> Result<bool, EngineError> {
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let marked = store.prove_email(&user.tenant, &user.id, email, now).await;
        marked.map_err(EngineError::store("mark the address as proven"))
    }
}

/// Whether a link is still good for a user: one that proves an address lies in its mailbox, which is another's or given up once the user
/// has a different one.
fn may_still_reach(open: &OpenTicket, user: &User) -> bool {
    let key = |email: &String| email.to_lowercase();
    !open.proves_email || open.email.as_ref().map(key) == user.email.as_ref().map(key)
}
