//! `/api/v2/connections/{id}/scripts`: versions of scripts; not known to other products.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use similar::TextDiff;
use tokio::sync::Semaphore;
use trickle_engine::Engine;
use trickle_model::{
    Action, Connection, ConnectionId, SCRIPT_MAX_BYTES, ScriptSave, ScriptVersion, iso_millis,
};
use trickle_store::Activation;

use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    query::Query,
};

/// Longest note of an author.
const NOTE_MAX_CHARS: usize = 500;

/// Of texts that have little in common a difference takes the square of their lines, seconds for two long scripts. From then on all that is left
/// counts as changed.
const DIFFERENCE_TIME: Duration = Duration::from_millis(100);
/// One at a time, whoever asks: nothing waits for them.
static DIFFERENCES: Semaphore = Semaphore::const_new(1);

/// Versions of all scripts, or of one `action`, newest first, without their texts.
pub(crate) async fn list(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let action = query.get("action").map(action).transpose()?;
    let connection = find(&engine, &caller, id).await?;
    let versions = engine
        .store()
        .script_versions(caller.tenant(), &connection.id, action)
        .await?;
    Ok(Json(versions.iter().map(view).collect()))
}

/// One version with its text; `diff=N` shows what has changed since version N instead, 0 being nothing at all.
pub(crate) async fn show(
    caller: Bearer,
    State(engine): State<Engine>,
    Path((id, action_name, version)): Path<(String, String, String)>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let action = action(&action_name)?;
    let version = number(&version)?;
    let connection = find(&engine, &caller, id).await?;
    let read = async |version| {
        let found = engine
            .store()
            .script_version(caller.tenant(), &connection.id, action, version)
            .await?;
        found.ok_or(Error::NotFound)
    };
    let found = read(version).await?;
    let mut shown = view(&found);
    match query.number("diff", 0, u64::MAX >> 1)? {
        None => shown["text"] = found.text.into(),
        Some(base) => {
            let before = match base {
                0 => String::new(),
                base => read(base).await?.text,
            };
            let names = [base, version].map(|version| format!("{action}.js@{version}"));
            let turn = DIFFERENCES.acquire().await;
            let compared = tokio::task::spawn_blocking(move || {
                // Also where nobody waits for the answer any more.
                let _turn = turn;
                let texts = [&before, &found.text].map(String::as_str);
                difference(texts, [&names[0], &names[1]], DIFFERENCE_TIME)
            });
            let compared = compared.await;
            shown["diff"] = compared
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
                .into();
        }
    }
    Ok(Json(shown))
}

/// What has changed from the first text to the second.
fn difference([before, after]: [&str; 2], [old, new]: [&str; 2], time: Duration) -> String {
    TextDiff::configure()
        .timeout(time)
        .diff_lines(before, after)
        .unified_diff()
        .context_radius(3)
        .header(old, new)
        .to_string()
}

/// Saves a version that does not go live: `{"text": …, "note": …}`.
pub(crate) async fn save(
    caller: Bearer,
    State(engine): State<Engine>,
    Path((id, action_name)): Path<(String, String)>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let action = action(&action_name)?;
    let mut fields = Fields::new(body)?;
    let text = fields.required_text("text")?;
    let note = note(&mut fields)?;
    fields.finish()?;
    if text.len() > SCRIPT_MAX_BYTES {
        return Err(Error::Body(format!(
            "The script may have {SCRIPT_MAX_BYTES} bytes on property text"
        )));
    }
    let connection = find(&engine, &caller, id).await?;
    let scripts = BTreeMap::from([(action, text)]);
    let saved = saved(&engine, &caller, &connection, &scripts, note).await?;
    let (store, now) = (engine.store(), engine.clock().now());
    let number = store
        .add_script_version(
            caller.tenant(),
            &connection.id,
            action,
            &scripts[&action],
            &saved,
            now,
        )
        .await?
        .ok_or(Error::NoConnection)?;
    let version = store
        .script_version(caller.tenant(), &connection.id, action, number)
        .await?
        .ok_or(Error::NotFound)?;
    Ok((StatusCode::CREATED, Json(view(&version))))
}

/// Puts a version live.
pub(crate) async fn activate(
    caller: Bearer,
    State(engine): State<Engine>,
    Path((id, action_name, version)): Path<(String, String, String)>,
) -> Result<Json<Value>, Error> {
    let action = action(&action_name)?;
    let version = number(&version)?;
    let connection = find(&engine, &caller, id).await?;
    let (store, tenant) = (engine.store(), caller.tenant());
    let now = engine.clock().now();
    match store
        .activate_script(tenant, &connection.id, action, version, now)
        .await?
    {
        Activation::Done => {}
        Activation::Unknown => return Err(Error::NotFound),
        Activation::Broken(defect) => {
            return Err(Error::Script(format!(
                "version {version} of {action} does not compile: {defect}"
            )));
        }
    }
    engine.connection_changed(tenant, &connection.id).await;
    let found = store
        .script_version(tenant, &connection.id, action, version)
        .await?;
    Ok(Json(view(&found.ok_or(Error::NotFound)?)))
}

/// What is said of scripts that are saved now: by whom, and which of them do not compile.
pub(super) async fn saved(
    engine: &Engine,
    caller: &Bearer,
    connection: &Connection,
    scripts: &BTreeMap<Action, String>,
    note: Option<String>,
) -> Result<ScriptSave, Error> {
    let node_version = connection.options.node_version();
    let defects = engine.uncompilable(caller.tenant(), node_version, scripts);
    Ok(ScriptSave {
        author: caller
            .caller()
            .client
            .map(|client| client.as_str().to_owned()),
        note,
        defects: defects.await.map_err(|_| Error::Busy)?,
    })
}

/// Takes the author's `note`.
pub(super) fn note(fields: &mut Fields) -> Result<Option<String>, Error> {
    let note = fields.text("note")?;
    if note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE_MAX_CHARS)
    {
        return Err(Error::Body(format!(
            "Expected at most {NOTE_MAX_CHARS} characters on property note"
        )));
    }
    Ok(note)
}

async fn find(engine: &Engine, caller: &Bearer, id: String) -> Result<Connection, Error> {
    let id = ConnectionId::from_text(id);
    let connection = engine.store().connection(caller.tenant(), &id).await?;
    connection.ok_or(Error::NoConnection)
}

fn action(name: &str) -> Result<Action, Error> {
    name.parse().map_err(|_| Error::NotFound)
}

fn number(version: &str) -> Result<u64, Error> {
    version.parse().map_err(|_| Error::NotFound)
}

fn view(version: &ScriptVersion) -> Value {
    json!({
        "action": version.action.key(), "version": version.version, "live": version.live,
        "saved_at": iso_millis(version.saved_at), "author": version.author, "note": version.note,
        "defect": version.defect, "bytes": version.text.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_when_time_is_up_has_changed() {
        let shown = |time| difference(["a\nx\nb\n", "c\nx\nd\n"], ["x@1", "x@2"], time);
        let lines = |time| {
            let shown = shown(time);
            shown.lines().skip(3).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(lines(Duration::from_mins(1)), "-a +c  x -b +d");
        assert_eq!(lines(Duration::ZERO), "-a -x -b +c +x +d");
    }
}
