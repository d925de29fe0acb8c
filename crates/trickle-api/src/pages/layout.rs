//! What all pages have in common.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
pub(super) use trickle_engine::escape_html as escape;

/// What a page needs from elsewhere; usually nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sources {
    /// Origin of the logo.
    pub(super) image: Option<String>,
    /// Where a form leads besides us: browsers look at redirects too.
    pub(super) form: Option<String>,
    /// Whose frame the page may be in.
    pub(super) frame: Option<String>,
}

impl Sources {
    /// Nothing from elsewhere but what is named.
    fn policy(&self) -> String {
        // `data:` is for the empty icon, which keeps browsers from asking for one.
        let image = match &self.image {
            Some(origin) => format!("data: {origin}"),
            None => "data:".to_owned(),
        };
        let form = self.form.as_deref().unwrap_or_default();
        let frame = self.frame.as_deref().unwrap_or("'none'");
        format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src {image}; form-action 'self' {form}; \
             base-uri 'none'; frame-ancestors {frame}"
        )
    }
}

/// Headers of every page: its address is a secret, as it holds the ticket.
pub(super) fn guard(mut response: Response) -> Response {
    let sources = response.extensions_mut().remove::<Sources>();
    let is_guarded = response
        .headers()
        .contains_key(header::CONTENT_SECURITY_POLICY);
    if is_guarded && sources.is_none() {
        return response;
    }
    let policy = sources.unwrap_or_default().policy();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in [
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
    /// Of whom the page is; empty where that has no name.
    pub(super) tenant: &'a str,
    /// Title and heading.
    pub(super) title: &'a str,
    /// HTML.
    pub(super) body: String,
    /// Its script, if it has one.
    pub(super) script: Option<&'static str>,
    /// Address of the tenant's logo.
    pub(super) logo: Option<&'a str>,
}

impl Page<'_> {
    pub(super) fn answer(&self, status: StatusCode) -> Response {
        (status, Html(self.html())).into_response()
    }

    fn html(&self) -> String {
        let title = escape(self.title);
        let (end, owner) = match escape(self.tenant) {
            tenant if tenant.is_empty() => (String::new(), String::new()),
            tenant => (
                format!(" · {tenant}"),
                format!("<p class=\"tenant\">{tenant}</p>\n"),
            ),
        };
        let script = self.script.map_or_else(String::new, |script| {
            format!("<script src=\"/u/{script}\" defer></script>\n")
        });
        let logo = self.logo.map_or_else(String::new, |logo| {
            format!("<img class=\"logo\" src=\"{}\" alt=\"\">\n", escape(logo))
        });
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}{end}</title>\n\
             <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/u/style.css\">\n\
             <link rel=\"stylesheet\" href=\"/u/theme.css\">\n{script}</head>\n<body>\n<main>\n{logo}\
             {owner}<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n",
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
        script: None,
        logo: None,
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
