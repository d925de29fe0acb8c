//! Things that exported tenants have and that have no effect here. They are kept as they are written and shown again, without the secrets of
//! services; what may have kept people out only where the tenant says that it knows (`docs/decisions/0070`). Roles are followed: by
//! [`roles`](super::roles).
//!
//! A new kind is a [`Kind`](kind::Kind) in `kinds.rs`.

mod action_removal;
mod actions;
pub(crate) mod connections;
mod custom_domains;
mod discovery_domains;
mod document;
mod email_provider;
mod handlers;
mod hooks;
mod kind;
mod kinds;
mod modules;
mod nothing;
mod operations;
pub(crate) mod organization_clients;
pub(crate) mod organizations;
mod provisioning;
mod renderings;
pub(crate) mod roles;
mod rules_configs;
pub(crate) mod secrets;
mod self_service;
mod triggers;
pub(crate) mod unserved;
mod versions;

use super::operation::Operation;

pub(super) fn operations() -> Vec<Operation> {
    let mut all: Vec<Operation> = kinds::PLAIN
        .into_iter()
        .chain([
            &roles::ROLE,
            &self_service::PROFILE,
            &kinds::DISCOVERY_DOMAIN,
        ])
        .flat_map(operations::operations)
        .collect();
    all.extend(operations::without_removal(&actions::ACTION));
    all.push(action_removal::operation());
    all.extend(custom_domains::operations());
    all.extend(discovery_domains::operations());
    all.extend(email_provider::operations());
    all.extend(hooks::secrets());
    all.extend(modules::operations());
    all.extend(nothing::operations());
    all.extend(organization_clients::operations());
    all.extend(provisioning::operations());
    all.extend(renderings::operations());
    all.extend(roles::parts());
    all.extend(rules_configs::operations());
    all.extend(self_service::texts());
    all.extend(triggers::operations());
    all.extend(versions::operations());
    all
}
