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
use trickle_model::{Profile, Secret, UnverifiedProfile, phone_identifier};

use super::{
    flow_page::{LoginForm, Sent, Visit, failed, invalid, problem},
    identifier_first::{self, Step},
    layout::escape,
    reset_password::rules,
};
use crate::{auth::answer::answer, client_address::ClientAddress};

/// What is wrong with an address that is none.
pub(super) const NO_ADDRESS: &str = "Please type a valid email address.";

/// What the form carries.
#[derive(Deserialize)]
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

/// The form.
pub(super) async fn show(visit: Visit) -> Response {
    let known = visit.identifier().map(str::to_owned);
    if visit.identifier_first && known.is_none() {
        return identifier_first::form(&visit, Step::SignUp, StatusCode::OK, "", None);
    }
    let typed = Typed {
        email: known.unwrap_or_default(),
        state: String::new(),
        username: String::new(),
        phone_number: String::new(),
        password: Secret::default(),
    };
    form(&visit, StatusCode::OK, &typed, None)
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
    let Some(mut profile) = checked(&visit, &typed.email, &typed.username) else {
        return form(&visit, StatusCode::BAD_REQUEST, &typed, Some(NO_ADDRESS));
    };
    profile.id.clear();
    if !typed.phone_number.trim().is_empty() {
        let number = international(&typed.phone_number);
        profile
            .attributes
            .insert("phone_number".to_owned(), number.into());
    }
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
    let outcome = match engine.sign_up(order).await {
        Ok(outcome) => outcome,
        Err(error) => return failed(error),
    };
    if let Some((status, text)) = refusal(&outcome) {
        return form(&visit, status, &typed, Some(&text));
    }
    if let CreateUserOutcome::Created(user) = outcome {
        visit.site.verify(engine, *user, caller.clone());
    }
    let login = LoginRequest {
        connection: Arc::clone(&visit.connection),
        identifier: typed.email.clone(),
        password: typed.password.clone(),
        caller: caller.clone(),
        context,
    };
    match engine.login(login).await.map(answer) {
        Ok(Ok(user)) => visit.proven(&headers, &user, &caller).await,
        Ok(Err(refusal)) => form(&visit, refusal.status, &typed, Some(&refusal.description)),
        Err(error) => failed(error),
    }
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

/// A field that some connections ask for.
struct Field {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
}

const USERNAME: Field = Field {
    name: "username",
    label: "User name",
    kind: "text",
    autocomplete: "nickname",
};
const PHONE_NUMBER: Field = Field {
    name: "phone_number",
    label: "Phone number, with + and country code",
    kind: "tel",
    autocomplete: "tel",
};

impl Field {
    fn html(&self, value: &str, is_required: bool, focus: &str, mark: &str) -> String {
        let (name, kind, autocomplete) = (self.name, self.kind, self.autocomplete);
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
    let is_fixed = visit.identifier_first && !typed.email.is_empty();
    let email = if is_fixed {
        identifier_first::fixed(visit, Step::SignUp, "Email address", &typed.email)
    } else {
        format!(
            "<label for=\"email\">Email address</label>\n\
             <input id=\"email\" name=\"email\" type=\"email\" value=\"{}\" autocomplete=\"username\" autocapitalize=\"none\" \
             required autofocus{mark}>\n",
            escape(&typed.email)
        )
    };
    let fields = [&USERNAME, &PHONE_NUMBER]
        .into_iter()
        .filter_map(|field| Some((field, asked_at_sign_up(options, field.name)?)));
    let mut focus = if is_fixed { " autofocus" } else { "" };
    let mut more = String::new();
    for (field, is_required) in fields {
        let value = match field.name {
            "username" => &typed.username,
            _ => &typed.phone_number,
        };
        more.push_str(&field.html(value, is_required, std::mem::take(&mut focus), mark));
    }
    let report = PasswordPolicy::of(options).report(typed.password.expose());
    let is_judged = !typed.password.expose().is_empty();
    let body = format!(
        "{problem}<form method=\"post\" action=\"/u/signup\">\n<input type=\"hidden\" name=\"state\" value=\"{state}\">\n\
         {email}{more}\
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
