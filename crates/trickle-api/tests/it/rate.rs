//! How many requests a tenant may make.

use std::num::NonZeroU32;

use axum::http::StatusCode;
use trickle_api::ManagementRate;

use crate::app::TestApp;

#[tokio::test]
async fn requests_beyond_the_rate_are_told_when_to_come_back() {
    let rate = ManagementRate(NonZeroU32::new(3).unwrap());
    let app = TestApp::new().await.with_management_rate(rate);
    let admin = app.admin().await;
    let mut statuses = Vec::new();
    let mut last = None;
    for _ in 0..10 {
        let answer = admin.get("/api/v2/clients").await;
        assert_eq!(answer.headers["x-ratelimit-limit"], "3");
        statuses.push(answer.status);
        last = Some(answer);
    }
    assert_eq!(statuses[..3], [StatusCode::OK; 3]);
    assert!(
        statuses.contains(&StatusCode::TOO_MANY_REQUESTS),
        "{statuses:?}"
    );
    let last = last
        .filter(|last| last.status == StatusCode::TOO_MANY_REQUESTS)
        .unwrap();
    assert_eq!(last.headers["retry-after"], "1");
    assert_eq!(last.headers["x-ratelimit-remaining"], "0");
    assert_eq!(last.body["errorCode"], "too_many_requests");
    // Who is nobody takes nothing from the tenant.
    let nobody = app.nobody().get("/api/v2/clients").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert!(!nobody.headers.contains_key("x-ratelimit-limit"));
}
