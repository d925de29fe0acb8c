//! What is done with things of any kind.

use axum::{Json, http::StatusCode};
use serde_json::{Map, Value, json};
use trickle_engine::Engine;
use trickle_store::{AddKept, ChangeKept, KEPT_MOST, Kept, Page, Place, Store};

use super::{
    document::{given, merge, new, place, settle, view},
    kind::{Kind, Lists},
    unserved,
};
use crate::v2::{
    Bearer, Error,
    body::Body,
    fields::FieldFilter,
    paging::{Paging, Rest},
    query::Query,
};

/// All of a kind, which are never many.
pub(super) const ALL: Page = Page {
    offset: 0,
    limit: KEPT_MOST,
};

/// A page of them.
pub(super) async fn list(
    kind: &Kind,
    caller: &Bearer,
    store: &Store,
    parent: &str,
    query: &Query,
) -> Result<Json<Value>, Error> {
    let paging = match kind.lists {
        Lists::Cursor => Paging::parse(query)?.always_checkpoint(),
        Lists::Numbered => Paging::parse_offset(query)?,
        _ => Paging::parse(query)?,
    };
    let fields = FieldFilter::parse(query)?;
    let listed = store.list_kept(caller.tenant(), kind.stored, parent, ALL);
    let items = listed.await?.items;
    let mut items: Vec<(Place, Value)> = items
        .iter()
        .map(|kept| (place(kept), view(kind, kept)))
        .collect();
    if let Some((_, fits)) = kind.narrows {
        items.retain(|(_, item)| item.as_object().is_some_and(|item| fits(query, item)));
    }
    let whole = matches!(kind.lists, Lists::Array | Lists::Object);
    let (items, rest) = match whole {
        true => (items, Rest::none()),
        false => paging.among(items, |(place, _)| place.clone())?,
    };
    let items: Vec<Value> = items
        .into_iter()
        .map(|(_, item)| fields.apply(item))
        .collect();
    Ok(match kind.lists {
        Lists::Pages | Lists::Cursor => paging.render(kind.key, items, rest),
        Lists::Array => Json(Value::Array(items)),
        Lists::Object => Json(json!({kind.key: items})),
        Lists::Numbered => numbered(&paging, kind.key, &items, rest.total),
    })
}

/// A page with its number.
pub(super) fn numbered(paging: &Paging, key: &str, part: &[Value], total: u64) -> Json<Value> {
    let page = paging.page();
    let number = page.offset.checked_div(page.limit).unwrap_or_default();
    Json(json!({key: part, "total": total, "page": number, "per_page": page.limit}))
}

/// One more.
pub(super) async fn create(
    kind: &'static Kind,
    caller: &Bearer,
    engine: &Engine,
    parent: &str,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let kept = new(kind, parent, given(kind, body)?, engine.clock().now())?;
    if let Some(what) = guarded(kind, &kept.body) {
        unserved::check(engine.store(), caller.tenant(), what).await?;
    }
    add(kind, caller, engine.store(), &kept).await?;
    Ok((StatusCode::CREATED, Json(view(kind, &kept))))
}

/// Stores a new one.
pub(super) async fn add(
    kind: &'static Kind,
    caller: &Bearer,
    store: &Store,
    kept: &Kept,
) -> Result<(), Error> {
    match store.add_kept(caller.tenant(), kind.stored, kept).await? {
        AddKept::Added => Ok(()),
        AddKept::Taken => Err(Error::Exists(&kind.missing)),
        AddKept::Full => Err(Error::Conflict(format!(
            "There are {KEPT_MOST} of the kind {} already",
            kind.missing.name
        ))),
    }
}

/// One of them.
pub(super) async fn show(
    kind: &'static Kind,
    caller: &Bearer,
    store: &Store,
    (parent, id): (&str, &str),
    query: &Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(query)?;
    let kept = find(kind, caller, store, (parent, id)).await?;
    Ok(Json(fields.apply(view(kind, &kept))))
}

/// The one of an id.
pub(super) async fn find(
    kind: &'static Kind,
    caller: &Bearer,
    store: &Store,
    (parent, id): (&str, &str),
) -> Result<Kept, Error> {
    let found = store.kept(caller.tenant(), kind.stored, id).await?;
    let found = found.filter(|kept| kept.parent == parent);
    found.ok_or(Error::Missing(&kind.missing))
}

/// How a body changes a thing.
#[derive(Clone, Copy)]
pub(super) enum How {
    /// What is given replaces, `null` removes.
    Over,
    /// What is given is all.
    Whole,
}

/// Changes one of them.
pub(super) async fn change(
    kind: &'static Kind,
    caller: &Bearer,
    engine: &Engine,
    (parent, id): (&str, &str),
    (how, body): (How, Body),
) -> Result<Json<Value>, Error> {
    let given = given(kind, body)?;
    let knows = match kind.guards {
        None => true,
        Some(_) => unserved::keeps(engine.store(), caller.tenant()).await?,
    };
    let kept = alter(kind, caller, engine, (parent, id), |kept| {
        let was_guarded = guarded(kind, &kept.body).is_some();
        match how {
            How::Over => merge(kind, kept, given)?,
            How::Whole => {
                kept.body = given;
                settle(kind, kept)?;
            }
        }
        match guarded(kind, &kept.body) {
            Some(what) if !knows && !was_guarded => Err(Error::Unserved(what.to_owned())),
            _ => Ok(()),
        }
    });
    Ok(Json(view(kind, &kept.await?)))
}

/// Changes one of them by hand.
pub(super) async fn alter(
    kind: &'static Kind,
    caller: &Bearer,
    engine: &Engine,
    (parent, id): (&str, &str),
    change: impl FnOnce(&mut Kept) -> Result<(), Error> + Send,
) -> Result<Kept, Error> {
    let (store, now) = (engine.store(), engine.clock().now());
    let changed = store.change_kept(caller.tenant(), (kind.stored, id), now, |kept| {
        if kept.parent != parent {
            return Err(Error::Missing(&kind.missing));
        }
        change(kept)
    });
    match changed.await? {
        ChangeKept::Changed(kept) => Ok(kept),
        ChangeKept::Missing => Err(Error::Missing(&kind.missing)),
        ChangeKept::Taken => Err(Error::Exists(&kind.missing)),
        ChangeKept::Refused(error) => Err(error),
    }
}

/// Takes one away; of one that is not there the same is true afterwards.
pub(super) async fn remove(
    kind: &'static Kind,
    caller: &Bearer,
    store: &Store,
    (parent, id): (&str, &str),
) -> Result<StatusCode, Error> {
    match find(kind, caller, store, (parent, id)).await {
        Ok(kept) => {
            let removed = store.remove_kept(caller.tenant(), kind.stored, &kept.id);
            removed.await?;
        }
        Err(Error::Missing(_)) => {}
        Err(error) => return Err(error),
    }
    Ok(StatusCode::NO_CONTENT)
}

fn guarded(kind: &Kind, body: &Map<String, Value>) -> Option<&'static str> {
    kind.guards.and_then(|guards| guards(body))
}
