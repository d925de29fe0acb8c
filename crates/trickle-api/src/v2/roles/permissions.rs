//! `/users/{id}/permissions`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_model::{TenantId, UserId};
use trickle_store::{Page, Permission, ResourceServer, RoleHolder, Store};

use super::input::user;
use crate::v2::{
    Bearer, Error,
    body::Body,
    error::Kind,
    kept::roles::{given, name},
    paging::Paging,
    query::Query,
    resource_servers::RESOURCE_SERVER,
};

static UNKNOWN: Kind = Kind {
    code: "inexistent_permission",
    name: "permission",
};

/// The source of what a user may do without a role.
const DIRECT: &str = "DIRECT";

/// APIs that are asked for together.
const AT_ONCE: usize = 100;

/// APIs of a tenant by identifier.
pub(super) struct Apis(HashMap<String, ResourceServer>);

impl Apis {
    /// Those of these identifiers.
    pub(super) async fn named(
        store: &Store,
        tenant: &TenantId,
        identifiers: BTreeSet<String>,
    ) -> Result<Self, Error> {
        let identifiers: Vec<String> = identifiers.into_iter().collect();
        let mut found = HashMap::new();
        for some in identifiers.chunks(AT_ONCE) {
            let apis = store.resource_servers_named(tenant, some).await?;
            found.extend(apis.into_iter().map(|api| (api.identifier.clone(), api)));
        }
        Ok(Self(found))
    }

    /// The one of an identifier alone, or none.
    pub(super) async fn only(
        store: &Store,
        tenant: &TenantId,
        identifier: &str,
    ) -> Result<Self, Error> {
        Self::named(store, tenant, BTreeSet::from([identifier.to_owned()])).await
    }

    /// Refuses what none of them has.
    pub(super) fn check(&self, permission: &Permission) -> Result<(), Error> {
        let api = self.0.get(&permission.api);
        let api = api.ok_or(Error::Unknown(&RESOURCE_SERVER))?;
        match api.scopes().any(|scope| scope == permission.name) {
            true => Ok(()),
            false => Err(Error::Unknown(&UNKNOWN)),
        }
    }

    /// A permission with those from whom it comes; nothing where the API has no such scope any more.
    pub(super) fn view(&self, permission: &Permission, sources: Vec<Value>) -> Option<Value> {
        let api = self.0.get(&permission.api)?;
        let scopes = api.settings.get("scopes")?.as_array()?;
        let scope = scopes
            .iter()
            .find(|scope| scope["value"] == permission.name.as_str())?;
        let named = api.settings.get("name").and_then(Value::as_str);
        let mut shown = permission.to_object();
        let mut put = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
        put(
            "resource_server_name",
            named.unwrap_or(&api.identifier).into(),
        );
        put(
            "description",
            scope["description"].as_str().unwrap_or_default().into(),
        );
        put("sources", sources.into());
        Some(Value::Object(shown))
    }
}

/// The APIs of permissions.
fn apis_of<'a>(permissions: impl Iterator<Item = &'a Permission>) -> BTreeSet<String> {
    permissions
        .map(|permission| permission.api.clone())
        .collect()
}

/// All of them.
pub(super) async fn list(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let (tenant, user) = (caller.tenant(), user(&caller, &store, id).await?);
    let sources = sources(&store, tenant, &user).await?;
    let apis = Apis::named(&store, tenant, apis_of(sources.keys())).await?;
    let shown = sources
        .into_iter()
        .filter_map(|(permission, sources)| apis.view(&permission, sources));
    let all: Vec<Value> = shown.collect();
    paging.render_part("permissions", all, Permission::FIELDS)
}

/// What a user may do, and by what.
pub(super) async fn sources(
    store: &Store,
    tenant: &TenantId,
    user: &UserId,
) -> Result<BTreeMap<Permission, Vec<Value>>, Error> {
    let mut all: BTreeMap<Permission, Vec<Value>> = BTreeMap::new();
    let mut add = |permission: Permission, kind: &str, id: &str, name: &str| {
        let source = json!({"source_type": kind, "source_id": id, "source_name": name});
        all.entry(permission).or_default().push(source);
    };
    for permission in store.user_permissions(tenant, user).await? {
        add(permission, DIRECT, "", "");
    }
    let roles = store.roles_of(tenant, RoleHolder::User(user), Page::ALL);
    for role in roles.await?.items {
        for permission in Permission::of_role(&role) {
            add(permission, "ROLE", &role.id, name(&role));
        }
    }
    Ok(all)
}

/// Whether a source is no role.
pub(super) fn is_direct(source: &Value) -> bool {
    source["source_type"] == DIRECT
}

/// Some more, without a role.
pub(super) async fn add(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let permissions = given(body)?;
    let (tenant, user) = (caller.tenant(), user(&caller, &store, id).await?);
    let apis = Apis::named(&store, tenant, apis_of(permissions.iter())).await?;
    permissions
        .iter()
        .try_for_each(|permission| apis.check(permission))?;
    let added = store.add_user_permissions(tenant, &user, &permissions);
    match added.await? {
        true => Ok(StatusCode::CREATED),
        false => Err(Error::NoUser),
    }
}

/// Some fewer; what comes by a role stays.
pub(super) async fn remove(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    body: Body,
) -> Result<StatusCode, Error> {
    let permissions = given(body)?;
    let user = user(&caller, &store, id).await?;
    store
        .remove_user_permissions(caller.tenant(), &user, &permissions)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
