use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::AnyConnection;
use trickle_model::{Action, ConnectionId, ConnectionOptions, ScriptSave};

use crate::StoreError;
use crate::column::{number, text};
use crate::error::{Changed, Step};

const STEP: &str = "save a version of a script";
/// Versions that are kept of each script, the live one apart.
const KEPT: u64 = 100;

/// Makes versions of what has changed; called in the transaction that saves `new` in the place of `old`.
pub(crate) async fn sync(
    id: &ConnectionId,
    old: &ConnectionOptions,
    new: &ConnectionOptions,
    save: &ScriptSave,
    now: Timestamp,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let (old, new) = (old.scripts(), new.scripts());
    for action in Action::ALL {
        let Some(text) = new.get(&action) else {
            take_down(id, action, tx).await?;
            continue;
        };
        let mut newest = newest(id, action, tx).await?;
        if newest.is_none()
            && let Some(before) = old.get(&action).filter(|before| *before != text)
        {
            // From before there were versions.
            let unsaid = ScriptSave::default();
            insert(id, action, 1, before, &unsaid, now, tx).await?;
            put_up(id, action, 1, tx).await?;
            newest = Some((1, before.clone()));
        }
        // Tools send back what they have read: that is no change.
        let is_known = match &newest {
            Some((_, known)) => known == text,
            None => false,
        };
        if is_known || (newest.is_some() && old.get(&action) == Some(text)) {
            if !is_known || save.defects.contains_key(&action) {
                continue;
            }
            let version = newest.map_or(1, |(version, _)| version);
            put_up(id, action, version, tx).await?;
            continue;
        }
        let version = newest.map_or(1, |(version, _)| version + 1);
        insert(id, action, version, text, save, now, tx).await?;
        if !save.defects.contains_key(&action) {
            put_up(id, action, version, tx).await?;
        }
        prune(id, action, version, tx).await?;
    }
    Ok(())
}

/// Number and text of the version that was saved last.
pub(super) async fn newest(
    id: &ConnectionId,
    action: Action,
    tx: &mut AnyConnection,
) -> Result<Option<(u64, String)>, StoreError> {
    let found: Option<(i64, String)> = sqlx::query_as(
        "SELECT version, text FROM script_versions WHERE connection_id = $1 AND action = $2 \
         ORDER BY version DESC LIMIT 1",
    )
    .bind(text(id.as_str()))
    .bind(action.key())
    .fetch_optional(tx)
    .await
    .step(STEP)?;
    Ok(found.map(|(version, text)| (u64::try_from(version).unwrap_or(1), text)))
}

pub(super) async fn insert(
    id: &ConnectionId,
    action: Action,
    version: u64,
    script: &str,
    save: &ScriptSave,
    now: Timestamp,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO script_versions (connection_id, action, version, text, author, note, defect, live, saved_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
    )
    .bind(text(id.as_str()))
    .bind(action.key())
    .bind(number(version))
    .bind(text(script))
    .bind(save.author.as_deref().map(text))
    .bind(save.note.as_deref().map(text))
    .bind(save.defects.get(&action).map(|defect| text(defect)))
    .bind(now.as_millisecond())
    .execute(tx)
    .await
    .exactly_one(STEP)
}

/// No version of this script is live.
pub(super) async fn take_down(
    id: &ConnectionId,
    action: Action,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE script_versions SET live = 0 WHERE connection_id = $1 AND action = $2 AND live = 1",
    )
    .bind(text(id.as_str()))
    .bind(action.key())
    .execute(tx)
    .await
    .at_most_one(STEP)
    .map(drop)
}

/// This version, which compiles, is live. One that does not stays where it is.
pub(super) async fn put_up(
    id: &ConnectionId,
    action: Action,
    version: u64,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    let compiles: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM script_versions WHERE connection_id = $1 AND action = $2 AND version = $3 \
         AND defect IS NULL",
    )
    .bind(text(id.as_str()))
    .bind(action.key())
    .bind(number(version))
    .fetch_one(&mut *tx)
    .await
    .step(STEP)?;
    if compiles == 0 {
        return Ok(());
    }
    take_down(id, action, &mut *tx).await?;
    sqlx::query(
        "UPDATE script_versions SET live = 1 WHERE connection_id = $1 AND action = $2 AND version = $3",
    )
    .bind(text(id.as_str()))
    .bind(action.key())
    .bind(number(version))
    .execute(tx)
    .await
    .exactly_one(STEP)
}

pub(super) async fn prune(
    id: &ConnectionId,
    action: Action,
    newest: u64,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM script_versions WHERE connection_id = $1 AND action = $2 AND version <= $3 AND live = 0",
    )
    .bind(text(id.as_str()))
    .bind(action.key())
    .bind(number(newest.saturating_sub(KEPT)))
    .execute(tx)
    .await
    .step(STEP)
    .map(drop)
}

/// Says of the first versions of a new connection who saved them, and which of them cannot go live.
pub(super) async fn describe(
    id: &ConnectionId,
    save: &ScriptSave,
    tx: &mut AnyConnection,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE script_versions SET author = $2, note = $3 WHERE connection_id = $1 AND version = 1")
        .bind(text(id.as_str()))
        .bind(save.author.as_deref().map(text))
        .bind(save.note.as_deref().map(text))
        .execute(&mut *tx)
        .await
        .step(STEP)?;
    let defects: &BTreeMap<Action, String> = &save.defects;
    for (action, defect) in defects {
        sqlx::query(
            "UPDATE script_versions SET live = 0, defect = $3 WHERE connection_id = $1 AND action = $2 AND version = 1",
        )
        .bind(text(id.as_str()))
        .bind(action.key())
        .bind(text(defect))
        .execute(&mut *tx)
        .await
        .at_most_one(STEP)?;
    }
    Ok(())
}
