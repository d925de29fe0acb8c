//! For which organization and through which connection somebody logs in.

use std::sync::Arc;

use axum::response::Response;
use trickle_engine::Engine;
use trickle_model::{ApiClient, Connection};
use trickle_store::{Organization, Store};

use super::request::{Asked, Prompt, Return};
use crate::{
    auth::{Error, organization, parameters::Parameters},
    host::Site,
    pages::{self, OrganizationPrompt},
};

/// The page that asks the person for the organization, where the client wants that and the request names none that is there.
pub(super) async fn organization_page(
    site: &Site,
    engine: &Engine,
    back: &Return,
    parameters: &Parameters,
    asked: &Asked,
) -> Result<Option<Response>, Error> {
    let is_bound = ["invitation", "login_ticket"]
        .iter()
        .any(|name| parameters.get(name).is_some());
    let asks = back.client.settings.prompts_for_organization();
    if !asks || is_bound || asked.prompt == Prompt::Never {
        return Ok(None);
    }
    let named = parameters.get("organization");
    if let Some(named) = named {
        let found = organization::find(engine.store(), &site.tenant.id, named).await?;
        if found.is_some() {
            return Ok(None);
        }
    }
    let prompt = OrganizationPrompt {
        redirect_uri: &back.redirect_uri,
        parameters,
        unknown: named,
    };
    prompt.show(site, engine).await.map(Some)
}

/// Name of the connection of `realm`, as some clients say where others say `connection`, which wins.
pub(super) async fn name_of_realm(
    site: &Site,
    store: &Store,
    parameters: &Parameters,
) -> Result<Option<String>, Error> {
    let realm = parameters.get("realm");
    let Some(realm) = realm.filter(|_| parameters.get("connection").is_none()) else {
        return Ok(None);
    };
    let found = store.connection_by_realm(&site.tenant.id, realm).await?;
    let found = found.ok_or(Error::ConnectionNotFound)?;
    Ok(Some(found.name))
}

/// The named connection, if it is the organization's; else the organization's first that serves the client. Without organization the
/// tenant's default one, else the client's only one, or its oldest.
pub(super) async fn connection(
    (site, store, client): (&Site, &Store, &ApiClient),
    named: Option<&str>,
    organization: Option<&Organization>,
) -> Result<Option<Arc<Connection>>, Error> {
    let Some(name) = named else {
        return match organization {
            Some(organization) => {
                let first = organization::connection_of(site, store, organization, client).await?;
                Ok(Some(Arc::new(first)))
            }
            None => pages::connection_of(store, &site.tenant, client).await,
        };
    };
    let found = store.connection_by_name(&site.tenant.id, name).await?;
    let found = found.ok_or(Error::ConnectionNotFound)?;
    if !found.serves(&client.id) {
        return Err(Error::ConnectionDisabled);
    }
    if let Some(organization) = organization {
        organization::check_connection(site, store, organization, &found).await?;
    }
    Ok(Some(Arc::new(found)))
}
