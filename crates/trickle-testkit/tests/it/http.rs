use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use trickle_testkit::http::LegacyService;

fn get(service: &LegacyService, path: &str, credentials: Option<&str>) -> String {
    let mut stream = TcpStream::connect(service.addr()).unwrap();
    let authorization = credentials.map_or_else(String::new, |text| {
        format!("Authorization: Basic {}\r\n", BASE64_STANDARD.encode(text))
    });
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: legacy\r\nConnection: close\r\n{authorization}\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

const JANE: &str = r#"{"user_id":"42","nickname":"jane","email":"jane@example.com"}"#;

#[test]
fn profile_asks_for_credentials() {
    let service = LegacyService::start();
    assert!(get(&service, "/profile", None).starts_with("HTTP/1.1 401 "));
    assert!(get(&service, "/profile", Some("jane@example.com:wrong")).starts_with("HTTP/1.1 401 "));
    let answer = get(
        &service,
        "/profile",
        Some("jane@example.com:legacy password"),
    );
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(JANE),
        "{answer}"
    );
    assert_eq!(service.hits("/profile"), 3);
    assert_eq!(service.hits("/pro"), 0);
}

#[test]
fn users_are_found_by_email() {
    let service = LegacyService::start();
    let answer = get(&service, "/users-by-email/jane%40example.com", None);
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(JANE),
        "{answer}"
    );
    assert!(get(&service, "/users-by-email/john@example.com", None).starts_with("HTTP/1.1 404 "));
    assert_eq!(service.hits("/users-by-email"), 2);
}
