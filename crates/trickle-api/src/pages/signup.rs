//! `GET` and `POST /u/signup`.

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use trickle_engine::{
    CreateUser, CreateUserOutcome, LoginRequest, PasswordPolicy, asked_at_sign_up,
};
use trickle_model::{ConnectionOptions, Profile, Secret, UnverifiedProfile, phone_identifier};

use super::{
    flow_page::{LoginForm, Sent, Visit, failed, invalid, problem},
    identifier_first::{self, Step},
    layout::escape,
    reset_password::rules,
};
use crate::{auth::answer::kept_answer, client_address::ClientAddress};

/// What is wrong with an address that is none.
pub(super) const NO_ADDRESS: &str = "Please type a valid email address.";

/// What the form carries.
#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    state: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    phone_number: String,
    #[serde(default)]
    password: Secret,
}

impl LoginForm for Typed {
    fn state(&self) -> &str {
        &self.state
    }
}

impl Typed {
    /// What was typed on an earlier page, or the application's hint, in the field that it fits.
    fn known(options: &ConnectionOptions, identifier: Option<&str>) -> Self {
        let mut typed = Self::default();
        let Some(identifier) = identifier else {
            return typed;
        };
        let is_asked = |field: &Field| asked_at_sign_up(options, field.name).is_some();
        let place = if is_asked(&EMAIL) {
            &mut typed.email
        } else if is_asked(&PHONE_NUMBER) && phone_identifier(identifier).is_some() {
            &mut typed.phone_number
        } else {
            &mut typed.username
        };
        identifier.clone_into(place);
        typed
    }

    fn value(&self, field: &Field) -> &str {
        let text = match field.name {
            "email" => &self.email,
            "username" => &self.username,
            _ => &self.phone_number,
        };
        text.trim()
    }
}

/// The form.
pub(super) async fn show(visit: Visit) -> Response {
    let known = visit.identifier();
    if known.is_none() && address_comes_first(&visit) {
        return identifier_first::form(&visit, Step::SignUp, StatusCode::OK, "", None);
    }
    let typed = Typed::known(&visit.connection.options, known);
    form(&visit, StatusCode::OK, &typed, None)
}

/// Whether the address is asked for on a page of its own.
pub(super) fn address_comes_first(visit: &Visit) -> bool {
    visit.identifier_first && asked_at_sign_up(&visit.connection.options, EMAIL.name) == Some(true)
}

/// Adds the person and logs them in.
pub(super) async fn sign_up(
    address: ClientAddress,
    Sent {
        visit,
        headers,
        typed,
    }: Sent<Typed>,
) -> Response {
    let (profile, identifier) = match read(&visit, &typed) {
        Ok(read) => read,
        Err(text) => return form(&visit, StatusCode::BAD_REQUEST, &typed, Some(&text)),
    };
    let caller = address.into_callers_own(Some(visit.client.id.clone()));
    let context = match visit.context().await {
        Ok(context) => context,
        Err(error) => return error.into_response(),
    };
    let order = CreateUser {
        connection: Arc::clone(&visit.connection),
        tenant: visit.site.tenant.name.clone(),
        profile,
        password: Some(typed.password.clone()),
        caller: caller.clone(),
        context: context.clone(),
    };
    let engine = &visit.desk.engine;
    let link_host = visit.site.link_host.clone();
    let outcome = match engine.sign_up(order, link_host).await {
        Ok(outcome) => outcome,
        Err(error) => return failed(error),
    };
    if let Some((status, text)) = refusal(&outcome) {
        return form(&visit, status, &typed, Some(&text));
    }
    let login = LoginRequest {
        connection: Arc::clone(&visit.connection),
        identifier,
        password: typed.password.clone(),
        caller: caller.clone(),
        context,
    };
    match engine.login(login).await.map(kept_answer) {
        Ok(Ok((user, by))) => visit.proven(&headers, (&user, &by), &caller).await,
        Ok(Err(refusal)) => form(&visit, refusal.status, &typed, Some(&refusal.description)),
        Err(error) => failed(error),
    }
}

/// What was typed into the fields that are asked for, and by which of it the person logs in; else what is missing or malformed.
fn read(visit: &Visit, typed: &Typed) -> Result<(Profile, String), String> {
    let asked = asked(&visit.connection.options);
    let given = |wanted: &Field| {
        let is_asked = asked.iter().any(|(field, _)| field.name == wanted.name);
        let text = if is_asked { typed.value(wanted) } else { "" };
        Some(text).filter(|text| !text.is_empty())
    };
    let first = asked.iter().find_map(|(field, _)| given(field));
    let missing = asked
        .iter()
        .find(|(field, is_required)| given(field).is_none() && (*is_required || first.is_none()));
    if let Some((field, _)) = missing {
        return Err(format!("Please type your {}.", field.noun));
    }
    let text = |field| given(field).unwrap_or_default();
    let mut profile = checked(visit, text(&EMAIL), text(&USERNAME)).ok_or(NO_ADDRESS)?;
    profile.id.clear();
    if let Some(number) = given(&PHONE_NUMBER) {
        let number = international(number);
        profile
            .attributes
            .insert(PHONE_NUMBER.name.to_owned(), number.into());
    }
    Ok((profile, first.unwrap_or_default().to_owned()))
}

/// As people write their numbers; one that is none stays as it is, and is refused.
fn international(typed: &str) -> String {
    phone_identifier(typed).unwrap_or_else(|| typed.trim().to_owned())
}

/// What somebody has typed of themselves; nothing where the address is none.
pub(super) fn checked(visit: &Visit, email: &str, username: &str) -> Option<Profile> {
    let mut given = Map::new();
    // Checked like a script's profile; the id is made later.
    given.insert("user_id".to_owned(), "new".into());
    given.insert("email".to_owned(), email.trim().into());
    given.insert("username".to_owned(), json!(username.trim()));
    let rule = visit.connection.options.email_rule();
    let checked = UnverifiedProfile::new(Value::Object(given)).verify(rule);
    checked.ok()
}

/// What the person is told, if it did not work. Nobody learns here who has an account.
fn refusal(outcome: &CreateUserOutcome) -> Option<(StatusCode, String)> {
    let bad = |text: &str| Some((StatusCode::BAD_REQUEST, text.to_owned()));
    match outcome {
        CreateUserOutcome::Created(_) => None,
        CreateUserOutcome::Exists => {
            bad("This account could not be made. If you have one already, please log in.")
        }
        CreateUserOutcome::UsernameTaken => {
            bad("This user name is taken. Please choose another one.")
        }
        CreateUserOutcome::SignUpDisabled => bad("Nobody can sign up here."),
        CreateUserOutcome::Throttled => Some((
            StatusCode::TOO_MANY_REQUESTS,
            "Too many sign-ups from this address. Please try again later.".to_owned(),
        )),
        CreateUserOutcome::Invalid(_, why) => Some((StatusCode::BAD_REQUEST, why.clone())),
        CreateUserOutcome::BadPassword(breach) => Some((
            StatusCode::BAD_REQUEST,
            format!("{}. Please choose another one.", breach.message()),
        )),
        CreateUserOutcome::Refused(error) => Some((StatusCode::BAD_REQUEST, error.message.clone())),
        CreateUserOutcome::ScriptFailed(_) => Some((
            StatusCode::INTERNAL_SERVER_ERROR,
            "It could not be completed. Please contact the administrator.".to_owned(),
        )),
        CreateUserOutcome::LegacyStoreDown(..) | CreateUserOutcome::Busy => Some((
            StatusCode::SERVICE_UNAVAILABLE,
            "It could not be completed at this time. Please try again in a moment.".to_owned(),
        )),
    }
}

/// A field that connections may ask for.
struct Field {
    name: &'static str,
    label: &'static str,
    noun: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
}

const EMAIL: Field = Field {
    name: "email",
    label: "Email address",
    noun: "email address",
    kind: "email",
    autocomplete: "email",
};
const USERNAME: Field = Field {
    name: "username",
    label: "User name",
    noun: "user name",
    kind: "text",
    autocomplete: "nickname",
};
const PHONE_NUMBER: Field = Field {
    name: "phone_number",
    label: "Phone number, with + and country code",
    noun: "phone number",
    kind: "tel",
    autocomplete: "tel",
};

/// Fields that the connection asks for, and whether they have to be filled. By the first that is, the person logs in.
fn asked(options: &ConnectionOptions) -> Vec<(&'static Field, bool)> {
    let all = [&EMAIL, &USERNAME, &PHONE_NUMBER].into_iter();
    all.filter_map(|field| Some((field, asked_at_sign_up(options, field.name)?)))
        .collect()
}

impl Field {
    /// The first field is the one that password managers keep beside the password.
    fn html(&self, value: &str, is_required: bool, is_first: bool, mark: &str) -> String {
        let (name, kind) = (self.name, self.kind);
        let (autocomplete, focus) = match is_first {
            true => ("username", " autofocus"),
            false => (self.autocomplete, ""),
        };
        let (hint, required) = match is_required {
            true => ("", " required"),
            false => (" (optional)", ""),
        };
        format!(
            "<label for=\"{name}\">{label}{hint}</label>\n\
             <input id=\"{name}\" name=\"{name}\" type=\"{kind}\" value=\"{value}\" autocomplete=\"{autocomplete}\" \
             autocapitalize=\"none\" spellcheck=\"false\"{required}{focus}{mark}>\n",
            label = self.label,
            value = escape(value),
        )
    }
}

fn form(visit: &Visit, status: StatusCode, typed: &Typed, text: Option<&str>) -> Response {
    let state = visit.state();
    let options = &visit.connection.options;
    if !options.takes_sign_ups() {
        return nobody_can(visit);
    }
    let mark = invalid(text.is_some());
    let is_fixed = address_comes_first(visit) && !typed.email.is_empty();
    let mut fields = String::new();
    for (at, (field, is_required)) in asked(options).into_iter().enumerate() {
        if is_fixed && at == 0 {
            let label = EMAIL.label;
            fields += &identifier_first::fixed(visit, Step::SignUp, label, &typed.email);
        } else {
            fields += &field.html(typed.value(field), is_required, at == 0, mark);
        }
    }
    let focus = if is_fixed { " autofocus" } else { "" };
    let report = PasswordPolicy::of(options).report(typed.password.expose());
    let is_judged = !typed.password.expose().is_empty();
    let body = format!(
        "{problem}<form method=\"post\" action=\"/u/signup\">\n<input type=\"hidden\" name=\"state\" value=\"{state}\">\n\
         {fields}\
         <label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"new-password\" required{focus} \
         aria-describedby=\"rules\">\n\
         {rules}<label class=\"show\" hidden><input id=\"show\" type=\"checkbox\"> Show password</label>\n\
         <button type=\"submit\">Sign up</button>\n</form>\n\
         <p class=\"aside\">Have an account? <a href=\"/u/login?state={state}\">Log in</a></p>\n",
        problem = problem(text),
        rules = rules(&report, is_judged),
    );
    visit.page(status, "Sign up", body, Some("policy.js"))
}

/// The page where sign-ups are turned off.
pub(super) fn nobody_can(visit: &Visit) -> Response {
    let body = format!(
        "{}<p class=\"aside\"><a href=\"/u/login?state={}\">Log in</a></p>\n",
        problem(Some("Nobody can sign up here.")),
        visit.state()
    );
    visit.page(StatusCode::FORBIDDEN, "Sign up", body, None)
}
