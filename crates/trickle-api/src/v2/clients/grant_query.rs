//! `q` of lists of clients: which of them have which grants.

use trickle_store::GrantedFor;

use crate::v2::Error;

const ORGANIZATION: &str = "client_grant.organization_id";
const ANY: &str = "client_grant.allow_any_organization";

/// `client_grant.organization_id:org_1` or `client_grant.allow_any_organization:true`. No other fields can be searched.
pub(super) fn parse(text: &str) -> Result<GrantedFor, Error> {
    let (field, value) = text.trim().split_once(':').unwrap_or_default();
    let value = value.trim().trim_matches('"');
    let is_word = !value.is_empty() && !value.contains([' ', '"', '(', ')', '*', ':']);
    match (field, value) {
        (ORGANIZATION, id) if is_word => Ok(GrantedFor::Organization(id.to_owned())),
        (ANY, "true") => Ok(GrantedFor::Any(true)),
        (ANY, "false") => Ok(GrantedFor::Any(false)),
        _ => Err(Error::Query(format!(
            "Expected {ORGANIZATION}:<id> or {ANY}:<true or false> on property q"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_grants_can_be_searched_by() {
        let organization = parse("client_grant.organization_id:\"org_1\"");
        assert!(matches!(organization, Ok(GrantedFor::Organization(id)) if id == "org_1"));
        let any = parse(" client_grant.allow_any_organization:false ");
        assert!(matches!(any, Ok(GrantedFor::Any(false))));
        for text in [
            "name:x",
            "client_grant.organization_id:",
            "client_grant.organization_id:a OR name:b",
            "client_grant.allow_any_organization:yes",
            "x",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
