use sqlx::AnyConnection;

use super::existing::{Existing, Verdict};
use super::insert::{Inserted, Means, insert_rows};
use super::{ImportBatch, ImportedBatch, OnBuried, OnExisting, ReadyRow, RowRefusal};
use crate::column::{number, text};
use crate::connections::takes_users;
use crate::dialect::Dialect;
use crate::error::{Changed, Step};
use crate::jobs::{Progress, advance, insert_errors};
use crate::users::due::{DueTerms, Keys};
use crate::users::phone;
use crate::users::terms::OnTaken;
use crate::{JobError, Store, StoreError, ledger};

const STEP: &str = "take rows over";
/// Another node may add users between the look and the insert.
const ATTEMPTS: usize = 5;

/// What was done with the rows of a batch.
#[derive(Default)]
struct Done<'a> {
    inserted: Vec<&'a ReadyRow>,
    /// Of those who were inserted, in the index of terms.
    keys: Option<Keys>,
    updated: u64,
    /// Users who can log in here from now on.
    native: u64,
    refused: Vec<(&'a ReadyRow, RowRefusal)>,
}

impl Store {
    /// Takes rows of an import over: users, their counts, what is refused, and the end of the part they were uploaded in, all in
    /// one transaction. `describe` gives the entry for a row that is refused, by its position.
    ///
    /// What users are searched by is written at once (PostgreSQL), or becomes `due` (SQLite); see [`DueTerms`].
    ///
    /// Where all rows are new, which is usual, nobody is looked up: the unique keys say whether that was right.
    ///
    /// # Errors
    /// The store fails; then nothing was done.
    #[tracing::instrument(name = "db.users.import", skip_all, fields(tenant.id = %batch.tenant, connection.id = %batch.connection, job.id = %batch.job))]
    pub async fn import_users(
        &self,
        batch: &ImportBatch<'_>,
        describe: &(dyn Fn(u64, RowRefusal) -> String + Sync),
        due: &mut DueTerms,
    ) -> Result<ImportedBatch, StoreError> {
        let mut are_new = batch.on_existing == OnExisting::Refuse;
        for _ in 0..ATTEMPTS {
            let mut tx = self.begin_part().await?;
            if !takes_users(batch.connection, self.dialect, &mut tx).await? {
                break;
            }
            let means = Means {
                vault: &self.vault,
                dialect: self.dialect,
                phones_are_keys: phone::are_keys(batch.connection, &mut *tx).await?,
            };
            let done = if are_new {
                all_new(means, batch, &mut tx).await?
            } else {
                one_by_one(means, batch, &mut tx).await?
            };
            if let Some(done) = done {
                let outcome = conclude(batch, &done, describe, &mut tx).await?;
                if outcome != ImportedBatch::Lost {
                    tx.commit().await.step(STEP)?;
                    if let (Dialect::Sqlite, Some(keys)) = (self.dialect, done.keys) {
                        due.extend(keys, &done.inserted);
                    }
                }
                return Ok(outcome);
            }
            tx.rollback().await.step(STEP)?;
            are_new = false;
        }
        Err(StoreError::RowCount {
            step: STEP,
            rows: 0,
        })
    }
}

/// Who is here is looked up first; nothing where that changed meanwhile.
async fn one_by_one<'a>(
    means: Means<'_>,
    batch: &ImportBatch<'a>,
    tx: &mut AnyConnection,
) -> Result<Option<Done<'a>>, StoreError> {
    let mut existing = Existing::look_up(batch, means, tx).await?;
    let mut done = Done::default();
    let (mut inserts, mut changes) = (Vec::new(), Vec::new());
    for row in batch.rows {
        match existing.judge(row, batch) {
            Verdict::Insert => {
                existing.add(row, batch);
                inserts.push(row);
            }
            Verdict::Change(at) => changes.push((row, at)),
            Verdict::Refuse(refusal) => done.refused.push((row, refusal)),
        }
    }
    match insert_rows(means, batch, &inserts, OnTaken::Pass, tx).await? {
        Inserted::All(keys) => done.keys = keys,
        Inserted::Fewer => return Ok(None),
    }
    done.native = with_password(&inserts);
    done.inserted = inserts;
    // After the inserts: a row further down may change a user whom a row further up added.
    done.updated = changes.len() as u64;
    for (row, at) in changes {
        if existing.change(row, at, batch, tx).await? {
            done.native += 1;
        }
    }
    Ok(Some(done))
}

/// Adds all rows as new users; nothing where one of them is not.
async fn all_new<'a>(
    means: Means<'_>,
    batch: &ImportBatch<'a>,
    tx: &mut AnyConnection,
) -> Result<Option<Done<'a>>, StoreError> {
    if batch.on_buried == OnBuried::Refuse && Existing::buries_one(batch, means.dialect, tx).await?
    {
        return Ok(None);
    }
    let rows: Vec<&ReadyRow> = batch.rows.iter().collect();
    let Inserted::All(keys) = insert_rows(means, batch, &rows, OnTaken::Fail, tx).await? else {
        return Ok(None);
    };
    Ok(Some(Done {
        keys,
        native: with_password(&rows),
        inserted: rows,
        ..Done::default()
    }))
}

fn with_password(rows: &[&ReadyRow]) -> u64 {
    rows.iter().filter(|row| row.password.is_some()).count() as u64
}

async fn conclude(
    batch: &ImportBatch<'_>,
    done: &Done<'_>,
    describe: &(dyn Fn(u64, RowRefusal) -> String + Sync),
    tx: &mut AnyConnection,
) -> Result<ImportedBatch, StoreError> {
    let refused = done.refused.iter().map(|(row, refusal)| JobError {
        position: row.position,
        entry: describe(row.position, *refusal),
    });
    let errors: Vec<JobError> = batch.unsound.iter().cloned().chain(refused).collect();
    let progress = Progress {
        inserted: done.inserted.len() as u64,
        updated: done.updated,
        failed: errors.len() as u64,
    };
    if !advance(batch.tenant, batch.job, batch.lease, progress, tx).await? {
        return Ok(ImportedBatch::Lost);
    }
    let was_there =
        sqlx::query("DELETE FROM job_chunks WHERE tenant_id = $1 AND job_id = $2 AND number = $3")
            .bind(text(batch.tenant.as_str()))
            .bind(text(batch.job.as_str()))
            .bind(number(batch.chunk))
            .execute(&mut *tx)
            .await
            .at_most_one(STEP)?;
    if !was_there {
        return Ok(ImportedBatch::Lost);
    }
    insert_errors(batch.tenant, batch.job, &errors, tx).await?;
    ledger::count_imported(batch.connection, done.native, batch.now, tx).await?;
    Ok(ImportedBatch::Done {
        inserted: progress.inserted,
        updated: progress.updated,
        failed: progress.failed,
    })
}
