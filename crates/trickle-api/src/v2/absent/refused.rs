//! Operations that would have to say that they did what nothing here does: they say what to do in their place
//! (`docs/decisions/0111`).

use axum::http::StatusCode;

use crate::v2::{Bearer, Error, operation::Operation};

/// The method.
#[derive(Clone, Copy)]
enum By {
    Get,
    Post,
    Put,
    Patch,
}

/// Method, path, scopes, and a sentence without its full stop.
type Refused = (By, &'static str, &'static [&'static str], &'static str);

const NO_ACTIONS: &str =
    "Actions do not run; what they decide belongs into the login script of a connection";
const NO_DOCUMENTS: &str =
    "Documents of clients are not fetched; add the client by POST /api/v2/clients";
const NO_EVENTS: &str =
    "No event goes out, and nothing was delivered; read the log by GET /api/v2/logs";
const NO_EXPERIMENTS: &str = "There are no experiments; try a version of a script on some of the logins by options.trickle.rehearsal of a connection";
const NO_KEYS: &str =
    "Secrets are sealed by the master key of the server, which its operator alone keeps";
const NO_MESSAGES: &str = "No messages go to telephones; try mails by sending one with POST /api/v2/jobs/verification-email";
const NO_PROVIDER: &str =
    "Nothing is signed for the providers of other connections, since nobody logs in through them";
const NO_PROVISIONING: &str = "No users come by SCIM or from directories; add them by POST /api/v2/users or POST /api/v2/jobs/users-imports";

const CREATE_ACTIONS: &[&str] = &["create:actions"];
const CREATE_CLIENTS: &[&str] = &["create:clients"];
const CREATE_EXPERIMENTS: &[&str] = &["create:experiments"];
const SEND: &[&str] = &["update:event_deliveries"];

const REFUSED: [Refused; 33] = [
    (
        By::Post,
        "/actions/actions/{id}/test",
        CREATE_ACTIONS,
        NO_ACTIONS,
    ),
    (
        By::Post,
        "/blacklists/tokens",
        &["blacklist:tokens"],
        "Access tokens count until they expire; end the logins of a user by POST /api/v2/users/{id}/revoke-access",
    ),
    (
        By::Post,
        "/branding/phone/providers/{id}/try",
        &["create:phone_providers"],
        NO_MESSAGES,
    ),
    (
        By::Post,
        "/branding/phone/templates/{id}/try",
        &["create:phone_templates"],
        NO_MESSAGES,
    ),
    (
        By::Patch,
        "/branding/phone/templates/{id}/reset",
        &["update:phone_templates"],
        "There are no texts to go back to; write one by PATCH /api/v2/branding/phone/templates/{id}, or remove the template",
    ),
    (
        By::Get,
        "/client-grants/search",
        &["read:client_grants"],
        "Client grants are listed by GET /api/v2/client-grants, which narrows by client_id and audience",
    ),
    (
        By::Get,
        "/clients/search",
        &["read:clients"],
        "Clients are listed by GET /api/v2/clients, which narrows by app_type and is_first_party",
    ),
    (
        By::Post,
        "/clients/cimd/preview",
        CREATE_CLIENTS,
        NO_DOCUMENTS,
    ),
    (
        By::Post,
        "/connections/{id}/keys",
        &["create:connections_keys"],
        NO_PROVIDER,
    ),
    (
        By::Post,
        "/connections/{id}/keys/rotate",
        &["update:connections_keys"],
        NO_PROVIDER,
    ),
    (
        By::Post,
        "/connections/{id}/scim-configuration/tokens",
        &["create:scim_token"],
        NO_PROVISIONING,
    ),
    (
        By::Post,
        "/connections/{id}/directory-provisioning/synchronizations",
        &["update:directory_provisionings"],
        NO_PROVISIONING,
    ),
    (
        By::Post,
        "/device-credentials",
        &["create:current_user_device_credentials"],
        "Devices bring no keys; an application on a device keeps a refresh token",
    ),
    (By::Post, "/event-streams/{id}/redeliver", SEND, NO_EVENTS),
    (
        By::Post,
        "/event-streams/{id}/redeliver/{event}",
        SEND,
        NO_EVENTS,
    ),
    (
        By::Post,
        "/event-streams/{id}/test",
        &["create:event_deliveries"],
        NO_EVENTS,
    ),
    (By::Get, "/events", &["read:events"], NO_EVENTS),
    (
        By::Post,
        "/guardian/enrollments/ticket",
        &["create:guardian_enrollment_tickets"],
        "Nobody enrolls by a link; give the user a second factor by POST /api/v2/users/{id}/authentication-methods",
    ),
    (
        By::Put,
        "/keys/custom-signing",
        &["update:custom_signing_keys"],
        "Tokens are signed by the keys of GET /api/v2/keys/signing; make the next one sign by POST /api/v2/keys/signing/rotate",
    ),
    (
        By::Post,
        "/keys/encryption",
        &["create:encryption_keys"],
        NO_KEYS,
    ),
    (
        By::Post,
        "/keys/encryption/rekey",
        &["create:encryption_keys"],
        NO_KEYS,
    ),
    (
        By::Post,
        "/keys/encryption/{kid}",
        &["update:encryption_keys"],
        NO_KEYS,
    ),
    (
        By::Post,
        "/keys/encryption/{kid}/wrapping-key",
        &["create:encryption_keys"],
        NO_KEYS,
    ),
    (
        By::Post,
        "/keys/network-acls",
        &["create:network_acls"],
        "Lists of networks have no effect; let a proxy before the server shut networks out",
    ),
    (
        By::Get,
        "/organizations/search",
        &["read:organizations"],
        "Organizations are listed by GET /api/v2/organizations, and found by GET /api/v2/organizations/name/{name}",
    ),
    (
        By::Put,
        "/organizations/{id}/organization-templates/{template}",
        &["update:organizations"],
        "There are no templates of organizations; change the organization by PATCH /api/v2/organizations/{id}",
    ),
    (
        By::Get,
        "/resource-servers/search",
        &["read:resource_servers"],
        "APIs are listed by GET /api/v2/resource-servers, and found by GET /api/v2/resource-servers/{identifier}",
    ),
    (
        By::Post,
        "/self-service-profiles/{id}/sso-ticket",
        &["create:sso_access_tickets"],
        "Nobody sets up connections by tickets; add the connection by POST /api/v2/connections",
    ),
    (
        By::Post,
        "/users/{id}/recovery-code-regeneration",
        &["update:users"],
        "Logins take no recovery codes; who has lost a second factor gets another by PUT /api/v2/users/{id}/authentication-methods",
    ),
    (
        By::Post,
        "/experimentation/experiments/{id}/advance-ramp",
        &["update:experiments"],
        NO_EXPERIMENTS,
    ),
    (
        By::Post,
        "/experimentation/experiments",
        CREATE_EXPERIMENTS,
        NO_EXPERIMENTS,
    ),
    (
        By::Post,
        "/experimentation/feature-flags",
        CREATE_EXPERIMENTS,
        NO_EXPERIMENTS,
    ),
    (
        By::Post,
        "/experimentation/segments",
        CREATE_EXPERIMENTS,
        NO_EXPERIMENTS,
    ),
];

pub(super) fn operations() -> Vec<Operation> {
    REFUSED.into_iter().map(refuse).collect()
}

fn refuse((by, path, scopes, why): Refused) -> Operation {
    let handler = move |_: Bearer| async move { Err::<StatusCode, Error>(Error::NotServed(why)) };
    let operation = match by {
        By::Get => Operation::get(path, scopes, handler),
        By::Post => Operation::post(path, scopes, handler),
        By::Put => Operation::put(path, scopes, handler),
        By::Patch => Operation::patch(path, scopes, handler),
    };
    operation.says(why)
}
