//! `GET` and `POST /u/login`.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use trickle_engine::LoginRequest;
use trickle_model::Secret;

use super::{
    flow_page::{LoginForm, Sent, Visit, failed, invalid, problem},
    identifier_first::{self, Step},
    layout::escape,
    words::{keyboard, label, noun},
};
use crate::{
    auth::{
        answer::{Refusal, kept_answer},
        parameters::{PASSWORD_MAX_BYTES, USERNAME_MAX_BYTES},
    },
    client_address::ClientAddress,
};

/// What the form carries.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    state: String,
    #[serde(default)]
    username: String,
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
    match visit.identifier() {
        None if visit.identifier_first => {
            identifier_first::form(&visit, Step::Login, StatusCode::OK, "", None)
        }
        known => form(&visit, StatusCode::OK, known.unwrap_or_default(), None),
    }
}

/// Logs the person in.
pub(super) async fn log_in(
    address: ClientAddress,
    Sent {
        visit,
        headers,
        typed,
    }: Sent<Typed>,
) -> Response {
    let length = typed.password.expose().len();
    if typed.username.len() > USERNAME_MAX_BYTES || !(1..=PASSWORD_MAX_BYTES).contains(&length) {
        let noun = noun(&visit.connection.options);
        let text = format!("Please type your {noun} and your password.");
        let username = visit.identifier().unwrap_or_default();
        return form(&visit, StatusCode::BAD_REQUEST, username, Some(&text));
    }
    let caller = address.into_callers_own(Some(visit.client.id.clone()));
    let context = match visit.context().await {
        Ok(context) => context,
        Err(error) => return error.into_response(),
    };
    let login = LoginRequest {
        connection: Arc::clone(&visit.connection),
        identifier: typed.username.clone(),
        password: typed.password,
        caller: caller.clone(),
        context,
    };
    match visit.desk.engine.login(login).await.map(kept_answer) {
        Ok(Ok((user, by))) => visit.proven(&headers, (&user, &by), &caller).await,
        Ok(Err(refusal)) => refused(&visit, &typed.username, &refusal),
        Err(error) => failed(error),
    }
}

fn refused(visit: &Visit, username: &str, refusal: &Refusal) -> Response {
    let mut text = refusal.description.clone();
    if refusal.error == "unauthorized" && text == "user is blocked" {
        "Your account is blocked. Please contact the administrator.".clone_into(&mut text);
    }
    let mut response = form(visit, refusal.status, username, Some(&text));
    if let Some(seconds) = refusal.retry_after_seconds {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn form(visit: &Visit, status: StatusCode, username: &str, text: Option<&str>) -> Response {
    let state = visit.state();
    let links = links(visit, &state);
    let focus = |is_here: bool| if is_here { " autofocus" } else { "" };
    let options = &visit.connection.options;
    let label = label(options);
    let identifier = if visit.identifier_first && !username.is_empty() {
        identifier_first::fixed(visit, Step::Login, &label, username)
    } else {
        format!(
            "<label for=\"username\">{label}</label>\n\
             <input id=\"username\" name=\"username\" type=\"text\" value=\"{username}\" autocomplete=\"username\" \
             autocapitalize=\"none\" spellcheck=\"false\" inputmode=\"{keyboard}\" required{first}{invalid}>\n",
            keyboard = keyboard(options),
            username = escape(username),
            first = focus(username.is_empty()),
            invalid = invalid(text.is_some()),
        )
    };
    let body = format!(
        "{problem}<form method=\"post\" action=\"/u/login\">\n<input type=\"hidden\" name=\"state\" value=\"{state}\">\n\
         {identifier}<label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required{second}{invalid}>\n\
         <label class=\"show\" hidden><input id=\"show\" type=\"checkbox\"> Show password</label>\n\
         <button type=\"submit\">Log in</button>\n</form>\n{links}",
        problem = problem(text),
        second = focus(!username.is_empty()),
        invalid = invalid(text.is_some()),
    );
    visit.page(status, "Log in", body, Some("show.js"))
}

fn links(visit: &Visit, state: &str) -> String {
    let options = &visit.connection.options;
    let mut links = String::new();
    if !options.flag("disable_self_service_change_password") {
        links.push_str(&format!(
            "<p class=\"aside\"><a href=\"/u/forgot-password?state={state}\">Forgot your password?</a></p>\n"
        ));
    }
    if options.takes_sign_ups() {
        links.push_str(&identifier_first::sign_up_link(visit, state));
    }
    links
}
