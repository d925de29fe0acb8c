//! A user as the API shows it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde_json::{Map, Value, json};
use trickle_model::{ConnectionId, TenantId, User, iso_millis};
use trickle_store::{LinkedUser, Store, UserDocument};

use crate::v2::{Error, fields::FieldFilter};

/// Names of the connections of some users.
#[derive(Default)]
pub(in crate::v2) struct ConnectionNames(HashMap<ConnectionId, Arc<str>>);

impl ConnectionNames {
    pub(in crate::v2) async fn of(
        store: &Store,
        tenant: &TenantId,
        connections: HashSet<&ConnectionId>,
    ) -> Result<Self, Error> {
        let mut names = HashMap::new();
        for id in connections {
            // A connection that goes takes its users along; one that went just now has no name any more.
            if let Some(name) = store.connection_name(tenant, id).await? {
                names.insert(id.clone(), name);
            }
        }
        Ok(Self(names))
    }

    fn get(&self, id: &ConnectionId) -> Option<&str> {
        self.0.get(id).map(AsRef::as_ref)
    }
}

/// The connections of some users, and of those who are linked to them.
pub(in crate::v2) fn connections(documents: &[UserDocument]) -> HashSet<&ConnectionId> {
    let users = documents.iter().map(|document| &document.user);
    let linked = documents.iter().flat_map(|document| &document.linked);
    users
        .chain(linked.map(|linked| &linked.user))
        .map(|user| &user.connection)
        .collect()
}

/// Ways in of a user, its own first: `[{"connection":…,"user_id":…,"provider":"auth0","isSocial":false}]`; those of linked users with
/// `profileData`.
pub(super) fn identities(user: &User, linked: &[LinkedUser], names: &ConnectionNames) -> Value {
    let identity = |user: &User| {
        json!({
            "connection": names.get(&user.connection),
            "user_id": user.id.raw(),
            "provider": "auth0",
            "isSocial": false,
        })
    };
    let others = linked.iter().map(|linked| {
        let mut shown = identity(&linked.user);
        shown["profileData"] = profile_data(linked);
        shown
    });
    std::iter::once(identity(user)).chain(others).collect()
}

fn profile_data(linked: &LinkedUser) -> Value {
    let attributes = linked.attributes.as_deref().unwrap_or("{}");
    let mut data: Map<String, Value> = serde_json::from_str(attributes).unwrap_or_default();
    let user = &linked.user;
    for (name, text) in [("email", &user.email), ("username", &user.username)] {
        if let Some(text) = text {
            data.insert(name.to_owned(), text.as_str().into());
        }
    }
    if user.email.is_some() {
        data.insert("email_verified".to_owned(), user.email_verified.into());
    }
    Value::Object(data)
}

/// The user; empty metadata and fields without a value are left out.
pub(in crate::v2) fn view(user: &User, linked: &[LinkedUser], names: &ConnectionNames) -> Value {
    let mut root = user.attributes.clone();
    columns(user, linked, names, |name, value| {
        root.insert(name.to_owned(), value);
    });
    for (name, metadata) in [
        ("user_metadata", &user.user_metadata),
        ("app_metadata", &user.app_metadata),
    ] {
        if !metadata.is_empty() {
            root.insert(name.to_owned(), Value::Object(metadata.clone()));
        }
    }
    Value::Object(root)
}

/// The same as JSON text, of which the objects are not taken apart.
pub(in crate::v2) fn text(
    document: &UserDocument,
    names: &ConnectionNames,
    fields: &FieldFilter,
) -> String {
    let mut root = Root::new(fields);
    if let Some(objects) = &document.objects {
        root.fields_of(&objects.attributes);
    }
    columns(&document.user, &document.linked, names, |name, value| {
        root.field(name, &value.to_string());
    });
    if let Some(objects) = &document.objects {
        for (name, metadata) in [
            ("user_metadata", &objects.user_metadata),
            ("app_metadata", &objects.app_metadata),
        ] {
            if metadata != "{}" {
                root.field(name, metadata);
            }
        }
    }
    root.end()
}

/// What the user has columns for.
fn columns(
    user: &User,
    linked: &[LinkedUser],
    names: &ConnectionNames,
    mut put: impl FnMut(&str, Value),
) {
    put("user_id", user.id.as_str().into());
    put("email_verified", user.email_verified.into());
    put("created_at", iso_millis(user.created_at).into());
    put("updated_at", iso_millis(user.updated_at).into());
    put("identities", identities(user, linked, names));
    if let Some(email) = &user.email {
        put("email", email.as_str().into());
    }
    if let Some(username) = &user.username {
        put("username", username.as_str().into());
    }
    if user.blocked {
        put("blocked", true.into());
    }
    if user.logins_count > 0 {
        put("logins_count", user.logins_count.into());
    }
    if let Some(at) = user.last_login {
        put("last_login", iso_millis(at).into());
    }
    if let Some(ip) = &user.last_ip {
        put("last_ip", ip.as_str().into());
    }
    if let Some(at) = user.last_password_reset {
        put("last_password_reset", iso_millis(at).into());
    }
}

/// An object in the making, with the fields that are wanted.
struct Root<'a> {
    text: String,
    fields: &'a FieldFilter,
}

impl<'a> Root<'a> {
    fn new(fields: &'a FieldFilter) -> Self {
        Self {
            text: "{".to_owned(),
            fields,
        }
    }

    fn field(&mut self, name: &str, json: &str) {
        if self.fields.shows(name) {
            self.separate();
            // A text is JSON once it is quoted and escaped.
            self.text.push_str(&Value::from(name).to_string());
            self.text.push(':');
            self.text.push_str(json);
        }
    }

    /// All fields of an object.
    fn fields_of(&mut self, object: &str) {
        if self.fields.shows_all() {
            let inner = object.trim().trim_start_matches('{');
            let inner = inner.strip_suffix('}').unwrap_or(inner).trim();
            if !inner.is_empty() {
                self.separate();
                self.text.push_str(inner);
            }
            return;
        }
        let fields: Map<String, Value> = serde_json::from_str(object).unwrap_or_default();
        for (name, value) in fields {
            self.field(&name, &value.to_string());
        }
    }

    fn separate(&mut self) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
    }

    fn end(mut self) -> String {
        self.text.push('}');
        self.text
    }
}
