//! Lists of things that are not here.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::answer;
use crate::v2::{
    Bearer, Error,
    error::Kind,
    operation::{CURSOR, Named, Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

/// Path, scope, and the key of the list.
const LISTS: [(&str, &[&str], &str); 18] = [
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
const ARRAYS: [(&str, &[&str]); 2] = [
    ("/log-streams", &["read:log_streams"]),
    ("/rules-configs", &["read:rules_configs"]),
];

/// Path, scope and error of things that are not there.
static MISSING: [(&str, &[&str], Kind); 2] = [
    (
        "/emails/provider",
        &["read:email_provider"],
        Kind {
            code: "inexistent_email_provider",
            name: "email provider",
        },
    ),
    (
        "/anomaly/blocks/ips/{ip}",
        &["read:anomaly_blocks"],
        Kind {
            code: "inexistent_block",
            name: "block of an address",
        },
    ),
];

/// Path, scope, and what there will never be one of.
const REFUSED: [(&str, &[&str], &str); 20] = [
    (
        "/connection-profiles",
        &["create:connection_profiles"],
        "profiles of connections",
    ),
    (
        "/rate-limit-policies",
        &["create:rate_limit_policies"],
        "policies of rates",
    ),
    ("/actions/actions", &["create:actions"], "actions"),
    (
        "/actions/modules",
        &["create:actions"],
        "modules of actions",
    ),
    (
        "/branding/phone/providers",
        &["create:phone_providers"],
        "providers of phone messages",
    ),
    (
        "/branding/phone/templates",
        &["create:phone_templates"],
        "templates of phone messages",
    ),
    (
        "/custom-domains",
        &["create:custom_domains"],
        "custom domains, which the operator sets",
    ),
    (
        "/emails/provider",
        &["create:email_provider"],
        "the provider of mails, which the operator sets",
    ),
    ("/event-streams", &["create:event_streams"], "event streams"),
    ("/flows", &["create:flows"], "flows"),
    (
        "/flows/vault/connections",
        &["create:flows_vault_connections"],
        "connections of flows",
    ),
    ("/forms", &["create:forms"], "forms"),
    ("/hooks", &["create:hooks"], "hooks"),
    ("/log-streams", &["create:log_streams"], "log streams"),
    (
        "/network-acls",
        &["create:network_acls"],
        "lists of networks",
    ),
    ("/roles", &["create:roles"], "roles"),
    ("/rules", &["create:rules"], "rules"),
    (
        "/self-service-profiles",
        &["create:self_service_profiles"],
        "self-service profiles",
    ),
    (
        "/token-exchange-profiles",
        &["create:token_exchange_profiles"],
        "profiles of token exchange",
    ),
    (
        "/user-attribute-profiles",
        &["create:user_attribute_profiles"],
        "profiles of attributes",
    ),
];

/// The same with methods that change what is there.
const UNCHANGEABLE: [(&str, &[&str], &str); 2] = [
    (
        "/emails/provider",
        &["update:email_provider"],
        "the provider of mails, which the operator sets",
    ),
    (
        "/prompts/rendering",
        &["update:prompts"],
        "rendering of prompts",
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
    let refused = REFUSED.into_iter().map(|(path, scopes, name)| {
        refusing(Operation::post(path, scopes, move |caller: Bearer| {
            answer::refused(caller, name)
        }))
    });
    let unchangeable = UNCHANGEABLE.into_iter().map(|(path, scopes, name)| {
        refusing(Operation::patch(path, scopes, move |caller: Bearer| {
            answer::refused(caller, name)
        }))
    });
    lists
        .chain(arrays)
        .chain(missing)
        .chain(refused)
        .chain(unchangeable)
        .chain(others())
        .collect()
}

fn refusing(operation: Operation) -> Operation {
    operation
        .says("Refused, with operation_not_supported: these are not served here")
        .takes(Shape::Schema(|| json!({})))
        .gives(Shape::Schema(|| json!({})))
}

/// What has a shape of its own.
fn others() -> [Operation; 3] {
    [
        Operation::get(
            "/organizations/{id}/discovery-domains",
            &["read:organizations"],
            async |_: Bearer, query: Query| {
                let paging = Paging::parse(&query)?.always_checkpoint();
                Ok::<_, Error>(paging.render("discovery_domains", Vec::new(), 0))
            },
        )
        .says("There are none: these are not served here")
        .query(&[CURSOR])
        .gives(Shape::Listed("discovery_domains", &NOTHING)),
        // Addresses are slowed down, and never shut out for good.
        Operation::delete(
            "/anomaly/blocks/ips/{ip}",
            &["delete:anomaly_blocks"],
            async |_: Bearer| StatusCode::NO_CONTENT,
        )
        .says("Lets an address in again; none is shut out"),
        refusing(Operation::put(
            "/rules-configs/{key}",
            &["update:rules_configs"],
            |caller: Bearer| answer::refused(caller, "settings of rules"),
        )),
    ]
}
