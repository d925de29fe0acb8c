//! `GET /api/v2/clients`.

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_model::{ApiClient, TenantId};
use trickle_store::{Listed, Page, Store};

use super::{global, grant_query::GrantQuery, view::view};
use crate::v2::{Bearer, Error, fields::FieldFilter, paging::Paging, query::Query};

/// The address that is the id of a client whose metadata others publish.
const EXTERNAL_ID: &str = "external_client_id";

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
        let items = if paging.page().offset == 0 {
            vec![all]
        } else {
            Vec::new()
        };
        return Ok(paging.render("clients", items, 1));
    }
    let listed = if filter.takes_all() {
        store.list_clients(caller.tenant(), paging.page()).await?
    } else {
        filter.list(&store, caller.tenant(), paging.page()).await?
    };
    let items = listed.items.iter();
    let items = items.map(|client| fields.apply(view(client, &caller.site.tenant.name)));
    Ok(paging.render("clients", items.collect(), listed.total))
}

/// What lists can be narrowed by. A tenant has few clients, and what they are narrowed by is inside their settings.
struct Filter {
    app_types: Vec<String>,
    is_first_party: Option<bool>,
    is_global: Option<bool>,
    external_client_id: Option<String>,
    by_grant: Option<GrantQuery>,
}

impl Filter {
    fn parse(query: &Query) -> Result<Self, Error> {
        let app_types = query.get("app_type").unwrap_or("").split(',');
        Ok(Self {
            app_types: app_types
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            is_first_party: query.flag("is_first_party")?,
            is_global: query.flag("is_global")?,
            external_client_id: query.get(EXTERNAL_ID).map(str::to_owned),
            by_grant: query.get("q").map(GrantQuery::parse).transpose()?,
        })
    }

    fn takes_all(&self) -> bool {
        self.app_types.is_empty()
            && self.is_first_party.is_none()
            && self.external_client_id.is_none()
            && self.by_grant.is_none()
    }

    fn takes(&self, client: &ApiClient) -> bool {
        let settings = &client.settings;
        let text = |name: &str| settings.as_map().get(name).and_then(Value::as_str);
        let app_type = text("app_type");
        (self.app_types.is_empty()
            || app_type.is_some_and(|one| self.app_types.iter().any(|wanted| wanted == one)))
            && self
                .is_first_party
                .is_none_or(|wanted| wanted == settings.is_first_party())
            && (self.external_client_id.is_none()
                || self.external_client_id.as_deref() == text(EXTERNAL_ID))
    }

    async fn list(
        &self,
        store: &Store,
        tenant: &TenantId,
        page: Page,
    ) -> Result<Listed<ApiClient>, Error> {
        let mut clients = store.list_clients(tenant, Page::ALL).await?.items;
        clients.retain(|client| self.takes(client));
        if let Some(query) = &self.by_grant {
            let granted = query.clients(store, tenant).await?;
            clients.retain(|client| granted.contains(&client.id));
        }
        let total = clients.len() as u64;
        let skipped = usize::try_from(page.offset).unwrap_or(usize::MAX);
        let taken = usize::try_from(page.limit).unwrap_or(usize::MAX);
        Ok(Listed {
            items: clients.into_iter().skip(skipped).take(taken).collect(),
            total,
        })
    }
}
