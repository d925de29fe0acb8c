//! Connections of other strategies through which people would log in for an organization.

use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_store::{AddKept, ChangeKept, KEPT_MOST, Kept, Store};

use super::{
    connections::{CONNECTION, list as all_connections},
    document::check_size,
    handlers::ALL,
};
use crate::v2::{
    Bearer, Error,
    organizations::connections::{LINK, shown},
};

/// Under which name the store keeps them; each is a part of its organization.
const STORED: &str = "organization-connection";

fn id((organization, connection): (&str, &str)) -> String {
    format!("{organization}|{connection}")
}

fn view(link: Kept, connection: &Kept) -> Value {
    let field = |name: &str| connection.body.get(name).cloned().unwrap_or_default();
    let named = json!({"name": field("name"), "strategy": field("strategy")});
    shown(link.body, &connection.id, named)
}

/// The connection that a body names.
pub(crate) async fn connection(store: &Store, caller: &Bearer, id: &str) -> Result<Kept, Error> {
    let found = store.kept(caller.tenant(), CONNECTION.stored, id).await?;
    found.ok_or(Error::UnknownConnection)
}

/// All of an organization.
pub(crate) async fn list(
    store: &Store,
    caller: &Bearer,
    organization: &str,
) -> Result<Vec<Value>, Error> {
    let links = store.list_kept(caller.tenant(), STORED, organization, ALL);
    let links = links.await?.items;
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let connections = all_connections(store, caller.tenant(), (&[], None)).await?;
    let shown = links.into_iter().filter_map(|link| {
        let (_, wanted) = link.id.split_once('|')?;
        let connection = connections.iter().find(|one| one.id == wanted)?;
        Some(view(link, connection))
    });
    Ok(shown.collect())
}

/// One more.
pub(crate) async fn add(
    engine: &Engine,
    caller: &Bearer,
    place: (&str, &str),
    settings: Map<String, Value>,
) -> Result<Value, Error> {
    let store = engine.store();
    let connection = connection(store, caller, place.1).await?;
    let now = engine.clock().now();
    let link = Kept {
        id: id(place),
        parent: place.0.to_owned(),
        name: None,
        body: settings,
        parts: Map::new(),
        created_at: now,
        updated_at: now,
    };
    check_size(&link)?;
    match store.add_kept(caller.tenant(), STORED, &link).await? {
        AddKept::Added => Ok(view(link, &connection)),
        AddKept::Taken => Err(Error::Exists(&LINK)),
        AddKept::Full => Err(Error::Conflict(format!(
            "There are {KEPT_MOST} connections of the organization already"
        ))),
    }
}

/// One of them.
pub(crate) async fn show(
    store: &Store,
    caller: &Bearer,
    place: (&str, &str),
) -> Result<Value, Error> {
    let (tenant, id) = (caller.tenant(), id(place));
    let link = store.kept(tenant, STORED, &id).await?;
    let connection = store.kept(tenant, CONNECTION.stored, place.1).await?;
    match (link, connection) {
        (Some(link), Some(connection)) => Ok(view(link, &connection)),
        _ => Err(Error::Missing(&LINK)),
    }
}

/// Puts settings over those that are there.
pub(crate) async fn change(
    engine: &Engine,
    caller: &Bearer,
    place: (&str, &str),
    given: Map<String, Value>,
) -> Result<Value, Error> {
    let (store, tenant, id) = (engine.store(), caller.tenant(), id(place));
    let changed = store.change_kept(tenant, (STORED, &id), engine.clock().now(), |link| {
        link.body.extend(given);
        check_size(link)
    });
    match changed.await? {
        ChangeKept::Refused(error) => Err(error),
        _ => show(store, caller, place).await,
    }
}

/// Takes one away; of one that is not there the same is true afterwards.
pub(crate) async fn remove(
    store: &Store,
    caller: &Bearer,
    place: (&str, &str),
) -> Result<(), Error> {
    let id = id(place);
    store.remove_kept(caller.tenant(), STORED, &id).await?;
    Ok(())
}
