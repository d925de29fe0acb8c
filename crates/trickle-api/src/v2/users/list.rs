//! `GET /api/v2/users`.

use axum::{Json, extract::State};
use serde_json::Value;
use trickle_model::{TenantId, User};
use trickle_store::{Listed, Page, Sort, SortField, Store, UserFilter};

use super::{
    search::{self, Search},
    view::{ConnectionNames, view},
};
use crate::v2::{Bearer, Error, fields::FieldFilter, paging::Paging, query::Query};

/// Users of the tenant.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse_offset(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let listed = find(&store, caller.tenant(), &query, paging.page()).await?;
    let names = ConnectionNames::of(&store, caller.tenant(), &listed.items).await?;
    let items = listed.items.iter();
    let items = items.map(|user| fields.apply(view(user, &names)));
    Ok(paging.render("users", items.collect(), listed.total))
}

async fn find(
    store: &Store,
    tenant: &TenantId,
    query: &Query,
    page: Page,
) -> Result<Listed<User>, Error> {
    let sort = sort(query)?;
    let mut filter = UserFilter::default();
    if let Some(name) = query.get("connection") {
        let Some(connection) = store.connection_by_name(tenant, name).await? else {
            return Ok(none());
        };
        filter.connection = Some(connection.id);
    }
    match query.get("q").map(search::parse).transpose()? {
        None => {}
        Some(Search::Email(email)) => filter.email = Some(email),
        Some(Search::Id(id)) => {
            let user = store.user(tenant, &id).await?.filter(|user| {
                let wanted = filter.connection.as_ref();
                wanted.is_none_or(|wanted| *wanted == user.connection)
            });
            let total = u64::from(user.is_some());
            let items = user.into_iter().filter(|_| page.offset == 0).collect();
            return Ok(Listed { items, total });
        }
    }
    Ok(store.list_users(tenant, &filter, &sort, page).await?)
}

const fn none() -> Listed<User> {
    Listed {
        items: Vec::new(),
        total: 0,
    }
}

/// `sort=created_at:-1`.
fn sort(query: &Query) -> Result<Sort, Error> {
    let Some(text) = query.get("sort") else {
        return Ok(Sort::default());
    };
    let (field, direction) = text.split_once(':').unwrap_or((text, "1"));
    let by = match field {
        "created_at" => Some(SortField::CreatedAt),
        "updated_at" => Some(SortField::UpdatedAt),
        "last_login" => Some(SortField::LastLogin),
        "logins_count" => Some(SortField::LoginsCount),
        "email" => Some(SortField::Email),
        "username" => Some(SortField::Username),
        "user_id" => Some(SortField::Id),
        _ => None,
    };
    match (by, direction) {
        (Some(by), "1" | "-1") => Ok(Sort {
            by,
            descending: direction == "-1",
        }),
        _ => Err(Error::Query(
            "Expected created_at, updated_at, last_login, logins_count, email, username or user_id, then :1 or :-1, on property sort"
                .to_owned(),
        )),
    }
}
