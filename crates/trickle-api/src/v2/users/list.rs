//! `GET /api/v2/users`.

use axum::{extract::State, response::Response};
use trickle_model::TenantId;
use trickle_store::{
    Listed, SearchQuery, Sort, SortField, Store, UserDocument, UserFilter, UserSearch,
};

use super::answer::Shown;
use crate::v2::{
    Bearer, Error,
    fields::FieldFilter,
    paging::{Paging, Rest},
    query::Query,
};

/// A query that takes more room than an address line is none.
const QUERY_MAX_BYTES: usize = 8_192;

/// Users of the tenant.
pub(crate) async fn handler(
    caller: Bearer,
    State(store): State<Store>,
    query: Query,
) -> Result<Response, Error> {
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let tenant = caller.tenant();
    let (documents, rest) = find(&store, tenant, &query, &paging).await?;
    let shown = Shown {
        store: &store,
        tenant,
        fields,
    };
    shown.page(documents, &paging, &rest).await
}

async fn find(
    store: &Store,
    tenant: &TenantId,
    query: &Query,
    paging: &Paging,
) -> Result<(Vec<UserDocument>, Rest), Error> {
    let sort = sort(query)?;
    let connection = match query.get("connection") {
        None => None,
        Some(name) => match store.connection_by_name(tenant, name).await? {
            Some(connection) => Some(connection.id),
            None => return Ok((Vec::new(), Rest::none())),
        },
    };
    let Some(q) = query.get("q") else {
        let filter = UserFilter {
            connection,
            email: None,
            total: paging.total(),
        };
        let sort = sort.unwrap_or_default();
        if sort.has_places() {
            let listed = store.list_users(tenant, &filter, &sort, paging.part()?);
            let listed = listed.await?;
            return Ok((listed.items, (listed.total, listed.next).into()));
        }
        let listed = store.list_users(tenant, &filter, &sort, paging.numbered()?);
        return Ok(by_number(paging, listed.await?));
    };
    if q.len() > QUERY_MAX_BYTES {
        return Err(Error::Query(format!(
            "Expected at most {QUERY_MAX_BYTES} bytes on property q"
        )));
    }
    let search = UserSearch {
        query: q.parse::<SearchQuery>()?,
        connection,
        sort,
    };
    let listed = store.search_users(tenant, &search, paging.numbered()?);
    Ok(by_number(paging, listed.await?))
}

fn by_number(paging: &Paging, listed: Listed<UserDocument>) -> (Vec<UserDocument>, Rest) {
    let rest = paging.counted(listed.items.len(), listed.total);
    (listed.items, rest)
}

/// `sort=created_at:-1`.
fn sort(query: &Query) -> Result<Option<Sort>, Error> {
    let Some(text) = query.get("sort") else {
        return Ok(None);
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
        "name" => Some(SortField::Name),
        "nickname" => Some(SortField::Nickname),
        "given_name" => Some(SortField::GivenName),
        "family_name" => Some(SortField::FamilyName),
        _ => None,
    };
    match (by, direction) {
        (Some(by), "1" | "-1") => Ok(Some(Sort {
            by,
            descending: direction == "-1",
        })),
        _ => Err(Error::Query(
            "Expected created_at, updated_at, last_login, logins_count, email, username, user_id, name, nickname, given_name or family_name, then :1 or :-1, on property sort"
                .to_owned(),
        )),
    }
}
