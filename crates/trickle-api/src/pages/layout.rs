//! What all pages have in common.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

/// Nothing from elsewhere, no frames, forms to us only.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// Headers of every page: its address is a secret, as it holds the ticket.
pub(super) async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A page.
pub(super) struct Page<'a> {
    /// Of whom the page is.
    pub(super) tenant: &'a str,
    /// Title and heading.
    pub(super) title: &'a str,
    /// HTML.
    pub(super) body: String,
    /// Whether it has the script of the password's rules.
    pub(super) has_script: bool,
}

impl Page<'_> {
    pub(super) fn answer(&self, status: StatusCode) -> Response {
        (status, Html(self.html())).into_response()
    }

    fn html(&self) -> String {
        let title = escape(self.title);
        let tenant = escape(self.tenant);
        let script = if self.has_script {
            "<script src=\"policy.js\" defer></script>\n"
        } else {
            ""
        };
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} · {tenant}</title>\n\
             <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"style.css\">\n{script}</head>\n<body>\n<main>\n\
             <p class=\"tenant\">{tenant}</p>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n",
            body = self.body
        )
    }
}

/// A page that a link which works no more leads to.
pub(super) fn gone(tenant: &str, what_to_do: &str) -> Response {
    let body = format!(
        "<p>A link works once, and only the newest one does. {}</p>\n",
        escape(what_to_do)
    );
    Page {
        tenant,
        title: "This link does not work any more",
        body,
        has_script: false,
    }
    .answer(StatusCode::GONE)
}

/// The way on, where the tenant named one.
pub(super) fn way_on(url: Option<&str>) -> String {
    match url {
        Some(url) => format!(
            "<p><a class=\"button\" href=\"{}\">Continue</a></p>\n",
            escape(url)
        ),
        None => "<p>You can close this page.</p>\n".to_owned(),
    }
}

/// The tenant's address with what applications look for; only `http` and `https`.
pub(super) fn result_url(url: &str, message: &str, email: Option<&str>) -> Option<String> {
    if !url.starts_with("https://") && !url.starts_with("http://") {
        return None;
    }
    let mut pairs = vec![("success", "true"), ("message", message)];
    pairs.extend(email.map(|email| ("email", email)));
    let query = serde_urlencoded::to_string(pairs).ok()?;
    let (address, fragment) = match url.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let joint = if address.contains('?') { '&' } else { '?' };
    Some(format!("{address}{joint}{query}{fragment}"))
}

/// For HTML text and attributes.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_carries_the_result() {
        let of = |url| result_url(url, "Done.", Some("a+b@c.d"));
        assert_eq!(
            of("https://app.test/x?y=1#z").as_deref(),
            Some("https://app.test/x?y=1&success=true&message=Done.&email=a%2Bb%40c.d#z")
        );
        assert_eq!(of("javascript:alert(1)"), None);
    }
}
