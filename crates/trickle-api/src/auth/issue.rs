//! Tokens for people: what they say.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use rand::{RngCore as _, TryRngCore as _, rngs::OsRng};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use trickle_engine::{Authorization, OrganizationClaim};
use trickle_model::{ApiClient, User};

use super::{
    access_format::{AccessFormat, Profile},
    personal_access::PersonalAccess,
    profile_claims,
};
use crate::host::Site;

/// Whose tokens, and when.
pub(crate) struct Issuer<'a> {
    pub(crate) site: &'a Site,
    pub(crate) client: &'a ApiClient,
    pub(crate) now: Timestamp,
}

/// What an ID token says besides who it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct IdExtras<'a> {
    pub(crate) nonce: Option<&'a str>,
    /// Whether it says when the person logged in.
    pub(crate) with_time: bool,
    /// Of the access token beside it (OpenID Connect Core §3.2.2.9).
    pub(crate) access_token: Option<&'a str>,
    /// Of the code beside it (§3.3.2.11).
    pub(crate) code: Option<&'a str>,
}

impl Issuer<'_> {
    /// Claims of an access token for a program or a person.
    pub(crate) fn access(
        &self,
        subject: &str,
        audience: Value,
        scope: &str,
        gty: Option<&str>,
        format: &AccessFormat,
    ) -> Map<String, Value> {
        let now = self.now.as_second();
        let mut claims = Map::new();
        let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        add("iss", self.site.issuer().into());
        add("sub", subject.into());
        add("aud", audience);
        add("iat", now.into());
        add("exp", (now + format.lives).into());
        if !scope.is_empty() {
            add("scope", scope.into());
        }
        let client = self.client.id.as_str().into();
        match format.dialect.profile {
            Profile::Auth0 => {
                add("azp", client);
                if let Some(gty) = gty {
                    add("gty", gty.into());
                }
            }
            Profile::Rfc9068 => {
                add("client_id", client);
                add("jti", unique_name().into());
            }
        }
        claims
    }

    /// Claims of an access token for a person.
    pub(crate) fn access_of(
        &self,
        user: &User,
        authorization: &Authorization,
        gty: Option<&str>,
        access: &PersonalAccess,
    ) -> Map<String, Value> {
        let userinfo = self.site.userinfo_audience();
        let audience = match &authorization.audience {
            None => userinfo.into(),
            Some(api) if authorization.has("openid") => json!([api, userinfo]),
            Some(api) => api.as_str().into(),
        };
        let scope = access.scopes.join(" ");
        let mut claims = self.access(user.id.as_str(), audience, &scope, gty, &access.format);
        if let Some(permissions) = &access.permissions {
            claims.insert("permissions".to_owned(), json!(permissions));
        }
        if let Some(organization) = &authorization.organization {
            add_organization(&mut claims, organization);
        }
        claims
    }

    /// Claims of an ID token.
    pub(crate) fn id_of(
        &self,
        user: &User,
        authorization: &Authorization,
        extras: &IdExtras<'_>,
    ) -> Map<String, Value> {
        let scopes: Vec<&str> = authorization.scopes.iter().map(String::as_str).collect();
        let mut claims = profile_claims::claims(user, &scopes);
        let now = self.now.as_second();
        let lives = self.client.settings.id_token_lifetime().as_secs();
        let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        add("iss", self.site.issuer().into());
        add("sub", user.id.as_str().into());
        add("aud", self.client.id.as_str().into());
        add("iat", now.into());
        add("exp", now.saturating_add_unsigned(lives).into());
        if let Some(session) = &authorization.session {
            add("sid", session.as_str().into());
        }
        if let Some(nonce) = extras.nonce {
            add("nonce", nonce.into());
        }
        if extras.with_time {
            add("auth_time", authorization.auth_time().into());
        }
        if let Some(token) = extras.access_token {
            add("at_hash", half_hash(token).into());
        }
        if let Some(code) = extras.code {
            add("c_hash", half_hash(code).into());
        }
        if authorization.with_second_factor {
            add("amr", json!(["mfa"]));
            let acr = "http://schemas.openid.net/pape/policies/2007/06/multi-factor";
            add("acr", acr.into());
        }
        if let Some(organization) = &authorization.organization {
            add_organization(&mut claims, organization);
        }
        claims
    }
}

/// Says for which organization somebody logged in, or a program works.
pub(crate) fn add_organization(claims: &mut Map<String, Value>, organization: &OrganizationClaim) {
    claims.insert("org_id".to_owned(), organization.id.as_str().into());
    claims.insert("org_name".to_owned(), organization.name.as_str().into());
}

/// RFC 7519 §4.1.7 asks for a negligible probability that two are the same.
fn unique_name() -> String {
    let mut bytes = [0; 16];
    OsRng.unwrap_err().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The left half of the SHA-256, as the signature's algorithm is RS256.
fn half_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(token.as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_hashes_are_those_of_the_specification() {
        // OpenID Connect Core 1.0, appendix A.3 and A.4.
        assert_eq!(
            half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
        assert_eq!(
            half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA"
        );
    }
}
