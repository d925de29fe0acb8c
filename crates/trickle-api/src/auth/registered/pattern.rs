//! `https://*.example.com/cb` and `https://{organization_name}.example.com/cb`.

use trickle_model::ORGANIZATION_MARK;

use super::suffix::is_public;

/// Any label, or the rest of one.
const STAR: &str = "*";

/// A registered address with something to fill in at the left of its host: in the first label only, and below a domain that strangers have
/// no part of. It begins with `https`, or is on this very machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pattern<'a> {
    before: &'a str,
    after: &'a str,
    is_of_organization: bool,
}

impl<'a> Pattern<'a> {
    /// Nothing where the address is plain, or has a mark that means nothing there.
    pub(crate) fn parse(known: &'a str) -> Option<Self> {
        let is_of_organization = known.contains(ORGANIZATION_MARK);
        let mark = if is_of_organization {
            ORGANIZATION_MARK
        } else {
            STAR
        };
        let (before, after) = known.split_once(mark)?;
        if [before, after].concat().contains(['*', '{', '}']) {
            return None;
        }
        let (scheme, prefix) = before.split_once("://")?;
        let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
        let host = match authority.split_once(':') {
            Some((host, port)) if is_port(port) => host,
            Some(_) => return None,
            None => authority,
        };
        let (suffix, domain) = host.split_once('.')?;
        let stands_alone = prefix.is_empty() && suffix.is_empty();
        let is_sound = is_part(prefix)
            && is_part(suffix)
            && (stands_alone || !is_of_organization)
            && is_own_domain(scheme, domain);
        is_sound.then_some(Self {
            before,
            after,
            is_of_organization,
        })
    }

    /// Whether it waits for the name of an organization.
    pub(crate) const fn is_of_organization(&self) -> bool {
        self.is_of_organization
    }

    /// What stands in the place of its mark, in an address that is the same otherwise, byte for byte.
    pub(crate) fn filled<'b>(&self, given: &'b str) -> Option<&'b str> {
        let inner = given.strip_prefix(self.before)?.strip_suffix(self.after)?;
        // No `.`, `/`, `:` or `@`: all of it is in the one label.
        let mut bytes = inner.bytes();
        let is_label = bytes.all(|c| is_label_byte(c) || (self.is_of_organization && c == b'_'));
        (is_label && !inner.is_empty()).then_some(inner)
    }
}

/// Whether a registered address covers another one, without an organization.
pub(crate) fn covers(known: &str, given: &str) -> bool {
    if !known.contains(['*', '{']) {
        return known == given;
    }
    let pattern = Pattern::parse(known);
    let pattern = pattern.filter(|pattern| !pattern.is_of_organization());
    pattern.is_some_and(|pattern| pattern.filled(given).is_some())
}

fn is_own_domain(scheme: &str, domain: &str) -> bool {
    let is_host = domain
        .split('.')
        .all(|label| !label.is_empty() && is_part(label));
    if !is_host {
        return false;
    }
    let domain = domain.to_ascii_lowercase();
    // RFC 6761 §6.3.
    if domain == "localhost" || domain.ends_with(".localhost") {
        return scheme == "https" || scheme == "http";
    }
    let last = domain.rsplit('.').next().unwrap_or_default();
    let is_address = last.bytes().all(|c| c.is_ascii_digit());
    scheme == "https" && !is_address && !is_public(&domain)
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_digit())
}

fn is_part(text: &str) -> bool {
    text.bytes().all(is_label_byte)
}

/// RFC 1123 §2.1.
const fn is_label_byte(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_label_or_a_part_of_it() {
        for (known, given) in [
            ("https://*.app.test/cb", "https://a.app.test/cb"),
            ("https://*.app.test:8443", "https://a-1.app.test:8443"),
            ("https://pre-*-x.app.test/", "https://pre-42-x.app.test/"),
            ("http://*.localhost:3000/cb", "http://a.localhost:3000/cb"),
            ("https://*.example.co.uk/", "https://a.example.co.uk/"),
            ("https://*.me.github.io/", "https://a.me.github.io/"),
        ] {
            assert!(covers(known, given), "{known} {given}");
        }
        let known = "https://*.app.test/cb";
        for given in [
            "https://app.test/cb",
            "https://.app.test/cb",
            "https://a.b.app.test/cb",
            "https://a.app.test/cb/",
            "https://a.app.test/cb?x",
            "https://a.app.test:8443/cb",
            "https://A_b.app.test/cb",
            "http://a.app.test/cb",
            "https://evil.test/.app.test/cb",
            "https://evil.test#.app.test/cb",
            "https://evil.test\\.app.test/cb",
            "https://evil@a.app.test/cb",
            "https://a%2eb.app.test/cb",
            "https://ä.app.test/cb",
            "https://*.app.test/cb",
            "https://app.test/cbhttps://a.app.test/cb",
        ] {
            assert!(!covers(known, given), "{given}");
        }
    }

    #[test]
    fn stars_elsewhere_mean_nothing() {
        for known in [
            "https://*",
            "https://*/cb",
            "https://*.test/cb",
            "https://*.co.uk/cb",
            "https://*.vercel.app/cb",
            "https://shop-*.vercel.app/cb",
            "https://shop*.test/cb",
            "https://a.*.app.test/cb",
            "https://*.*.app.test/cb",
            "https://*.0.0.1/cb",
            "https://*.app.test:x/cb",
            "https://*.app.test@evil.test/cb",
            "https://*..app.test/cb",
            "http://*.app.test/cb",
            "com.example.app://*.app.test/cb",
            "https://app.test/*",
            "https://{organization_name}.*.app.test/cb",
        ] {
            assert_eq!(Pattern::parse(known), None, "{known}");
            let filled = known.replace('*', "a");
            assert!(!covers(known, &filled), "{filled}");
            assert!(!covers(known, known), "{known}");
        }
        assert!(covers("https://app.test/cb", "https://app.test/cb"));
    }

    #[test]
    fn a_placeholder_is_the_whole_first_label() {
        let known = "https://{organization_name}.app.test/cb";
        let pattern = Pattern::parse(known).unwrap();
        assert!(pattern.is_of_organization());
        let filled = pattern.filled("https://initech_2.app.test/cb");
        assert_eq!(filled, Some("initech_2"));
        assert_eq!(pattern.filled("https://a.b.app.test/cb"), None);
        assert!(!covers(known, "https://initech.app.test/cb"));
        for known in [
            "https://{organization_name}",
            "https://{organization_name}.test",
            "https://app.test/{organization_name}",
            "https://a.{organization_name}.app.test",
            "https://x-{organization_name}.app.test",
            "https://{organization_name}-x.app.test",
            "https://{organization_name}.{organization_name}.app.test",
            "https://{organization_id}.app.test",
        ] {
            assert_eq!(Pattern::parse(known), None, "{known}");
        }
    }
}
