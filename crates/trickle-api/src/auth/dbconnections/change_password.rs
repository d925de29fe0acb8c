//! `POST /dbconnections/change_password`.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use trickle_engine::{Engine, ForgotPassword};

use super::{Error, input::Input};
use crate::{auth::parameters::USERNAME_MAX_BYTES, client_address::ClientAddress, host::Site};

/// Told to everybody.
const SENT: &str = "We've just sent you an email to reset your password.";

/// Sends a link to choose a new password, if there is such a user: neither answer nor time tell.
pub(crate) async fn handler(
    site: Site,
    State(engine): State<Engine>,
    address: ClientAddress,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let input = Input::parse(&headers, &body)?;
    let (connection, client) = input.connection(&site, engine.store()).await?;
    let email = match input.text("email")? {
        Some(email) => email,
        None => input
            .required("username")
            .map_err(|_| Error::invalid("email", "missing email parameter"))?,
    };
    if email.len() > USERNAME_MAX_BYTES {
        return Err(Error::invalid("email", "email is too long"));
    }
    if connection
        .options
        .flag("disable_self_service_change_password")
    {
        return Err(Error::SelfServiceDisabled);
    }
    engine.forgot_password(ForgotPassword {
        connection: Arc::new(connection),
        tenant: site.tenant.name.clone(),
        email: email.to_owned(),
        host: site.link_host.clone(),
        caller: address.into_callers_own(client),
    });
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok((kind, SENT).into_response())
}
