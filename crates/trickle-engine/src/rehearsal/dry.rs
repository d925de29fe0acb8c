//! A first login that imports nothing: what it would have come to.

use std::sync::Arc;

use trickle_model::{Action, Profile, User, UserId};
use trickle_store::RehearsalEntry;

use crate::{
    Engine, EngineError,
    execution::Execution,
    identifiers::phone_of,
    login::{Attempt, Decision, How},
    policy::PasswordPolicy,
    rehearsal::is_within,
};

impl Engine {
    /// Whether a first login of this identifier imports.
    pub(crate) fn imports(&self, attempt: &Attempt) -> bool {
        let connection = attempt.connection();
        let share = connection.options.rehearsal().import_share;
        is_within(&connection.id, "import", attempt.identifier(), share)
    }

    /// Lets somebody in on the legacy store's word, leaves nothing behind, and writes down what an import would have come to.
    pub(crate) async fn rehearse_import(
        &self,
        attempt: &Attempt,
        profile: Profile,
        execution: Arc<Execution>,
    ) -> Result<Decision, EngineError> {
        let connection = attempt.connection();
        let store = &self.parts.store;
        let id = UserId::from_raw(&profile.id);
        let mut holder = None;
        let number = phone_of(&connection.options, &profile.attributes);
        let identifiers = profile.email.iter().chain(&profile.username);
        for identifier in identifiers.chain(&number) {
            let found = self.find(connection, identifier).await?;
            holder = holder.or(found.map(|stored| stored.user.id));
        }
        let by_id = store.stored_user(&connection.tenant, &id).await;
        let by_id = by_id.map_err(EngineError::store("look for somebody in the way"))?;
        let (by_id, linked_to) = match by_id {
            Some(stored) => (Some(stored.user), stored.linked_to),
            None => (None, None),
        };
        // Somebody who was cached before has a user to whom a session can belong.
        let is_kept = matches!(&by_id, Some(user) if user.connection == connection.id);
        let would = match (holder, by_id) {
            (Some(other), _) if other != id => "conflict",
            (_, Some(user)) if user.connection != connection.id => "conflict",
            _ if profile.blocked => "blocked",
            _ => "migrated",
        };
        let policy = PasswordPolicy::of(&connection.options);
        let typed = attempt.password();
        let breach = policy.check(typed.expose(), &profile).err();
        let now = self.parts.clock.now();
        self.note_rehearsal(RehearsalEntry {
            connection: connection.id.clone(),
            id: self.event_id(now),
            at: now,
            kind: "import".to_owned(),
            action: Action::Login,
            script_version: execution.version,
            live_outcome: execution.report.outcome.name().to_owned(),
            other_outcome: would.to_owned(),
            // The password is the legacy store's to judge; the clash is for the tenant to know.
            differences: breach
                .map(|breach| breach.name().to_owned())
                .into_iter()
                .collect(),
        })
        .await;
        if profile.blocked {
            return Ok(Decision::blocked(id).with(execution));
        }
        let own = id.clone();
        let user = User {
            id,
            tenant: connection.tenant.clone(),
            connection: connection.id.clone(),
            email: profile.email,
            email_verified: profile.email_verified,
            username: profile.username,
            blocked: false,
            attributes: profile.attributes,
            user_metadata: profile.user_metadata,
            app_metadata: profile.app_metadata,
            created_at: now,
            updated_at: now,
            last_login: None,
            last_ip: None,
            logins_count: 0,
            last_password_reset: None,
        };
        let how = if is_kept { How::Legacy } else { How::Rehearsed };
        let decision = Decision::authenticated(user, how, Some(execution));
        let linked_to = linked_to.filter(|_| is_kept);
        self.follow(attempt, decision, &own, linked_to.as_ref())
            .await
    }
}
