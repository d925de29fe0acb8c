//! A client grant as the API shows it.

use serde_json::Value;
use trickle_engine::MANAGEMENT_AUDIENCE;
use trickle_model::{ClientGrant, GrantHolder, GrantSubject};

use crate::host::Site;

/// The grant; the Management API has the name that it has under this host.
pub(in crate::v2) fn view(grant: &ClientGrant, site: &Site) -> Value {
    let audience = if grant.audience == MANAGEMENT_AUDIENCE {
        site.management_audience()
    } else {
        grant.audience.clone()
    };
    let mut shown = grant.settings.clone();
    shown.insert("id".to_owned(), grant.id.as_str().into());
    let (name, whose) = match &grant.holder {
        GrantHolder::Client(id) => ("client_id", id.as_str()),
        GrantHolder::ThirdPartyClients => (GrantHolder::SETTING, GrantHolder::THIRD_PARTY),
    };
    shown.insert(name.to_owned(), whose.into());
    shown.insert("audience".to_owned(), audience.into());
    shown.insert("scope".to_owned(), grant.scopes.as_slice().into());
    let subject = grant.subject().as_str();
    shown.insert(GrantSubject::SETTING.to_owned(), subject.into());
    Value::Object(shown)
}

/// The audience as it is stored, with and without the slash at the end.
pub(in crate::v2) fn stored_audience(audience: &str, site: &Site) -> String {
    let ours = site.management_audience();
    if audience.trim_end_matches('/') == ours.trim_end_matches('/') {
        MANAGEMENT_AUDIENCE.to_owned()
    } else {
        audience.to_owned()
    }
}
