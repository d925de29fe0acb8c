//! Whose pages may talk to us in the name of a client.

use trickle_model::{
    ApiClient, ORGANIZATION_MARK, OrganizationUsage, origin_of, origin_part, partial_mark,
};

use super::registered::{self, Pattern};

/// RFC 1035 §2.3.4.
const LABEL_MAX_BYTES: usize = 63;

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

/// The pattern over an origin whose star is its whole first label, and the mark of those whose star is a part of one.
pub(crate) fn widest_over(origin: &str) -> Option<(String, String)> {
    let (scheme, label, rest) = parts(origin)?;
    let widest = format!("{scheme}://*.{rest}");
    let is_covered = label.len() <= LABEL_MAX_BYTES && registered::covers(&widest, origin);
    is_covered.then(|| (widest, partial_mark(scheme, rest)))
}

/// All patterns with `*` that cover an origin, whoever lists them: any part of its first label may be the star's.
pub(crate) fn patterns_over(origin: &str) -> Vec<String> {
    // What holds of the whole label holds of its parts.
    let covered = widest_over(origin).and_then(|_| parts(origin));
    let Some((scheme, label, rest)) = covered else {
        return Vec::new();
    };
    let mut patterns = Vec::new();
    for start in 0..label.len() {
        for end in start + 1..=label.len() {
            let (before, after) = (&label[..start], &label[end..]);
            patterns.push(format!("{scheme}://{before}*{after}.{rest}"));
        }
    }
    patterns
}

/// The pattern with `{organization_name}` that an origin may be of, and the name.
pub(crate) fn organization_pattern_over(origin: &str) -> Option<(String, &str)> {
    let (scheme, _, rest) = parts(origin)?;
    let known = format!("{scheme}://{ORGANIZATION_MARK}.{rest}");
    let name = Pattern::parse(&known)?.filled(origin)?;
    Some((known, name))
}

/// `https`, `a` and `app.test:8443` of `https://a.app.test:8443`.
fn parts(origin: &str) -> Option<(&str, &str, &str)> {
    let (scheme, host) = origin.split_once("://")?;
    let (label, rest) = host.split_once('.')?;
    Some((scheme, label, rest))
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
    fn patterns_over_an_origin_are_all_that_cover_it() {
        let over = patterns_over("https://ab.app.test");
        let expected = [
            "https://*b.app.test",
            "https://*.app.test",
            "https://a*.app.test",
        ];
        assert_eq!(over, expected);
        for known in over {
            assert!(covers(&known, "https://ab.app.test"), "{known}");
        }
        let widest = ("https://*.app.test".into(), "https://**.app.test".into());
        assert_eq!(widest_over("https://ab.app.test"), Some(widest));
        let longest = format!("https://{}.app.test", "a".repeat(63));
        assert_eq!(patterns_over(&longest).len(), 63 * 64 / 2);
        for origin in [
            "https://a.test",
            "http://a.app.test",
            "https://a.vercel.app",
            "https://ä.app.test",
            "https://.app.test",
            "null",
            &format!("https://{}.app.test", "a".repeat(64)),
        ] {
            assert_eq!(patterns_over(origin), Vec::<String>::new(), "{origin}");
        }
        assert_eq!(
            organization_pattern_over("https://a_1.app.test:8443"),
            Some((
                "https://{organization_name}.app.test:8443".to_owned(),
                "a_1"
            ))
        );
        assert_eq!(organization_pattern_over("https://a.test"), None);
    }

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
