//! `/api/v2/users/{id}/authentication-methods` and `/enrollments`: the second factors that a user brought.

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use trickle_model::{SecondFactor, UserId, iso_millis};
use trickle_store::{Place, Store, StoredFactor};

use crate::v2::{Bearer, Error, error::Kind, operation::Named, paging::Paging, query::Query};

pub(super) const METHOD: Kind = Kind {
    code: "inexistent_authentication_method",
    name: "authentication method",
};

const ENROLLMENT: Kind = Kind {
    code: "inexistent_enrollment",
    name: "enrollment",
};

pub(super) const METHOD_SCHEMA: Named = Named {
    name: "AuthenticationMethod",
    schema: method_schema,
};
pub(super) const ENROLLMENT_SCHEMA: Named = Named {
    name: "Enrollment",
    schema: enrollment_schema,
};

fn method_schema() -> Value {
    json!({
        "type": "object", "required": ["id", "type", "confirmed", "created_at"],
        "properties": {
            "id": {"type": "string"}, "type": {"type": "string", "enum": ["totp", "phone", "email"]},
            "confirmed": {"type": "boolean"}, "created_at": {"type": "string"}, "last_auth_at": {"type": "string"},
            "phone_number": {"type": "string"}, "email": {"type": "string"}, "name": {"type": "string"},
        },
    })
}

fn enrollment_schema() -> Value {
    json!({
        "type": "object", "required": ["id", "type", "status", "enrolled_at"],
        "properties": {
            "id": {"type": "string"}, "type": {"type": "string", "enum": ["authenticator", "sms", "email"]},
            "status": {"type": "string", "const": "confirmed"}, "enrolled_at": {"type": "string"}, "last_auth": {"type": "string"},
            "phone_number": {"type": "string"}, "email": {"type": "string"},
        },
    })
}

/// The factors, without secrets.
pub(super) async fn list(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, Error> {
    let paging = Paging::parse(&query)?;
    let factors = factors(&store, &caller, &id).await?;
    let place = |factor: &StoredFactor| {
        Place::new([
            factor.created_at.as_millisecond().into(),
            factor.id.as_str().into(),
        ])
    };
    let (factors, rest) = paging.among(factors, place)?;
    let items = factors.iter().map(method).collect();
    Ok(paging.render("authenticators", items, rest))
}

/// One of them.
pub(super) async fn show(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, method_id)): Path<(String, String)>,
) -> Result<Json<Value>, Error> {
    let factors = factors(&store, &caller, &id).await?;
    let found = factors.iter().find(|one| one.id == method_id);
    Ok(Json(method(found.ok_or(Error::Missing(&METHOD))?)))
}

/// The same in an older form.
pub(super) async fn enrollments(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let factors = factors(&store, &caller, &id).await?;
    Ok(Json(factors.iter().map(enrollment).collect()))
}

/// One of anybody's, in the older form.
pub(super) async fn show_enrollment(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Error> {
    let found = store.second_factor(caller.tenant(), &id).await?;
    let (_, factor) = found.ok_or(Error::Missing(&ENROLLMENT))?;
    Ok(Json(enrollment(&factor)))
}

/// Takes one of anybody's away.
pub(super) async fn delete_enrollment(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    let tenant = caller.tenant();
    let found = store.second_factor(tenant, &id).await?;
    let (user, factor) = found.ok_or(Error::Missing(&ENROLLMENT))?;
    let gone = store.remove_factors(tenant, &user, Some(&factor.id));
    gone.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes all of them away: whoever lost the telephone can log in again.
pub(super) async fn delete_all(
    caller: Bearer,
    State(store): State<Store>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    factors(&store, &caller, &id).await?;
    let user = UserId::from_text(id);
    store.remove_factors(caller.tenant(), &user, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes one away.
pub(super) async fn delete_one(
    caller: Bearer,
    State(store): State<Store>,
    Path((id, method_id)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let user = UserId::from_text(id);
    let gone = store
        .remove_factors(caller.tenant(), &user, Some(&method_id))
        .await?;
    if gone == 0 {
        return Err(Error::Missing(&METHOD));
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn factors(store: &Store, caller: &Bearer, id: &str) -> Result<Vec<StoredFactor>, Error> {
    let user = UserId::from_text(id);
    let found = store.user(caller.tenant(), &user).await?;
    found.ok_or(Error::NoUser)?;
    Ok(store.second_factors(caller.tenant(), &user).await?)
}

pub(super) fn method(stored: &StoredFactor) -> Value {
    let mut view = json!({
        "id": stored.id, "type": stored.factor.kind(), "confirmed": true, "created_at": iso_millis(stored.created_at),
    });
    if let Some(at) = stored.last_used_at {
        view["last_auth_at"] = iso_millis(at).into();
    }
    if let Some(name) = &stored.name {
        view["name"] = name.as_str().into();
    }
    add_address(&mut view, &stored.factor);
    view
}

fn enrollment(stored: &StoredFactor) -> Value {
    let kind = match stored.factor {
        SecondFactor::Totp(_) => "authenticator",
        SecondFactor::Phone(_) => "sms",
        SecondFactor::Email(_) => "email",
    };
    let mut view = json!({
        "id": stored.id, "type": kind, "status": "confirmed", "enrolled_at": iso_millis(stored.created_at),
    });
    if let Some(at) = stored.last_used_at {
        view["last_auth"] = iso_millis(at).into();
    }
    add_address(&mut view, &stored.factor);
    view
}

/// Numbers and addresses are for administrators, secrets for nobody.
fn add_address(view: &mut Value, factor: &SecondFactor) {
    match factor {
        SecondFactor::Totp(_) => {}
        SecondFactor::Phone(number) => view["phone_number"] = number.expose().into(),
        SecondFactor::Email(address) => view["email"] = address.expose().into(),
    }
}
