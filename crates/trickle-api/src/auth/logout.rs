//! `GET /v2/logout`, and `GET` and `POST /oidc/logout` (OpenID Connect RP-Initiated Logout 1.0).

use axum::{
    body::Bytes,
    extract::{FromRequestParts, RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use serde_json::Value;
use trickle_engine::{Engine, ExchangeSubject};
use trickle_model::{ApiClient, ClientId, EventCode};

use super::{Error, authorize::see_other, parameters::Parameters, registered::covers};
use crate::{
    ApiState, client_address::ClientAddress, host::Site, pages, session_cookie, tokens::KeyRing,
};

/// Names of the parameters, which differ between the two.
struct Names {
    back: &'static str,
    state: Option<&'static str>,
}

const PLAIN: Names = Names {
    back: "returnTo",
    state: None,
};
const OIDC: Names = Names {
    back: "post_logout_redirect_uri",
    state: Some("state"),
};

/// `/v2/logout?client_id=…&returnTo=…`.
pub(crate) async fn plain(request: Request, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::from_query(query.as_deref());
    request.answer(parameters, &PLAIN).await
}

/// `/oidc/logout?id_token_hint=…&post_logout_redirect_uri=…&state=…`.
pub(crate) async fn oidc_by_query(request: Request, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::from_query(query.as_deref());
    request.answer(parameters, &OIDC).await
}

/// The same as a form.
pub(crate) async fn oidc_by_form(request: Request, body: Bytes) -> Response {
    let parameters = Parameters::parse(&request.headers, &body);
    request.answer(parameters, &OIDC).await
}

#[derive(FromRequestParts)]
#[from_request(state(ApiState))]
pub(crate) struct Request {
    site: Site,
    #[from_request(via(State))]
    engine: Engine,
    #[from_request(via(State))]
    keys: KeyRing,
    address: ClientAddress,
    headers: HeaderMap,
}

impl Request {
    /// The session ends whatever is wrong with the rest.
    async fn answer(self, parameters: Result<Parameters, Error>, names: &Names) -> Response {
        let ended = match self.end().await {
            Ok(()) => match parameters {
                Ok(parameters) => self.whereto(&parameters, names).await,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        let response = match ended {
            Ok(Some(location)) => see_other(&location),
            Ok(None) => pages::logged_out(&self.site, &self.engine).await,
            Err(error) => pages::wrong_request(&self.site, &self.engine, error).await,
        };
        session_cookie::clear(response)
    }

    async fn end(&self) -> Result<(), Error> {
        let Some(cookie) = session_cookie::get(&self.headers) else {
            return Ok(());
        };
        let tenant = &self.site.tenant.id;
        let Some(session) = self.engine.session(tenant, cookie).await? else {
            return Ok(());
        };
        self.engine.end_session(tenant, cookie).await?;
        let caller = self.address.clone().into_callers_own(None);
        let about = ExchangeSubject {
            user_name: session.user.email.clone(),
            user: Some(session.user.id),
            ..ExchangeSubject::default()
        };
        self.engine
            .log_exchange(
                tenant,
                EventCode::Logout,
                "User successfully logged out",
                &caller,
                about,
            )
            .await;
        Ok(())
    }

    /// Where the person goes on: only to what the client registered, or without a client the tenant.
    async fn whereto(
        &self,
        parameters: &Parameters,
        names: &Names,
    ) -> Result<Option<String>, Error> {
        let client = self.client(parameters).await?;
        let Some(back) = parameters.get(names.back) else {
            return Ok(client.as_ref().and_then(first_of));
        };
        let allowed = match &client {
            Some(client) => {
                let mut urls = client.settings.allowed_logout_urls();
                urls.any(|url| is_same(url, back))
            }
            None => self.tenant_allows(back).await?,
        };
        if !allowed || !back.bytes().all(|c| c.is_ascii_graphic()) {
            let caller = self
                .address
                .clone()
                .into_callers_own(client.map(|client| client.id));
            let text = "The address to return to is not registered";
            let (tenant, about) = (&self.site.tenant.id, ExchangeSubject::default());
            self.engine
                .log_exchange(tenant, EventCode::LogoutFailed, text, &caller, about)
                .await;
            return Err(Error::LogoutMismatch(names.back));
        }
        let state = names.state.and_then(|name| parameters.get(name));
        Ok(Some(match state {
            Some(state) => {
                let query = serde_urlencoded::to_string([("state", state)]).unwrap_or_default();
                let joint = if back.contains('?') { '&' } else { '?' };
                format!("{back}{joint}{query}")
            }
            None => back.to_owned(),
        }))
    }

    /// The client that asks, by its id or by the ID token that it got, which may have expired.
    async fn client(&self, parameters: &Parameters) -> Result<Option<ApiClient>, Error> {
        let tenant = &self.site.tenant.id;
        let hinted = match parameters.get("id_token_hint") {
            Some(token) => {
                let audience = self.keys.audience_of(&self.site, token).await?;
                Some(
                    audience
                        .ok_or_else(|| Error::Malformed("id_token_hint is not valid".into()))?,
                )
            }
            None => None,
        };
        let named = parameters.get("client_id");
        if let (Some(hinted), Some(named)) = (&hinted, named)
            && hinted != named
        {
            return Err(Error::Malformed(
                "client_id and id_token_hint differ".into(),
            ));
        }
        let Some(id) = hinted.as_deref().or(named) else {
            return Ok(None);
        };
        let found = self
            .engine
            .store()
            .client(tenant, &ClientId::from_text(id))
            .await?;
        let found = found.ok_or_else(|| Error::Malformed("Unknown client".into()))?;
        Ok(Some(found))
    }

    async fn tenant_allows(&self, back: &str) -> Result<bool, Error> {
        let tenant = &self.site.tenant.id;
        let settings = self.engine.stored_setting(tenant, "tenant").await?;
        let settings = settings.unwrap_or_default();
        let urls = settings
            .get("allowed_logout_urls")
            .and_then(Value::as_array);
        let mut urls = urls.into_iter().flatten().filter_map(Value::as_str);
        Ok(urls.any(|url| is_same(url, back)))
    }
}

/// Where a client that names no address is known to lead people: to the first that it registered and that leaves nothing open.
fn first_of(client: &ApiClient) -> Option<String> {
    let mut urls = client.settings.allowed_logout_urls();
    let first = urls.find(|url| !url.contains(['*', '{']))?;
    let is_sound = first.bytes().all(|c| c.is_ascii_graphic());
    is_sound.then(|| first.to_owned())
}

/// Queries and fragments are the application's own; all before them must be registered.
fn is_same(known: &str, given: &str) -> bool {
    let plain = given.split(['?', '#']).next().unwrap_or_default();
    let is_web = given.starts_with("https://") || given.starts_with("http://");
    covers(known, given) || (is_web && covers(known, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_queries_and_fragments_may_differ() {
        let known = "https://app.test/out";
        for given in [
            "https://app.test/out",
            "https://app.test/out?x=1",
            "https://app.test/out#y",
        ] {
            assert!(is_same(known, given), "{given}");
        }
        for given in [
            "https://app.test/out/",
            "https://app.test/",
            "https://app.test/out2",
            "//app.test/out",
        ] {
            assert!(!is_same(known, given), "{given}");
        }
        assert!(!is_same("https://*.app.test", "https://*.app.test"));
        let known = "https://*.app.test/out";
        assert!(is_same(known, "https://a.app.test/out?x=1"));
        assert!(!is_same(known, "https://evil.test?x=.app.test/out"));
    }
}
