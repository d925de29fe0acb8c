//! Adding a user through the Management API.

use std::sync::Arc;

use serde_json::{Map, Value};
use trickle_model::{
    Action, Connection, EventCode, ImportMode, NewUser, Outage, Outcome, Profile, ScriptError,
    Secret, User, UserId,
};
use trickle_store::AddUser;

use crate::{
    Caller, Engine, EngineError, LoginOutcome,
    engine::entropy,
    execution::{Execution, Run},
    journal::{Entry, execution_details},
    normalise_identifier, profile,
};

/// A user is to be added.
#[derive(Clone, Debug)]
pub struct CreateUser {
    /// To this connection.
    pub connection: Arc<Connection>,
    /// What is known of the user; without id, one is generated.
    pub profile: Profile,
    /// Without one the user cannot log in until a password is set.
    pub password: Option<Secret>,
    /// Who asks.
    pub caller: Caller,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum CreateUserOutcome {
    /// Added.
    Created(Box<User>),
    /// Here or in the legacy store there is one already.
    Exists,
    /// The `get_user` script refused.
    Refused(ScriptError),
    /// The `get_user` script has a defect or met a limit.
    ScriptFailed(Outcome),
    /// The legacy store could not be asked.
    LegacyStoreDown(Outage, ScriptError),
    /// Too much is going on; nothing was done.
    Busy,
    /// The connection has import off: users are made by its `create` script, which is not run yet.
    NotSupported,
}

impl Engine {
    /// Adds a user, after the legacy store was asked whether it has that user.
    ///
    /// # Errors
    /// The store failed.
    pub async fn create_user(&self, order: CreateUser) -> Result<CreateUserOutcome, EngineError> {
        let connection = Arc::clone(&order.connection);
        let mode = connection.options.import_mode();
        if mode == ImportMode::Off {
            return Ok(CreateUserOutcome::NotSupported);
        }
        let identifier = identifier(&order.profile).unwrap_or_default();
        let mut execution = None;
        if !identifier.is_empty() {
            if self.is_native(&connection, &identifier).await? {
                self.log_creation(&order, None, &CreateUserOutcome::Exists, None)
                    .await;
                return Ok(CreateUserOutcome::Exists);
            }
            if mode == ImportMode::On && connection.options.scripts().contains_key(&Action::GetUser)
            {
                let run = self.ask_get_user(&order, &identifier).await;
                if let Some(outcome) = objection(&run.report.outcome) {
                    self.log_creation(&order, None, &outcome, Some(&run)).await;
                    return Ok(outcome);
                }
                execution = Some(run);
            }
        }
        let (id, outcome) = self.add(&order).await?;
        self.log_creation(&order, id, &outcome, execution.as_ref())
            .await;
        Ok(outcome)
    }

    async fn is_native(
        &self,
        connection: &Connection,
        identifier: &str,
    ) -> Result<bool, EngineError> {
        let found = self
            .parts
            .store
            .find_by_identifier(&connection.id, identifier);
        let found = found
            .await
            .map_err(EngineError::store("look up the user"))?;
        Ok(found.is_some())
    }

    async fn ask_get_user(&self, order: &CreateUser, identifier: &str) -> Arc<Execution> {
        self.run(Run {
            connection: &order.connection,
            action: Action::GetUser,
            arguments: vec![Value::from(identifier)],
            context: Map::new(),
            password: order.password.as_ref(),
        })
        .await
    }

    async fn add(
        &self,
        order: &CreateUser,
    ) -> Result<(Option<UserId>, CreateUserOutcome), EngineError> {
        let hash = match &order.password {
            None => None,
            Some(password) => match self.hash(password).await {
                Some(hash) => Some(hash),
                None => return Ok((None, CreateUserOutcome::Busy)),
            },
        };
        let connection = &order.connection;
        let mut profile = profile::native(order.profile.clone(), &connection.options);
        if profile.id.is_empty() {
            UserId::generate(&mut entropy())
                .raw()
                .clone_into(&mut profile.id);
        }
        let id = UserId::from_raw(&profile.id);
        let new = NewUser {
            tenant: connection.tenant.clone(),
            connection: connection.id.clone(),
            profile,
        };
        let added = self
            .parts
            .store
            .add_user(&new, hash.as_ref(), None, self.parts.clock.now())
            .await
            .map_err(EngineError::store("add the user"))?;
        Ok(match added {
            AddUser::Added(user) => (Some(id), CreateUserOutcome::Created(Box::new(user))),
            AddUser::Exists(_) => (None, CreateUserOutcome::Exists),
        })
    }

    async fn log_creation(
        &self,
        order: &CreateUser,
        user: Option<UserId>,
        outcome: &CreateUserOutcome,
        execution: Option<&Arc<Execution>>,
    ) {
        let (code, description) = match outcome {
            CreateUserOutcome::Created(_) => (EventCode::SignUp, "User created".to_owned()),
            CreateUserOutcome::Exists => (
                EventCode::SignUpFailed,
                "The user already exists.".to_owned(),
            ),
            CreateUserOutcome::Busy => (EventCode::SignUpFailed, "too busy".to_owned()),
            _ => (
                EventCode::SignUpFailed,
                execution.map_or_else(String::new, |run| run.report.outcome.to_string()),
            ),
        };
        let details = execution.map(|run| execution_details(run, true));
        self.log(Entry {
            code,
            description,
            connection: &order.connection,
            caller: &order.caller,
            user,
            user_name: identifier(&order.profile),
            details: details.unwrap_or_default(),
        })
        .await;
    }
}

fn identifier(profile: &Profile) -> Option<String> {
    let identifier = profile.email.as_ref().or(profile.username.as_ref())?;
    Some(normalise_identifier(identifier))
}

/// What speaks against adding the user, going by the answer of `get_user`.
fn objection(outcome: &Outcome) -> Option<CreateUserOutcome> {
    match outcome {
        Outcome::NoSuchUser => None,
        Outcome::Profile(_) => Some(CreateUserOutcome::Exists),
        Outcome::LegacyStoreDown(outage, error) => {
            Some(CreateUserOutcome::LegacyStoreDown(*outage, error.clone()))
        }
        other => Some(match LoginOutcome::from_failed_run(other) {
            LoginOutcome::Refused(error) => CreateUserOutcome::Refused(error),
            LoginOutcome::Busy => CreateUserOutcome::Busy,
            _ => CreateUserOutcome::ScriptFailed(other.clone()),
        }),
    }
}
