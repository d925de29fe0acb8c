//! How much of an API people reach through a client.

use trickle_model::{ApiClient, GrantSubject};
use trickle_store::{ResourceServer, Store};

use super::{Error, target::granted};
use crate::host::Site;

/// What `subject_type_authorization` of an API and the client's grant for people leave, at the time of asking.
#[derive(Clone, Debug)]
pub(crate) enum Reach {
    /// All that the API has.
    All,
    /// Scopes that the client was granted for people.
    Granted(Vec<String>),
}

impl Reach {
    /// # Errors
    /// Nobody gets anything of the API, or the client has no grant and needs one.
    pub(crate) async fn of(
        site: &Site,
        store: &Store,
        client: &ApiClient,
        api: &ResourceServer,
    ) -> Result<Self, Error> {
        let needs_grant = match api.policy(GrantSubject::User) {
            None | Some(ResourceServer::ALLOW_ALL) => client.settings.is_strict_third_party(),
            Some(ResourceServer::REQUIRE_GRANT) => true,
            // `deny_all`, and what was stored before it was checked.
            Some(_) => return Err(Error::AudienceNotGranted(api.identifier.clone())),
        };
        if !needs_grant {
            return Ok(Self::All);
        }
        let grant = granted(site, store, client, &api.identifier, GrantSubject::User).await?;
        Ok(if grant.allows_all_scopes() {
            Self::All
        } else {
            Self::Granted(grant.scopes)
        })
    }

    pub(crate) fn has(&self, scope: &str) -> bool {
        match self {
            Self::All => true,
            Self::Granted(scopes) => scopes.iter().any(|one| one == scope),
        }
    }
}
