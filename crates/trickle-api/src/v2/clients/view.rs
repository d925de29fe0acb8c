//! A client as the API shows it.

use serde_json::{Map, Value, json};
use trickle_model::{ApiClient, Secret, TokenEndpointAuth};

/// The client without its secret, which nobody has; what it does not say of itself is shown as it is taken.
pub(super) fn view(client: &ApiClient, tenant: &str) -> Value {
    let settings = &client.settings;
    let mut root = settings.as_map().clone();
    let mut put = |name: &str, value: Value| drop(root.insert(name.to_owned(), value));
    put("client_id", client.id.as_str().into());
    put("tenant", tenant.into());
    put("name", client.name.as_str().into());
    put("grant_types", client.grant_types.as_slice().into());
    put("global", false.into());
    put("is_first_party", settings.is_first_party().into());
    put("oidc_conformant", settings.is_oidc_conformant().into());
    put(
        "cross_origin_authentication",
        settings.cross_origin_authentication().into(),
    );
    if settings.token_endpoint_auth() == TokenEndpointAuth::Secret {
        root.entry("token_endpoint_auth_method")
            .or_insert_with(|| "client_secret_post".into());
    }
    let jwt = root.entry("jwt_configuration").or_insert_with(|| json!({}));
    if let Value::Object(jwt) = jwt {
        let lifetime = settings.id_token_lifetime().as_secs();
        jwt.entry("alg").or_insert_with(|| "RS256".into());
        jwt.entry("lifetime_in_seconds")
            .or_insert_with(|| lifetime.into());
    }
    let refresh = root.entry("refresh_token").or_insert_with(|| json!({}));
    if let Value::Object(refresh) = refresh {
        complete_refresh_token(refresh, client);
    }
    Value::Object(root)
}

/// The same with the secret, at the only time when it is known.
pub(super) fn view_with_secret(client: &ApiClient, tenant: &str, secret: &Secret) -> Value {
    let mut shown = view(client, tenant);
    shown["client_secret"] = secret.expose().into();
    shown
}

fn complete_refresh_token(refresh: &mut Map<String, Value>, client: &ApiClient) {
    let policy = client.settings.refresh_tokens();
    let rotation = if policy.rotates {
        "rotating"
    } else {
        "non-rotating"
    };
    let expires = policy.lifetime.is_some() || policy.idle_lifetime.is_some();
    let expiration = if expires { "expiring" } else { "non-expiring" };
    let usual = [
        ("rotation_type", rotation.into()),
        ("expiration_type", expiration.into()),
        ("leeway", policy.leeway.as_secs().into()),
    ];
    for (name, value) in usual {
        refresh.entry(name).or_insert(value);
    }
}
