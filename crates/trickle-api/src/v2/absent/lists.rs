//! Lists of things that are not here.

use serde_json::{Value, json};

use super::answer;
use crate::v2::{
    Bearer,
    error::Kind,
    operation::{CURSOR, Named, Operation, PAGES, Shape},
    query::Query,
};

/// Path, scope, and the key of the list.
const LISTS: [(&str, &[&str], &str); 19] = [
    ("/actions/modules", &["read:actions"], "modules"),
    (
        "/connection-profiles",
        &["read:connection_profiles"],
        "connection_profiles",
    ),
    (
        "/connections-directory-provisionings",
        &["read:connections"],
        "directory_provisionings",
    ),
    ("/event-streams", &["read:event_streams"], "eventStreams"),
    ("/flows", &["read:flows"], "flows"),
    (
        "/flows/vault/connections",
        &["read:flows_vault_connections"],
        "connections",
    ),
    ("/forms", &["read:forms"], "forms"),
    ("/hooks", &["read:hooks"], "hooks"),
    ("/network-acls", &["read:network_acls"], "network_acls"),
    (
        "/organizations/{id}/client-grants",
        &["read:organizations"],
        "client_grants",
    ),
    ("/prompts/rendering", &["read:prompts"], "configs"),
    (
        "/rate-limit-policies",
        &["read:rate_limit_policies"],
        "rate_limit_policies",
    ),
    ("/roles", &["read:roles"], "roles"),
    ("/rules", &["read:rules"], "rules"),
    (
        "/self-service-profiles",
        &["read:self_service_profiles"],
        "self_service_profiles",
    ),
    (
        "/token-exchange-profiles",
        &["read:token_exchange_profiles"],
        "token_exchange_profiles",
    ),
    (
        "/user-attribute-profiles",
        &["read:user_attribute_profiles"],
        "user_attribute_profiles",
    ),
    (
        "/custom-domains",
        &["read:custom_domains"],
        "custom_domains",
    ),
    (
        "/actions/triggers/{id}/bindings",
        &["read:actions"],
        "bindings",
    ),
];

/// Path and scope of lists that are arrays for everybody.
const ARRAYS: [(&str, &[&str]); 3] = [
    ("/log-streams", &["read:log_streams"]),
    ("/rules-configs", &["read:rules_configs"]),
    ("/guardian/policies", &["read:mfa_policies"]),
];

/// Path, scope and error of things that are not there.
static MISSING: [(&str, &[&str], Kind); 3] = [
    (
        "/emails/provider",
        &["read:email_provider"],
        Kind {
            code: "inexistent_email_provider",
            name: "email provider",
        },
    ),
    (
        "/branding/templates/universal-login",
        &["read:branding"],
        Kind {
            code: "inexistent_template",
            name: "template",
        },
    ),
    (
        "/branding/themes/default",
        &["read:branding"],
        Kind {
            code: "theme_not_found",
            name: "theme",
        },
    ),
];

/// What lists of nothing hold.
static NOTHING: Named = Named {
    name: "Nothing",
    schema: || Value::Bool(false),
};

pub(super) fn operations() -> Vec<Operation> {
    let lists = LISTS.into_iter().map(|(path, scopes, key)| {
        Operation::get(path, scopes, move |caller: Bearer, query: Query| {
            answer::no_items(caller, query, key)
        })
        .says("There are none: these are not served here")
        .query(&[PAGES, CURSOR])
        .gives(Shape::Listed(key, &NOTHING))
    });
    let arrays = ARRAYS.into_iter().map(|(path, scopes)| {
        Operation::get(path, scopes, |caller: Bearer| {
            answer::fixed(caller, json!([]))
        })
        .says("There are none: these are not served here")
        .gives(Shape::Array(&NOTHING))
    });
    let missing = MISSING.iter().map(|(path, scopes, kind)| {
        Operation::get(path, scopes, move |caller: Bearer| {
            answer::missing(caller, kind)
        })
        .says("There is none: these are not served here")
    });
    lists.chain(arrays).chain(missing).collect()
}
