//! What stands for all clients. Nobody logs in with it; tools keep the login page of all clients in it, which is not shown here
//! (`docs/decisions/0070`).

use serde_json::{Map, Value, json};
use trickle_model::JsonKind;
use trickle_store::Store;

use crate::v2::{
    Bearer, Error,
    body::{Fields, wrong_type},
};

/// Its id.
pub(super) const ID: &str = "all-applications";
/// Under which name the store keeps what was written.
const SETTING: &str = "kept:/clients/all-applications";
/// What may be written.
const KEPT: [(&str, JsonKind); 3] = [
    ("custom_login_page", JsonKind::Text),
    ("custom_login_page_on", JsonKind::Flag),
    ("custom_login_page_preview", JsonKind::Text),
];

/// The client, with what was written.
pub(super) async fn show(caller: &Bearer, store: &Store) -> Result<Value, Error> {
    let stored = store.setting(caller.tenant(), SETTING).await?;
    Ok(view(caller, stored.unwrap_or_default()))
}

/// Keeps a login page; everything else stays as it is.
pub(super) async fn change(
    caller: &Bearer,
    store: &Store,
    mut fields: Fields,
) -> Result<Value, Error> {
    let mut given = Map::new();
    for (name, kind) in KEPT {
        if let Some(value) = fields.take_nullable(name) {
            if !kind.fits(&value) {
                return Err(wrong_type(name, kind.name(), &value));
            }
            given.insert(name.to_owned(), value);
        }
    }
    let fixed = view(caller, Map::new());
    let other = fields
        .rest()
        .into_iter()
        .find(|(name, value)| !value.is_null() && fixed.get(name) != Some(value));
    if let Some((name, _)) = other {
        return Err(Error::Unsupported(format!("{name} of /clients/{ID}")));
    }
    let stored = store.change_setting(caller.tenant(), SETTING, |stored| {
        stored.extend(given);
        stored.retain(|_, value| !value.is_null());
    });
    Ok(view(caller, stored.await?))
}

fn view(caller: &Bearer, stored: Map<String, Value>) -> Value {
    let mut shown = json!({
        "client_id": ID, "tenant": caller.site.tenant.name, "name": "All Applications", "global": true,
        "grant_types": [], "callbacks": [], "is_first_party": true, "custom_login_page_on": false,
    });
    if let Value::Object(shown) = &mut shown {
        shown.extend(stored);
    }
    shown
}
