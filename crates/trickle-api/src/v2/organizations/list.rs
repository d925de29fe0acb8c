//! `GET /api/v2/organizations` and `GET /api/v2/users/{id}/organizations`.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;
use trickle_model::{ClientId, UserId};
use trickle_store::{Organization, OrganizationField, OrganizationSort, Store};

use crate::v2::{
    Bearer, Error, kept::organization_clients::association, paging::Paging, query::Query,
};

/// Of which client is wanted what is kept with the organizations.
pub(super) const ASSOCIATION: &str = "include_client_association_for";

/// Organizations of the tenant.
pub(super) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let sort = sort(&query)?;
    let tenant = caller.tenant();
    let listed = store.list_organizations(tenant, sort, paging.part()?);
    let listed = listed.await?;
    let client = query.get(ASSOCIATION).map(ClientId::from_text);
    let mut items = Vec::new();
    for organization in listed.items {
        let association = match &client {
            None => None,
            Some(client) => association(&store, tenant, (&organization.id, client)).await?,
        };
        let mut shown = view(organization);
        if let Some(association) = association {
            shown["client"] = association;
        }
        items.push(shown);
    }
    Ok(paging.render("organizations", items, (listed.total, listed.next)))
}

/// `sort=name:-1`.
fn sort(query: &Query) -> Result<OrganizationSort, Error> {
    const FIELDS: [(&str, OrganizationField); 3] = [
        ("name", OrganizationField::Name),
        ("display_name", OrganizationField::DisplayName),
        ("created_at", OrganizationField::CreatedAt),
    ];
    let Some((by, descending)) = query.sort(&FIELDS)? else {
        return Ok(OrganizationSort::default());
    };
    Ok(OrganizationSort { by, descending })
}

/// Organizations of a user.
pub(super) async fn of_user(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let (tenant, user) = (caller.tenant(), UserId::from_text(id));
    if store.user(tenant, &user).await?.is_none() {
        return Err(Error::NoUser);
    }
    let listed = store
        .organizations_of(tenant, &user, paging.part()?)
        .await?;
    let items = listed.items.into_iter().map(view).collect();
    Ok(paging.render("organizations", items, (listed.total, listed.next)))
}

/// An organization as the API shows it.
pub(in crate::v2) fn view(organization: Organization) -> Value {
    let mut shown = organization.settings;
    shown.insert("id".to_owned(), organization.id.into());
    shown.insert("name".to_owned(), organization.name.into());
    Value::Object(shown)
}
