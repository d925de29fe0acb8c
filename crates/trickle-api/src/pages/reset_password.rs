//! `GET` and `POST /u/reset-password`.

use std::fmt::Write as _;

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use trickle_engine::{Engine, EngineError, OpenTicket, PasswordOutcome, PasswordPolicy, Report};
use trickle_model::Secret;
use trickle_store::TicketPurpose;

use super::{
    brand::Brand,
    layout::{Page, escape, gone, result_url, way_on},
};
use crate::{
    client_address::ClientAddress,
    failure::{Failure, Flavour},
    host::Site,
};

const TITLE: &str = "Choose a new password";
const ASK_AGAIN: &str = "Ask for a new password once more where you log in.";
const DIFFERS: &str = "The two passwords differ.";
const CHANGED: &str = "You can now login to the application with the new password.";

/// What a link carries.
#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    ticket: String,
}

/// What the form carries.
#[derive(Deserialize)]
pub(super) struct Choice {
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    password: Secret,
    #[serde(default)]
    again: Secret,
}

/// The form.
pub(super) async fn show(
    site: Site,
    State(engine): State<Engine>,
    Query(link): Query<Link>,
) -> Response {
    let brand = match Brand::of(&engine, &site.tenant).await {
        Ok(brand) => brand,
        Err(error) => return failed(error),
    };
    match open(&engine, &site, &link.ticket).await {
        Ok(Some((open, policy))) => {
            let report = policy.report("");
            form(&brand, &open, &link.ticket, &report, None).answer(StatusCode::OK)
        }
        Ok(None) => gone(&brand.name, ASK_AGAIN),
        Err(failed) => failed,
    }
}

/// Sets the password.
pub(super) async fn change(
    site: Site,
    State(engine): State<Engine>,
    address: ClientAddress,
    Form(choice): Form<Choice>,
) -> Response {
    let brand = match Brand::of(&engine, &site.tenant).await {
        Ok(brand) => brand,
        Err(error) => return failed(error),
    };
    let (open, policy) = match open(&engine, &site, &choice.ticket).await {
        Ok(Some(found)) => found,
        Ok(None) => return gone(&brand.name, ASK_AGAIN),
        Err(failed) => return failed,
    };
    if choice.password != choice.again {
        let report = policy.report("");
        let page = form(&brand, &open, &choice.ticket, &report, Some(DIFFERS));
        return page.answer(StatusCode::BAD_REQUEST);
    }
    let caller = address.into_callers_own(None);
    let tenant = &site.tenant.id;
    let changed = engine
        .change_password_by_ticket(tenant, &choice.ticket, choice.password.clone(), caller)
        .await;
    let outcome = match changed {
        Ok(outcome) => outcome,
        Err(error) => return failed(error),
    };
    if matches!(outcome, PasswordOutcome::Gone) {
        return gone(&brand.name, ASK_AGAIN);
    }
    let Some((status, problem)) = problem(&outcome) else {
        return done(&brand, &open);
    };
    let report = policy.report(choice.password.expose());
    form(&brand, &open, &choice.ticket, &report, Some(&problem)).answer(status)
}

/// What the person is told, if it did not work.
fn problem(outcome: &PasswordOutcome) -> Option<(StatusCode, String)> {
    let text = str::to_owned;
    Some(match outcome {
        PasswordOutcome::Changed | PasswordOutcome::Gone => return None,
        PasswordOutcome::BadPassword(breach) => (
            StatusCode::BAD_REQUEST,
            format!("{}. Please choose another one.", breach.message()),
        ),
        PasswordOutcome::Refused(error) => (StatusCode::BAD_REQUEST, error.message.clone()),
        PasswordOutcome::Conflict => (
            StatusCode::CONFLICT,
            text("The password could not be changed: another account has this address."),
        ),
        PasswordOutcome::NotChanged | PasswordOutcome::ScriptFailed(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            text("The password could not be changed. Please contact the administrator."),
        ),
        PasswordOutcome::LegacyStoreDown(..) | PasswordOutcome::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            text("The password could not be changed at this time. Please try again in a moment."),
        ),
    })
}

async fn open(
    engine: &Engine,
    site: &Site,
    token: &str,
) -> Result<Option<(OpenTicket, PasswordPolicy)>, Response> {
    let tenant = &site.tenant.id;
    let opened = engine
        .open_ticket(tenant, token, TicketPurpose::PasswordChange)
        .await;
    let Some(open) = opened.map_err(failed)? else {
        return Ok(None);
    };
    let connection = engine.store().connection(tenant, open.connection()).await;
    let connection =
        connection.map_err(|error| Failure::new(Flavour::OAuth, error).into_response())?;
    Ok(connection.map(|connection| (open, PasswordPolicy::of(&connection.options))))
}

fn failed(error: EngineError) -> Response {
    Failure::new(Flavour::OAuth, error).into_response()
}

fn done(brand: &Brand, open: &OpenTicket) -> Response {
    let email = open.email.as_deref().filter(|_| open.includes_email);
    let url = open
        .result_url
        .as_deref()
        .and_then(|url| result_url(url, CHANGED, email));
    Page {
        tenant: &brand.name,
        title: "Your password has changed",
        body: format!(
            "<p>From now on you log in with the new password.</p>\n{}",
            way_on(url.as_deref())
        ),
        script: None,
        logo: None,
    }
    .answer(StatusCode::OK)
}

fn form<'a>(
    brand: &'a Brand,
    open: &OpenTicket,
    token: &str,
    report: &Report,
    problem: Option<&str>,
) -> Page<'a> {
    let mut body = String::new();
    if let Some(email) = &open.email {
        let _ = writeln!(body, "<p>For <strong>{}</strong></p>", escape(email));
    }
    if let Some(problem) = problem {
        let _ = writeln!(
            body,
            "<p class=\"problem\" id=\"problem\" role=\"alert\">{}</p>",
            escape(problem)
        );
    }
    let invalid = if problem.is_some() {
        " aria-invalid=\"true\" aria-describedby=\"problem rules\""
    } else {
        " aria-describedby=\"rules\""
    };
    let _ = write!(
        body,
        "<form method=\"post\" action=\"reset-password\">\n<input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">\n\
         <input type=\"text\" name=\"username\" value=\"{email}\" autocomplete=\"username\" hidden>\n\
         <label for=\"password\">New password</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"new-password\" required autofocus{invalid}>\n\
         {rules}\
         <label for=\"again\">New password again</label>\n\
         <input id=\"again\" name=\"again\" type=\"password\" autocomplete=\"new-password\" required data-differs=\"{DIFFERS}\">\n\
         <label class=\"show\" hidden><input id=\"show\" type=\"checkbox\"> Show passwords</label>\n\
         <button type=\"submit\">Set the new password</button>\n</form>\n",
        ticket = escape(token),
        email = escape(open.email.as_deref().unwrap_or_default()),
        rules = rules(report, problem.is_some()),
    );
    Page {
        tenant: &brand.name,
        title: TITLE,
        body,
        script: Some("policy.js"),
        logo: None,
    }
}

/// The rules as a list; `is_judged` where a password was typed.
pub(super) fn rules(report: &Report, is_judged: bool) -> String {
    let class = |verified: bool| match (is_judged, verified) {
        (false, _) => "",
        (true, true) => " class=\"kept\"",
        (true, false) => " class=\"broken\"",
    };
    let mut list = String::from("<ul class=\"rules\" id=\"rules\">\n");
    for rule in &report.rules {
        let value = rule
            .format
            .first()
            .map_or_else(String::new, ToString::to_string);
        let _ = write!(
            list,
            "<li data-rule=\"{}\" data-value=\"{value}\"{}>{}",
            rule.code,
            class(rule.verified),
            escape(&rule.text())
        );
        if !rule.items.is_empty() {
            list.push_str("\n<ul>\n");
            for item in &rule.items {
                let class = if is_judged && item.verified {
                    " class=\"kept\""
                } else {
                    ""
                };
                let _ = writeln!(
                    list,
                    "<li data-kind=\"{}\"{class}>{}</li>",
                    item.code,
                    escape(item.message)
                );
            }
            list.push_str("</ul>\n");
        }
        list.push_str("</li>\n");
    }
    list.push_str("</ul>\n");
    list
}
