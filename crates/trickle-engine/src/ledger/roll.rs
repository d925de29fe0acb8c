//! The roll: who is in the legacy store, as the tenant says, and who of them has not moved.

use trickle_model::Connection;
use trickle_store::RollEntry;

use crate::{Engine, EngineError, identifier_of};

/// Most people of one answer.
const MOST: u64 = 1_000;

impl Engine {
    /// Puts people on the roll.
    ///
    /// # Errors
    /// The store failed.
    pub async fn add_to_roll(
        &self,
        connection: &Connection,
        mut entries: Vec<RollEntry>,
    ) -> Result<(), EngineError> {
        for entry in &mut entries {
            entry.identifier = identifier_of(&connection.options, &entry.identifier);
        }
        let added = self.parts.store.add_to_roll(&connection.id, &entries).await;
        added.map_err(EngineError::store("put people on the roll"))
    }

    /// Throws the roll away.
    ///
    /// # Errors
    /// The store failed.
    pub async fn clear_roll(&self, connection: &Connection) -> Result<(), EngineError> {
        let cleared = self.parts.store.clear_roll(&connection.id).await;
        cleared.map_err(EngineError::store("throw the roll away"))
    }

    /// Those on the roll who have not moved, by identifier, of those after the one named.
    ///
    /// # Errors
    /// The store failed.
    pub async fn stragglers(
        &self,
        connection: &Connection,
        after: Option<&str>,
        most: u64,
    ) -> Result<Vec<RollEntry>, EngineError> {
        let found = self
            .parts
            .store
            .stragglers(&connection.id, after, most.min(MOST));
        found
            .await
            .map_err(EngineError::store("list who has not moved"))
    }
}
