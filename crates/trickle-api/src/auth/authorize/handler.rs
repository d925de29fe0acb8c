//! The endpoint itself.

use axum::{
    body::Bytes,
    extract::{FromRequestParts, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header::SET_COOKIE},
    response::Response,
};
use trickle_engine::{Engine, ExchangeSubject, LoginTicket, Session, session_id};
use trickle_model::{ApiClient, EventCode, User};

use super::{
    Flow, FlowCookie, choice,
    grant::{Proof, finish},
    request::{self, Asked, Prompt, Return},
    respond::see_other,
};
use crate::{
    ApiState,
    auth::{Error, invitation, organization, parameters::Parameters, target},
    client_address::ClientAddress,
    host::Site,
    pages::{self, MfaOrder},
    session_cookie,
    tokens::KeyRing,
};

/// `GET`.
pub(crate) async fn by_query(endpoint: Endpoint, RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::from_query(query.as_deref());
    endpoint.answer(parameters).await
}

/// `POST` (OpenID Connect Core §3.1.2.1).
pub(crate) async fn by_form(endpoint: Endpoint, body: Bytes) -> Response {
    let parameters = Parameters::parse(&endpoint.headers, &body);
    endpoint.answer(parameters).await
}

#[derive(FromRequestParts)]
#[from_request(state(ApiState))]
pub(crate) struct Endpoint {
    site: Site,
    #[from_request(via(State))]
    engine: Engine,
    #[from_request(via(State))]
    keys: KeyRing,
    address: ClientAddress,
    headers: HeaderMap,
}

impl Endpoint {
    async fn answer(self, parameters: Result<Parameters, Error>) -> Response {
        let parameters = match parameters {
            Ok(parameters) => parameters,
            Err(error) => return pages::wrong_request(&self.site, &self.engine, error).await,
        };
        let back = match request::whereto(&self.site, &self.engine, &parameters).await {
            Ok(back) => back,
            Err(error) => return pages::wrong_request(&self.site, &self.engine, error).await,
        };
        match self.go_on(&back, &parameters).await {
            Ok(response) => response,
            Err(error) => {
                request::error_answer(&back, &parameters)
                    .of_error(&self.site, &self.engine, error)
                    .await
            }
        }
    }

    async fn go_on(&self, back: &Return, parameters: &Parameters) -> Result<Response, Error> {
        let asked = request::asked(back, parameters)?;
        if let Some(page) =
            choice::organization_page(&self.site, &self.engine, back, parameters, &asked).await?
        {
            return Ok(page);
        }
        let cookie = FlowCookie::of(&self.headers);
        let flow = self.flow(back, parameters, &asked, &cookie).await?;
        let client = &back.client;
        if let Some(ticket) = parameters.get("login_ticket") {
            let response = self.by_ticket(client, &flow, ticket).await?;
            return Ok(with_cookie(response, &cookie));
        }
        // An invitation is for one address, and whoever is logged in here may have another.
        if asked.prompt != Prompt::Login
            && flow.invitation.is_none()
            && let Some(session) = self.session(client, &flow, &asked).await?
        {
            let proof = Proof {
                by: &session.by,
                authenticated_at: session.authenticated_at.as_millisecond(),
                with_second_factor: session.with_second_factor,
                session: session.id,
            };
            self.log(
                client,
                EventCode::SilentLogin,
                "Successful silent login",
                Some(&session.user),
            )
            .await;
            let user = &session.user;
            return Ok(finish(
                &self.site,
                &self.engine,
                &self.keys,
                client,
                &flow,
                user,
                proof,
            )
            .await);
        }
        if asked.prompt == Prompt::Never {
            self.log(client, EventCode::SilentLoginFailed, "Login required", None)
                .await;
            return Err(Error::LoginRequired);
        }
        // So that a page never asks for a password that cannot lead anywhere.
        let audience = parameters.get("audience");
        let scopes = parameters.scopes();
        target::authorization(
            &self.site,
            self.engine.store(),
            client,
            (&scopes, target::Unasked::Nothing),
            audience,
        )
        .await?;
        let page = match parameters.get("screen_hint") {
            Some("signup" | "sign-up") => "signup",
            Some("reset_password" | "reset-password") => "forgot-password",
            None if self.is_invited_anew(&flow).await? => "signup",
            _ => "login",
        };
        Ok(self.to_page(&flow, page, &cookie))
    }

    /// Whether it begins with an invitation of somebody who is not here yet and may sign up.
    async fn is_invited_anew(&self, flow: &Flow) -> Result<bool, Error> {
        let (Some(_), Some(name), Some(email)) =
            (&flow.invitation, &flow.connection, &flow.login_hint)
        else {
            return Ok(false);
        };
        let store = self.engine.store();
        let connection = store.connection_by_name(&self.site.tenant.id, name).await?;
        let Some(connection) = connection else {
            return Ok(false);
        };
        let known = store.find_by_identifier(&connection.id, email).await?;
        Ok(known.is_none() && !connection.options.flag("disable_signup"))
    }

    async fn flow(
        &self,
        back: &Return,
        parameters: &Parameters,
        asked: &Asked,
        cookie: &FlowCookie,
    ) -> Result<Flow, Error> {
        let text = |name: &str| parameters.get(name).map(str::to_owned);
        let (site, store) = (&self.site, self.engine.store());
        let of_realm = choice::name_of_realm(site, store, parameters).await?;
        let named = parameters.get("connection").or(of_realm.as_deref());
        let organization = organization::asked(site, store, &back.client, parameters).await?;
        let now = self.engine.clock().now();
        let place = (site, store, &back.client);
        let invitation = invitation::asked(place, organization.as_ref(), parameters, now).await?;
        let through = match &invitation {
            Some(invitation) => invitation::connection(site, store, invitation).await?,
            None => None,
        };
        let named = named.or(through.as_deref());
        let connection = choice::connection(place, named, organization.as_ref()).await?;
        Ok(Flow {
            client: back.client.id.clone(),
            redirect_uri: back.redirect_uri.clone(),
            named_redirect_uri: back.is_named,
            types: asked.types,
            mode: asked.mode,
            state: text("state"),
            nonce: text("nonce"),
            scopes: parameters.scopes().into_iter().map(str::to_owned).collect(),
            audience: text("audience"),
            challenge: asked.challenge.clone(),
            connection: connection.map(|connection| connection.name.clone()),
            login_hint: invitation
                .map(|invitation| invitation.email)
                .or_else(|| text("login_hint")),
            identifier: None,
            invitation: text("invitation"),
            organization: organization.map(|organization| organization.id),
            mfa_token: None,
            expires_at: Flow::end(now),
            browser: cookie.hash(),
        })
    }

    /// A session that will do for what is asked: of the connection that the request names, else of any through which people log in to the
    /// client, and for the organization.
    async fn session(
        &self,
        client: &ApiClient,
        flow: &Flow,
        asked: &Asked,
    ) -> Result<Option<Session>, Error> {
        let Some(cookie) = session_cookie::get(&self.headers) else {
            return Ok(None);
        };
        let tenant = &self.site.tenant.id;
        let Some(session) = self.engine.session(tenant, cookie).await? else {
            return Ok(None);
        };
        let age = self.engine.clock().now().as_second() - session.authenticated_at.as_second();
        // With 0 also a login of this very second is too old (OpenID Connect Core §3.1.2.1: as `prompt=login`).
        let is_fresh = asked.max_age.is_none_or(|most| most > 0 && age <= most);
        let store = self.engine.store();
        let connection = store.connection(tenant, &session.connection).await?;
        let connection = connection.filter(|connection| connection.serves(&client.id));
        let Some(connection) = connection.filter(|_| is_fresh) else {
            return Ok(None);
        };
        let does = match &flow.organization {
            _ if asked.names_connection => flow.connection.as_ref() == Some(&connection.name),
            Some(id) => {
                let link = store.organization_connection(tenant, id, &connection.id);
                link.await?.is_some_and(|link| link.is_enabled())
            }
            None => true,
        };
        // One from before the user had a second factor proves less than a login does.
        let is_weaker =
            !session.with_second_factor && self.engine.needs_second_factor(&session.user).await?;
        Ok(Some(session).filter(|_| does && !is_weaker))
    }

    /// The password was typed in a page of the application's.
    async fn by_ticket(
        &self,
        client: &ApiClient,
        flow: &Flow,
        ticket: &str,
    ) -> Result<Response, Error> {
        let tenant = &self.site.tenant.id;
        let browser = session_cookie::get_ticket(&self.headers);
        let taken = self
            .engine
            .take_login_ticket(tenant, &client.id, ticket, browser)
            .await?;
        let Some(taken) = taken else {
            return Err(Error::BadLoginTicket);
        };
        let user = self.engine.store().user(tenant, &taken.user).await?;
        let user = user.filter(|user| !user.blocked);
        let user = user.ok_or(Error::BadLoginTicket)?;
        if self.engine.needs_second_factor(&user).await? {
            let order = MfaOrder {
                client,
                connection: &taken.connection,
                user: &user,
                by: &taken.by,
            };
            let caller = self
                .address
                .clone()
                .into_callers_own(Some(client.id.clone()));
            let next = order.begin(&self.site, &self.engine, flow, &caller).await?;
            return Ok(next);
        }
        self.with_session(client, flow, &user, &taken).await
    }

    async fn with_session(
        &self,
        client: &ApiClient,
        flow: &Flow,
        user: &User,
        taken: &LoginTicket,
    ) -> Result<Response, Error> {
        let old = session_cookie::get(&self.headers);
        let tenant = &self.site.tenant.id;
        let cookie = self
            .engine
            .begin_session(tenant, &user.id, &taken.connection, false, old, &taken.by)
            .await?;
        let cookie = cookie.ok_or_else(Error::overtaken)?;
        let proof = Proof {
            by: &taken.by,
            authenticated_at: taken.authenticated_at,
            with_second_factor: false,
            session: session_id(&cookie),
        };
        let response = finish(
            &self.site,
            &self.engine,
            &self.keys,
            client,
            flow,
            user,
            proof,
        )
        .await;
        Ok(session_cookie::set(response, &cookie))
    }

    fn to_page(&self, flow: &Flow, page: &str, cookie: &FlowCookie) -> Response {
        let state = flow.seal(self.engine.store(), &self.site.tenant.id);
        let mut response = see_other(&format!("/u/{page}?state={state}"));
        *response.status_mut() = StatusCode::FOUND;
        with_cookie(response, cookie)
    }

    async fn log(&self, client: &ApiClient, code: EventCode, text: &str, user: Option<&User>) {
        let caller = self
            .address
            .clone()
            .into_callers_own(Some(client.id.clone()));
        let about = ExchangeSubject {
            user: user.map(|user| user.id.clone()),
            user_name: user.and_then(|user| user.email.clone()),
            ..ExchangeSubject::default()
        };
        let tenant = &self.site.tenant.id;
        self.engine
            .log_exchange(tenant, code, text, &caller, about)
            .await;
    }
}

fn with_cookie(mut response: Response, cookie: &FlowCookie) -> Response {
    if let Ok(value) = HeaderValue::from_str(&cookie.set()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
