//! Searches that take longer than anybody waits.

use axum::http::StatusCode;
use serde_json::{Map, json};
use trickle_model::{Event, EventCode, EventId};

use crate::app::TestApp;

/// Patterns that nothing matches, to be tried on every one.
fn slow(field: &str) -> String {
    let one = |n| format!("{field}:*{}b{n}*", "a".repeat(200));
    (0..20).map(one).collect::<Vec<_>>().join("%20OR%20")
}

#[tokio::test]
async fn a_search_of_the_log_ends_with_503() {
    let app = TestApp::new().await;
    let admin = app.admin().await;
    for n in 0..100 {
        let event = Event {
            id: EventId::from_text(format!("e{n}")),
            tenant: app.tenant.id.clone(),
            at: app.engine.clock().now(),
            code: EventCode::Warning,
            description: "a".repeat(500_000),
            connection: None,
            client: None,
            user: None,
            user_name: None,
            ip: None,
            user_agent: None,
            details: Map::new(),
        };
        app.store.add_event(&event).await.unwrap();
    }
    let path = format!("/api/v2/logs?q={}", slow("description"));
    let refused = admin.get(&path).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let body = &refused.body;
    assert_eq!(
        (&body["statusCode"], &body["errorCode"]),
        (&json!(503), &json!("query_timeout"))
    );
    let found = admin.get("/api/v2/logs?q=type:w&fields=type&per_page=1");
    assert_eq!(found.await.body, json!([{"type": "w"}]));
}
