//! `GET` and `POST /u/forgot-password`.

use std::sync::Arc;

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;
use trickle_engine::ForgotPassword;

use super::{
    flow_page::{LoginForm, Sent, Visit, invalid, problem},
    layout::escape,
};
use crate::{auth::parameters::USERNAME_MAX_BYTES, client_address::ClientAddress};

const TITLE: &str = "Forgot your password?";

/// What the form carries.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    state: String,
    #[serde(default)]
    email: String,
}

impl LoginForm for Typed {
    fn state(&self) -> &str {
        &self.state
    }
}

/// The form.
pub(super) async fn show(visit: Visit) -> Response {
    let known = visit.identifier().unwrap_or_default();
    form(&visit, StatusCode::OK, known, None)
}

/// Sends the mail, if there is such a user: neither page nor time tell.
pub(super) async fn send(
    address: ClientAddress,
    Sent { visit, typed, .. }: Sent<Typed>,
) -> Response {
    let email = typed.email.trim();
    if email.is_empty() || email.len() > USERNAME_MAX_BYTES {
        let text = "Please type your email address.";
        return form(&visit, StatusCode::BAD_REQUEST, "", Some(text));
    }
    if is_disabled(&visit) {
        return form(&visit, StatusCode::FORBIDDEN, "", None);
    }
    visit.desk.engine.forgot_password(ForgotPassword {
        connection: Arc::clone(&visit.connection),
        tenant: visit.site.tenant.name.clone(),
        email: email.to_owned(),
        host: visit.site.link_host.clone(),
        caller: address.into_callers_own(Some(visit.client.id.clone())),
    });
    let body = format!(
        "<p>If there is an account for <strong>{}</strong>, a mail with a link to choose a new password is on its way.</p>\n{}",
        escape(email),
        back(&visit.state())
    );
    visit.page(StatusCode::OK, "Please look into your mails", body, None)
}

fn is_disabled(visit: &Visit) -> bool {
    let options = &visit.connection.options;
    options.flag("disable_self_service_change_password")
}

fn form(visit: &Visit, status: StatusCode, email: &str, text: Option<&str>) -> Response {
    let state = visit.state();
    if is_disabled(visit) {
        let body = format!(
            "<p>Passwords cannot be changed here. Please contact the administrator.</p>\n{}",
            back(&state)
        );
        return visit.page(StatusCode::FORBIDDEN, TITLE, body, None);
    }
    let body = format!(
        "{problem}<p>We send you a link to choose a new one.</p>\n\
         <form method=\"post\" action=\"/u/forgot-password\">\n<input type=\"hidden\" name=\"state\" value=\"{state}\">\n\
         <label for=\"email\">Email address</label>\n\
         <input id=\"email\" name=\"email\" type=\"text\" value=\"{email}\" autocomplete=\"username\" autocapitalize=\"none\" \
         spellcheck=\"false\" inputmode=\"email\" required autofocus{mark}>\n\
         <button type=\"submit\">Send the link</button>\n</form>\n{back}",
        problem = problem(text),
        email = escape(email),
        mark = invalid(text.is_some()),
        back = back(&state),
    );
    visit.page(status, TITLE, body, None)
}

fn back(state: &str) -> String {
    format!("<p class=\"aside\"><a href=\"/u/login?state={state}\">Back to the login</a></p>\n")
}
