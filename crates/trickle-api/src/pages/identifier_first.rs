//! `GET` and `POST /u/login/identifier` and `/u/signup/identifier`: a first page for the identifier alone, where the tenant's prompts say
//! `identifier_first`. Whether there is such a person changes nothing of the answer: nobody is looked for before it is given.

use std::sync::Arc;

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;
use serde_json::Value;
use trickle_engine::{Engine, EngineError, LookUp};
use trickle_model::TenantId;

use super::{
    flow_page::{LoginForm, Sent, Visit, invalid, problem},
    layout::escape,
    signup,
    words::{keyboard, label, noun},
};
use crate::{
    auth::{
        authorize::{Flow, see_other},
        parameters::USERNAME_MAX_BYTES,
    },
    client_address::ClientAddress,
};

/// Under which name the store keeps `PATCH /api/v2/prompts`.
const PROMPTS: &str = "kept:/prompts";

/// Whether the tenant's prompts say so.
pub(super) async fn is_wanted(engine: &Engine, tenant: &TenantId) -> Result<bool, EngineError> {
    let prompts = engine.stored_setting(tenant, PROMPTS).await?;
    let value = prompts.and_then(|mut prompts| prompts.remove("identifier_first"));
    Ok(value == Some(Value::Bool(true)))
}

/// What the identifier is for.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// Logging in.
    Login,
    /// Signing up.
    SignUp,
}

impl Step {
    const fn path(self) -> &'static str {
        match self {
            Self::Login => "/u/login",
            Self::SignUp => "/u/signup",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Login => "Log in",
            Self::SignUp => "Sign up",
        }
    }

    /// Name of the field, as on the page that has the password too.
    const fn field(self) -> &'static str {
        match self {
            Self::Login => "username",
            Self::SignUp => "email",
        }
    }
}

/// What the form carries.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    state: String,
    #[serde(default, alias = "username", alias = "email")]
    identifier: String,
}

impl LoginForm for Typed {
    fn state(&self) -> &str {
        &self.state
    }
}

impl Visit {
    /// Who the person is by their own word: as typed on the first page, else as the application hinted.
    pub(super) fn identifier(&self) -> Option<&str> {
        let flow = &self.flow;
        let known = flow.identifier.as_deref().or(flow.login_hint.as_deref());
        known.filter(|text| !text.trim().is_empty() && text.len() <= USERNAME_MAX_BYTES)
    }

    /// On to the password.
    fn go_on(&self, step: Step, identifier: &str) -> Response {
        let flow = Flow {
            identifier: Some(identifier.to_owned()),
            ..self.flow.clone()
        };
        let state = flow.seal(self.desk.engine.store(), &self.site.tenant.id);
        see_other(&format!("{}?state={state}", step.path()))
    }
}

/// The form for logging in, also for whoever wants to change what was typed.
pub(super) async fn show(visit: Visit) -> Response {
    let known = visit.identifier().unwrap_or_default();
    form(&visit, Step::Login, StatusCode::OK, known, None)
}

/// Takes it, and leads to the password.
pub(super) async fn take(
    address: ClientAddress,
    Sent { visit, typed, .. }: Sent<Typed>,
) -> Response {
    let identifier = typed.identifier.as_str();
    if identifier.trim().is_empty() || identifier.len() > USERNAME_MAX_BYTES {
        let noun = noun(&visit.connection.options);
        let text = format!("Please type your {noun}.");
        let status = StatusCode::BAD_REQUEST;
        return form(&visit, Step::Login, status, "", Some(&text));
    }
    visit.desk.engine.look_up(LookUp {
        connection: Arc::clone(&visit.connection),
        identifier: identifier.to_owned(),
        caller: address.into_callers_own(Some(visit.client.id.clone())),
    });
    visit.go_on(Step::Login, identifier)
}

/// The form for signing up; all of it, where nobody has to have an address.
pub(super) async fn show_sign_up(visit: Visit) -> Response {
    if !signup::address_comes_first(&visit) {
        return signup::show(visit).await;
    }
    let known = visit.identifier().unwrap_or_default();
    form(&visit, Step::SignUp, StatusCode::OK, known, None)
}

/// Takes the address, and leads to the rest. Nobody is looked up: `get_user` runs when the account is made.
pub(super) async fn take_sign_up(Sent { visit, typed, .. }: Sent<Typed>) -> Response {
    let email = typed.identifier.trim();
    let is_one = (1..=USERNAME_MAX_BYTES).contains(&email.len());
    if !is_one || signup::checked(&visit, email, "").is_none() {
        let (status, text) = (StatusCode::BAD_REQUEST, Some(signup::NO_ADDRESS));
        return form(&visit, Step::SignUp, status, email, text);
    }
    visit.go_on(Step::SignUp, email)
}

/// The page for the identifier alone.
pub(super) fn form(
    visit: &Visit,
    step: Step,
    status: StatusCode,
    identifier: &str,
    text: Option<&str>,
) -> Response {
    let state = visit.state();
    let options = &visit.connection.options;
    let takes_sign_ups = options.takes_sign_ups();
    let (label, kind, keyboard, aside) = match step {
        Step::SignUp if !takes_sign_ups => return signup::nobody_can(visit),
        Step::SignUp => {
            let label = "Email address".to_owned();
            (label, "email", "email", login_link(&state))
        }
        Step::Login => {
            let aside = takes_sign_ups.then(|| sign_up_link(visit, &state));
            (
                label(options),
                "text",
                keyboard(options),
                aside.unwrap_or_default(),
            )
        }
    };
    let (path, field) = (step.path(), step.field());
    let body = format!(
        "{problem}<form method=\"post\" action=\"{path}/identifier\">\n<input type=\"hidden\" name=\"state\" value=\"{state}\">\n\
         <label for=\"{field}\">{label}</label>\n\
         <input id=\"{field}\" name=\"{field}\" value=\"{value}\" type=\"{kind}\" autocomplete=\"username\" autocapitalize=\"none\" \
         spellcheck=\"false\" inputmode=\"{keyboard}\" required autofocus{mark}>\n\
         <button type=\"submit\">Continue</button>\n</form>\n{aside}",
        problem = problem(text),
        value = escape(identifier),
        mark = invalid(text.is_some()),
    );
    visit.page(status, step.title(), body, None)
}

/// What was typed on the first page, fixed, with a way to change it. It is a field, so that password managers see whose the password is.
pub(super) fn fixed(visit: &Visit, step: Step, label: &str, identifier: &str) -> String {
    let (path, field) = (step.path(), step.field());
    format!(
        "<label for=\"{field}\">{label}</label>\n<div class=\"fixed\">\n\
         <input id=\"{field}\" name=\"{field}\" value=\"{value}\" type=\"text\" autocomplete=\"username\" readonly>\n\
         <a href=\"{path}/identifier?state={state}\" aria-label=\"Edit {noun}\">Edit</a>\n</div>\n",
        value = escape(identifier),
        state = visit.state(),
        noun = noun(&visit.connection.options),
    )
}

/// The way from a login to a sign-up.
pub(super) fn sign_up_link(visit: &Visit, state: &str) -> String {
    let first = if signup::address_comes_first(visit) {
        "/identifier"
    } else {
        ""
    };
    format!(
        "<p class=\"aside\">No account yet? <a href=\"/u/signup{first}?state={state}\">Sign up</a></p>\n"
    )
}

fn login_link(state: &str) -> String {
    format!(
        "<p class=\"aside\">Have an account? <a href=\"/u/login?state={state}\">Log in</a></p>\n"
    )
}
