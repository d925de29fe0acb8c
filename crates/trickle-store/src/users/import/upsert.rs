use sqlx::AnyConnection;
use trickle_model::UserId;

use super::existing::{Credential, Existing};
use super::{ImportBatch, ImportChange, ReadyRow};
use crate::StoreError;
use crate::column::{object, text};
use crate::error::Changed;
use crate::users::read::by_id;
use crate::users::terms;

const STEP: &str = "change a user";

impl Existing {
    /// Changes a user as a row says; true when the user can log in here only from now on.
    pub(super) async fn change(
        &mut self,
        row: &ReadyRow,
        at: usize,
        batch: &ImportBatch<'_>,
        tx: &mut AnyConnection,
    ) -> Result<bool, StoreError> {
        let new_hash = self.new_hash(row, at);
        let holder = &mut self.holders[at];
        let id = UserId::from_text(holder.id.as_str());
        let old = by_id(batch.tenant, &id, &mut *tx).await?;
        let unchanged = ImportChange::default();
        let change = row.change.as_deref().unwrap_or(&unchanged);
        holder.email_verified = change.email_verified.unwrap_or(holder.email_verified);
        for (name, value) in &change.attributes {
            holder.attributes.insert(name.clone(), value.clone());
        }
        sqlx::query(
            "UPDATE users SET email_verified = $3, attributes = $4, user_metadata = COALESCE($5, user_metadata), \
             app_metadata = COALESCE($6, app_metadata), updated_at = $7 WHERE tenant_id = $1 AND id = $2",
        )
        .bind(text(batch.tenant.as_str()))
        .bind(&holder.id)
        .bind(i64::from(holder.email_verified))
        .bind(object(&holder.attributes))
        .bind(change.user_metadata.as_ref().map(object))
        .bind(change.app_metadata.as_ref().map(object))
        .bind(batch.now.as_millisecond())
        .execute(&mut *tx)
        .await
        .exactly_one(STEP)?;
        let new = by_id(batch.tenant, &id, &mut *tx).await?;
        if let (Some(old), Some(new)) = (old, new) {
            terms::replace(&old, &new, tx).await?;
        }
        let Some((password, before)) = new_hash else {
            return Ok(false);
        };
        sqlx::query(
            "INSERT INTO credentials (tenant_id, user_id, password_hash, imported) VALUES ($1, $2, $3, 1) \
             ON CONFLICT (tenant_id, user_id) DO UPDATE SET password_hash = excluded.password_hash \
             WHERE credentials.imported = 1",
        )
        .bind(text(batch.tenant.as_str()))
        .bind(&holder.id)
        .bind(password.hash().expose())
        .execute(tx)
        .await
        .at_most_one(STEP)?;
        holder.credential = Credential::Unproven;
        Ok(before == Credential::None)
    }
}
