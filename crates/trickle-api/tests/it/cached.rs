//! Answers that are given again.

use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use serde_json::json;
use tracing::{Subscriber, span};
use tracing_subscriber::{
    Layer, layer::Context, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};
use trickle_model::Outcome;

use crate::app::{PASSWORD, TestApp};

/// Names of the spans that began.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<&'static str>>>);

impl<S: Subscriber> Layer<S> for Spans {
    fn on_new_span(&self, attributes: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        self.0.lock().unwrap().push(attributes.metadata().name());
    }
}

impl Spans {
    /// How often the database was asked since the last call for anything but the site.
    fn reads(&self) -> usize {
        let spans = std::mem::take(&mut *self.0.lock().unwrap());
        let asked = |name: &&&str| name.starts_with("db.") && **name != "db.tenants.site";
        spans.iter().filter(asked).count()
    }
}

#[tokio::test]
async fn an_answer_is_given_again_until_anything_is_written() {
    let spans = Spans::default();
    let _guard = tracing_subscriber::registry()
        .with(spans.clone())
        .set_default();
    let app = TestApp::new().await;
    app.fake.always(Outcome::NoSuchUser);
    let connection = app.import_connection(&app.login_application().await).await;
    let admin = app.admin().await;
    let ada = json!({"connection": "legacy", "email": "ada@example.com", "password": PASSWORD});
    let made = admin.post("/api/v2/users", ada).await;
    let user = format!("/api/v2/users/{}", made.body["user_id"].as_str().unwrap());
    let user = user.replace('|', "%7C");
    for path in [
        user.clone(),
        "/api/v2/users?q=email:ada*".to_owned(),
        "/api/v2/users-by-email?email=ada%40example.com".to_owned(),
        format!("/api/v2/connections/{connection}"),
        "/api/v2/connections?include_totals=true".to_owned(),
    ] {
        for given_name in ["Ada", "Augusta"] {
            let changed = admin.patch(&user, json!({"given_name": given_name})).await;
            assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
            spans.reads();
            let first = admin.get(&path).await;
            assert_ne!(spans.reads(), 0, "{path} is read");
            if path.contains("/users") {
                let text = first.body.to_string();
                assert!(text.contains(given_name), "{path}: {text}");
            }
            let again = admin.get(&path).await;
            assert_eq!(spans.reads(), 0, "{path} is given again");
            assert_eq!(again.body, first.body);
            assert_eq!(again.headers["content-type"], "application/json");
            assert!(again.headers.contains_key("x-ratelimit-remaining"));
        }
    }
    assert_eq!(admin.delete(&user).await.status, StatusCode::NO_CONTENT);
    assert_eq!(admin.get(&user).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_answer_is_for_its_token() {
    let app = TestApp::new().await;
    let connection = app.import_connection(&app.login_application().await).await;
    let path = format!("/api/v2/connections/{connection}");
    let (admin, other) = (app.admin().await, app.actor(&["read:connections"]).await);
    let stranger = app.actor(&["read:users"]).await;
    assert!(admin.get(&path).await.body["options"]["import_mode"].is_boolean());
    assert!(
        other.get(&path).await.body["options"]
            .get("import_mode")
            .is_none()
    );
    assert_eq!(stranger.get(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        app.nobody().get(&path).await.status,
        StatusCode::UNAUTHORIZED
    );
}
