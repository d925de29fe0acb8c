//! `grant_type=client_credentials`: a token for a program.

use axum::response::Response;
use serde_json::json;
use trickle_engine::{ExchangeSubject, MANAGEMENT_SCOPES};
use trickle_model::EventCode;

use super::{Error, Exchange};
use crate::auth::{
    access_format::{AccessFormat, Door},
    issue::add_organization,
    organization, target,
};

impl Exchange {
    pub(super) async fn client_credentials(self) -> Result<Response, Error> {
        let result = self.client_credentials_tokens().await;
        let (code, description) = match &result {
            Ok(_) => (
                EventCode::ClientCredentialsExchanged,
                "Client credentials exchanged for an access token".to_owned(),
            ),
            Err(error) => (
                EventCode::ClientCredentialsExchangeFailed,
                error.description(),
            ),
        };
        self.log(code, &description, ExchangeSubject::default())
            .await;
        result
    }

    /// Never with an ID token: there is no person, and clients fail on one.
    async fn client_credentials_tokens(&self) -> Result<Response, Error> {
        let usual = match self.parameters.get("audience") {
            Some(_) => None,
            None => target::default_audience(&self.site, &self.store).await?,
        };
        let audience = match &usual {
            Some(usual) => usual.as_str(),
            None => self.parameters.require("audience")?,
        };
        let client = &self.known.client;
        let grant = target::of_program(&self.site, &self.store, client, audience).await?;
        let named = self.parameters.get("organization");
        let organization = organization::of_program(&self.site, &self.store, &grant, named).await?;
        let asked = self.parameters.scopes();
        let is_management = target::is_management(&self.site, audience);
        // Applications ask for Auth0's rights to things that are not here.
        let exists = |scope: &str| !is_management || MANAGEMENT_SCOPES.contains(&scope);
        let scopes = granted_scopes(&grant.scopes, &asked, exists)?;
        let scope = scopes.join(" ");
        let subject = format!("{}@clients", client.id);
        let audience = if is_management {
            self.site.management_audience()
        } else {
            audience.to_owned()
        };
        let gty = Some("client-credentials");
        let (site, store) = (&self.site, &self.store);
        let format = AccessFormat::of(site, store, Some(&audience), Door::Server).await?;
        let issuer = self.issuer();
        let mut access = issuer.access(&subject, audience.into(), &scope, gty, &format);
        if format.dialect.with_permissions {
            access.insert("permissions".to_owned(), json!(scopes));
        }
        if let Some(organization) = &organization {
            add_organization(&mut access, organization);
        }
        let kind = format.dialect.profile.kind();
        let access = self.keys.sign(&site.tenant.id, kind, access).await?;
        Ok(super::answer::tokens(super::answer::Tokens {
            access,
            lives: format.lives,
            scope: &scope,
            id: None,
            refresh: None,
        }))
    }
}

/// Those of the grant that are asked for, all where none is. A program is told at once what it lacks of what there is, not by the API
/// later.
fn granted_scopes<'a>(
    granted: &'a [String],
    asked: &[&str],
    exists: impl Fn(&str) -> bool,
) -> Result<Vec<&'a str>, Error> {
    let is_granted = |scope: &str| granted.iter().any(|one| one == scope);
    let lacking: Vec<&str> = asked
        .iter()
        .copied()
        .filter(|scope| exists(scope) && !is_granted(scope))
        .collect();
    if !lacking.is_empty() {
        return Err(Error::ScopesNotGranted(lacking.join(" ")));
    }
    let scopes = granted.iter().map(String::as_str);
    Ok(scopes
        .filter(|scope| asked.is_empty() || asked.contains(scope))
        .collect())
}
