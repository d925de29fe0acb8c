//! Domains under which anybody gets a name. A short cut of the Public Suffix List (<https://publicsuffix.org>), which changes every week:
//! what it lacks is the tenant's to know, who registers the address.

/// Second labels of countries that sell names at the third.
const SECOND: [&str; 16] = [
    "ac", "co", "com", "edu", "gob", "gov", "gv", "ltd", "mil", "ne", "net", "nom", "or", "org",
    "plc", "sch",
];

/// Hosting whose customers share a domain.
const SHARED: [&str; 34] = [
    "amplifyapp.com",
    "appspot.com",
    "azureedge.net",
    "azurestaticapps.net",
    "azurewebsites.net",
    "blogspot.com",
    "cloudapp.net",
    "cloudfront.net",
    "codesandbox.io",
    "csb.app",
    "deno.dev",
    "elasticbeanstalk.com",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "glitch.me",
    "herokuapp.com",
    "lovable.app",
    "myshopify.com",
    "netlify.app",
    "ngrok-free.app",
    "ngrok.app",
    "ngrok.io",
    "onrender.com",
    "pages.dev",
    "railway.app",
    "repl.co",
    "surge.sh",
    "trycloudflare.com",
    "vercel.app",
    "web.app",
    "wordpress.com",
    "workers.dev",
];

/// Whether the label before this domain is one that strangers can buy or take; in lower case.
pub(super) fn is_public(domain: &str) -> bool {
    let Some((first, rest)) = domain.split_once('.') else {
        return true;
    };
    let is_country = rest.len() == 2;
    (is_country && SECOND.contains(&first)) || SHARED.contains(&domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_strangers_can_have_are_known() {
        for domain in ["com", "co.uk", "com.br", "github.io", "vercel.app"] {
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
