//! What operators read, and what must not be there.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use axum::http::{Request, header};
use serde_json::Value;
use tracing_subscriber::{fmt::MakeWriter, util::SubscriberInitExt};

use crate::app::{PASSWORD, TestApp};

/// Collects what would be printed.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// The request's one line.
    fn of(&self, request_id: &str) -> Value {
        let text = self.text();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        let mut answered = lines.filter(|line: &Value| {
            line["fields"]["message"] == "request answered"
                && line["span"]["request.id"] == request_id
        });
        let line = answered.next().unwrap();
        assert!(answered.next().is_none(), "one line per request");
        line
    }
}

#[tokio::test]
async fn one_line_per_request_and_no_secret_at_any_level() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .finish();
    let _guard = subscriber.set_default();
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    app.fake.knows_ada();
    let body = application.password_realm("legacy", PASSWORD);
    let login = app.post("/oauth/token", body).await;
    let token = login.body["access_token"].as_str().unwrap();
    let request = Request::get("/userinfo?access_token=in-the-query")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    let info = app.send(request, None).await;

    let line = lines.of(info.headers["x-request-id"].to_str().unwrap());
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["fields"]["request.method"], "GET");
    assert_eq!(line["fields"]["request.route"], "/userinfo");
    assert_eq!(line["fields"]["response.status"], 200);
    assert!(line["fields"]["duration_ms"].is_u64());
    assert_eq!(line["span"]["tenant.id"], app.tenant.id.as_str());

    let text = lines.text();
    assert!(text.contains("script ran"), "one line per execution");
    for secret in [
        PASSWORD,
        application.secret.expose(),
        token,
        "in-the-query",
        "ada@example.com",
        "$argon2",
        "Bearer ey",
    ] {
        assert!(!text.contains(secret), "{secret} is in the log");
    }
}
