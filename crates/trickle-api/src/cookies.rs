//! Cookies (RFC 6265). All have the prefix `__Host-`: only this very host set them, so that a neighbour below the same domain, which may
//! be another tenant, cannot plant them.

use axum::http::{HeaderMap, header::COOKIE};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{RngCore as _, TryRngCore, rngs::OsRng};
use trickle_model::Secret;

/// To which requests from other sites the browser adds a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SameSite {
    /// To links.
    Lax,
    /// To all: frames of applications ask who is logged in.
    None,
}

/// The value of a cookie. Those beside it may be any bytes: a neighbour below the same domain sets some, too.
pub(crate) fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter();
    let mut pairs = lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b';'));
    let value = pairs.find_map(|pair| {
        let rest = pair.trim_ascii().strip_prefix(name.as_bytes())?;
        rest.strip_prefix(b"=")
    });
    std::str::from_utf8(value?).ok()
}

/// `Set-Cookie`; without seconds for as long as the browser is open.
pub(crate) fn set(name: &str, value: &str, same_site: SameSite, seconds: Option<i64>) -> String {
    let same_site = match same_site {
        SameSite::Lax => "Lax",
        SameSite::None => "None",
    };
    let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite={same_site}{age}")
}

/// 256 bits as 43 characters.
pub(crate) fn random() -> Secret {
    let mut bytes = [0; 32];
    OsRng.unwrap_err().fill_bytes(&mut bytes);
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn names_are_whole() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "xa=1; ab=2".parse().unwrap());
        headers.append(COOKIE, "a=3".parse().unwrap());
        assert_eq!(get(&headers, "a"), Some("3"));
        assert_eq!(get(&headers, "b"), None);
    }

    #[test]
    fn cookies_of_neighbours_hide_no_others() {
        let mut headers = HeaderMap::new();
        let line = HeaderValue::from_bytes(b"theirs=\xc3\xbc; odd=\xfc; a=1");
        headers.append(COOKIE, line.unwrap());
        assert_eq!(get(&headers, "a"), Some("1"));
        assert_eq!(get(&headers, "odd"), None);
    }
}
