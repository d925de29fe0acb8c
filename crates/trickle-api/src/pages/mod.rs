//! Pages for people: login, sign-up, a second factor, a new password, a proven address. They work without JavaScript; small scripts
//! only show earlier what the server would say, or save a click.

mod assets;
mod brand;
mod colour;
mod flow_page;
mod forgot_password;
mod identifier_first;
mod layout;
mod login;
mod messages;
mod mfa_otp;
mod organization_prompt;
mod reset_password;
mod signup;
mod verify_email;
mod words;

use axum::{Router, extract::DefaultBodyLimit, middleware, routing::get};

pub(crate) use colour::Shade;
pub(crate) use flow_page::{MfaOrder, connection_of};
pub(crate) use messages::{form_post, logged_out, web_message, wrong_request};
pub(crate) use organization_prompt::OrganizationPrompt;

use crate::{ApiState, v2};

/// Largest form: an address, a password and where the login came from.
const FORM_MAX_BYTES: usize = 16 << 10;

/// All pages under `/u`.
pub(crate) fn routes() -> Router<ApiState> {
    Router::new()
        .route("/login", get(login::show).post(login::log_in))
        .route(
            "/login/identifier",
            get(identifier_first::show).post(identifier_first::take),
        )
        .route("/signup", get(signup::show).post(signup::sign_up))
        .route(
            "/signup/identifier",
            get(identifier_first::show_sign_up).post(identifier_first::take_sign_up),
        )
        .route(
            "/forgot-password",
            get(forgot_password::show).post(forgot_password::send),
        )
        .route("/mfa-otp", get(mfa_otp::show).post(mfa_otp::check))
        .route(
            "/reset-password",
            get(reset_password::show).post(reset_password::change),
        )
        .route(
            "/email-verification",
            get(verify_email::show).post(verify_email::confirm),
        )
        .route("/exports/{token}/{file}", get(v2::download_export))
        .route("/theme.css", get(brand::theme))
        .merge(assets::routes())
        .layer(DefaultBodyLimit::max(FORM_MAX_BYTES))
        .layer(middleware::map_response(async |response| {
            layout::guard(response)
        }))
}
