//! From which origins a client's pages come, as far as its addresses say.

use std::collections::BTreeSet;

use super::settings::{ClientSettings, OrganizationUsage};

/// In the place of a name of an organization, in registered addresses.
pub const ORGANIZATION_MARK: &str = "{organization_name}";

/// `https://app.test:8443` of `https://app.test:8443/cb`; none of schemes of applications.
pub fn origin_of(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once("://")?;
    if scheme != "https" && scheme != "http" {
        return None;
    }
    let host = rest.split(['/', '?', '#']).next()?;
    let sound = |c: u8| c.is_ascii_alphanumeric() || b".-_:[]".contains(&c);
    if host.is_empty() || !host.bytes().all(sound) {
        return None;
    }
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let host = host.strip_suffix(usual).unwrap_or(host);
    Some(format!("{scheme}://{}", host.to_ascii_lowercase()))
}

/// `https://*.example.com:8443` of `https://*.example.com:8443/cb?x`.
pub fn origin_part(known: &str) -> &str {
    let start = known.find("://").map_or(0, |at| at + 3);
    let end = known[start..].find(['/', '?', '#']);
    end.map_or(known, |end| &known[..start + end])
}

/// `https://**.example.com:8443`: that there are patterns of this domain whose star is a part of the first label, as `https://pr-*.example.com:8443`.
pub fn partial_mark(scheme: &str, domain: &str) -> String {
    format!("{scheme}://**.{domain}")
}

/// The mark of such a pattern.
fn mark_of(pattern: &str) -> Option<String> {
    let (scheme, host) = pattern.split_once("://")?;
    let (label, domain) = host.split_once('.')?;
    (label != "*" && label.contains('*')).then(|| partial_mark(scheme, domain))
}

impl ClientSettings {
    /// All origins that the client lists or has people return to: plain ones in lower case, those with `*` or `{organization_name}` as listed,
    /// the latter only where the client has to do with organizations. Whether a mark means anything is not looked at. Patterns with a star in a
    /// part of a label have their [mark](partial_mark) beside them.
    pub fn origin_keys(&self) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for known in self.allowed_origins().chain(self.web_origins()) {
            let known = known.trim_end_matches('/');
            if !known.contains(ORGANIZATION_MARK) {
                keys.insert(if known.contains('*') {
                    known.to_owned()
                } else {
                    known.to_ascii_lowercase()
                });
            }
        }
        for known in self.callbacks() {
            match origin_of(known) {
                Some(origin) => {
                    keys.insert(origin);
                }
                // Addresses of installed applications have none.
                None if known.contains('*') && !known.contains(ORGANIZATION_MARK) => {
                    keys.insert(origin_part(known).to_owned());
                }
                None => {}
            }
        }
        if self.organization_usage() != OrganizationUsage::Deny {
            let listed = self.allowed_origins().chain(self.callbacks());
            let marked = listed.filter(|known| known.contains(ORGANIZATION_MARK));
            keys.extend(marked.map(|known| origin_part(known).to_owned()));
        }
        let marks: Vec<String> = keys.iter().filter_map(|key| mark_of(key)).collect();
        keys.extend(marks);
        keys
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn origins_are_scheme_host_and_port() {
        let of = |uri| origin_of(uri);
        assert_eq!(
            of("https://App.test/cb?x").as_deref(),
            Some("https://app.test")
        );
        assert_eq!(
            of("http://localhost:3000").as_deref(),
            Some("http://localhost:3000")
        );
        assert_eq!(
            of("https://app.test:443/").as_deref(),
            Some("https://app.test")
        );
        assert_eq!(of("com.example://cb"), None);
        assert_eq!(of("https://user@evil.test/"), None);
    }

    #[test]
    fn an_origin_ends_before_the_path() {
        for (known, origin) in [
            ("https://*.app.test/cb?x", "https://*.app.test"),
            ("https://app.test:8443", "https://app.test:8443"),
            ("https://app.test?x", "https://app.test"),
        ] {
            assert_eq!(origin_part(known), origin);
        }
    }

    #[test]
    fn keys_are_plain_or_with_their_mark() {
        let keys = |usage: &str| {
            let Value::Object(settings) = json!({
                "allowed_origins": ["https://Spa.test/", "https://*.a.test", "https://{organization_name}.o.test/"],
                "web_origins": ["capacitor://localhost"],
                "callbacks": ["https://app.test:443/cb", "https://x*.b.test/cb", "com.example.app://cb",
                    "https://{organization_name}.c.test/cb"],
                "organization_usage": usage,
            }) else {
                unreachable!("it is an object")
            };
            let keys = ClientSettings::from_stored(settings).origin_keys();
            keys.into_iter().collect::<Vec<_>>()
        };
        let without = [
            "capacitor://localhost",
            "https://**.b.test",
            "https://*.a.test",
            "https://app.test",
            "https://spa.test",
            "https://x*.b.test",
        ];
        assert_eq!(keys("deny"), without);
        let of_organizations = [
            "https://{organization_name}.c.test",
            "https://{organization_name}.o.test",
        ];
        assert_eq!(keys("allow"), [&without[..], &of_organizations].concat());
    }
}
