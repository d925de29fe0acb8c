//! Answers that go back to the application.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use trickle_engine::Engine;
use trickle_model::origin_of;

use super::ResponseMode;
use crate::{auth::Error, host::Site, pages};

/// Where an answer goes and how.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) redirect_uri: String,
    pub(crate) mode: ResponseMode,
    /// The application's own.
    pub(crate) state: Option<String>,
}

impl Answer {
    /// An error (RFC 6749 §4.1.2.1).
    pub(crate) async fn error(
        &self,
        site: &Site,
        engine: &Engine,
        code: &str,
        description: &str,
    ) -> Response {
        self.send(
            site,
            engine,
            vec![
                ("error", code.to_owned()),
                ("error_description", description.to_owned()),
            ],
        )
        .await
    }

    /// One of our own failures is no answer to the application: the page names the request.
    pub(crate) async fn of_error(&self, site: &Site, engine: &Engine, error: Error) -> Response {
        if let Error::Failed(failure) = error {
            return failure.into_response();
        }
        let (code, description) = (error.code(), error.description());
        self.error(site, engine, code, &description).await
    }

    /// Sends pairs, with `state` and who we are (RFC 9207).
    pub(crate) async fn send(
        &self,
        site: &Site,
        engine: &Engine,
        mut pairs: Vec<(&'static str, String)>,
    ) -> Response {
        if let Some(state) = &self.state {
            pairs.push(("state", state.clone()));
        }
        pairs.push(("iss", site.issuer()));
        match self.mode {
            ResponseMode::Query | ResponseMode::Fragment => self.redirect(&pairs),
            ResponseMode::FormPost => {
                pages::form_post(site, engine, &self.redirect_uri, &pairs).await
            }
            ResponseMode::WebMessage => match origin_of(&self.redirect_uri) {
                Some(origin) => pages::web_message(site, engine, &origin, &pairs).await,
                None => self.redirect(&pairs),
            },
        }
    }

    fn redirect(&self, pairs: &[(&'static str, String)]) -> Response {
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        let uri = &self.redirect_uri;
        let location = match self.mode {
            ResponseMode::Fragment => format!("{uri}#{query}"),
            _ if uri.contains('?') => format!("{uri}&{query}"),
            _ => format!("{uri}?{query}"),
        };
        see_other(&location)
    }
}

/// After a form a browser has to change to `GET`.
pub(crate) fn see_other(location: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, location);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}
