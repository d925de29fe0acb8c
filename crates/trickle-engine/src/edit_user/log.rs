//! What the tenant's log tells of a change.

use std::sync::Arc;

use trickle_model::{EventCode, User};

use super::{EditUser, EditUserOutcome};
use crate::{
    Engine,
    execution::Execution,
    journal::{Entry, execution_details},
};

pub(super) const EMAIL_TAKEN: &str = "The specified new email already exists";
pub(super) const USERNAME_TAKEN: &str = "The specified new username already exists";
pub(super) const PHONE_NUMBER_TAKEN: &str = "The specified new phone_number already exists";

impl Engine {
    pub(super) async fn log_edit(&self, order: &EditUser, outcome: &EditUserOutcome) {
        let now = match outcome {
            EditUserOutcome::Edited(now) => now,
            // Somebody was faster.
            EditUserOutcome::EmailTaken => {
                return self.log_email(order, Some(EMAIL_TAKEN), None).await;
            }
            EditUserOutcome::UsernameTaken => {
                let code = EventCode::UsernameChangeFailed;
                return self.log_change(order, code, USERNAME_TAKEN, None).await;
            }
            EditUserOutcome::PhoneNumberTaken => {
                let code = EventCode::PhoneNumberChangeFailed;
                return self.log_change(order, code, PHONE_NUMBER_TAKEN, None).await;
            }
            _ => return,
        };
        if now.email != order.user.email {
            self.log_email(order, None, None).await;
        }
        if now.username != order.user.username {
            self.log_change(order, EventCode::UsernameChanged, "Username changed", None)
                .await;
        }
        let number = |user: &User| user.attributes.get("phone_number").cloned();
        if number(now) != number(&order.user) {
            let code = EventCode::PhoneNumberChanged;
            self.log_change(order, code, "Phone number changed", None)
                .await;
        }
    }

    pub(super) async fn log_email(
        &self,
        order: &EditUser,
        failed: Option<&str>,
        run: Option<&Arc<Execution>>,
    ) {
        let (code, text) = match failed {
            None => (EventCode::EmailChanged, "Email address changed"),
            Some(why) => (EventCode::EmailChangeFailed, why),
        };
        self.log_change(order, code, text, run).await;
    }

    pub(super) async fn log_change(
        &self,
        order: &EditUser,
        code: EventCode,
        description: &str,
        run: Option<&Arc<Execution>>,
    ) {
        let details = run.map(|run| execution_details(run, true));
        // An entry under the linked user's own id is better than none.
        let whose = self.log_holder(&order.user).await;
        let whose = whose.unwrap_or_else(|_| order.user.id.clone());
        self.log_flow(
            Entry {
                code,
                description: description.to_owned(),
                connection: &order.connection,
                caller: &order.caller,
                user: Some(whose),
                user_name: order.user.email.clone(),
                details: details.unwrap_or_default(),
            },
            run,
        )
        .await;
    }
}
