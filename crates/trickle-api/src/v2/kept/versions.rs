//! What was deployed of actions and published of modules.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use jiff::Timestamp;
use rand::{TryRngCore, rngs::OsRng};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_model::{iso_millis, prefixed_id};
use trickle_store::{Kept, Store};

use super::{
    actions::{ACTION_VERSIONS, MODULE_VERSIONS},
    document::{check_size, view},
    handlers::{alter, find, numbered},
    kind::Kind,
};
use crate::v2::{
    Bearer, Error, error,
    operation::{Operation, PAGES, Shape},
    paging::Paging,
    query::Query,
};

/// Under which name they are parts of a thing, the oldest first.
const PART: &str = "versions";
/// Those before them are forgotten.
const MOST: usize = 10;

static MISSING: error::Kind = error::Kind {
    code: "inexistent_version",
    name: "version",
};

/// What tells versions of actions from those of modules.
pub(super) struct Versions {
    pub(super) kind: &'static Kind,
    /// Path of the list.
    pub(super) path: &'static str,
    /// Path of one.
    pub(super) one: &'static str,
    /// Fields of the thing that a version has.
    pub(super) fields: &'static [&'static str],
    /// Name of the field with the id of the thing.
    pub(super) of: &'static str,
    /// Name of the field with the number.
    pub(super) number: &'static str,
    /// What ids begin with.
    pub(super) prefix: &'static str,
}

fn all(kept: &Kept) -> &[Value] {
    let versions = kept.parts.get(PART).and_then(Value::as_array);
    versions.map(Vec::as_slice).unwrap_or_default()
}

/// The version that was deployed last.
pub(super) fn latest(kept: &Kept) -> Option<&Value> {
    all(kept).last()
}

pub(super) fn find_version(kept: &Kept, id: &str) -> Result<Value, Error> {
    let found = all(kept).iter().find(|version| version["id"] == id);
    found.cloned().ok_or(Error::Missing(&MISSING))
}

impl Versions {
    /// Whether a thing is as it was in a version.
    pub(super) fn is_same(&self, version: &Value, kept: &Kept) -> bool {
        self.fields
            .iter()
            .all(|field| version.get(field) == kept.body.get(*field))
    }

    /// A version as the API shows it.
    pub(super) fn view(&self, kept: &Kept, version: &Value) -> Value {
        let mut shown = version.clone();
        if let Value::Object(shown) = &mut shown {
            let number = shown.remove("number").unwrap_or_default();
            let is_latest = latest(kept) == Some(version);
            shown.insert(self.number.to_owned(), number);
            shown.insert(self.of.to_owned(), kept.id.as_str().into());
            shown.insert("deployed".to_owned(), is_latest.into());
            shown.insert("status".to_owned(), "built".into());
        }
        shown
    }

    /// Deploys a thing as it is; what is deployed already is no new version.
    pub(super) fn deploy(&self, kept: &mut Kept, now: Timestamp) -> Result<(), Error> {
        let last = latest(kept);
        if last.is_some_and(|last| self.is_same(last, kept)) {
            return Ok(());
        }
        let number = last.and_then(|last| last["number"].as_u64()).unwrap_or(0);
        let fields = self.fields.iter();
        let fields = fields.filter_map(|field| kept.body.get_key_value(*field));
        let mut version: Map<String, Value> = fields
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let id = prefixed_id(self.prefix, &mut OsRng.unwrap_err());
        version.insert("id".to_owned(), id.into());
        version.insert("number".to_owned(), (number + 1).into());
        for name in ["created_at", "updated_at"] {
            version.insert(name.to_owned(), iso_millis(now).into());
        }
        let mut versions = all(kept).to_vec();
        versions.push(version.into());
        loop {
            let begin = versions.len().saturating_sub(MOST);
            versions.drain(..begin);
            kept.parts.insert(PART.to_owned(), versions.clone().into());
            match check_size(kept) {
                Err(_) if versions.len() > 1 => drop(versions.remove(0)),
                done => return done,
            }
        }
    }

    /// Makes a thing what it was in a version.
    pub(super) fn restore(&self, kept: &mut Kept, id: &str) -> Result<(), Error> {
        let version = find_version(kept, id)?;
        for &field in self.fields {
            match version.get(field) {
                Some(value) => drop(kept.body.insert(field.to_owned(), value.clone())),
                None => drop(kept.body.remove(field)),
            }
        }
        Ok(())
    }
}

pub(super) fn operations() -> Vec<Operation> {
    const UPDATE: &[&str] = &["update:actions"];
    let shape = Shape::Schema(|| json!({"type": "object"}));
    let says = "Keeps an action as it is as its next version: it does not run";
    let mut operations: Vec<Operation> = [&ACTION_VERSIONS, &MODULE_VERSIONS]
        .into_iter()
        .flat_map(reading)
        .collect();
    operations.extend([
        Operation::post("/actions/actions/{id}/deploy", UPDATE, deploy)
            .says(says)
            .status(202)
            .gives(shape),
        Operation::post(
            "/actions/actions/{id}/versions/{version}/deploy",
            UPDATE,
            go_back,
        )
        .says("Makes an action what it was in a version: it does not run")
        .status(202)
        .gives(shape),
        Operation::post(MODULE_VERSIONS.path, UPDATE, publish)
            .says("Keeps a module as it is as its next version: it does not run")
            .gives(shape),
    ]);
    operations
}

fn reading(versions: &'static Versions) -> [Operation; 2] {
    const READ: &[&str] = &["read:actions"];
    let shape = Shape::Schema(|| json!({"type": "object"}));
    [
        Operation::get(
            versions.path,
            READ,
            move |caller: Bearer,
                  State(store): State<Store>,
                  Path(id): Path<String>,
                  query: Query| async move {
                let paging = Paging::parse_offset(&query)?;
                let kept = find(versions.kind, &caller, &store, ("", &id)).await?;
                let shown = all(&kept).iter().rev();
                let shown: Vec<Value> =
                    shown.map(|version| versions.view(&kept, version)).collect();
                let part = paging.slice(&shown);
                Ok::<_, Error>(numbered(&paging, PART, part, shown.len() as u64))
            },
        )
        .says("Lists versions, the newest first: none runs")
        .query(&[PAGES])
        .gives(shape),
        Operation::get(
            versions.one,
            READ,
            move |caller: Bearer,
                  State(store): State<Store>,
                  Path((id, version)): Path<(String, String)>| async move {
                let kept = find(versions.kind, &caller, &store, ("", &id)).await?;
                let version = find_version(&kept, &version)?;
                Ok::<_, Error>(Json(versions.view(&kept, &version)))
            },
        )
        .says("Shows a version: it does not run")
        .gives(shape),
    ]
}

async fn deploy(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let deployed = deployed(&ACTION_VERSIONS, &caller, &engine, &id, |_| Ok(()));
    Ok((StatusCode::ACCEPTED, deployed.await?))
}

async fn go_back(
    caller: Bearer,
    State(engine): State<Engine>,
    Path((id, version)): Path<(String, String)>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let versions = &ACTION_VERSIONS;
    let deployed = deployed(versions, &caller, &engine, &id, |action| {
        versions.restore(action, &version)
    });
    Ok((StatusCode::ACCEPTED, deployed.await?))
}

async fn publish(
    caller: Bearer,
    State(engine): State<Engine>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let deployed = deployed(&MODULE_VERSIONS, &caller, &engine, &id, |_| Ok(()));
    Ok((StatusCode::CREATED, deployed.await?))
}

async fn deployed(
    versions: &'static Versions,
    caller: &Bearer,
    engine: &Engine,
    id: &str,
    before: impl FnOnce(&mut Kept) -> Result<(), Error> + Send,
) -> Result<Json<Value>, Error> {
    let now = engine.clock().now();
    let kept = alter(versions.kind, caller, engine, ("", id), |kept| {
        before(kept)?;
        versions.deploy(kept, now)
    });
    let kept = kept.await?;
    let version = latest(&kept).map(|version| versions.view(&kept, version));
    Ok(Json(version.unwrap_or_else(|| view(versions.kind, &kept))))
}
