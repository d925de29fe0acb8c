//! `GET /api/v2/clients`.

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_store::{ClientFilter, Place, Store};

use super::{global, grant_query, view::view};
use crate::v2::{Bearer, Error, fields::FieldFilter, paging::Paging, query::Query};

/// Kinds of clients in one request; Auth0 has about fifty.
const APP_TYPES_MAX: usize = 100;

/// Clients of the tenant, without their secrets, which nobody has.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let filter = Filter::parse(&query)?;
    if filter.is_global == Some(true) {
        let all = fields.apply(global::show(&caller, &store).await?);
        let (items, rest) = paging.among(vec![all], |_| Place::new([]))?;
        return Ok(paging.render("clients", items, rest));
    }
    let listed = store.list_clients(caller.tenant(), &filter.clients, paging.part()?);
    let listed = listed.await?;
    let items = listed.items.iter();
    let items = items.map(|client| fields.apply(view(client, &caller.site.tenant.name)));
    Ok(paging.render("clients", items.collect(), (listed.total, listed.next)))
}

/// What lists can be narrowed by.
struct Filter {
    clients: ClientFilter,
    is_global: Option<bool>,
}

impl Filter {
    fn parse(query: &Query) -> Result<Self, Error> {
        let app_types = query.get("app_type").unwrap_or("").split(',');
        let app_types: Vec<String> = app_types
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        if app_types.len() > APP_TYPES_MAX {
            return Err(Error::Query(format!(
                "Expected at most {APP_TYPES_MAX} items on property app_type"
            )));
        }
        Ok(Self {
            clients: ClientFilter {
                ids: Vec::new(),
                app_types,
                is_first_party: query.flag("is_first_party")?,
                external_id: query.get("external_client_id").map(str::to_owned),
                granted: query.get("q").map(grant_query::parse).transpose()?,
            },
            is_global: query.flag("is_global")?,
        })
    }
}
