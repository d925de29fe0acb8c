//! `GET /api/v2/client-grants`, `GET /api/v2/client-grants/{id}/organizations`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_model::{ClientId, GrantHolder, GrantSubject};
use trickle_store::{ClientGrantFilter, Store};

use super::{
    GRANT,
    create::UNKNOWN_HOLDER,
    view::{stored_audience, view},
};
use crate::v2::{Bearer, Error, organizations, paging::Paging, query::Query};

/// Grants of the tenant's clients.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let audience = query.get("audience");
    let subject = match query.get(GrantSubject::SETTING) {
        None => None,
        Some(named) => Some(GrantSubject::named(named).ok_or_else(|| {
            Error::Query(
                "Expected client, user or anonymous_user on property subject_type".to_owned(),
            )
        })?),
    };
    let only_defaults = match query.get(GrantHolder::SETTING) {
        None => false,
        Some(GrantHolder::THIRD_PARTY) => true,
        Some(_) => return Err(Error::Query(UNKNOWN_HOLDER.to_owned())),
    };
    let filter = ClientGrantFilter {
        client: query.get("client_id").map(ClientId::from_text),
        audience: audience.map(|audience| stored_audience(audience, &caller.site)),
        subject,
        only_defaults,
        ids: Vec::new(),
        for_any_organization: query.flag("allow_any_organization")?,
    };
    let listed = store.list_client_grants(caller.tenant(), &filter, paging.part()?);
    let listed = listed.await?;
    let items = listed.items.iter().map(|grant| view(grant, &caller.site));
    Ok(paging.render(
        "client_grants",
        items.collect(),
        (listed.total, listed.next),
    ))
}

/// Organizations for which a grant counts by name.
pub(crate) async fn of_organizations(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let tenant = caller.tenant();
    let grant = store.client_grant_by_id(tenant, &id).await?;
    let grant = grant.ok_or(Error::Missing(&GRANT))?;
    let listed = store.organizations_of_grant(tenant, &grant.id, paging.part()?);
    let listed = listed.await?;
    let items = listed.items.into_iter().map(organizations::view);
    Ok(paging.render(
        "organizations",
        items.collect(),
        (listed.total, listed.next),
    ))
}
