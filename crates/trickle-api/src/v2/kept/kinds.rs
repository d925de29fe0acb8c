//! The kinds that need nothing of their own.

use serde_json::{Map, Value, json};

use super::kind::{Kind, Lists, Writes};
use crate::v2::{
    operation::{CURSOR, FIELDS, PAGES},
    query::Query,
};

type Body = Map<String, Value>;

/// `read:`, `create:`, `update:` and `delete:` of one word.
macro_rules! scopes {
    ($word:literal) => {
        [
            &[concat!("read:", $word)],
            &[concat!("create:", $word)],
            &[concat!("update:", $word)],
            &[concat!("delete:", $word)],
        ]
    };
}
pub(super) use scopes;

/// Those with the operations that all kinds have.
pub(super) const PLAIN: [&Kind; 19] = [
    &AGENT,
    &CAPTCHA_POLICY,
    &CLIENT_PROFILE,
    &CUSTOM_DOMAIN,
    &CONNECTION_PROFILE,
    &EVENT_STREAM,
    &FLOW,
    &VAULT_CONNECTION,
    &FORM,
    &LOG_STREAM,
    &NETWORK_ACL,
    &PHONE_PROVIDER,
    &PHONE_TEMPLATE,
    &RATE_LIMIT_POLICY,
    &RULE,
    &TOKEN_EXCHANGE_PROFILE,
    &USER_ATTRIBUTE_PROFILE,
    &CREDENTIAL_TEMPLATE,
    &super::hooks::HOOK,
];

static AGENT: Kind = Kind {
    id: ("agent_id", "agt"),
    lists: Lists::Cursor,
    stores: |body| {
        body.entry("metadata").or_insert_with(|| json!({}));
    },
    ..Kind::new(
        ("agent", "agent"),
        "inexistent_agent",
        ("/agents", "/agents/{id}", "agents"),
        "agt",
        scopes!("agents"),
    )
};

static CAPTCHA_POLICY: Kind = Kind {
    lists: Lists::Array,
    required: &["name", "priority", "match", "action"],
    has_secrets: true,
    ..Kind::new(
        ("captcha-policy", "policy of captchas"),
        "inexistent_captcha_policy",
        (
            "/attack-protection/captcha/policies",
            "/attack-protection/captcha/policies/{id}",
            "policies",
        ),
        "cap",
        [
            &["read:attack_protection"],
            &["update:attack_protection"],
            &["update:attack_protection"],
            &["update:attack_protection"],
        ],
    )
};

static CLIENT_PROFILE: Kind = Kind {
    lists: Lists::Cursor,
    required: &["name", "client_configuration", "apply_policy"],
    ..Kind::new(
        ("client-profile", "profile of clients"),
        "inexistent_client_profile",
        (
            "/client-profiles",
            "/client-profiles/{id}",
            "client_profiles",
        ),
        "clp",
        scopes!("client_profiles"),
    )
};

static CONNECTION_PROFILE: Kind = Kind {
    is_timed: false,
    ..Kind::new(
        ("connection-profile", "profile of connections"),
        "inexistent_connection_profile",
        (
            "/connection-profiles",
            "/connection-profiles/{id}",
            "connection_profiles",
        ),
        "cop",
        scopes!("connection_profiles"),
    )
};

pub(super) static CUSTOM_DOMAIN: Kind = Kind {
    id: ("custom_domain_id", "cd"),
    required: &["domain", "type"],
    unique: Some("domain"),
    is_timed: false,
    // The server answers under host names that the operator gives it.
    shows: |shown, _| {
        shown.insert("status".to_owned(), "pending_verification".into());
        shown.insert("primary".to_owned(), false.into());
        shown.insert("verification".to_owned(), json!({"methods": []}));
    },
    ..Kind::new(
        ("custom-domain", "custom domain"),
        "inexistent_custom_domain",
        ("/custom-domains", "/custom-domains/{id}", "custom_domains"),
        "cd",
        scopes!("custom_domains"),
    )
};

pub(super) static EVENT_STREAM: Kind = Kind {
    required: &["destination"],
    has_secrets: true,
    ..Kind::new(
        ("event-stream", "event stream"),
        "inexistent_event_stream",
        ("/event-streams", "/event-streams/{id}", "eventStreams"),
        "est",
        scopes!("event_streams"),
    )
};

pub(super) static FLOW: Kind = Kind::new(
    ("flow", "flow"),
    "inexistent_flow",
    ("/flows", "/flows/{id}", "flows"),
    "af",
    scopes!("flows"),
);

static VAULT_CONNECTION: Kind = Kind {
    required: &["app_id", "name"],
    // Nobody is shown it in Auth0 either.
    stores: |body| drop(body.remove("setup")),
    shows: |shown, _| {
        shown.insert("ready".to_owned(), false.into());
        shown.entry("fingerprint").or_insert("".into());
    },
    ..Kind::new(
        ("vault-connection", "connection of flows"),
        "inexistent_vault_connection",
        (
            "/flows/vault/connections",
            "/flows/vault/connections/{id}",
            "connections",
        ),
        "ac",
        scopes!("flows_vault_connections"),
    )
};

static FORM: Kind = Kind::new(
    ("form", "form"),
    "inexistent_form",
    ("/forms", "/forms/{id}", "forms"),
    "ap",
    scopes!("forms"),
);

static LOG_STREAM: Kind = Kind {
    lists: Lists::Array,
    required: &["type", "sink"],
    is_timed: false,
    has_secrets: true,
    // Nothing goes out.
    stores: |body| drop(body.remove("status")),
    shows: |shown, _| drop(shown.insert("status".to_owned(), "suspended".into())),
    ..Kind::new(
        ("log-stream", "log stream"),
        "inexistent_log_stream",
        ("/log-streams", "/log-streams/{id}", "log_streams"),
        "lst",
        scopes!("log_streams"),
    )
};

static NETWORK_ACL: Kind = Kind {
    writes: Writes::PatchOrPut,
    required: &["description", "active", "rule"],
    guards: Some(|body| is_on(body, "active").then_some("active of /network-acls")),
    ..Kind::new(
        ("network-acl", "list of networks"),
        "inexistent_network_acl",
        ("/network-acls", "/network-acls/{id}", "network_acls"),
        "acl",
        scopes!("network_acls"),
    )
};

static PHONE_PROVIDER: Kind = Kind {
    lists: Lists::Object,
    // Nobody is shown them in Auth0 either.
    stores: |body| drop(body.remove("credentials")),
    narrows: Some((&[FIELDS, &["disabled"]], |query, item| {
        fits_flag(query, item, "disabled")
    })),
    ..Kind::new(
        ("phone-provider", "provider of phone messages"),
        "inexistent_phone_provider",
        (
            "/branding/phone/providers",
            "/branding/phone/providers/{id}",
            "providers",
        ),
        "pro",
        scopes!("phone_providers"),
    )
};

static PHONE_TEMPLATE: Kind = Kind {
    lists: Lists::Object,
    required: &["type"],
    unique: Some("type"),
    deep: &["content"],
    is_timed: false,
    stores: |body| {
        body.entry("disabled").or_insert(false.into());
    },
    narrows: Some((&[FIELDS, &["disabled"]], |query, item| {
        fits_flag(query, item, "disabled")
    })),
    ..Kind::new(
        ("phone-template", "template of phone messages"),
        "inexistent_phone_template",
        (
            "/branding/phone/templates",
            "/branding/phone/templates/{id}",
            "templates",
        ),
        "tem",
        scopes!("phone_templates"),
    )
};

/// What a policy of rates is about.
const RATED: &[&str] = &["resource", "consumer", "consumer_selector"];

static RATE_LIMIT_POLICY: Kind = Kind {
    required: &["resource", "consumer", "consumer_selector", "configuration"],
    narrows: Some((&[PAGES, CURSOR, FIELDS, RATED], |query, policy| {
        RATED.iter().all(|name| fits_text(query, policy, name))
    })),
    ..Kind::new(
        ("rate-limit-policy", "policy of rates"),
        "inexistent_rate_limit_policy",
        (
            "/rate-limit-policies",
            "/rate-limit-policies/{id}",
            "rate_limit_policies",
        ),
        "rlp",
        scopes!("rate_limit_policies"),
    )
};

static RULE: Kind = Kind {
    required: &["name", "script"],
    unique: Some("name"),
    is_timed: false,
    stores: |body: &mut Body| {
        body.entry("enabled").or_insert(true.into());
        body.entry("stage").or_insert("login_success".into());
    },
    guards: Some(|body| is_on(body, "enabled").then_some("enabled of /rules")),
    narrows: Some((&[PAGES, CURSOR, FIELDS, &["enabled"]], |query, rule| {
        fits_flag(query, rule, "enabled")
    })),
    ..Kind::new(
        ("rule", "rule"),
        "inexistent_rule",
        ("/rules", "/rules/{id}", "rules"),
        "rul",
        scopes!("rules"),
    )
};

static TOKEN_EXCHANGE_PROFILE: Kind = Kind {
    required: &["name", "subject_token_type", "action_id", "type"],
    unique: Some("subject_token_type"),
    ..Kind::new(
        ("token-exchange-profile", "profile of token exchange"),
        "inexistent_token_exchange_profile",
        (
            "/token-exchange-profiles",
            "/token-exchange-profiles/{id}",
            "token_exchange_profiles",
        ),
        "tep",
        scopes!("token_exchange_profiles"),
    )
};

static USER_ATTRIBUTE_PROFILE: Kind = Kind {
    is_timed: false,
    ..Kind::new(
        ("user-attribute-profile", "profile of attributes"),
        "inexistent_user_attribute_profile",
        (
            "/user-attribute-profiles",
            "/user-attribute-profiles/{id}",
            "user_attribute_profiles",
        ),
        "uap",
        scopes!("user_attribute_profiles"),
    )
};

static CREDENTIAL_TEMPLATE: Kind = Kind {
    lists: Lists::Cursor,
    required: &["name", "type", "dialect", "presentation"],
    ..Kind::new(
        ("credential-template", "template of verifiable credentials"),
        "inexistent_verifiable_credential_template",
        (
            "/verifiable-credentials/verification/templates",
            "/verifiable-credentials/verification/templates/{id}",
            "templates",
        ),
        "vct",
        scopes!("vdcs_templates"),
    )
};

/// Domains by which an organization is found: people name theirs here.
pub(super) static DISCOVERY_DOMAIN: Kind = Kind {
    lists: Lists::Cursor,
    required: &["domain"],
    unique: Some("domain"),
    is_timed: false,
    stores: |body| {
        body.entry("status").or_insert("pending".into());
    },
    // Nobody looks for a record of the domain.
    shows: |shown, _| {
        for name in ["verification_txt", "verification_host"] {
            shown.entry(name).or_insert("".into());
        }
    },
    ..Kind::new(
        ("discovery-domain", "domain of the organization"),
        "inexistent_organization_discovery_domain",
        (
            "/organizations/{id}/discovery-domains",
            "/organizations/{id}/discovery-domains/{domain}",
            "domains",
        ),
        "dd",
        [
            &["read:organization_discovery_domains", "read:organizations"],
            &["create:organization_discovery_domains"],
            &["update:organization_discovery_domains"],
            &["delete:organization_discovery_domains"],
        ],
    )
};

pub(super) fn is_on(body: &Body, flag: &str) -> bool {
    body.get(flag) == Some(&Value::Bool(true))
}

/// Whether a flag is as the query wants it; one that is not there is off.
pub(super) fn fits_flag(query: &Query, shown: &Body, flag: &str) -> bool {
    wanted(query, flag).is_none_or(|wanted| is_on(shown, flag) == wanted)
}

/// How the query wants a flag to be; what is neither on nor off is off.
pub(super) fn wanted(query: &Query, flag: &str) -> Option<bool> {
    query.flag(flag).unwrap_or(Some(false))
}

/// Whether a text is the one that the query wants.
pub(super) fn fits_text(query: &Query, shown: &Body, name: &str) -> bool {
    let wanted = query.get(name);
    wanted.is_none() || wanted == shown.get(name).and_then(Value::as_str)
}
