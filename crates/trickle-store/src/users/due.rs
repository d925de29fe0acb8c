use std::collections::{BTreeSet, HashMap};

use sqlx::AnyConnection;
use trickle_model::{TenantId, UserId};

use super::ReadyRow;
use super::read::by_id;
use super::terms::{OnTaken, insert, set_keys, terms_of};
use crate::error::Step;
use crate::search::write_terms;
use crate::{Store, StoreError};

/// Terms of one transaction, about a tenth of a second: logins that write wait for it.
const TERMS_AT_ONCE: usize = 50_000;
/// Users whose keys are set in one transaction.
const KEYS_AT_ONCE: usize = 10_000;
const STEP: &str = "write the terms of imported users";

/// Terms of imported users that are not written yet, and the users' keys in the index. Where they are lost, as in a crash, the users
/// still have no key, and [`Store::complete_terms`] reads them again.
///
/// SQLite only: its index takes tens of thousands of users at once at a third of the cost (docs/decisions/0115), and until then there is
/// nothing to change in the rows. PostgreSQL would write a row anew to give it a key, with all its entries in indexes.
#[derive(Debug, Default)]
pub struct DueTerms {
    users: Vec<(String, i64)>,
    pairs: Vec<(i64, i64)>,
}

impl DueTerms {
    /// How many users have terms here.
    pub const fn users(&self) -> usize {
        self.users.len()
    }

    /// Takes over what is there.
    pub fn append(&mut self, mut more: Self) {
        self.users.append(&mut more.users);
        self.pairs.append(&mut more.pairs);
    }

    pub(super) fn extend(&mut self, rows: &[&ReadyRow]) {
        for row in rows {
            self.users.push((row.user_id.clone(), row.search_key));
            let pairs = row.terms.iter().map(|term| (*term, row.search_key));
            self.pairs.extend(pairs);
        }
    }
}

impl Store {
    /// Writes the terms of users of a tenant who were imported a moment ago; nothing is due afterwards.
    ///
    /// # Errors
    /// The store fails. The users are found by [`complete_terms`](Self::complete_terms) then.
    #[tracing::instrument(name = "db.users.write_due_terms", skip_all, fields(tenant.id = %tenant))]
    pub async fn write_due_terms(
        &self,
        tenant: &TenantId,
        due: &mut DueTerms,
    ) -> Result<(), StoreError> {
        let DueTerms { users, mut pairs } = std::mem::take(due);
        // Each page of the index is in one transaction.
        pairs.sort_unstable();
        for some in pairs.chunks(TERMS_AT_ONCE) {
            let mut tx = self.begin_write().await?;
            insert(self.dialect, some, OnTaken::Pass, &mut tx).await?;
            tx.commit().await.step(STEP)?;
        }
        // After all terms: the key is the mark that they are there.
        for some in users.chunks(KEYS_AT_ONCE) {
            let keys = some
                .iter()
                .map(|(id, key)| (tenant.as_str(), id.as_str(), *key));
            let mut tx = self.begin_write().await?;
            if set_keys(self.dialect, keys, &mut tx).await? < some.len() {
                correct(tenant, some, &pairs, &mut tx).await?;
            }
            tx.commit().await.step(STEP)?;
        }
        Ok(())
    }
}

/// Makes the index say what users are, not what the file said: some were changed or removed before their terms were written.
async fn correct(
    tenant: &TenantId,
    users: &[(String, i64)],
    pairs: &[(i64, i64)],
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let keys = users.iter().map(|(_, key)| (*key, BTreeSet::new()));
    let mut said: HashMap<i64, BTreeSet<i64>> = keys.collect();
    for (term, key) in pairs {
        if let Some(terms) = said.get_mut(key) {
            terms.insert(*term);
        }
    }
    for (id, key) in users {
        let user = by_id(tenant, &UserId::from_text(id.as_str()), &mut *tx).await?;
        let are = user.as_ref().map(terms_of).unwrap_or_default();
        write_terms(*key, &said[key], &are, tx).await?;
    }
    Ok(())
}
