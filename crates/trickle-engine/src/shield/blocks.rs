//! Blocks, for those who may lift them.

use serde_json::Map;
use trickle_model::{EventCode, TenantId, UserId};
use trickle_store::{BRUTE_FORCE, IdentifierFailures};

use super::{
    BruteForce,
    admission::{is_guarded, settings},
};
use crate::{Caller, Engine, EngineError, ExchangeSubject, normalise_identifier};

/// An identifier that is shut out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Normalised.
    pub identifier: String,
    /// From this address; none where it is shut out from everywhere.
    pub ip: Option<String>,
    /// Name of the connection.
    pub connection: String,
}

impl Engine {
    /// The blocks of any of these identifiers.
    ///
    /// # Errors
    /// The store failed.
    pub async fn blocks(
        &self,
        tenant: &TenantId,
        identifiers: &[String],
    ) -> Result<Vec<Block>, EngineError> {
        self.settled().await;
        let store = &self.parts.store;
        let settings = self.brute_force(tenant).await?;
        let mut blocks = Vec::new();
        for identifier in identifiers {
            let identifier = normalise_identifier(identifier);
            let failures = store.failures_of(tenant, &identifier).await;
            let failures = failures.map_err(EngineError::store("read the failures"))?;
            let counts = |one: &IdentifierFailures| {
                one.failures.count >= settings.max_attempts
                    && one.ip.is_empty() != settings.by_address
            };
            let listed = failures.into_iter().filter(counts).map(|one| Block {
                identifier: one.identifier,
                ip: Some(one.ip).filter(|ip| !ip.is_empty()),
                connection: one.connection_name,
            });
            blocks.extend(listed);
        }
        Ok(blocks)
    }

    /// Those of the [blocks](Self::blocks) that keep people out as the tenant and the connection are set now.
    ///
    /// # Errors
    /// The store failed.
    pub async fn blocks_that_hold(
        &self,
        tenant: &TenantId,
        identifiers: &[String],
    ) -> Result<Vec<Block>, EngineError> {
        let settings = self.brute_force(tenant).await?;
        if !settings.enabled || !settings.blocks {
            return Ok(Vec::new());
        }
        let mut holding = Vec::new();
        for block in self.blocks(tenant, identifiers).await? {
            let store = &self.parts.store;
            let found = store.connection_by_name(tenant, &block.connection).await;
            let found = found.map_err(EngineError::store("read the connection"))?;
            let is_guarded = found.as_ref().is_some_and(is_guarded);
            if is_guarded && !settings.allows(block.ip.as_deref()) {
                holding.push(block);
            }
        }
        Ok(holding)
    }

    async fn brute_force(&self, tenant: &TenantId) -> Result<BruteForce, EngineError> {
        let stored = self.parts.store.setting(tenant, BRUTE_FORCE).await;
        let stored = stored.map_err(EngineError::store("read the tenant's settings"))?;
        settings(BruteForce::parse(stored.as_ref()))
    }

    /// Lifts the blocks of these identifiers in all connections and forgets their failures.
    ///
    /// # Errors
    /// The store failed.
    pub async fn lift_blocks(
        &self,
        tenant: &TenantId,
        identifiers: &[String],
        user: Option<&UserId>,
        caller: &Caller,
    ) -> Result<(), EngineError> {
        self.settled().await;
        let mut lifted = 0;
        for identifier in identifiers {
            let identifier = normalise_identifier(identifier);
            let forgotten = self
                .parts
                .store
                .forget_failures(tenant, &identifier, None)
                .await;
            lifted += forgotten.map_err(EngineError::store("forget the failures"))?;
        }
        if lifted > 0 {
            let about = ExchangeSubject {
                user: user.cloned(),
                user_name: identifiers.first().cloned(),
                ..ExchangeSubject::default()
            };
            self.log_exchange(
                tenant,
                EventCode::Unblocked,
                "block released",
                caller,
                about,
            )
            .await;
        }
        Ok(())
    }

    /// The tenant's settings of this name as they are stored.
    ///
    /// # Errors
    /// The store failed.
    pub async fn stored_setting(
        &self,
        tenant: &TenantId,
        name: &str,
    ) -> Result<Option<Map<String, serde_json::Value>>, EngineError> {
        let stored = self.parts.store.setting(tenant, name).await;
        stored.map_err(EngineError::store("read the tenant's settings"))
    }
}
