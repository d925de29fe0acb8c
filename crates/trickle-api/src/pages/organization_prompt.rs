//! A page at `/authorize` that asks for the organization. Its form sends the application's request again, with the organization.

use std::fmt::Write as _;

use axum::{http::StatusCode, response::Response};
use trickle_engine::Engine;
use trickle_model::origin_of;

use super::{
    brand::Brand,
    flow_page::{invalid, problem, way_back},
    layout::{Page, Sources, escape, guard},
};
use crate::{
    auth::{Error, parameters::Parameters},
    host::Site,
};

const FIELD: &str = "organization";

/// A request of an application that names no organization that is there.
pub(crate) struct OrganizationPrompt<'a> {
    /// One that the client registered.
    pub(crate) redirect_uri: &'a str,
    /// The request.
    pub(crate) parameters: &'a Parameters,
    /// The organization that it names.
    pub(crate) unknown: Option<&'a str>,
}

impl OrganizationPrompt<'_> {
    /// The page.
    ///
    /// # Errors
    /// The tenant's look cannot be read.
    pub(crate) async fn show(&self, site: &Site, engine: &Engine) -> Result<Response, Error> {
        let brand = Brand::of(engine, &site.tenant).await?;
        let mut fields = String::new();
        for (name, value) in self.parameters.all().filter(|(name, _)| *name != FIELD) {
            let _ = writeln!(
                fields,
                "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
                escape(name),
                escape(value)
            );
        }
        let is_unknown = self.unknown.is_some();
        let body = format!(
            "{problem}<form method=\"post\" action=\"/authorize\">\n{fields}\
             <label for=\"{FIELD}\">Name of your organization</label>\n\
             <input id=\"{FIELD}\" name=\"{FIELD}\" value=\"{value}\" type=\"text\" autocomplete=\"organization\" autocapitalize=\"none\" \
             spellcheck=\"false\" required autofocus{mark}>\n\
             <button type=\"submit\">Continue</button>\n</form>\n",
            problem = problem(is_unknown.then_some("There is no organization of this name.")),
            value = escape(self.unknown.unwrap_or_default()),
            mark = invalid(is_unknown),
        );
        let status = if is_unknown {
            StatusCode::BAD_REQUEST
        } else {
            StatusCode::OK
        };
        let mut response = Page {
            tenant: &brand.name,
            title: "Your organization",
            body,
            script: None,
            logo: brand.logo.as_deref(),
        }
        .answer(status);
        response.extensions_mut().insert(Sources {
            image: brand.logo.as_deref().and_then(origin_of),
            form: Some(way_back(self.redirect_uri)),
            frame: None,
        });
        Ok(guard(response))
    }
}
