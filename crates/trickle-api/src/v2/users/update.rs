//! `PATCH /api/v2/users/{id}`.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Map, Value};
use trickle_engine::{EditUser, EditUserOutcome, Engine, OBJECT_MAX_BYTES, PasswordOutcome};
use trickle_model::{
    Connection, EmailRule, UnverifiedProfile, User, UserId, is_phone, phone_identifier_of,
};
use trickle_store::UserEdit;

use super::{
    identities::identity_in,
    written::{VerifyEmail, written},
};
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
};

/// Root fields of text that are kept as they are.
const TEXTS: [&str; 6] = [
    "name",
    "nickname",
    "given_name",
    "family_name",
    "picture",
    "phone_number",
];
/// Fields that existing clients send and that change nothing here.
const IGNORED: [&str; 3] = ["verify_phone_number", "verify_password", "client_id"];

/// Changes a user: what is given replaces, metadata is merged at its first level, `null` removes. `connection` chooses the identity for
/// the address, the user name, the telephone number and the password; all else is the user's.
pub(crate) async fn handler(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<Value>, Error> {
    let mut fields = Fields::new(body)?;
    let user = engine
        .store()
        .user(caller.tenant(), &UserId::from_text(id))
        .await?;
    let user = user.ok_or(Error::NoUser)?;
    let connection = engine
        .store()
        .connection(caller.tenant(), &user.connection)
        .await?;
    let connection = connection.ok_or(Error::NoUser)?;
    let identity = match fields.text("connection")? {
        Some(name) if !name.eq_ignore_ascii_case(&connection.name) => {
            Some(identity_in(engine.store(), &user, &name).await?)
        }
        _ => None,
    };
    let (home, holder) = match &identity {
        Some((home, holder)) => (home, holder),
        None => (&connection, &user),
    };
    let password = fields.password()?;
    let edit = edit(&mut fields, home, holder)?;
    let mail = VerifyEmail::take(&mut fields);
    fields.finish()?;
    let own = EditUser {
        connection: Arc::new(connection),
        user,
        edit,
        password,
        caller: caller.caller(),
    };
    match identity {
        None => {
            let user = edited(&engine, own).await?;
            written(&caller, &engine, user, mail).await
        }
        Some(identity) => edited_in_parts(&caller, &engine, own, identity, mail).await,
    }
}

/// Changes the identity, then the user; shows the user.
async fn edited_in_parts(
    caller: &Bearer,
    engine: &Engine,
    own: EditUser,
    (home, holder): (Connection, User),
    mail: VerifyEmail,
) -> Result<Json<Value>, Error> {
    let id = own.user.id.clone();
    let (own, of_identity) = parted(own, home, holder.clone());
    // Nothing is changed where the user's own part would be refused.
    if let Some(refused) = own.as_ref().and_then(EditUser::refused_at_once) {
        return Err(refusal(refused));
    }
    let holder = match of_identity {
        Some(order) => edited(engine, order).await?,
        None => holder,
    };
    if let Some(own) = own {
        edited(engine, own).await?;
    }
    if mail == VerifyEmail::Send {
        caller.site.verify(engine, holder, caller.caller());
    }
    let user = engine.store().user(caller.tenant(), &id).await?;
    let user = user.ok_or(Error::NoUser)?;
    written(caller, engine, user, VerifyEmail::Leave).await
}

/// What is of the user itself, and what is of the identity: `holder` in the connection `home`. A part that changes nothing is none.
fn parted(
    mut own: EditUser,
    home: Connection,
    holder: User,
) -> (Option<EditUser>, Option<EditUser>) {
    let mut edit = UserEdit {
        email: own.edit.email.take(),
        email_verified: own.edit.email_verified.take(),
        username: own.edit.username.take(),
        ..UserEdit::default()
    };
    for name in ["phone_number", "phone_verified"] {
        if let Some(value) = own.edit.attributes.remove(name) {
            edit.attributes.insert(name.to_owned(), value);
        }
    }
    let of_identity = EditUser {
        connection: Arc::new(home),
        user: holder,
        edit,
        password: own.password.take(),
        caller: own.caller.clone(),
    };
    let changes = |order: &EditUser| order.password.is_some() || order.edit != UserEdit::default();
    (Some(own).filter(changes), Some(of_identity).filter(changes))
}

async fn edited(engine: &Engine, order: EditUser) -> Result<User, Error> {
    match engine.edit_user(order).await? {
        EditUserOutcome::Edited(user) => Ok(*user),
        refused => Err(refusal(refused)),
    }
}

fn refusal(outcome: EditUserOutcome) -> Error {
    match outcome {
        EditUserOutcome::EmailTaken => {
            Error::Conflict("The specified new email already exists".to_owned())
        }
        EditUserOutcome::UsernameTaken => {
            Error::Conflict("The specified new username already exists".to_owned())
        }
        EditUserOutcome::PhoneNumberTaken => {
            Error::Conflict("The specified new phone_number already exists".to_owned())
        }
        EditUserOutcome::Edited(_) | EditUserOutcome::Gone => Error::NoUser,
        EditUserOutcome::ReadOnly(names) => Error::Body(format!(
            "The legacy store owns these fields while import is off: {}",
            names.join(", ")
        )),
        EditUserOutcome::TooLarge(name) => Error::Body(format!(
            "Expected at most {OBJECT_MAX_BYTES} bytes of JSON on property {name}"
        )),
        EditUserOutcome::Password(outcome) => bad_password(outcome),
        EditUserOutcome::Refused(error) => Error::Script(error.message),
        EditUserOutcome::ScriptFailed(why) => Error::Script(why),
        EditUserOutcome::LegacyStoreDown(_, error) => Error::LegacyStoreDown(error.message),
        EditUserOutcome::Busy => Error::Busy,
    }
}

fn bad_password(outcome: PasswordOutcome) -> Error {
    match outcome {
        PasswordOutcome::BadPassword(breach) => Error::BadPassword(breach),
        PasswordOutcome::Changed | PasswordOutcome::Gone => Error::NoUser,
        PasswordOutcome::Conflict => Error::UserExists,
        PasswordOutcome::NotChanged => {
            Error::Script("the change_password script changed nothing".to_owned())
        }
        PasswordOutcome::Refused(error) => Error::Script(error.message),
        PasswordOutcome::ScriptFailed(outcome) => Error::Script(outcome.to_string()),
        PasswordOutcome::LegacyStoreDown(_, error) => Error::LegacyStoreDown(error.message),
        PasswordOutcome::Busy => Error::Busy,
    }
}

fn edit(fields: &mut Fields, connection: &Connection, user: &User) -> Result<UserEdit, Error> {
    let mut edit = UserEdit {
        email: nullable_text(fields, "email")?,
        username: nullable_text(fields, "username")?,
        email_verified: flag(fields, "email_verified")?,
        blocked: flag(fields, "blocked")?,
        user_metadata: metadata(fields, "user_metadata")?,
        app_metadata: metadata(fields, "app_metadata")?,
        attributes: Map::new(),
    };
    if let Some(email) = &mut edit.email {
        match email {
            Some(email) => *email = checked_email(email)?,
            None if connection.options.email_rule() == EmailRule::Required => {
                return Err(Error::Body(
                    "Expected an address on property email".to_owned(),
                ));
            }
            None => {}
        }
        let key = |email: &String| email.to_lowercase();
        let is_same = email.as_ref().map(key) == user.email.as_ref().map(key);
        // A new address is not proven by an old one's proof.
        let is_proven = is_same && user.email_verified;
        edit.email_verified = edit.email_verified.or(Some(is_proven));
    }
    // Lower-cased like all that is native.
    edit.email = edit
        .email
        .map(|email| email.map(|email| email.to_lowercase()));
    edit.username = edit
        .username
        .map(|name| name.map(|name| name.to_lowercase()));
    for name in TEXTS {
        if let Some(text) = nullable_text(fields, name)? {
            if name == "phone_number" && text.as_deref().is_some_and(|text| !is_phone(text)) {
                let why = "phone_number must be a plus and 1 to 15 digits";
                return Err(Error::Body(why.to_owned()));
            }
            edit.attributes.insert(name.to_owned(), text.into());
        }
    }
    if let Some(verified) = verified_number(fields, &edit.attributes, user)? {
        edit.attributes
            .insert("phone_verified".to_owned(), verified);
    }
    for name in IGNORED {
        drop(fields.take_nullable(name));
    }
    Ok(edit)
}

/// `phone_verified`, where something is said of it: another number is not proven by an old one's proof, and none has none.
fn verified_number(
    fields: &mut Fields,
    given: &Map<String, Value>,
    user: &User,
) -> Result<Option<Value>, Error> {
    if let Some(verified) = flag(fields, "phone_verified")? {
        return Ok(Some(verified.into()));
    }
    Ok(match given.get("phone_number") {
        None => None,
        Some(Value::Null) => Some(Value::Null),
        Some(_) if phone_identifier_of(given) == phone_identifier_of(&user.attributes) => None,
        Some(_) => Some(false.into()),
    })
}

/// As a script's profile is checked, and without spaces around it.
fn checked_email(email: &str) -> Result<String, Error> {
    let profile = serde_json::json!({"user_id": "x", "email": email});
    let checked = UnverifiedProfile::new(profile).verify(EmailRule::Required);
    let profile = checked.map_err(|error| Error::Body(error.to_string()))?;
    Ok(profile.email.unwrap_or_default())
}

fn nullable_text(fields: &mut Fields, name: &str) -> Result<Option<Option<String>>, Error> {
    match fields.take_nullable(name) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::String(text)) => Ok(Some(Some(text))),
        Some(other) => Err(wrong_type(name, "string", &other)),
    }
}

fn flag(fields: &mut Fields, name: &str) -> Result<Option<bool>, Error> {
    match fields.take(name) {
        None => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(flag)),
        Some(other) => Err(wrong_type(name, "boolean", &other)),
    }
}

fn metadata(fields: &mut Fields, name: &str) -> Result<Option<Option<Map<String, Value>>>, Error> {
    match fields.take_nullable(name) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::Object(map)) => {
            check_keys(name, &map)?;
            Ok(Some(Some(map)))
        }
        Some(other) => Err(wrong_type(name, "object", &other)),
    }
}

/// Auth0 takes no such keys, and a search could not name those with dots.
pub(super) fn check_keys(name: &str, metadata: &Map<String, Value>) -> Result<(), Error> {
    let mut keys = metadata.keys();
    match keys.find(|key| key.contains('.') || key.starts_with('$')) {
        None => Ok(()),
        Some(key) => Err(Error::Body(format!(
            "Keys may neither contain a dot nor begin with $, unlike {key} on property {name}"
        ))),
    }
}
