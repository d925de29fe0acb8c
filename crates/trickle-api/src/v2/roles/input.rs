//! What callers name.

use trickle_model::UserId;
use trickle_store::{GiveRoles, Store};

use crate::v2::{
    Bearer, Error,
    body::{Body, Fields},
    kept,
};

/// As many at once; a tenant has no more roles.
pub(super) const MOST: usize = 1000;

/// Ids of roles.
pub(super) fn roles(body: Body) -> Result<Vec<String>, Error> {
    ids(body, "roles")
}

/// Ids of users.
pub(super) fn users(body: Body) -> Result<Vec<UserId>, Error> {
    let users = ids(body, "users")?;
    Ok(users.into_iter().map(UserId::from_text).collect())
}

fn ids(body: Body, name: &str) -> Result<Vec<String>, Error> {
    let mut fields = Fields::new(body)?;
    let ids = fields.texts(name)?;
    fields.finish()?;
    let ids = ids.ok_or_else(|| Error::Body(format!("Missing required property: {name}")))?;
    if !(1..=MOST).contains(&ids.len()) {
        return Err(Error::Body(format!(
            "Expected 1 to {MOST} items on property {name}"
        )));
    }
    Ok(ids)
}

/// The user of an id, who is there.
pub(super) async fn user(caller: &Bearer, store: &Store, id: String) -> Result<UserId, Error> {
    let id = UserId::from_text(id);
    let found = store.user(caller.tenant(), &id).await?;
    found.map(|_| id).ok_or(Error::NoUser)
}

/// Goes on where roles that the body names were given.
pub(super) fn given(outcome: GiveRoles, no_holder: Error) -> Result<(), Error> {
    match outcome {
        GiveRoles::Given => Ok(()),
        GiveRoles::NoHolder => Err(no_holder),
        GiveRoles::NoRole => Err(kept::roles::unknown()),
    }
}
