//! Pages that bring an answer to the application without a redirect.

use std::fmt::Write as _;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use trickle_engine::{Engine, tenant_title};
use trickle_model::origin_of;

use super::layout::{Page, Sources, escape, guard};
use crate::{auth::Error, host::Site};

/// `response_mode=form_post` (OAuth 2.0 Form Post Response Mode): a form that sends itself, or by its button without JavaScript.
pub(crate) async fn form_post(
    site: &Site,
    engine: &Engine,
    uri: &str,
    pairs: &[(&'static str, String)],
) -> Response {
    let mut fields = String::new();
    for (name, value) in pairs {
        let _ = writeln!(
            fields,
            "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
            escape(value)
        );
    }
    let body = format!(
        "<form method=\"post\" action=\"{}\" data-send>\n{fields}<button type=\"submit\" autofocus>Continue</button>\n</form>\n",
        escape(uri)
    );
    let sources = Sources {
        form: origin_of(uri).map(|origin| format!("https: {origin}")),
        ..Sources::default()
    };
    answer(&name_of(site, engine).await, body, "send.js", sources)
}

/// `response_mode=web_message`: the answer for the window that opened this one or has it in a frame, if it is of `origin`.
pub(crate) async fn web_message(
    site: &Site,
    engine: &Engine,
    origin: &str,
    pairs: &[(&'static str, String)],
) -> Response {
    let mut fields = Map::new();
    for (name, value) in pairs {
        let number = value.parse::<i64>().ok().filter(|_| *name == "expires_in");
        let value = number.map_or_else(|| Value::from(value.as_str()), Value::from);
        fields.insert((*name).to_owned(), value);
    }
    let message = json!({"type": "authorization_response", "response": fields});
    let body = format!(
        "<p id=\"message\" data-message=\"{}\" data-origin=\"{}\">You can close this window.</p>\n",
        escape(&message.to_string()),
        escape(origin)
    );
    let sources = Sources {
        frame: Some(origin.to_owned()),
        ..Sources::default()
    };
    answer(&name_of(site, engine).await, body, "message.js", sources)
}

/// A request of an application that cannot be told the application: nobody knows whose it is.
pub(crate) async fn wrong_request(site: &Site, engine: &Engine, error: Error) -> Response {
    if let Error::Failed(failure) = error {
        return failure.into_response();
    }
    let text = error.description();
    let body = format!(
        "<p>The application sent you here with a request that cannot be answered.</p>\n<p class=\"problem\">{}</p>\n",
        escape(&text)
    );
    let status = error.status();
    guard(
        Page {
            tenant: &name_of(site, engine).await,
            title: "This did not work",
            body,
            script: None,
            logo: None,
        }
        .answer(status),
    )
}

/// Somebody logged out, and nothing says where to go on.
pub(crate) async fn logged_out(site: &Site, engine: &Engine) -> Response {
    guard(
        Page {
            tenant: &name_of(site, engine).await,
            title: "You are logged out",
            body: "<p>You can close this page.</p>\n".to_owned(),
            script: None,
            logo: None,
        }
        .answer(StatusCode::OK),
    )
}

/// Where the settings cannot be read, the tenant's own name will do: these pages are shown all the same.
async fn name_of(site: &Site, engine: &Engine) -> String {
    let settings = engine.stored_setting(&site.tenant.id, "tenant").await;
    let settings = settings.ok().flatten().unwrap_or_default();
    tenant_title(&site.tenant.name, &settings).unwrap_or_default()
}

fn answer(tenant: &str, body: String, script: &'static str, sources: Sources) -> Response {
    let mut response = Page {
        tenant,
        title: "Back to the application",
        body,
        script: Some(script),
        logo: None,
    }
    .answer(StatusCode::OK);
    response.extensions_mut().insert(sources);
    // These pages are not below `/u`.
    guard(response)
}
