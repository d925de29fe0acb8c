//! Changing a user. With import off the legacy store is told first what is its own: address and user name.

use std::sync::Arc;

use serde_json::{Map, Value};
use trickle_model::{
    Action, Connection, EventCode, ImportMode, Outage, Outcome, PROFILE_MAX_BYTES, ScriptError,
    Secret, User,
};
use trickle_store::{RefreshProfile, TakenKey, UserEdit};

use super::log::{EMAIL_TAKEN, PHONE_NUMBER_TAKEN, USERNAME_TAKEN};
use crate::{
    Caller, CreateUserOutcome, Engine, EngineError, PasswordOutcome,
    create_user::objection,
    execution::{Execution, Run},
    forms::TextForms,
    identifiers::phone_of,
    normalise_identifier,
};

/// A user is to be changed.
#[derive(Clone, Debug)]
pub struct EditUser {
    /// The connection of the user.
    pub connection: Arc<Connection>,
    /// The user as it is.
    pub user: User,
    /// What becomes of it.
    pub edit: UserEdit,
    /// A new password.
    pub password: Option<Secret>,
    /// Who asks.
    pub caller: Caller,
}

impl EditUser {
    /// What speaks against the change before any script is asked: fields that the legacy store owns, and objects that become too large.
    pub fn refused_at_once(&self) -> Option<EditUserOutcome> {
        read_only(self).or_else(|| too_large(self).map(EditUserOutcome::TooLarge))
    }
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum EditUserOutcome {
    /// The user as it is now.
    Edited(Box<User>),
    /// Another user, here or in the legacy store, has the address.
    EmailTaken,
    /// Another user, here or in the legacy store, has the user name.
    UsernameTaken,
    /// Another user, here or in the legacy store, has the telephone number, and people log in by it.
    PhoneNumberTaken,
    /// There is no such user any more.
    Gone,
    /// Root fields that the legacy store owns while import is off.
    ReadOnly(Vec<String>),
    /// This object would take more than [`OBJECT_MAX_BYTES`].
    TooLarge(&'static str),
    /// The password was not changed, and why; nothing else was either.
    Password(PasswordOutcome),
    /// A script refused.
    Refused(ScriptError),
    /// A script is missing, has a defect, met a limit or said no.
    ScriptFailed(String),
    /// The legacy store could not be asked.
    LegacyStoreDown(Outage, ScriptError),
    /// Too much is going on; nothing was done.
    Busy,
}

impl From<CreateUserOutcome> for EditUserOutcome {
    fn from(objection: CreateUserOutcome) -> Self {
        match objection {
            CreateUserOutcome::Refused(error) => Self::Refused(error),
            CreateUserOutcome::LegacyStoreDown(outage, error) => {
                Self::LegacyStoreDown(outage, error)
            }
            CreateUserOutcome::ScriptFailed(outcome) => Self::ScriptFailed(outcome.to_string()),
            _ => Self::Busy,
        }
    }
}

/// Root fields that can be changed with import off where logins do not overwrite them.
const NAMES: [&str; 5] = ["name", "nickname", "given_name", "family_name", "picture"];
/// Root fields that can be changed with import off, like the address. The next login brings what the legacy store says of them.
const NUMBER: [&str; 2] = ["phone_number", "phone_verified"];

/// Most bytes of `user_metadata`, of `app_metadata`, and of the root fields without a column, each as JSON: as much as a profile may
/// bring.
pub const OBJECT_MAX_BYTES: usize = PROFILE_MAX_BYTES;

/// What speaks against an identifier, and the run that said so.
struct Objection {
    outcome: EditUserOutcome,
    run: Option<Arc<Execution>>,
}

impl Objection {
    /// For the log.
    fn why(&self) -> String {
        match (&self.outcome, &self.run) {
            (EditUserOutcome::EmailTaken, _) => EMAIL_TAKEN.to_owned(),
            (EditUserOutcome::UsernameTaken, _) => USERNAME_TAKEN.to_owned(),
            (EditUserOutcome::PhoneNumberTaken, _) => PHONE_NUMBER_TAKEN.to_owned(),
            (_, Some(run)) => run.report.outcome.to_string(),
            _ => "it is not known whether it is free".to_owned(),
        }
    }
}

impl Engine {
    /// Changes a user: the scripts that have to agree first, then the native store.
    ///
    /// # Errors
    /// The store failed.
    ///
    /// # Cancel safety
    /// The work goes on to its end when this future is dropped: a script may have written to the legacy store.
    pub async fn edit_user(&self, order: EditUser) -> Result<EditUserOutcome, EngineError> {
        let engine = self.clone();
        let work = async move { engine.edit(order).await };
        self.to_the_end(work).await
    }

    async fn edit(&self, mut order: EditUser) -> Result<EditUserOutcome, EngineError> {
        compose(&mut order);
        if let Some(refused) = order.refused_at_once() {
            return Ok(refused);
        }
        if let Some(refused) = self.change_email(&order).await? {
            return Ok(refused);
        }
        if let Some(refused) = self.change_username(&order).await? {
            return Ok(refused);
        }
        if let Some(refused) = self.change_phone_number(&order).await? {
            return Ok(refused);
        }
        if let Some(password) = &order.password {
            let set = self.set_password(&order.connection, &order.user, password, &order.caller);
            match set.await? {
                PasswordOutcome::Changed => {}
                other => return Ok(EditUserOutcome::Password(other)),
            }
        }
        let now = self.parts.clock.now();
        let user = &order.user;
        let edited = self
            .parts
            .store
            .edit_user(&user.tenant, &user.id, &order.edit, now)
            .await;
        let outcome = match edited.map_err(EngineError::store("edit the user"))? {
            RefreshProfile::Refreshed(user) => EditUserOutcome::Edited(Box::new(user)),
            RefreshProfile::Gone => EditUserOutcome::Gone,
            RefreshProfile::TooLarge(object) => EditUserOutcome::TooLarge(object),
            RefreshProfile::Taken(other) => match other.by {
                TakenKey::Username => EditUserOutcome::UsernameTaken,
                TakenKey::PhoneNumber => EditUserOutcome::PhoneNumberTaken,
                TakenKey::Id | TakenKey::Email => EditUserOutcome::EmailTaken,
            },
        };
        self.log_edit(&order, &outcome).await;
        Ok(outcome)
    }

    /// What speaks against the new address. With import off the `change_email` script also hears of a mere change of its state.
    async fn change_email(&self, order: &EditUser) -> Result<Option<EditUserOutcome>, EngineError> {
        let user = &order.user;
        let new = match &order.edit.email {
            Some(Some(email)) if !is_same(Some(email), user.email.as_ref()) => Some(email),
            _ => None,
        };
        let state = order
            .edit
            .email_verified
            .filter(|state| *state != user.email_verified);
        if let Some(email) = new
            && let Some(objection) = self
                .objection(order, email, EditUserOutcome::EmailTaken)
                .await?
        {
            let (why, run) = (objection.why(), objection.run.as_ref());
            self.log_email(order, Some(&why), run).await;
            return Ok(Some(objection.outcome));
        }
        let is_off = order.connection.options.import_mode() == ImportMode::Off;
        let (true, Some(old)) = (is_off && (new.is_some() || state.is_some()), &user.email) else {
            return Ok(None);
        };
        let run = self
            .run(Run {
                connection: &order.connection,
                action: Action::ChangeEmail,
                arguments: vec![
                    old.as_str().into(),
                    new.unwrap_or(old).as_str().into(),
                    order.edit.email_verified.unwrap_or(false).into(),
                ],
                context: Map::new(),
                password: None,
            })
            .await;
        let refused = match &run.report.outcome {
            Outcome::Done(Value::Bool(false)) => Some(EditUserOutcome::ScriptFailed(
                "the change_email script changed nothing".to_owned(),
            )),
            Outcome::Done(_) => None,
            other => Some(objection(other).into()),
        };
        if refused.is_some() {
            let why = run.report.outcome.to_string();
            self.log_email(order, Some(&why), Some(&run)).await;
        }
        Ok(refused)
    }

    async fn change_username(
        &self,
        order: &EditUser,
    ) -> Result<Option<EditUserOutcome>, EngineError> {
        let Some(Some(username)) = &order.edit.username else {
            return Ok(None);
        };
        if is_same(Some(username), order.user.username.as_ref()) {
            return Ok(None);
        }
        let taken = EditUserOutcome::UsernameTaken;
        let Some(objection) = self.objection(order, username, taken).await? else {
            return Ok(None);
        };
        let (code, why) = (EventCode::UsernameChangeFailed, objection.why());
        self.log_change(order, code, &why, objection.run.as_ref())
            .await;
        Ok(Some(objection.outcome))
    }

    async fn change_phone_number(
        &self,
        order: &EditUser,
    ) -> Result<Option<EditUserOutcome>, EngineError> {
        let options = &order.connection.options;
        let Some(number) = phone_of(options, &order.edit.attributes) else {
            return Ok(None);
        };
        if phone_of(options, &order.user.attributes).as_ref() == Some(&number) {
            return Ok(None);
        }
        let taken = EditUserOutcome::PhoneNumberTaken;
        let Some(objection) = self.objection(order, &number, taken).await? else {
            return Ok(None);
        };
        let (code, why) = (EventCode::PhoneNumberChangeFailed, objection.why());
        self.log_change(order, code, &why, objection.run.as_ref())
            .await;
        Ok(Some(objection.outcome))
    }

    /// Whether somebody else here or in the legacy store goes by this identifier.
    async fn objection(
        &self,
        order: &EditUser,
        identifier: &str,
        taken: EditUserOutcome,
    ) -> Result<Option<Objection>, EngineError> {
        let connection = &order.connection;
        let identifier = normalise_identifier(identifier);
        let found = self.find(connection, &identifier).await?;
        if found.is_some_and(|found| found.user.id != order.user.id) {
            return Ok(Some(Objection {
                outcome: taken,
                run: None,
            }));
        }
        let asks = connection.options.import_mode() != ImportMode::Native
            && connection.has(Action::GetUser);
        if !asks {
            return Ok(None);
        }
        let run = self.get_user(connection, &identifier, None).await;
        let outcome = match &run.report.outcome {
            Outcome::NoSuchUser => None,
            Outcome::Profile(profile) => {
                let known = profile.clone().verify(trickle_model::EmailRule::Optional);
                // The legacy store may have the new address of the same person already.
                let is_same = known.is_ok_and(|known| known.id == order.user.id.raw());
                (!is_same).then_some(taken)
            }
            other => Some(objection(other).into()),
        };
        Ok(outcome.map(|outcome| Objection {
            outcome,
            run: Some(run),
        }))
    }
}

/// The object that the change makes too large.
fn too_large(order: &EditUser) -> Option<&'static str> {
    let mut user = order.user.clone();
    order.edit.apply(&mut user);
    UserEdit::too_large(&order.user, &user)
}

/// New names are looked up, told to scripts and stored in the connection's form.
fn compose(order: &mut EditUser) {
    let forms = TextForms::of(&order.connection.options);
    for name in [&mut order.edit.email, &mut order.edit.username] {
        if let Some(Some(text)) = name {
            *text = forms.composed(std::mem::take(text)).to_lowercase();
        }
    }
}

fn is_same(one: Option<&String>, other: Option<&String>) -> bool {
    let key = |text: &String| text.to_lowercase();
    one.map(key) == other.map(key)
}

/// With import off root fields come from the legacy store at each login, unless the connection says that they do not.
fn read_only(order: &EditUser) -> Option<EditUserOutcome> {
    let options = &order.connection.options;
    if options.import_mode() != ImportMode::Off {
        return None;
    }
    let sync = options.as_map().get("set_user_root_attributes");
    let is_frozen =
        sync.is_some_and(|value| value == "on_first_login" || value == "never_on_login");
    let names = order.edit.attributes.keys();
    let names = names.filter(|name| !NUMBER.contains(&name.as_str()));
    let names = names.filter(|name| !is_frozen || !NAMES.contains(&name.as_str()));
    let mut names: Vec<String> = names.cloned().collect();
    if order.edit.username.is_some() {
        names.push("username".to_owned());
    }
    (!names.is_empty()).then_some(EditUserOutcome::ReadOnly(names))
}
