//! A browser at the login page: it keeps cookies, follows redirects within the host, and fills forms.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::app::{Answer, TestApp};

pub(crate) struct Browser<'a> {
    app: &'a TestApp,
    cookies: BTreeMap<String, String>,
}

/// Where the application was sent: the address and what came along.
#[derive(Debug)]
pub(crate) struct Landing {
    pub(crate) address: String,
    pub(crate) pairs: BTreeMap<String, String>,
}

impl Landing {
    pub(crate) fn of(location: &str) -> Self {
        let cut = location
            .split_once('#')
            .or_else(|| location.split_once('?'));
        let (address, query) = cut.unwrap();
        Self {
            address: address.to_owned(),
            pairs: pairs(query),
        }
    }
}

fn pairs(query: &str) -> BTreeMap<String, String> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text)
            .decode_utf8()
            .unwrap()
            .into_owned()
    };
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

/// The value of a field of a page.
pub(crate) fn field(page: &Answer, name: &str) -> String {
    let html = page.body.as_str().unwrap();
    let mark = format!("name=\"{name}\" value=\"");
    let rest = html
        .split_once(&mark)
        .unwrap_or_else(|| panic!("no {name} in {html}"))
        .1;
    rest.split_once('"').unwrap().0.to_owned()
}

impl<'a> Browser<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            cookies: BTreeMap::new(),
        }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub(crate) fn forget(&mut self, name: &str) {
        self.cookies.remove(name);
    }

    /// One request, without following redirects.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(form(fields))).await
    }

    pub(crate) async fn send(
        &mut self,
        mut request: axum::http::request::Builder,
        body: Body,
    ) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let answer = self.app.send_raw(request.body(body).unwrap()).await;
        for line in answer.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            for part in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite="] {
                assert!(line.contains(part), "{line}");
            }
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            assert!(name.starts_with("__Host-"), "{line}");
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// From `/authorize` to the page that it leads to.
    pub(crate) async fn page(&mut self, authorize: &str) -> Answer {
        let answer = self.get(authorize).await;
        assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.body);
        let location = location(&answer);
        assert!(location.starts_with("/u/"), "{location}");
        self.get(&location).await
    }

    /// Types identifier and password into the login page.
    pub(crate) async fn log_in(
        &mut self,
        authorize: &str,
        username: &str,
        password: &str,
    ) -> Answer {
        let page = self.page(authorize).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let state = field(&page, "state");
        let fields = [
            ("state", state.as_str()),
            ("username", username),
            ("password", password),
        ];
        self.post("/u/login", &fields).await
    }
}

pub(crate) fn location(answer: &Answer) -> String {
    let location = answer.headers.get(header::LOCATION);
    let location = location.unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
    location.to_str().unwrap().to_owned()
}
