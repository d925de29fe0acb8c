use std::collections::{BTreeSet, HashMap};
use std::iter::repeat;

use sqlx::{AnyConnection, AssertSqlSafe};

use super::ReadyRow;
use super::search_keys::{Keyed, users_between};
use super::terms::{OnTaken, insert, terms_of};
use crate::error::{Changed, Step};
use crate::search::write_terms;
use crate::{Store, StoreError};

/// Terms of one transaction, about a tenth of a second: logins that write wait for it.
const TERMS_AT_ONCE: usize = 50_000;
const STEP: &str = "write the terms of imported users";

/// Terms of imported users that are not written yet. Where they are lost, as in a crash, the users' search keys are still in the table of
/// those, and [`Store::complete_terms`] reads the users again.
///
/// SQLite only: its index takes tens of thousands of users at once at a third of the cost (docs/decisions/0115).
#[derive(Debug, Default)]
pub struct DueTerms {
    parts: Vec<Keys>,
    pairs: Vec<(i64, i64)>,
}

/// The search keys of users who were imported together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys {
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Keys {
    /// So many from a first one.
    pub(super) fn new(first: i64, users: usize) -> Option<Self> {
        let more = i64::try_from(users).ok()?.checked_sub(1)?;
        (more >= 0).then_some(Self {
            first,
            last: first + more,
        })
    }
}

impl DueTerms {
    /// How many there are.
    pub const fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Takes over what is there.
    pub fn append(&mut self, mut more: Self) {
        self.parts.append(&mut more.parts);
        self.pairs.append(&mut more.pairs);
    }

    /// Those of users who were added with such keys, in this order.
    pub(super) fn extend(&mut self, keys: Keys, rows: &[&ReadyRow]) {
        self.parts.push(keys);
        self.pairs.extend(pairs(keys.first, rows));
    }
}

/// Terms with the keys of their users, the first of whom has `first`.
pub(super) fn pairs<'a>(
    first: i64,
    rows: &'a [&ReadyRow],
) -> impl Iterator<Item = (i64, i64)> + 'a {
    let keyed = (first..).zip(rows);
    keyed.flat_map(|(key, row)| row.terms.iter().map(move |term| (*term, key)))
}

/// Says that the terms of users are yet to be written.
pub(super) async fn announce(keys: Keys, tx: &mut AnyConnection) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO due_terms (first_key, last_key, is_outdated) VALUES ($1, $2, 0)")
        .bind(keys.first)
        .bind(keys.last)
        .execute(tx)
        .await
        .exactly_one("keep which users' terms are due")
}

impl Store {
    /// Writes the terms of users who were imported a moment ago; nothing is due afterwards.
    ///
    /// # Errors
    /// The store fails. The users are found by [`complete_terms`](Self::complete_terms) then.
    #[tracing::instrument(name = "db.users.write_due_terms", skip_all)]
    pub async fn write_due_terms(&self, due: &mut DueTerms) -> Result<(), StoreError> {
        let DueTerms { parts, mut pairs } = std::mem::take(due);
        if parts.is_empty() {
            return Ok(());
        }
        // Each page of the index is in one transaction.
        pairs.sort_unstable();
        for some in pairs.chunks(TERMS_AT_ONCE) {
            let mut tx = self.begin_write().await?;
            insert(self.dialect, some, OnTaken::Pass, &mut tx).await?;
            tx.commit().await.step(STEP)?;
        }
        let mut outdated = Vec::new();
        let mut tx = self.begin_write().await?;
        for keys in parts {
            if !settle(keys, "AND is_outdated = 0", &mut tx).await? {
                outdated.push(keys);
            }
        }
        tx.commit().await.step(STEP)?;
        for keys in outdated {
            let mut tx = self.begin_write().await?;
            correct(keys, &pairs, &mut tx).await?;
            settle(keys, "", &mut tx).await?;
            tx.commit().await.step(STEP)?;
        }
        Ok(())
    }

    /// Writes the terms of imported users of whom they were lost.
    pub(super) async fn complete_due_terms(&self) -> Result<(), StoreError> {
        loop {
            let mut tx = self.begin_write().await?;
            let next: Option<(i64, i64)> = sqlx::query_as(
                "SELECT first_key, last_key FROM due_terms ORDER BY first_key LIMIT 1",
            )
            .fetch_optional(&mut *tx)
            .await
            .step(STEP)?;
            let Some((first, last)) = next else {
                return Ok(());
            };
            let mut pairs = Vec::new();
            for Keyed { user, key } in users_between(first, last, &mut tx).await? {
                let terms = terms_of(&user).into_iter();
                pairs.extend(terms.zip(repeat(key)));
            }
            pairs.sort_unstable();
            insert(self.dialect, &pairs, OnTaken::Pass, &mut tx).await?;
            settle(Keys { first, last }, "", &mut tx).await?;
            tx.commit().await.step(STEP)?;
        }
    }
}

/// Says that the terms of users are written; false where they are not due, or not such. `more` is a constant.
async fn settle(
    keys: Keys,
    more: &'static str,
    tx: &mut AnyConnection,
) -> Result<bool, StoreError> {
    let sql = format!("DELETE FROM due_terms WHERE first_key = $1 {more}");
    sqlx::query(AssertSqlSafe(sql))
        .bind(keys.first)
        .execute(tx)
        .await
        .at_most_one(STEP)
}

/// Makes the index say what users are, not what the file said: some were changed or removed before their terms were written.
async fn correct(
    keys: Keys,
    pairs: &[(i64, i64)],
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let mut said: HashMap<i64, BTreeSet<i64>> = HashMap::new();
    for (term, key) in pairs {
        if (keys.first..=keys.last).contains(key) {
            said.entry(*key).or_default().insert(*term);
        }
    }
    for Keyed { user, key } in users_between(keys.first, keys.last, &mut *tx).await? {
        let said = said.remove(&key).unwrap_or_default();
        write_terms(key, &said, &terms_of(&user), &mut *tx).await?;
    }
    // Of users who are gone.
    for (key, said) in said {
        write_terms(key, &said, &BTreeSet::new(), &mut *tx).await?;
    }
    Ok(())
}
