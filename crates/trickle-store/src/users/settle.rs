//! The end of a change by which a user may get a key that another one has.

use sqlx::{Any, Transaction};
use trickle_model::User;

use super::read::by_id;
use super::taken::Keys;
use super::{RefreshProfile, TakenKey, terms};
use crate::error::Step;
use crate::{Store, StoreError};

impl Store {
    /// Commits what was written of a user who was `old`, or says who has a key of it. Nothing where that one is gone by now: it is to be
    /// tried again.
    pub(super) async fn settle(
        &self,
        (old, keys): (&User, &Keys<'_>),
        written: Result<(), StoreError>,
        step: &'static str,
        mut tx: Transaction<'static, Any>,
    ) -> Result<Option<RefreshProfile>, StoreError> {
        match written {
            Ok(()) => {
                let Some(new) = by_id(&old.tenant, &old.id, &mut *tx).await? else {
                    return Ok(Some(RefreshProfile::Gone));
                };
                terms::replace(old, &new, &mut tx).await?;
                tx.commit().await.step(step)?;
                return Ok(Some(RefreshProfile::Refreshed(new)));
            }
            Err(StoreError::Database { source, .. }) if source.is_unique_violation() => {}
            Err(error) => return Err(error),
        }
        // PostgreSQL takes no more statements in a transaction that has failed.
        tx.rollback().await.step(step)?;
        let holders = keys.holders(&self.read).await?;
        let other = holders.into_iter().find(|user| user.by != TakenKey::Id);
        Ok(other.map(RefreshProfile::Taken))
    }
}
