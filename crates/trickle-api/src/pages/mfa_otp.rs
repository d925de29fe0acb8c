//! `GET` and `POST /u/mfa-otp`: the second factor after the password.

use axum::{
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use trickle_engine::OtpOutcome;

use super::flow_page::{LoginForm, Sent, Visit, invalid, problem};
use crate::{auth::Error, client_address::ClientAddress};

/// What the form carries.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    state: String,
    #[serde(default)]
    otp: String,
}

impl LoginForm for Typed {
    fn state(&self) -> &str {
        &self.state
    }
}

/// The form.
pub(super) async fn show(visit: Visit) -> Response {
    form(&visit, StatusCode::OK, None)
}

/// Judges the one-time password.
pub(super) async fn check(
    address: ClientAddress,
    Sent {
        visit,
        headers,
        typed,
    }: Sent<Typed>,
) -> Response {
    match judge(&visit, &headers, address, &typed).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn judge(
    visit: &Visit,
    headers: &HeaderMap,
    address: ClientAddress,
    typed: &Typed,
) -> Result<Response, Error> {
    let engine = &visit.desk.engine;
    let token = visit.flow.mfa_token.as_deref().unwrap_or_default();
    let (tenant, client) = (&visit.site.tenant.id, &visit.client.id);
    let open = engine.open_challenge(tenant, client, token).await?;
    let Some((user, challenge, by)) = open else {
        return Ok(too_late(visit));
    };
    let caller = address.into_callers_own(Some(client.clone()));
    let code: String = typed.otp.split_whitespace().collect();
    match engine.check_otp(&user, &code, &caller).await? {
        OtpOutcome::Right => {}
        OtpOutcome::Wrong => {
            let text = "This code is wrong, or was used already. Please type the present one.";
            return Ok(form(visit, StatusCode::FORBIDDEN, Some(text)));
        }
        OtpOutcome::Throttled => {
            let text = "Too many wrong codes. Please try again in a few minutes.";
            return Ok(form(visit, StatusCode::TOO_MANY_REQUESTS, Some(text)));
        }
    }
    if !engine.close_challenge(tenant, token).await? {
        return Ok(too_late(visit));
    }
    // The page may be of another one: a login ticket is of the connection where it was got.
    let through = &challenge.connection;
    Ok(visit.done(headers, (&user, &by), through, true).await)
}

fn too_late(visit: &Visit) -> Response {
    let body = "<p>The time for the code is over. Please go back to the application and log in once more.</p>\n";
    let title = "Please log in again";
    visit.page(StatusCode::BAD_REQUEST, title, body.to_owned(), None)
}

fn form(visit: &Visit, status: StatusCode, text: Option<&str>) -> Response {
    let body = format!(
        "{problem}<p>Your authenticator application shows a code of six digits for this account.</p>\n\
         <form method=\"post\" action=\"/u/mfa-otp\">\n<input type=\"hidden\" name=\"state\" value=\"{state}\">\n\
         <label for=\"otp\">Code</label>\n\
         <input id=\"otp\" name=\"otp\" type=\"text\" inputmode=\"numeric\" autocomplete=\"one-time-code\" required autofocus{mark}>\n\
         <button type=\"submit\">Continue</button>\n</form>\n",
        problem = problem(text),
        state = visit.state(),
        mark = invalid(text.is_some()),
    );
    visit.page(status, "Type the code", body, None)
}
