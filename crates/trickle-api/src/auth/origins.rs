//! Whose pages may talk to us in the name of a client.

use trickle_model::ApiClient;

use super::authorize::origin_of;

/// Whether pages of this origin may call the Authentication API for the client: those that it lists, and those to which people return.
pub(crate) fn may_call(client: &ApiClient, origin: &str) -> bool {
    let settings = &client.settings;
    settings
        .allowed_origins()
        .chain(settings.web_origins())
        .any(|known| covers(known, origin))
        || is_callback_origin(client, origin)
}

/// Whether the origin of an address may get web messages.
pub(crate) fn may_get_messages(client: &ApiClient, uri: &str) -> bool {
    let Some(origin) = origin_of(uri) else {
        return false;
    };
    client
        .settings
        .web_origins()
        .any(|known| covers(known, &origin))
        || is_callback_origin(client, &origin)
}

/// Whether an address is nothing but an origin that the client lists.
pub(crate) fn is_web_origin(client: &ApiClient, uri: &str) -> bool {
    let plain = uri.trim_end_matches('/');
    origin_of(uri).is_some_and(|origin| origin == plain)
        && client
            .settings
            .web_origins()
            .any(|known| covers(known, plain))
}

fn is_callback_origin(client: &ApiClient, origin: &str) -> bool {
    let mut callbacks = client.settings.callbacks().filter_map(origin_of);
    callbacks.any(|known| known == origin)
}

/// Listed origins may have `*` in the place of one label at the left.
fn covers(known: &str, origin: &str) -> bool {
    let known = known.trim_end_matches('/');
    let Some((scheme, rest)) = known.split_once("://*.") else {
        return known.eq_ignore_ascii_case(origin);
    };
    let inner = origin
        .strip_prefix(scheme)
        .and_then(|rest| rest.strip_prefix("://"));
    let label = inner.and_then(|host| host.strip_suffix(rest)?.strip_suffix('.'));
    let sound = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    rest.contains('.') && label.is_some_and(|label| !label.is_empty() && label.bytes().all(sound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_label() {
        let known = "https://*.app.test";
        assert!(covers(known, "https://a.app.test"));
        for origin in [
            "https://app.test",
            "https://a.b.app.test",
            "https://aapp.test",
            "http://a.app.test",
            "https://evil.test/.app.test",
            "https://a.app.test:8443",
        ] {
            assert!(!covers(known, origin), "{origin}");
        }
        assert!(!covers("https://*.test", "https://a.test"));
        assert!(covers("https://app.test/", "https://app.test"));
    }
}
