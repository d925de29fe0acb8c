//! Tokens for a person who has proven who they are.

use axum::response::Response;
use trickle_engine::{Authorization, NewRefresh, RefreshRules};
use trickle_model::{Secret, User};
use trickle_store::LoginBasis;

use super::{
    Error, Exchange,
    answer::{self, Tokens},
};
use crate::auth::{
    access_format::Door, issue::IdExtras, personal_access::PersonalAccess,
    refresh_rules::refresh_rules, target::OFFLINE,
};

/// Where tokens of a person come from.
#[derive(Debug, Default)]
pub(super) struct Source<'a> {
    /// `gty` of the access token.
    pub(super) gty: Option<&'a str>,
    /// Id of the authorization code.
    pub(super) code: Option<String>,
    /// On what the login rests; without it nobody gets a refresh token.
    pub(super) by: Option<LoginBasis>,
    pub(super) id: IdExtras<'a>,
}

impl Exchange {
    /// Access token, ID token with `openid`, and with `offline_access` the first refresh token of a family.
    pub(super) async fn tokens_of(
        &self,
        user: &User,
        authorization: &Authorization,
        source: Source<'_>,
    ) -> Result<Response, Error> {
        let refresh = if authorization.has(OFFLINE) {
            let by = source.by.as_ref().ok_or_else(Error::overtaken)?;
            let new = NewRefresh {
                tenant: &self.site.tenant.id,
                client: &self.known.client.id,
                user: &user.id,
                origin: source.code.clone(),
                authorization,
                by,
            };
            let begun = self.engine.begin_refresh(new, &self.rules()).await?;
            Some(begun.ok_or_else(Error::overtaken)?)
        } else {
            None
        };
        self.signed(user, authorization, &source, refresh).await
    }

    /// The same with a refresh token that is there already.
    pub(super) async fn signed(
        &self,
        user: &User,
        authorization: &Authorization,
        source: &Source<'_>,
        refresh: Option<Secret>,
    ) -> Result<Response, Error> {
        let (issuer, tenant) = (self.issuer(), &self.site.tenant.id);
        let (site, store, client) = (&self.site, &self.store, &self.known.client);
        let access = PersonalAccess::of(site, store, client, user, authorization, Door::Server);
        let access = access.await?;
        let claims = issuer.access_of(user, authorization, source.gty, &access);
        let kind = access.format.dialect.profile.kind();
        let signed = self.keys.sign(tenant, kind, claims).await?;
        let id = if authorization.has("openid") {
            let claims = issuer.id_of(user, authorization, &source.id);
            let shown = self.known.secret.as_ref();
            let signed = self.keys.sign_id(&self.site, client, claims, shown);
            Some(signed.await?)
        } else {
            None
        };
        Ok(answer::tokens(Tokens {
            access: signed,
            lives: access.format.lives,
            scope: &access.scopes.join(" "),
            id,
            refresh,
        }))
    }

    pub(super) fn rules(&self) -> RefreshRules {
        refresh_rules(&self.known.client)
    }
}
