//! `POST /dbconnections/signup`.

use std::sync::Arc;

use axum::{Json, body::Bytes, extract::State, http::HeaderMap};
use serde_json::{Map, Value, json};
use trickle_engine::{CreateUser, CreateUserOutcome, Engine};
use trickle_model::{Connection, Profile, Secret, UnverifiedProfile, User};
use trickle_store::Store;

use super::{Error, input::Input};
use crate::{auth::organization, client_address::ClientAddress, host::Site};

/// Fields of the profile that people may give.
const PROFILE: [&str; 6] = [
    "name",
    "given_name",
    "family_name",
    "nickname",
    "picture",
    "phone_number",
];
/// So that nobody fills a profile with a novel.
const METADATA_FIELDS: usize = 10;
const METADATA_NAME_CHARS: usize = 100;
const METADATA_VALUE_CHARS: usize = 500;

/// Adds a user who asks for it.
pub(crate) async fn handler(
    site: Site,
    State(engine): State<Engine>,
    address: ClientAddress,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Error> {
    let input = Input::parse(&headers, &body)?;
    let (connection, client) = input.connection(&site, engine.store()).await?;
    let password = input.required("password")?;
    let profile = profile(&input, &connection)?;
    let connection = Arc::new(connection);
    let order = CreateUser {
        tenant: site.tenant.name.clone(),
        profile,
        password: Some(Secret::new(password)),
        caller: address.into_callers_own(client),
        context: context(&input, &site, engine.store(), &connection).await?,
        connection,
    };
    match engine.sign_up(order, site.link_host.clone()).await? {
        CreateUserOutcome::Created(user) => Ok(Json(view(&user))),
        CreateUserOutcome::Exists if tells(&engine, &site).await? => Err(Error::ToldExists),
        refused => Err(refusal(refused)),
    }
}

fn refusal(outcome: CreateUserOutcome) -> Error {
    match outcome {
        CreateUserOutcome::Created(_) | CreateUserOutcome::ScriptFailed(_) => Error::NotCompleted,
        CreateUserOutcome::Exists => Error::Exists,
        CreateUserOutcome::UsernameTaken => Error::UsernameTaken,
        CreateUserOutcome::SignUpDisabled => Error::SignUpDisabled,
        CreateUserOutcome::Throttled => Error::TooMany,
        CreateUserOutcome::Invalid(field, why) => Error::invalid(field, &why),
        CreateUserOutcome::BadPassword(breach) => Error::BadPassword(breach),
        CreateUserOutcome::Refused(error) => Error::Refused(Box::new(error)),
        CreateUserOutcome::LegacyStoreDown(..) | CreateUserOutcome::Busy => Error::TryAgain,
    }
}

/// What scripts learn of the organization for which somebody signs up.
async fn context(
    input: &Input,
    site: &Site,
    store: &Store,
    connection: &Connection,
) -> Result<Map<String, Value>, Error> {
    let Some(named) = input.text("organization")? else {
        return Ok(Map::new());
    };
    let tenant = &site.tenant.id;
    let found = organization::find(store, tenant, named).await?;
    let found =
        found.ok_or_else(|| Error::invalid("organization", "the organization was not found"))?;
    let link = store.organization_connection(tenant, &found.id, &connection.id);
    match link.await? {
        Some(link) if link.is_enabled() => Ok(organization::context(Some(&found))),
        _ => Err(Error::invalid(
            "organization",
            "the connection is not enabled for the organization",
        )),
    }
}

/// Whether the tenant wants people to be told that they have an account: `flags` of its settings.
async fn tells(engine: &Engine, site: &Site) -> Result<bool, Error> {
    let settings = engine.stored_setting(&site.tenant.id, "tenant").await?;
    let flag = settings.and_then(|settings| {
        let flags = settings.get("flags")?;
        flags
            .get("enable_public_signup_user_exists_error")?
            .as_bool()
    });
    Ok(flag == Some(true))
}

fn profile(input: &Input, connection: &Connection) -> Result<Profile, Error> {
    let mut given = Map::new();
    // Checked like a script's profile; the id is made later.
    given.insert("user_id".to_owned(), "new".into());
    for name in ["email", "username"].iter().chain(&PROFILE) {
        if let Some(text) = input.text(name)? {
            given.insert((*name).to_owned(), text.trim().into());
        }
    }
    given.insert("user_metadata".to_owned(), metadata(input)?.into());
    let checked = UnverifiedProfile::new(Value::Object(given));
    let checked = checked.verify(connection.options.email_rule());
    let mut profile = checked.map_err(|error| Error::invalid("email", &error.to_string()))?;
    profile.id.clear();
    Ok(profile)
}

fn metadata(input: &Input) -> Result<Map<String, Value>, Error> {
    let metadata = input.object("user_metadata")?;
    let fits = |(name, value): (&String, &Value)| {
        let text = value.as_str();
        (1..=METADATA_NAME_CHARS).contains(&name.chars().count())
            && !name.starts_with('$')
            && !name.contains('.')
            && text.is_some_and(|text| text.chars().count() <= METADATA_VALUE_CHARS)
    };
    if metadata.len() > METADATA_FIELDS || !metadata.iter().all(fits) {
        return Err(Error::invalid(
            "user_metadata",
            "user_metadata may have 10 fields of text, names of 100 and values of 500 characters",
        ));
    }
    Ok(metadata)
}

/// `{"_id":…,"email":…,"email_verified":false}` and what else was given.
fn view(user: &User) -> Value {
    let mut shown = json!({"_id": user.id.raw(), "email_verified": user.email_verified});
    for (name, text) in [("email", &user.email), ("username", &user.username)] {
        if let Some(text) = text {
            shown[name] = text.as_str().into();
        }
    }
    for name in PROFILE {
        if let Some(value) = user.attributes.get(name) {
            shown[name] = value.clone();
        }
    }
    if !user.user_metadata.is_empty() {
        shown["user_metadata"] = Value::Object(user.user_metadata.clone());
    }
    shown
}
