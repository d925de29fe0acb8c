//! The legacy store's part in it.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use trickle_model::{Action, ClientId, Connection, Outcome, Secret};

use super::{CreateUser, CreateUserOutcome, objection, order::Made};
use crate::{
    Engine, EngineError, LoginOutcome, LoginRequest,
    execution::{Execution, Run},
    forms::TextForms,
    identifiers::first_of,
};

/// What the answer of `get_user` speaks against, if anything.
pub(super) fn presence(outcome: &Outcome, taken: &CreateUserOutcome) -> Option<CreateUserOutcome> {
    match outcome {
        Outcome::NoSuchUser => None,
        Outcome::Profile(_) => Some(taken.clone()),
        other => Some(objection(other)),
    }
}

impl Engine {
    /// Asks the legacy store for a user.
    pub(crate) async fn get_user(
        &self,
        connection: &Connection,
        identifier: &str,
        password: Option<&Secret>,
    ) -> Arc<Execution> {
        self.run(Run {
            connection,
            action: Action::GetUser,
            arguments: vec![Value::from(
                TextForms::of(&connection.options).identifier(identifier),
            )],
            context: Map::new(),
            password,
        })
        .await
    }

    /// `create`, then `login`: a user who cannot log in is none.
    pub(super) async fn make_in_legacy_store(
        &self,
        order: &CreateUser,
    ) -> Result<Made, EngineError> {
        let connection = &order.connection;
        let password = order.password.clone().unwrap_or_default();
        let execution = self
            .run(Run {
                connection,
                action: Action::Create,
                arguments: vec![user_object(order, &password)],
                context: order.context.clone(),
                password: Some(&password),
            })
            .await;
        if !matches!(execution.report.outcome, Outcome::Done(_)) {
            let outcome = match &execution.report.outcome {
                // The documented way to say that somebody was faster.
                Outcome::Refused(error) if error.code.as_deref() == Some("user_exists") => {
                    CreateUserOutcome::Exists
                }
                other => objection(other),
            };
            return Ok(Made {
                outcome,
                execution: Some(execution),
            });
        }
        let profile = &order.profile;
        let identifier = first_of(
            &connection.options,
            profile.email.as_ref(),
            profile.username.as_ref(),
            &profile.attributes,
        );
        let decision = self
            .confirm_creation(LoginRequest {
                connection: Arc::clone(connection),
                identifier: identifier.unwrap_or_default(),
                password,
                caller: order.caller.clone(),
                context: order.context.clone(),
            })
            .await?;
        let outcome = match decision.outcome {
            LoginOutcome::Authenticated { user, .. } => CreateUserOutcome::Created(user),
            LoginOutcome::Conflict(_) => CreateUserOutcome::Exists,
            LoginOutcome::Busy => CreateUserOutcome::Busy,
            _ => match &decision.execution {
                Some(run) => objection(&run.report.outcome),
                None => CreateUserOutcome::ScriptFailed(Outcome::WrongCredentials(None)),
            },
        };
        Ok(Made {
            outcome,
            execution: decision.execution.or(Some(execution)),
        })
    }
}

/// What the `create` script gets.
fn user_object(order: &CreateUser, password: &Secret) -> Value {
    let profile = &order.profile;
    let mut user = profile.attributes.clone();
    let client = order.caller.client.as_ref().map(ClientId::as_str);
    user.insert("client_id".to_owned(), client.into());
    user.insert("tenant".to_owned(), order.tenant.as_str().into());
    user.insert(
        "connection".to_owned(),
        order.connection.name.as_str().into(),
    );
    user.insert("password".to_owned(), password.expose().into());
    if let Some(email) = &profile.email {
        user.insert("email".to_owned(), email.as_str().into());
    }
    if let Some(username) = &profile.username {
        user.insert("username".to_owned(), username.as_str().into());
    }
    for (name, metadata) in [
        ("user_metadata", &profile.user_metadata),
        ("app_metadata", &profile.app_metadata),
    ] {
        if !metadata.is_empty() {
            user.insert(name.to_owned(), json!(metadata));
        }
    }
    Value::Object(user)
}
