//! `/mfa`: what SDKs call between `mfa_required` and the grant `mfa-otp`.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header::AUTHORIZATION},
};
use serde_json::{Value, json};
use trickle_engine::Engine;
use trickle_model::{SecondFactor, User};
use trickle_store::StoredFactor;

use super::{Error, client, parameters::Parameters};
use crate::host::Site;

const OTP: &str = "otp";

/// `GET /mfa/authenticators`: what the person can be asked for, without secrets.
pub(crate) async fn authenticators(
    site: Site,
    State(engine): State<Engine>,
    headers: HeaderMap,
) -> Result<Json<Value>, Error> {
    let user = challenged(&site, &engine, &headers).await?;
    let factors = engine
        .store()
        .second_factors(&user.tenant, &user.id)
        .await?;
    Ok(Json(factors.iter().map(view).collect()))
}

/// `POST /mfa/challenge`: an authenticator needs nothing to be sent.
pub(crate) async fn challenge(
    site: Site,
    State(engine): State<Engine>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Error> {
    let parameters = Parameters::parse(&headers, &body)?;
    let token = parameters.require("mfa_token")?;
    let known = client::authenticate(&site, &engine, &parameters, &headers).await;
    let known = known.map_err(|bad| bad.error)?;
    let tenant = &site.tenant.id;
    let open = engine.open_challenge(tenant, &known.client.id, token);
    let (user, _, _) = open.await?.ok_or(Error::BadMfaToken)?;
    let wanted = parameters.get("challenge_type").unwrap_or(OTP);
    if !wanted.split_whitespace().any(|kind| kind == OTP) {
        return Err(Error::UnsupportedChallenge);
    }
    if let Some(id) = parameters.get("authenticator_id") {
        let factors = engine.store().second_factors(tenant, &user.id).await?;
        let is_known = |one: &StoredFactor| one.id == id && is_totp(one);
        if !factors.iter().any(is_known) {
            return Err(Error::Malformed("Unknown authenticator_id".to_owned()));
        }
    }
    Ok(Json(json!({"challenge_type": OTP})))
}

/// `POST /mfa/associate`: whoever holds a `mfa_token` has an authenticator already, since nobody else is asked for one.
pub(crate) async fn associate(
    site: Site,
    State(engine): State<Engine>,
    headers: HeaderMap,
) -> Result<Json<Value>, Error> {
    challenged(&site, &engine, &headers).await?;
    Err(Error::AlreadyEnrolled)
}

/// The person whose `mfa_token` comes in the place of an access token.
async fn challenged(site: &Site, engine: &Engine, headers: &HeaderMap) -> Result<User, Error> {
    let value = headers.get(AUTHORIZATION);
    let value = value.and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let token = token.ok_or(Error::InvalidToken)?;
    let found = engine.any_challenge(&site.tenant.id, token).await?;
    found.map(|(user, _, _)| user).ok_or(Error::BadMfaToken)
}

const fn is_totp(stored: &StoredFactor) -> bool {
    matches!(stored.factor, SecondFactor::Totp(_))
}

/// `{"id":"totp|dev_…","authenticator_type":"otp","type":"otp","active":true}`; telephones and addresses are kept, and nobody is asked for
/// them. SDKs show those alone whose `type` `mfa_requirements` names.
fn view(stored: &StoredFactor) -> Value {
    let oob = |channel: &str, kind: &str, name: String| {
        json!({
            "id": stored.id, "authenticator_type": "oob", "oob_channel": channel, "type": kind, "name": name, "active": false,
        })
    };
    match &stored.factor {
        SecondFactor::Totp(_) => {
            json!({"id": stored.id, "authenticator_type": OTP, "type": OTP, "active": true})
        }
        SecondFactor::Phone(number) => oob("sms", "phone", masked(number.expose(), 0, 4)),
        SecondFactor::Email(address) => {
            let (name, domain) = address.expose().split_once('@').unwrap_or_default();
            let name = format!("{}@{domain}", masked(name, 1, 0));
            oob("email", "email", name)
        }
    }
}

/// All but so many characters of the beginning and the end.
fn masked(text: &str, first: usize, last: usize) -> String {
    let length = text.chars().count();
    text.chars()
        .enumerate()
        .map(|(at, c)| {
            if at < first || at + last >= length {
                c
            } else {
                'X'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_masked() {
        assert_eq!(masked("+15551234567", 0, 4), "XXXXXXXX4567");
        assert_eq!(masked("ada", 1, 0), "aXX");
        assert_eq!(masked("", 1, 4), "");
    }
}
