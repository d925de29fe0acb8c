//! Whose pages may talk to us in the name of a client.

use trickle_model::{ApiClient, OrganizationUsage};

use super::{
    authorize::origin_of,
    registered::{self, Pattern, origin_part},
};

/// Whether pages of this origin may call the Authentication API for the client: those that it lists, and those to which people return.
pub(crate) fn may_call(client: &ApiClient, origin: &str) -> bool {
    let settings = &client.settings;
    let mut listed = settings.allowed_origins().chain(settings.web_origins());
    listed.any(|known| covers(known, origin)) || is_callback_origin(client, origin)
}

/// The organization of which pages of this origin may call, too: the name that stands in its first label.
pub(crate) fn organization_in<'a>(client: &ApiClient, origin: &'a str) -> Option<&'a str> {
    let settings = &client.settings;
    if settings.organization_usage() == OrganizationUsage::Deny {
        return None;
    }
    let mut listed = settings.allowed_origins().chain(settings.callbacks());
    listed.find_map(|known| {
        let pattern = Pattern::parse(origin_part(known))?;
        let pattern = Some(pattern).filter(Pattern::is_of_organization)?;
        pattern.filled(origin)
    })
}

/// Whether the origin of an address, to which people may return, may get web messages.
pub(crate) fn may_get_messages(client: &ApiClient, uri: &str) -> bool {
    let Some(origin) = origin_of(uri) else {
        return false;
    };
    let mut listed = client.settings.web_origins();
    listed.any(|known| covers(known, &origin))
        || is_callback_origin(client, &origin)
        || organization_in(client, &origin).is_some()
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
    let mut callbacks = client.settings.callbacks();
    callbacks.any(|known| match origin_of(known) {
        Some(known) => known == origin,
        // Addresses of installed applications have none.
        None => Pattern::parse(origin_part(known))
            .is_some_and(|one| !one.is_of_organization() && one.filled(origin).is_some()),
    })
}

/// Listed origins may end with a slash.
fn covers(known: &str, origin: &str) -> bool {
    let known = known.trim_end_matches('/');
    known.eq_ignore_ascii_case(origin) || registered::covers(known, origin)
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
