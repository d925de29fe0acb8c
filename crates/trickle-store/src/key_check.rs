//! Whether the master key is the one that sealed this database.

use crate::error::Step;
use crate::{Store, StoreError};

const NAME: &str = "master_key_check";
const CLEAR: &[u8] = b"trickle";

/// The first key that opens a database becomes its key.
pub(crate) async fn is_the_key(store: &Store) -> Result<bool, StoreError> {
    let step = "compare the master key";
    sqlx::query("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(NAME)
        .bind(store.vault.seal(CLEAR, &[NAME]))
        .execute(&store.write)
        .await
        .step(step)?;
    let sealed: String = sqlx::query_scalar("SELECT value FROM meta WHERE name = $1")
        .bind(NAME)
        .fetch_one(&store.read)
        .await
        .step(step)?;
    Ok(store
        .vault
        .unseal(&sealed, &[NAME])
        .is_ok_and(|clear| *clear == CLEAR))
}
