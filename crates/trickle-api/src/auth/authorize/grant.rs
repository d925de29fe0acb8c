//! The end of a login: codes and tokens for the application.

use axum::response::Response;
use trickle_engine::{CodeOrder, Engine};
use trickle_model::{ApiClient, User};
use trickle_store::LoginBasis;

use super::{Flow, respond::Answer};
use crate::{
    auth::{
        Error,
        access_format::Door,
        invitation,
        issue::{IdExtras, Issuer},
        organization,
        personal_access::PersonalAccess,
        target,
    },
    host::Site,
    tokens::KeyRing,
};

/// How somebody has proven who they are.
#[derive(Clone, Debug)]
pub(crate) struct Proof<'a> {
    /// On what the login rests.
    pub(crate) by: &'a LoginBasis,
    /// In milliseconds since 1970.
    pub(crate) authenticated_at: i64,
    pub(crate) with_second_factor: bool,
    /// Id of the session of the browser.
    pub(crate) session: String,
}

/// What the application gets for this user.
pub(crate) async fn finish(
    site: &Site,
    engine: &Engine,
    keys: &KeyRing,
    client: &ApiClient,
    flow: &Flow,
    user: &User,
    proof: Proof<'_>,
) -> Response {
    let answer = Answer {
        redirect_uri: flow.redirect_uri.clone(),
        mode: flow.mode,
        state: flow.state.clone(),
    };
    match pairs(site, engine, keys, client, flow, user, proof).await {
        Ok(pairs) => answer.send(site, engine, pairs).await,
        Err(error) => answer.of_error(site, engine, error).await,
    }
}

async fn pairs(
    site: &Site,
    engine: &Engine,
    keys: &KeyRing,
    client: &ApiClient,
    flow: &Flow,
    user: &User,
    proof: Proof<'_>,
) -> Result<Vec<(&'static str, String)>, Error> {
    let asked: Vec<&str> = flow.scopes.iter().map(String::as_str).collect();
    let audience = flow.audience.as_deref();
    let mut authorization = target::authorization(
        site,
        engine.store(),
        client,
        (&asked, target::Unasked::Nothing),
        audience,
    )
    .await?;
    authorization.authenticated_at = proof.authenticated_at;
    authorization.with_second_factor = proof.with_second_factor;
    authorization.session = Some(proof.session);
    if let Some(id) = &flow.organization {
        let store = engine.store();
        let found = store.organization(&site.tenant.id, id).await?;
        let found = found.ok_or(Error::OrganizationNotFound)?;
        if let Some(ticket) = &flow.invitation {
            invitation::accept(site, engine, &found, ticket, (user, proof.by)).await?;
        }
        // Whoever comes this far is kept.
        let claim = organization::admit(site, store, &found, user, Some(proof.by)).await?;
        authorization.organization = Some(claim);
    }
    if !flow.types.code {
        // Refresh tokens come from the token endpoint alone.
        authorization
            .scopes
            .retain(|scope| scope != target::OFFLINE);
    }
    let tenant = &site.tenant.id;
    let mut pairs = Vec::new();
    let mut code = None;
    if flow.types.code {
        let order = CodeOrder {
            client: client.id.clone(),
            redirect_uri: flow.redirect_uri.clone(),
            named_redirect_uri: flow.named_redirect_uri,
            challenge: flow.challenge.clone(),
            nonce: flow.nonce.clone(),
            authorization: authorization.clone(),
        };
        let made = engine.make_code(tenant, &user.id, &order, proof.by).await?;
        let made = made.ok_or_else(Error::overtaken)?;
        pairs.push(("code", made.expose().to_owned()));
        code = Some(made);
    }
    let issuer = Issuer {
        site,
        client,
        now: engine.clock().now(),
    };
    let mut access = None;
    if flow.types.token {
        let store = engine.store();
        let made = PersonalAccess::of(site, store, client, user, &authorization, Door::Browser);
        let made = made.await?;
        let claims = issuer.access_of(user, &authorization, None, &made);
        let kind = made.format.dialect.profile.kind();
        let token = keys.sign(tenant, kind, claims).await?;
        pairs.push(("access_token", token.clone()));
        pairs.push(("scope", made.scopes.join(" ")));
        pairs.push(("expires_in", made.format.lives.to_string()));
        pairs.push(("token_type", "Bearer".to_owned()));
        access = Some(token);
    }
    if flow.types.id_token {
        let extras = IdExtras {
            nonce: flow.nonce.as_deref(),
            with_time: true,
            access_token: access.as_deref(),
            code: code.as_ref().map(trickle_model::Secret::expose),
        };
        let claims = issuer.id_of(user, &authorization, &extras);
        let signed = keys.sign_id(site, client, claims, None);
        pairs.push(("id_token", signed.await?));
    }
    Ok(pairs)
}
