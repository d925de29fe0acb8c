//! Making tenants and clients.

use jiff::Timestamp;
use rand::{Rng, distr::Alphanumeric};
use serde_json::Map;
use tokio::sync::Semaphore;
use trickle_model::{
    ApiClient, ClientGrant, ClientId, ClientSettings, Clock, Grant, Secret, TenantId, prefixed_id,
};
use trickle_store::{AddTenantError, NewTenant, SigningKey, Store, StoreError, Tenant};

use crate::{KeyError, SigningKeyPair, clients::secret_hash, engine::entropy};

/// The audience under which rights to the Management API are stored, whatever the tenant's host name.
pub const MANAGEMENT_AUDIENCE: &str = "urn:trickle:management";

/// Name of the tenant of an install that has only one.
pub(crate) const DEFAULT_TENANT: &str = "default";

/// RFC 6749 §10.10 asks for 2^-128; 64 letters and digits give 2^-381.
const SECRET_LENGTH: usize = 64;

/// Why a tenant or a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// The tenant's name cannot be part of a host name.
    #[error(
        "use {0:?} as a tenant's name: it must be 1 to 63 lower-case letters, digits and hyphens, and begin and end with a letter or digit"
    )]
    Name(String),
    /// The domain is no host name.
    #[error(
        "use {0:?} as a domain: it must be a host name without port, such as login.acme.example"
    )]
    Domain(String),
    /// The tenant cannot be stored.
    #[error("store the tenant")]
    AddTenant(#[source] AddTenantError),
    /// There is no key for its tokens.
    #[error("make the tenant's signing key")]
    Key(#[source] KeyError),
    /// The task that makes the key died.
    #[error("make the tenant's signing key: its thread ended")]
    KeyTask,
    /// The key cannot be stored.
    #[error("store the tenant's signing key")]
    StoreKey(#[source] StoreError),
    /// The client or its rights cannot be stored.
    #[error("store the client")]
    StoreClient(#[source] StoreError),
    /// The tenants cannot be read.
    #[error("read the tenants")]
    Read(#[source] StoreError),
}

/// A tenant, and whether it is new.
#[derive(Clone, Debug)]
pub struct Bootstrapped {
    /// The tenant.
    pub tenant: Tenant,
    /// False when it was there already.
    pub created: bool,
}

/// A client to be made.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Its tenant.
    pub tenant: TenantId,
    /// Shown to people.
    pub name: String,
    /// What it may ask for.
    pub grants: Vec<Grant>,
    /// Scopes of the Management API that it gets; none for an application that only logs people in.
    pub management_scopes: Vec<String>,
}

/// The tenant of an install that has only one, made at the first call.
///
/// # Errors
/// See [`ProvisionError`].
pub async fn bootstrap_default_tenant(
    store: &Store,
    clock: &dyn Clock,
) -> Result<Bootstrapped, ProvisionError> {
    let found = store
        .tenant_by_name(DEFAULT_TENANT)
        .await
        .map_err(ProvisionError::Read)?;
    if let Some(tenant) = found {
        // The key follows the tenant: a start that was cut short between the two is mended here.
        let keys = store.signing_keys(&tenant.id).await;
        if keys.map_err(ProvisionError::Read)?.is_empty() {
            add_key(store, &tenant.id, clock).await?;
        }
        return Ok(Bootstrapped {
            tenant,
            created: false,
        });
    }
    let tenant = create_tenant(store, clock, DEFAULT_TENANT, &[]).await?;
    Ok(Bootstrapped {
        tenant,
        created: true,
    })
}

/// Makes a tenant with a signing key; `domains` are its own host names.
///
/// # Errors
/// See [`ProvisionError`].
pub async fn create_tenant(
    store: &Store,
    clock: &dyn Clock,
    name: &str,
    domains: &[String],
) -> Result<Tenant, ProvisionError> {
    if !is_host_label(name) {
        return Err(ProvisionError::Name(name.to_owned()));
    }
    // Host names are compared in lower case.
    let domains: Vec<String> = domains.iter().map(|one| one.to_ascii_lowercase()).collect();
    if let Some(unsound) = domains.iter().find(|domain| !is_host_name(domain)) {
        return Err(ProvisionError::Domain(unsound.clone()));
    }
    let now = clock.now();
    let new = NewTenant {
        id: TenantId::generate(now, &mut entropy()),
        name: name.to_owned(),
        domains,
    };
    let tenant = store
        .add_tenant(&new, now)
        .await
        .map_err(ProvisionError::AddTenant)?;
    add_key(store, &tenant.id, clock).await?;
    Ok(tenant)
}

async fn add_key(
    store: &Store,
    tenant: &TenantId,
    clock: &dyn Clock,
) -> Result<(), ProvisionError> {
    let key = new_key(clock.now()).await?;
    store
        .add_signing_key(tenant, &key)
        .await
        .map_err(ProvisionError::StoreKey)
}

/// Keys that are made at the same time: each takes a processor for a good while.
static MAKING: Semaphore = Semaphore::const_new(2);

/// A key that signs from now on.
pub(crate) async fn new_key(now: Timestamp) -> Result<SigningKey, ProvisionError> {
    let turn = MAKING.acquire().await;
    let make = move || {
        // Also where nobody waits for the key any more.
        let _turn = turn;
        SigningKeyPair::generate()
    };
    let pair = tokio::task::spawn_blocking(make)
        .await
        .map_err(|_| ProvisionError::KeyTask)?
        .map_err(ProvisionError::Key)?;
    Ok(SigningKey {
        kid: pair.kid().to_owned(),
        private_pkcs8: pair.to_pkcs8().map_err(ProvisionError::Key)?,
        created_at: now,
        active_from: Some(now),
        retired_at: None,
        revoked_at: None,
    })
}

/// Makes a client. The secret is given here and never again.
///
/// # Errors
/// The store fails.
pub async fn create_client(
    store: &Store,
    clock: &dyn Clock,
    new: NewClient,
) -> Result<(ApiClient, Secret), ProvisionError> {
    let secret = generate_client_secret();
    let grants = new.grants.iter().map(|grant| grant.as_str());
    let client = ApiClient {
        id: ClientId::generate(&mut entropy()),
        tenant: new.tenant,
        name: new.name,
        secret_sha256: secret_hash(&secret),
        grant_types: grants.map(str::to_owned).collect(),
        settings: ClientSettings::default(),
        created_at: clock.now(),
    };
    store
        .add_client(&client, &[])
        .await
        .map_err(ProvisionError::StoreClient)?;
    if !new.management_scopes.is_empty() {
        let grant = ClientGrant {
            id: prefixed_id("cgr", &mut entropy()),
            holder: client.id.clone().into(),
            audience: MANAGEMENT_AUDIENCE.to_owned(),
            scopes: new.management_scopes,
            settings: Map::new(),
        };
        store
            .add_client_grant(&client.tenant, &grant)
            .await
            .map_err(ProvisionError::StoreClient)?;
    }
    Ok((client, secret))
}

/// A new secret of a client.
pub fn generate_client_secret() -> Secret {
    let letters = entropy().sample_iter(Alphanumeric).take(SECRET_LENGTH);
    Secret::new(letters.map(char::from).collect::<String>())
}

/// RFC 1123 §2.1.
fn is_host_label(name: &str) -> bool {
    let sound = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    (1..=63).contains(&name.len())
        && name.bytes().all(|c| sound(c) || c == b'-')
        && name.bytes().next().is_some_and(sound)
        && name.bytes().next_back().is_some_and(sound)
}

/// RFC 1123 §2.1, and RFC 1035 §2.3.4 for the length.
fn is_host_name(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_host_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_host_labels() {
        for name in ["a", "acme-2", &"x".repeat(63)] {
            assert!(is_host_label(name), "{name}");
        }
        for name in ["", "-a", "a-", "A", "a.b", "a_b", "é", &"x".repeat(64)] {
            assert!(!is_host_label(name), "{name}");
        }
    }

    #[test]
    fn domains_are_host_names_without_port() {
        for name in ["localhost", "login.acme.example", "1.2.3.4"] {
            assert!(is_host_name(name), "{name}");
        }
        for name in [
            "",
            "a b",
            "a..b",
            ".a",
            "a.",
            "acme.example:8443",
            "https://a.b",
            "*.a.b",
        ] {
            assert!(!is_host_name(name), "{name}");
        }
    }
}
