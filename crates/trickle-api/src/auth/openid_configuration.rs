//! `GET /.well-known/openid-configuration`.

use axum::Json;
use serde_json::{Value, json};

use super::profile_claims::{OIDC_SCOPES, PROFILE_FIELDS};
use crate::host::Site;

/// What is served here, and nothing that is not: there is no authorization endpoint yet.
pub(crate) async fn handler(site: Site) -> Json<Value> {
    let issuer = site.issuer();
    let mut claims = vec!["aud", "exp", "iat", "iss", "sub", "email", "email_verified"];
    claims.extend(PROFILE_FIELDS);
    claims.push("updated_at");
    Json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}oauth/token"),
        "userinfo_endpoint": format!("{issuer}userinfo"),
        "jwks_uri": format!("{issuer}.well-known/jwks.json"),
        "scopes_supported": OIDC_SCOPES,
        "response_types_supported": [],
        "grant_types_supported": [
            "client_credentials",
            "password",
            "http://auth0.com/oauth/grant-type/password-realm",
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "claims_supported": claims,
        "request_uri_parameter_supported": false,
        "request_parameter_supported": false,
    }))
}
