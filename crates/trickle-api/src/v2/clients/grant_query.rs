//! `q` of lists of clients: which of them have which grants.

use std::collections::HashSet;

use trickle_model::{ClientId, TenantId};
use trickle_store::{ClientGrantFilter, Page, Store};

use crate::v2::{Error, client_grants::works_for_any};

const ORGANIZATION: &str = "client_grant.organization_id";
const ANY: &str = "client_grant.allow_any_organization";

/// Clients with a grant that counts for an organization. No other fields can be searched.
pub(super) enum GrantQuery {
    /// `client_grant.organization_id:org_1`.
    Organization(String),
    /// `client_grant.allow_any_organization:true`.
    Any(bool),
}

impl GrantQuery {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let (field, value) = text.trim().split_once(':').unwrap_or_default();
        let value = value.trim().trim_matches('"');
        let is_word = !value.is_empty() && !value.contains([' ', '"', '(', ')', '*', ':']);
        match (field, value) {
            (ORGANIZATION, id) if is_word => Ok(Self::Organization(id.to_owned())),
            (ANY, "true") => Ok(Self::Any(true)),
            (ANY, "false") => Ok(Self::Any(false)),
            _ => Err(Error::Query(format!(
                "Expected {ORGANIZATION}:<id> or {ANY}:<true or false> on property q"
            ))),
        }
    }

    /// Who has such a grant of its own.
    pub(super) async fn clients(
        &self,
        store: &Store,
        tenant: &TenantId,
    ) -> Result<HashSet<ClientId>, Error> {
        let listed = match self {
            Self::Organization(id) => store.list_organization_grants(tenant, id, Page::ALL).await,
            Self::Any(_) => {
                let all = ClientGrantFilter::default();
                store.list_client_grants(tenant, &all, Page::ALL).await
            }
        };
        let grants = listed?.items.into_iter().filter(|grant| match self {
            Self::Organization(_) => true,
            Self::Any(wanted) => works_for_any(grant) == *wanted,
        });
        Ok(grants
            .filter_map(|grant| grant.holder.client().cloned())
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_grants_can_be_searched_by() {
        let organization = GrantQuery::parse("client_grant.organization_id:\"org_1\"");
        assert!(matches!(organization, Ok(GrantQuery::Organization(id)) if id == "org_1"));
        let any = GrantQuery::parse(" client_grant.allow_any_organization:false ");
        assert!(matches!(any, Ok(GrantQuery::Any(false))));
        for text in [
            "name:x",
            "client_grant.organization_id:",
            "client_grant.organization_id:a OR name:b",
            "client_grant.allow_any_organization:yes",
            "x",
        ] {
            assert!(GrantQuery::parse(text).is_err(), "{text}");
        }
    }
}
