//! What becomes of a client's refresh tokens.

use jiff::SignedDuration;
use trickle_engine::RefreshRules;
use trickle_model::{ApiClient, TokenEndpointAuth};

/// Longest time that clients can ask for.
const MOST: SignedDuration = SignedDuration::from_hours(10 * 366 * 24);
/// Of clients that say nothing: a year, and thirty days without use.
const LIVES: SignedDuration = SignedDuration::from_secs(31_557_600);
const IDLES: SignedDuration = SignedDuration::from_hours(30 * 24);

/// As the client says. One that says nothing and cannot keep a secret gets tokens that rotate (RFC 9700 §2.2.2).
pub(crate) fn refresh_rules(client: &ApiClient) -> RefreshRules {
    let settings = &client.settings;
    let is_said = settings
        .as_map()
        .get("refresh_token")
        .is_some_and(|given| given.get("rotation_type").is_some());
    if !is_said && settings.token_endpoint_auth() == TokenEndpointAuth::None {
        return RefreshRules {
            rotates: true,
            leeway: SignedDuration::ZERO,
            lifetime: Some(LIVES),
            idle_lifetime: Some(IDLES),
        };
    }
    let policy = settings.refresh_tokens();
    let time = |given| SignedDuration::try_from(given).unwrap_or(MOST).min(MOST);
    RefreshRules {
        rotates: policy.rotates,
        leeway: time(policy.leeway),
        lifetime: policy.lifetime.map(time),
        idle_lifetime: policy.idle_lifetime.map(time),
    }
}
