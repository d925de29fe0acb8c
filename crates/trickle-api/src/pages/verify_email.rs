//! `GET` and `POST /u/email-verification`. Programs that look into mails follow links; so the link alone proves nothing, a person
//! has to press the button.

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use trickle_engine::{Engine, EngineError, OpenTicket, VerifyOutcome};
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

const TITLE: &str = "Confirm your email address";
const ASK_AGAIN: &str = "If your address is not confirmed yet, ask for another mail.";
const CONFIRMED: &str = "Your email was verified. You can continue using the application.";

/// What link and form carry.
#[derive(Deserialize)]
pub(super) struct Link {
    #[serde(default)]
    ticket: String,
}

/// The button.
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
        Ok(Some(open)) => button(&brand, &open, &link.ticket, None).answer(StatusCode::OK),
        Ok(None) => gone(&brand.name, ASK_AGAIN),
        Err(error) => failed(error),
    }
}

/// Confirms the address.
pub(super) async fn confirm(
    site: Site,
    State(engine): State<Engine>,
    address: ClientAddress,
    Form(link): Form<Link>,
) -> Response {
    let brand = match Brand::of(&engine, &site.tenant).await {
        Ok(brand) => brand,
        Err(error) => return failed(error),
    };
    let open = match open(&engine, &site, &link.ticket).await {
        Ok(Some(open)) => open,
        Ok(None) => return gone(&brand.name, ASK_AGAIN),
        Err(error) => return failed(error),
    };
    let caller = address.into_callers_own(None);
    match engine
        .verify_by_ticket(&site.tenant.id, &link.ticket, &caller)
        .await
    {
        Ok(VerifyOutcome::Verified) => done(&brand, &open),
        Ok(VerifyOutcome::Gone) => gone(&brand.name, ASK_AGAIN),
        Ok(VerifyOutcome::Failed(_)) => {
            let problem =
                "The address could not be confirmed at this time. Please try again later.";
            button(&brand, &open, &link.ticket, Some(problem))
                .answer(StatusCode::SERVICE_UNAVAILABLE)
        }
        Err(error) => failed(error),
    }
}

async fn open(
    engine: &Engine,
    site: &Site,
    token: &str,
) -> Result<Option<OpenTicket>, EngineError> {
    let purpose = TicketPurpose::EmailVerification;
    engine.open_ticket(&site.tenant.id, token, purpose).await
}

fn failed(error: EngineError) -> Response {
    Failure::new(Flavour::OAuth, error).into_response()
}

fn button<'a>(brand: &'a Brand, open: &OpenTicket, token: &str, problem: Option<&str>) -> Page<'a> {
    let problem = problem.map_or_else(String::new, |problem| {
        format!(
            "<p class=\"problem\" role=\"alert\">{}</p>\n",
            escape(problem)
        )
    });
    let body = format!(
        "{problem}<p>Is <strong>{email}</strong> your address?</p>\n<form method=\"post\" action=\"email-verification\">\n\
         <input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">\n<button type=\"submit\" autofocus>Confirm</button>\n</form>\n",
        email = escape(open.email.as_deref().unwrap_or_default()),
        ticket = escape(token),
    );
    Page {
        tenant: &brand.name,
        title: TITLE,
        body,
        script: None,
        logo: None,
    }
}

fn done(brand: &Brand, open: &OpenTicket) -> Response {
    let email = open.email.as_deref().filter(|_| open.includes_email);
    let url = open
        .result_url
        .as_deref()
        .and_then(|url| result_url(url, CONFIRMED, email));
    Page {
        tenant: &brand.name,
        title: "Your address is confirmed",
        body: way_on(url.as_deref()),
        script: None,
        logo: None,
    }
    .answer(StatusCode::OK)
}
