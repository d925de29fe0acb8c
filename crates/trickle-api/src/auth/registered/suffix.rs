//! Domains under which anybody gets a name, by the Public Suffix List (<https://publicsuffix.org>).

/// Whether the label before this domain is one that strangers can buy or take; in lower case.
pub(super) fn is_public(domain: &str) -> bool {
    psl::suffix_str(domain) == Some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_strangers_can_have_are_known() {
        for domain in ["com", "co.uk", "com.br", "test", "github.io", "vercel.app"] {
            assert!(is_public(domain), "{domain}");
        }
        for domain in [
            "example.com",
            "example.co.uk",
            "me.github.io",
            "org.example.de",
        ] {
            assert!(!is_public(domain), "{domain}");
        }
    }
}
