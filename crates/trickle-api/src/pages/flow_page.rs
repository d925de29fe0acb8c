//! What the pages of a login have in common: the flow behind them, their frame, their end.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Form,
    extract::{FromRef, FromRequest, FromRequestParts, Query, Request},
    http::{HeaderMap, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use trickle_engine::{Caller, Engine, EngineError, MfaChallenge, session_id};
use trickle_model::{ApiClient, Connection, ConnectionId, User, origin_of};
use trickle_store::{LoginBasis, Store, Tenant};

use super::{
    brand::Brand,
    identifier_first,
    layout::{Page, Sources, escape},
};
use crate::{
    ApiState,
    auth::{
        Error,
        authorize::{Flow, Proof, finish, see_other},
        organization,
    },
    failure::{Failure, Flavour},
    host::Site,
    session_cookie,
    tokens::KeyRing,
};

/// What the handlers of login pages work with.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) engine: Engine,
    pub(super) keys: KeyRing,
}

impl FromRef<ApiState> for Desk {
    fn from_ref(state: &ApiState) -> Self {
        Self {
            engine: Engine::from_ref(state),
            keys: KeyRing::from_ref(state),
        }
    }
}

/// What links to these pages carry.
#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    state: String,
}

/// What a form of a login carries.
pub(super) trait LoginForm: DeserializeOwned + Send {
    /// `state`, as the form has it.
    fn state(&self) -> &str;
}

/// A form that somebody sent, and the login that it belongs to.
pub(super) struct Sent<T> {
    pub(super) visit: Visit,
    pub(super) headers: HeaderMap,
    pub(super) typed: T,
}

impl<T: LoginForm> FromRequest<ApiState> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let site = Site::from_request_parts(&mut parts, state).await;
        let site = site.map_err(IntoResponse::into_response)?;
        let headers = parts.headers.clone();
        let request = Request::from_parts(parts, body);
        let form = <Form<T>>::from_request(request, state).await;
        let Form(typed) = form.map_err(IntoResponse::into_response)?;
        let desk = Desk::from_ref(state);
        let visit = Visit::open(site, desk, typed.state(), &headers).await?;
        Ok(Self {
            visit,
            headers,
            typed,
        })
    }
}

/// A login under way, and all that it is about.
pub(super) struct Visit {
    pub(super) site: Site,
    pub(super) desk: Desk,
    pub(super) flow: Flow,
    pub(super) client: ApiClient,
    pub(super) connection: Arc<Connection>,
    pub(super) brand: Brand,
    /// Whether the tenant wants the identifier on a page of its own.
    pub(super) identifier_first: bool,
}

/// The login that a link leads to.
impl FromRequestParts<ApiState> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        let site = Site::from_request_parts(parts, state).await;
        let site = site.map_err(IntoResponse::into_response)?;
        let link = Query::<Link>::from_request_parts(parts, state).await;
        let Query(link) = link.map_err(IntoResponse::into_response)?;
        Self::open(site, Desk::from_ref(state), &link.state, &parts.headers).await
    }
}

impl Visit {
    /// The flow of a `state`, or the page that says that there is none.
    async fn open(
        site: Site,
        desk: Desk,
        state: &str,
        headers: &HeaderMap,
    ) -> Result<Self, Response> {
        let engine = &desk.engine;
        let now = engine.clock().now();
        let tenant = &site.tenant.id;
        let brand = Brand::of(engine, &site.tenant).await.map_err(failed)?;
        let Some(flow) = Flow::open(engine.store(), tenant, state, headers, now) else {
            return Err(expired(&brand));
        };
        let client = engine.store().client(tenant, &flow.client).await;
        let client = client.map_err(Error::from).map_err(Error::into_response)?;
        let Some(client) = client else {
            return Err(expired(&brand));
        };
        let name = flow.connection.as_deref().unwrap_or_default();
        let connection = engine.store().connection_by_name(tenant, name).await;
        let connection = connection
            .map_err(Error::from)
            .map_err(Error::into_response)?;
        let connection = connection.filter(|one| one.serves(&client.id));
        let Some(connection) = connection else {
            return Err(no_connection(&brand));
        };
        let identifier_first = identifier_first::is_wanted(engine, tenant).await;
        Ok(Self {
            identifier_first: identifier_first.map_err(failed)?,
            connection: Arc::new(connection),
            site,
            desk,
            flow,
            client,
            brand,
        })
    }

    /// `state` of links and forms.
    pub(super) fn state(&self) -> String {
        self.flow
            .seal(self.desk.engine.store(), &self.site.tenant.id)
    }

    /// `context` of scripts: the organization for which somebody logs in or signs up.
    pub(super) async fn context(&self) -> Result<Map<String, Value>, Error> {
        let Some(id) = &self.flow.organization else {
            return Ok(Map::new());
        };
        let store = self.desk.engine.store();
        let found = store.organization(&self.site.tenant.id, id).await?;
        Ok(organization::context(found.as_ref()))
    }

    /// A page of this login.
    pub(super) fn page(
        &self,
        status: StatusCode,
        title: &str,
        body: String,
        script: Option<&'static str>,
    ) -> Response {
        let mut response = Page {
            tenant: &self.brand.name,
            title,
            body,
            script,
            logo: self.brand.logo.as_deref(),
        }
        .answer(status);
        response.extensions_mut().insert(Sources {
            image: self.brand.logo.as_deref().and_then(origin_of),
            form: Some(way_back(&self.flow.redirect_uri)),
            frame: None,
        });
        response
    }

    /// The password was right: a second factor, or the way back.
    pub(super) async fn proven(
        &self,
        headers: &HeaderMap,
        (user, by): (&User, &LoginBasis),
        caller: &Caller,
    ) -> Response {
        match self.second_step((user, by), caller).await {
            Ok(Some(page)) => page,
            Ok(None) => {
                let through = &self.connection.id;
                self.done(headers, (user, by), through, false).await
            }
            Err(Error::Login(_)) => self.overtaken(),
            Err(error) => error.into_response(),
        }
    }

    async fn second_step(
        &self,
        (user, by): (&User, &LoginBasis),
        caller: &Caller,
    ) -> Result<Option<Response>, Error> {
        let engine = &self.desk.engine;
        if !engine.needs_second_factor(user).await? {
            return Ok(None);
        }
        let order = MfaOrder {
            client: &self.client,
            connection: &self.connection.id,
            user,
            by,
        };
        order
            .begin(&self.site, engine, &self.flow, caller)
            .await
            .map(Some)
    }

    /// Begins the session of the connection through which the password was proven, and leads back to the application.
    pub(super) async fn done(
        &self,
        headers: &HeaderMap,
        (user, by): (&User, &LoginBasis),
        through: &ConnectionId,
        with_second_factor: bool,
    ) -> Response {
        let engine = &self.desk.engine;
        let old = session_cookie::get(headers);
        let begun = engine
            .begin_session(
                &self.site.tenant.id,
                &user.id,
                through,
                with_second_factor,
                old,
                by,
            )
            .await;
        let cookie = match begun {
            Ok(Some(cookie)) => cookie,
            Ok(None) => return self.overtaken(),
            Err(error) => return failed(error),
        };
        let proof = Proof {
            by,
            authenticated_at: engine.clock().now().as_millisecond(),
            with_second_factor,
            session: session_id(&cookie),
        };
        let response = finish(
            &self.site,
            engine,
            &self.desk.keys,
            &self.client,
            &self.flow,
            user,
            proof,
        )
        .await;
        session_cookie::set(response, &cookie)
    }

    /// The account changed while the person logged in.
    fn overtaken(&self) -> Response {
        let body = "<p>Your account was changed while you logged in. Please go back to the application and log in once more.</p>\n";
        let (status, title) = (StatusCode::SERVICE_UNAVAILABLE, "Please log in again");
        self.page(status, title, body.to_owned(), None)
    }
}

/// A login that needs a second factor.
pub(crate) struct MfaOrder<'a> {
    pub(crate) client: &'a ApiClient,
    pub(crate) connection: &'a ConnectionId,
    pub(crate) user: &'a User,
    /// On what the login rests.
    pub(crate) by: &'a LoginBasis,
}

impl MfaOrder<'_> {
    /// Leads to the page that asks for it.
    pub(crate) async fn begin(
        &self,
        site: &Site,
        engine: &Engine,
        flow: &Flow,
        caller: &Caller,
    ) -> Result<Response, Error> {
        let challenge = MfaChallenge {
            client: self.client.id.clone(),
            connection: self.connection.clone(),
            authorization: trickle_engine::Authorization::default(),
        };
        let token = engine
            .challenge(self.user, &challenge, self.by, caller)
            .await?;
        let token = token.ok_or_else(Error::overtaken)?;
        let next = Flow {
            mfa_token: Some(token.expose().to_owned()),
            ..flow.clone()
        };
        let state = next.seal(engine.store(), &site.tenant.id);
        Ok(see_other(&format!("/u/mfa-otp?state={state}")))
    }
}

/// The connection of a client where none is named: the tenant's default one, else the oldest that serves the client.
pub(crate) async fn connection_of(
    store: &Store,
    tenant: &Tenant,
    client: &ApiClient,
) -> Result<Option<Arc<Connection>>, Error> {
    if let Some(name) = &tenant.default_directory {
        let found = store.connection_by_name(&tenant.id, name).await?;
        if let Some(found) = found.filter(|found| found.serves(&client.id)) {
            return Ok(Some(Arc::new(found)));
        }
    }
    let oldest = store.oldest_connection_of(&tenant.id, &client.id);
    Ok(oldest.await?.map(Arc::new))
}

/// For `form-action`: browsers also look at where the answer to a form redirects, and applications redirect further.
pub(super) fn way_back(redirect_uri: &str) -> String {
    match origin_of(redirect_uri) {
        Some(origin) if origin.starts_with("http://") => format!("https: {origin}"),
        Some(_) => "https:".to_owned(),
        None => {
            let scheme = redirect_uri
                .split_once(':')
                .map_or("", |(scheme, _)| scheme);
            format!("https: {scheme}:")
        }
    }
}

/// A problem above a form.
pub(super) fn problem(text: Option<&str>) -> String {
    let mut html = String::new();
    if let Some(text) = text {
        let _ = writeln!(
            html,
            "<p class=\"problem\" id=\"problem\" role=\"alert\">{}</p>",
            escape(text)
        );
    }
    html
}

/// For fields whose form has a problem.
pub(super) const fn invalid(has_problem: bool) -> &'static str {
    if has_problem {
        " aria-invalid=\"true\" aria-describedby=\"problem\""
    } else {
        ""
    }
}

pub(super) fn failed(error: EngineError) -> Response {
    Failure::new(Flavour::OAuth, error).into_response()
}

fn expired(brand: &Brand) -> Response {
    Page {
        tenant: &brand.name,
        title: "This page has expired",
        body: "<p>Please go back to the application and log in from there.</p>\n".to_owned(),
        script: None,
        logo: None,
    }
    .answer(StatusCode::BAD_REQUEST)
}

fn no_connection(brand: &Brand) -> Response {
    Page {
        tenant: &brand.name,
        title: "There is no way to log in",
        body: "<p>No database is enabled for this application. Please contact its administrator.</p>\n"
            .to_owned(),
        script: None,
        logo: None,
    }
    .answer(StatusCode::FORBIDDEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_lead_to_the_application_and_on() {
        assert_eq!(way_back("https://app.test/cb"), "https:");
        assert_eq!(
            way_back("http://localhost:3000/cb"),
            "https: http://localhost:3000"
        );
        assert_eq!(way_back("com.example.app://cb"), "https: com.example.app:");
    }
}
