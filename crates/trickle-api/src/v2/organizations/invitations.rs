//! Whom an organization has invited.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use jiff::SignedDuration;
use rand::{RngCore as _, TryRngCore as _, rngs::OsRng};
use serde_json::{Map, Value, json};
use trickle_engine::{Engine, SendInvitation};
use trickle_model::{
    ApiClient, ClientId, ConnectionId, EmailRule, Secret, UnverifiedProfile, iso_millis,
    prefixed_id,
};
use trickle_store::{Invitation, InvitationOrder, NewInvitation, Organization, Store};

use super::within::Within;
use crate::v2::{
    Bearer, Error,
    body::{Body, Fields, wrong_type},
    clients::CLIENT,
    error::Kind,
    fields::FieldFilter,
    kept,
    paging::Paging,
    query::Query,
};

static INVITATION: Kind = Kind {
    code: "inexistent_organization_invitation",
    name: "invitation",
};

/// A week, as everybody is used to.
const SECONDS: i64 = 604_800;
const SECONDS_MAX: i64 = 2_592_000;
const INVITER_MAX_CHARS: usize = 300;
const ROLES_MAX: usize = 50;
/// As long as other tokens that nobody can guess.
const TICKET_BYTES: usize = 24;

/// All of them.
pub(super) async fn list(
    Within {
        caller,
        organization,
    }: Within,
    State(store): State<Store>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let fields = FieldFilter::parse(&query)?;
    let order = match query.sort(&[("created_at", ())])? {
        Some(((), false)) => InvitationOrder::Oldest,
        Some(((), true)) | None => InvitationOrder::Newest,
    };
    let listed = store
        .list_invitations(caller.tenant(), &organization.id, order, paging.part()?)
        .await?;
    let mut items = Vec::with_capacity(listed.items.len());
    for invitation in listed.items {
        let shown = shown(&store, &caller, &organization, invitation).await?;
        items.push(fields.apply(shown));
    }
    Ok(paging.render("invitations", items, (listed.total, listed.next)))
}

/// One of them.
pub(super) async fn show(
    Within {
        caller,
        organization,
    }: Within,
    State(store): State<Store>,
    Path((_, invitation)): Path<(String, String)>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let fields = FieldFilter::parse(&query)?;
    let found = store.invitation(caller.tenant(), &organization.id, &invitation);
    let found = found.await?.ok_or(Error::Missing(&INVITATION))?;
    let shown = shown(&store, &caller, &organization, found).await?;
    Ok(Json(fields.apply(shown)))
}

/// One more, with a mail unless `send_invitation_email` is false.
pub(super) async fn create(
    Within {
        caller,
        organization,
    }: Within,
    State(engine): State<Engine>,
    body: Body,
) -> Result<(StatusCode, Json<Value>), Error> {
    let (store, tenant) = (engine.store(), caller.tenant());
    let mut fields = Fields::new(body)?;
    let inviter = named(&mut fields, "inviter", "name")?;
    if inviter.chars().count() > INVITER_MAX_CHARS {
        return Err(Error::Body(format!(
            "Expected at most {INVITER_MAX_CHARS} characters on property inviter.name"
        )));
    }
    let email = checked_email(&named(&mut fields, "invitee", "email")?)?;
    let client = ClientId::from_text(fields.required_text("client_id")?);
    let mut settings = Map::new();
    settings.insert("inviter".to_owned(), json!({"name": inviter}));
    if let Some(connection) = fields.text("connection_id")? {
        let id = ConnectionId::from_text(connection.as_str());
        if store.connection(tenant, &id).await?.is_none() {
            return Err(Error::UnknownConnection);
        }
        settings.insert("connection_id".to_owned(), connection.into());
    }
    for name in ["user_metadata", "app_metadata"] {
        let metadata = fields.object(name)?.unwrap_or_default();
        settings.insert(name.to_owned(), metadata.into());
    }
    let roles = fields.texts("roles")?.unwrap_or_default();
    if roles.len() > ROLES_MAX {
        return Err(Error::Body(format!(
            "Expected at most {ROLES_MAX} items on property roles"
        )));
    }
    for role in &roles {
        kept::roles::named(store, &caller, role).await?;
    }
    settings.insert("roles".to_owned(), roles.into());
    let seconds = seconds(&mut fields)?;
    let sends_mail = fields.take("send_invitation_email") != Some(Value::Bool(false));
    fields.finish()?;
    let client = store.client(tenant, &client).await?;
    let client = client.ok_or(Error::Unknown(&CLIENT))?;
    let login = login_page(store, &caller, &client)
        .await?
        .ok_or_else(no_login_page)?;
    let now = engine.clock().now();
    let new = NewInvitation {
        id: prefixed_id("uinv", &mut OsRng.unwrap_err()),
        organization: organization.id.clone(),
        ticket: new_ticket(),
        client: client.id,
        email,
        settings,
        created_at: now,
        expires_at: now + SignedDuration::from_secs(seconds),
    };
    store.add_invitation(tenant, &new).await?;
    if sends_mail {
        let display = organization.settings.get("display_name");
        engine.send_invitation(SendInvitation {
            tenant: tenant.clone(),
            tenant_name: caller.site.tenant.name.clone(),
            email: new.email.clone(),
            inviter,
            organization: display
                .and_then(Value::as_str)
                .unwrap_or(&organization.name)
                .to_owned(),
            url: link(&login, &organization, &new.ticket),
        });
    }
    let made = store.invitation(tenant, &organization.id, &new.id).await?;
    let made = made.ok_or(Error::Missing(&INVITATION))?;
    let shown = shown(store, &caller, &organization, made).await?;
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Takes one back; of one that is not there the same is true afterwards.
pub(super) async fn remove(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, invitation)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    store
        .remove_invitation(caller.tenant(), &id, &invitation)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `{"inviter": {"name": …}}`.
fn named(fields: &mut Fields, object: &str, name: &str) -> Result<String, Error> {
    let given = fields.object(object)?;
    let mut given =
        given.ok_or_else(|| Error::Body(format!("Missing required property: {object}")))?;
    match given.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        Some(other) => Err(wrong_type(&format!("{object}.{name}"), "string", &other)),
        None => Err(Error::Body(format!(
            "Missing required property: {object}.{name}"
        ))),
    }
}

/// As a script's profile is checked.
fn checked_email(email: &str) -> Result<String, Error> {
    let profile = UnverifiedProfile::new(json!({"user_id": "x", "email": email}));
    let checked = profile.verify(EmailRule::Required);
    let checked = checked.map_err(|error| Error::Body(error.to_string()))?;
    Ok(checked.email.unwrap_or_default().to_lowercase())
}

fn seconds(fields: &mut Fields) -> Result<i64, Error> {
    match fields.take("ttl_sec") {
        None => Ok(SECONDS),
        Some(value) => match value.as_i64() {
            Some(0) => Ok(SECONDS),
            Some(seconds) if (1..=SECONDS_MAX).contains(&seconds) => Ok(seconds),
            _ => Err(wrong_type("ttl_sec", "integer", &value)),
        },
    }
}

/// Where people log in: the application's own page, else the tenant's.
async fn login_page(
    store: &Store,
    caller: &Bearer,
    client: &ApiClient,
) -> Result<Option<String>, Error> {
    let text = |map: &Map<String, Value>, name: &str| {
        let text = map.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    if let Some(own) = text(client.settings.as_map(), "initiate_login_uri") {
        return Ok(Some(own));
    }
    let settings = store.setting(caller.tenant(), "tenant").await?;
    Ok(settings.and_then(|settings| text(&settings, "default_redirection_uri")))
}

fn no_login_page() -> Error {
    Error::Body(
        "A default login route is required to generate the invitation url: set initiate_login_uri of the client or \
         default_redirection_uri of the tenant"
            .to_owned(),
    )
}

fn new_ticket() -> Secret {
    let mut bytes = [0; TICKET_BYTES];
    OsRng.unwrap_err().fill_bytes(&mut bytes);
    Secret::new(hex(&bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The application begins its login with these parameters.
fn link(login: &str, organization: &Organization, ticket: &Secret) -> String {
    let query = [
        ("invitation", ticket.expose()),
        ("organization", organization.id.as_str()),
        ("organization_name", organization.name.as_str()),
    ];
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    let joint = if login.contains('?') { '&' } else { '?' };
    format!("{login}{joint}{query}")
}

async fn shown(
    store: &Store,
    caller: &Bearer,
    organization: &Organization,
    invitation: Invitation,
) -> Result<Value, Error> {
    let tenant = caller.tenant();
    let ticket = store.invitation_ticket(tenant, &invitation)?;
    let client = store.client(tenant, &invitation.client).await?;
    let login = match client {
        Some(client) => login_page(store, caller, &client).await?,
        None => None,
    };
    let roles: Value = invitation.roles().collect();
    let mut shown = invitation.settings;
    let mut put = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
    put("id", invitation.id.into());
    put("organization_id", invitation.organization.into());
    put("invitee", json!({"email": invitation.email}));
    put("client_id", invitation.client.as_str().into());
    put("created_at", iso_millis(invitation.created_at).into());
    put("expires_at", iso_millis(invitation.expires_at).into());
    put("roles", roles);
    put("ticket_id", ticket.expose().into());
    if let Some(login) = login {
        put("invitation_url", link(&login, organization, &ticket).into());
    }
    Ok(Value::Object(shown))
}
