//! `GET /.well-known/openid-configuration` (OpenID Connect Discovery 1.0 §4) and `GET /.well-known/oauth-authorization-server`
//! (RFC 8414 §3): one document, as all members of the first may be in the second.

use axum::Json;
use serde_json::{Value, json};

use super::{
    profile_claims::{ADDRESS_CLAIMS, OIDC_SCOPES, PROFILE_FIELDS},
    target::OFFLINE,
};
use crate::{host::Site, id_tokens::IdAlgorithm};

/// What is served here, and nothing that is not.
pub(crate) async fn handler(site: Site) -> Json<Value> {
    let issuer = site.issuer();
    let mut claims = vec!["aud", "exp", "iat", "iss", "sub"];
    claims.extend(ADDRESS_CLAIMS);
    claims.extend(PROFILE_FIELDS);
    claims.push("updated_at");
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}authorize"),
        "token_endpoint": format!("{issuer}oauth/token"),
        "revocation_endpoint": format!("{issuer}oauth/revoke"),
        "end_session_endpoint": format!("{issuer}oidc/logout"),
        "mfa_challenge_endpoint": format!("{issuer}mfa/challenge"),
        "userinfo_endpoint": format!("{issuer}userinfo"),
        "jwks_uri": format!("{issuer}.well-known/jwks.json"),
        "scopes_supported": OIDC_SCOPES.iter().chain(&[OFFLINE]).collect::<Vec<_>>(),
        "response_types_supported": [
            "code", "token", "id_token", "code token", "code id_token", "token id_token", "code token id_token",
        ],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "grant_types_supported": [
            "authorization_code",
            "implicit",
            "refresh_token",
            "client_credentials",
            "password",
            "http://auth0.com/oauth/grant-type/password-realm",
            "http://auth0.com/oauth/grant-type/mfa-otp",
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": IdAlgorithm::ALL.map(|(name, _)| name),
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
        ],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS384", "PS256"],
        "claims_supported": claims,
        "request_uri_parameter_supported": false,
        "request_parameter_supported": false,
    }))
}
