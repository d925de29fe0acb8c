//! The order, and what is done with it.

use std::sync::Arc;

use serde_json::{Map, Value};
use trickle_model::{Action, Connection, EventCode, ImportMode, NewUser, Profile, Secret, UserId};
use trickle_store::{AddUser, TakenKey};

use super::{CreateUserOutcome, identifiers, username};
use crate::{
    Caller, Engine, EngineError, SendVerification,
    engine::entropy,
    execution::Execution,
    forms::TextForms,
    identifiers::phone_of,
    journal::{Entry, execution_details},
    normalise_identifier,
    policy::PasswordPolicy,
    profile,
};

/// A user is to be added.
#[derive(Clone, Debug)]
pub struct CreateUser {
    /// To this connection.
    pub connection: Arc<Connection>,
    /// Name of its tenant, for the `create` script.
    pub tenant: String,
    /// What is known of the user; without id, one is generated.
    pub profile: Profile,
    /// Without one the user cannot log in until a password is set.
    pub password: Option<Secret>,
    /// Who asks.
    pub caller: Caller,
    /// `context`, for scripts that declare it; empty without an organization.
    pub context: Map<String, Value>,
}

/// How it ended, with what the log says of it.
pub(super) struct Made {
    pub(super) outcome: CreateUserOutcome,
    pub(super) execution: Option<Arc<Execution>>,
}

impl From<CreateUserOutcome> for Made {
    fn from(outcome: CreateUserOutcome) -> Self {
        Self {
            outcome,
            execution: None,
        }
    }
}

impl Engine {
    /// Adds a user, after the legacy store was asked whether it has that user. With import off the legacy store's own scripts
    /// make the user.
    ///
    /// # Errors
    /// The store failed.
    ///
    /// # Cancel safety
    /// The work goes on to its end when this future is dropped: a script may have written to the legacy store.
    pub async fn create_user(&self, order: CreateUser) -> Result<CreateUserOutcome, EngineError> {
        self.create(order, None).await
    }

    /// The same, with a mail to prove the address where there is a host under which its link leads back.
    pub(super) async fn create(
        &self,
        mut order: CreateUser,
        link_host: Option<String>,
    ) -> Result<CreateUserOutcome, EngineError> {
        let forms = TextForms::of(&order.connection.options);
        let formed = order.password.as_ref().and_then(|it| forms.password(it));
        order.password = formed.or(order.password);
        let profile = &mut order.profile;
        profile.email = profile.email.take().map(|email| forms.composed(email));
        profile.username = profile.username.take().map(|name| forms.composed(name));
        let engine = self.clone();
        self.to_the_end(async move {
            let made = engine.make(&order).await?;
            engine.log_creation(&order, &made).await;
            if let (CreateUserOutcome::Created(user), Some(host)) = (&made.outcome, link_host) {
                engine.verify_new_user(SendVerification {
                    user: (**user).clone(),
                    tenant: order.tenant,
                    host,
                    caller: order.caller,
                });
            }
            Ok(made.outcome)
        })
        .await
    }

    async fn make(&self, order: &CreateUser) -> Result<Made, EngineError> {
        if let Some(defect) = defect(order) {
            return Ok(defect.into());
        }
        let connection = &order.connection;
        let identifiers = order.identifiers();
        for (identifier, taken) in &identifiers {
            if self.find(connection, identifier).await?.is_some() {
                return Ok(taken.clone().into());
            }
        }
        let mode = connection.options.import_mode();
        let asks = connection.has(Action::GetUser);
        let mut execution = None;
        if mode != ImportMode::Native && asks {
            for (identifier, taken) in &identifiers {
                let run = self
                    .get_user(connection, identifier, order.password.as_ref())
                    .await;
                if let Some(outcome) = super::legacy::presence(&run.report.outcome, taken) {
                    return Ok(Made {
                        outcome,
                        execution: Some(run),
                    });
                }
                execution = Some(run);
            }
        }
        if mode == ImportMode::Off {
            return self.make_in_legacy_store(order).await;
        }
        let outcome = self.add_native(order).await?;
        Ok(Made { outcome, execution })
    }

    async fn add_native(&self, order: &CreateUser) -> Result<CreateUserOutcome, EngineError> {
        let hash = match &order.password {
            None => None,
            Some(password) => match self.hash(password).await {
                Some(hash) => Some(hash),
                None => return Ok(CreateUserOutcome::Busy),
            },
        };
        let connection = &order.connection;
        let mut profile = profile::native(order.profile.clone(), &connection.options);
        if profile.id.is_empty() {
            UserId::generate(self.parts.clock.now(), &mut entropy())
                .raw()
                .clone_into(&mut profile.id);
        }
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
            AddUser::Added(user) => CreateUserOutcome::Created(Box::new(user)),
            AddUser::Exists(existing) if existing.by == TakenKey::Username => {
                CreateUserOutcome::UsernameTaken
            }
            AddUser::Exists(_) => CreateUserOutcome::Exists,
        })
    }

    pub(super) async fn log_creation(&self, order: &CreateUser, made: &Made) {
        let run = made.execution.as_ref();
        let failed = |text: &str| (EventCode::SignUpFailed, text.to_owned());
        let (code, description) = match &made.outcome {
            CreateUserOutcome::Created(_) => (EventCode::SignUp, "User created".to_owned()),
            CreateUserOutcome::Exists => failed("The user already exists."),
            CreateUserOutcome::UsernameTaken => failed("The username already exists."),
            CreateUserOutcome::SignUpDisabled => failed("public signup is disabled"),
            CreateUserOutcome::Throttled => (
                EventCode::AddressBlocked,
                "too many sign-ups from one address".to_owned(),
            ),
            CreateUserOutcome::Invalid(_, why) => failed(why),
            CreateUserOutcome::BadPassword(breach) => failed(breach.message()),
            CreateUserOutcome::Busy => failed("too busy"),
            CreateUserOutcome::Refused(error) => failed(&error.message),
            CreateUserOutcome::ScriptFailed(_) | CreateUserOutcome::LegacyStoreDown(..) => {
                failed(&run.map_or_else(String::new, |run| run.report.outcome.to_string()))
            }
        };
        let user = match &made.outcome {
            CreateUserOutcome::Created(user) => Some(user.id.clone()),
            _ => None,
        };
        let details = run.map(|run| execution_details(run, true));
        let first = order.identifiers().into_iter().next();
        self.log_flow(
            Entry {
                code,
                description,
                connection: &order.connection,
                caller: &order.caller,
                user,
                user_name: first.map(|(identifier, _)| identifier),
                details: details.unwrap_or_default(),
            },
            run,
        )
        .await;
    }
}

impl CreateUser {
    /// By what the user would log in, with what it means when it is taken.
    fn identifiers(&self) -> Vec<(String, CreateUserOutcome)> {
        let email = self
            .profile
            .email
            .iter()
            .map(|email| (email, CreateUserOutcome::Exists));
        let username = self.profile.username.iter();
        let username = username.map(|name| (name, CreateUserOutcome::UsernameTaken));
        let number = phone_of(&self.connection.options, &self.profile.attributes);
        email
            .chain(username)
            .map(|(identifier, taken)| (normalise_identifier(identifier), taken))
            .chain(number.map(|number| (number, CreateUserOutcome::Exists)))
            .collect()
    }
}

/// What is wrong with the order itself.
fn defect(order: &CreateUser) -> Option<CreateUserOutcome> {
    let options = &order.connection.options;
    if let Some((name, why)) = identifiers::defect(options, &order.profile) {
        return Some(CreateUserOutcome::Invalid(name, why));
    }
    if let Some(name) = &order.profile.username
        && username::are_used(options)
        && let Some(why) = username::defect(options, name)
    {
        return Some(CreateUserOutcome::Invalid("username", why));
    }
    match &order.password {
        Some(password) => {
            let checked = PasswordPolicy::of(options).check(password.expose(), &order.profile);
            checked.err().map(CreateUserOutcome::BadPassword)
        }
        None if options.import_mode() == ImportMode::Off => Some(CreateUserOutcome::Invalid(
            "password",
            "The legacy store makes no user without a password.".to_owned(),
        )),
        None => None,
    }
}
