//! Who may talk to this port, by what their browser says of them.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, header};

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let value = headers.get(name)?;
    Some(value.to_str().unwrap_or("?"))
}

/// Whether the request was made for an address, and not for a name that somebody else could have led here.
pub fn is_own_host(headers: &HeaderMap) -> bool {
    let Some(host) = text(headers, header::HOST) else {
        return true;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'));
    let name = bare.unwrap_or(name);
    name.is_empty()
        || name.parse::<IpAddr>().is_ok()
        || ["localhost", "localhost6"].contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a page of the web asks. DevTools and editors have other origins, or none.
pub fn is_page(headers: &HeaderMap) -> bool {
    let origin = text(headers, header::ORIGIN).unwrap_or_default();
    let origin = origin.to_ascii_lowercase();
    // `null` are pages in frames and files.
    origin.starts_with("http") || origin == "null"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn hosts_are_addresses_or_localhost() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:9229",
            "[::1]:9229",
            "[::1]",
            "LocalHost:1",
            "localhost6",
            "",
        ] {
            assert!(is_own_host(&with(header::HOST, host)), "{host}");
        }
        assert!(is_own_host(&HeaderMap::new()));
        for host in [
            "evil.example",
            "evil.example:9229",
            "localhost.evil.example",
            "127.0.0.1.evil.example:9229",
            "1.2.3.4x",
            "\u{7f}",
        ] {
            if let Ok(value) = host.parse() {
                let headers = HeaderMap::from_iter([(header::HOST, value)]);
                assert!(!is_own_host(&headers), "{host}");
            }
        }
    }

    #[test]
    fn pages_are_known_by_their_origin() {
        for origin in [
            "https://evil.example",
            "http://127.0.0.1:3000",
            "HTTPS://x",
            "null",
        ] {
            assert!(is_page(&with(header::ORIGIN, origin)), "{origin}");
        }
        for origin in [
            "devtools://devtools",
            "vscode-file://vscode-app",
            "chrome-devtools://x",
        ] {
            assert!(!is_page(&with(header::ORIGIN, origin)), "{origin}");
        }
        assert!(!is_page(&HeaderMap::new()));
    }
}
