//! Sign-up: anybody may ask for it.

use super::{CreateUser, CreateUserOutcome, identifiers, order::Made, username};
use crate::{Engine, EngineError, LinkHost};

impl Engine {
    /// Adds a user who asks for it, where the connection takes sign-ups and the address keeps its pace, and sends a mail to prove the
    /// address where its link is known to lead back.
    ///
    /// # Errors
    /// The store failed.
    ///
    /// # Cancel safety
    /// As [`create_user`](Self::create_user).
    pub async fn sign_up(
        &self,
        mut order: CreateUser,
        link_host: LinkHost,
    ) -> Result<CreateUserOutcome, EngineError> {
        let options = &order.connection.options;
        if let Some(refused) = self.refused_at_the_door(&order).await? {
            let made = Made::from(refused);
            self.log_creation(&order, &made).await;
            return Ok(made.outcome);
        }
        if identifiers::asked_at_sign_up(options, "email").is_none() {
            order.profile.email = None;
        }
        if !username::are_used(options) || identifiers::are_inactive(options, "username") {
            order.profile.username = None;
        }
        if identifiers::are_inactive(options, "phone_number") {
            order.profile.attributes.remove("phone_number");
        }
        // Nobody decides these for themselves.
        order.profile.id.clear();
        order.profile.email_verified = false;
        order.profile.blocked = false;
        order.profile.app_metadata.clear();
        let link_host = match link_host {
            LinkHost::Known(host) => Some(host),
            LinkHost::Unknown => None,
        };
        self.create(order, link_host).await
    }

    async fn refused_at_the_door(
        &self,
        order: &CreateUser,
    ) -> Result<Option<CreateUserOutcome>, EngineError> {
        let options = &order.connection.options;
        if !options.takes_sign_ups() {
            return Ok(Some(CreateUserOutcome::SignUpDisabled));
        }
        let Ok(pass) = self.admit_sign_up(&order.connection, &order.caller).await? else {
            return Ok(Some(CreateUserOutcome::Throttled));
        };
        let fill = pass.fill(self.parts.clock.now());
        self.recorder.push(fill.into_iter().collect(), None).await;
        Ok(None)
    }
}
