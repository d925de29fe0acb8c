//! Imports, exports and mails as jobs.

use std::{convert::Infallible, io::Read as _, time::Duration};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use base64::{Engine as _, prelude::BASE64_STANDARD as STANDARD};
use flate2::read::MultiGzDecoder;
use futures::channel::mpsc;
use rand::{RngCore as _, TryRngCore as _, rngs::OsRng};
use serde_json::{Value, json};
use tempfile::tempdir;
use trickle_engine::{MANAGEMENT_SCOPES, NewClient, create_client, create_tenant};
use trickle_model::{Grant, Secret};
use trickle_store::Database;
use trickle_testkit::{postgres::Postgres, wait_for_async};

use crate::app::{Answer, PASSWORD, TestApp};

const BOUNDARY: &str = "----a-boundary";
const LIMIT: Duration = Duration::from_mins(1);

/// `correct horse`, by MD5.
const MD5: &str = "3cb4e732631f47e6eb961f34554b7cde";

fn part(name: &str, value: &str) -> String {
    let file = match name {
        "users" => "; filename=\"users.json\"\r\nContent-Type: application/octet-stream",
        _ => "",
    };
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
    )
}

impl TestApp {
    /// Sends a form as the SDKs do.
    async fn upload(&self, parts: &[(&str, &str)]) -> Answer {
        let token = self.admin().await.token.unwrap();
        self.upload_by(&token, parts).await
    }

    async fn upload_by(&self, token: &str, parts: &[(&str, &str)]) -> Answer {
        let mut body: String = parts
            .iter()
            .map(|(name, value)| part(name, value))
            .collect();
        body.push_str(&format!("--{BOUNDARY}--\r\n"));
        self.send_form(token, Body::from(body)).await
    }

    async fn send_form(&self, token: &str, body: Body) -> Answer {
        let request = Request::post("/api/v2/jobs/users-imports")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(body);
        self.send_raw(request.unwrap()).await
    }

    async fn job(&self, id: &Value) -> Value {
        let id = id.as_str().unwrap();
        let admin = self.admin().await;
        let found = admin.get(&format!("/api/v2/jobs/{id}")).await;
        assert_eq!(found.status, StatusCode::OK, "{}", found.body);
        found.body
    }

    /// The unpacked file of an export.
    async fn download(&self, location: &str) -> Result<String, StatusCode> {
        let path = location
            .strip_prefix("https://acme.trickle.test:8443")
            .unwrap();
        let request = Request::get(path).header(header::HOST, "acme.trickle.test:8443");
        let answer = self.bytes(request.body(Body::empty()).unwrap()).await;
        if answer.0 != StatusCode::OK {
            return Err(answer.0);
        }
        let mut text = String::new();
        MultiGzDecoder::new(&answer.1[..])
            .read_to_string(&mut text)
            .unwrap();
        Ok(text)
    }
}

#[tokio::test]
async fn a_file_becomes_users_who_can_log_in() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let connection = app.import_connection(&application).await;
    let users = json!([
        {"email": "ada@example.com", "user_id": "1", "custom_password_hash":
            {"algorithm": "md5", "hash": {"value": MD5, "encoding": "hex"}}},
        {"email": "bob@example.com", "password": "in clear text"},
    ]);
    let address = json!({"support_email": "ops@acme.example"});
    let admin = app.admin().await;
    admin.patch("/api/v2/tenants/settings", address).await;
    // The SDKs differ in the order of the parts.
    let users = users.to_string();
    let form = [
        ("users", users.as_str()),
        ("connection_id", &connection),
        ("upsert", "false"),
        ("external_id", "mine"),
        ("send_completion_email", "true"),
    ];
    let token = admin.token.clone().unwrap();
    let made = app.upload_by(&token, &form).await;
    assert_eq!(made.status, StatusCode::ACCEPTED, "{}", made.body);
    assert_eq!(made.body["type"], "users_import");
    assert_eq!(made.body["status"], "pending");
    assert_eq!(made.body["connection_id"], connection);
    assert_eq!(made.body["external_id"], "mine");
    assert!(made.body["created_at"].is_string());
    // The SDKs repeat a POST whose answer was lost.
    let again = app.upload_by(&token, &form).await;
    assert_eq!((again.status, &again.body), (made.status, &made.body));
    let waiting = app.job(&made.body["id"]).await;
    assert_eq!(
        (&waiting["status"], &waiting["percentage_done"]),
        (&json!("pending"), &json!(0))
    );

    app.engine.finish_jobs().await.unwrap();
    let done = app.job(&made.body["id"]).await;
    assert_eq!(
        (&done["status"], &done["percentage_done"]),
        (&json!("completed"), &json!(100))
    );
    let summary = json!({"failed": 1, "updated": 0, "inserted": 1, "total": 2});
    assert_eq!(done["summary"], summary);
    let mails = app.postbox.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, "ops@acme.example");
    assert_eq!(mails[0].subject, "Your users import has completed");
    let counted = "Rows: 2. Added: 1. Changed: 0. Not taken over: 1.";
    assert!(mails[0].text.contains(counted), "{}", mails[0].text);
    let path = format!("/api/v2/jobs/{}/errors", done["id"].as_str().unwrap());
    let errors = admin.get(&path).await;
    let expected = json!([{
        "user": {"email": "bob@example.com", "password": "*****"},
        "errors": [{"code": "NOT_PASSED", "message": "Additional properties not allowed: password", "path": "password"}],
    }]);
    assert_eq!((errors.status, errors.body), (StatusCode::OK, expected));

    let login = app
        .post(
            "/oauth/token",
            application.password_realm("legacy", PASSWORD),
        )
        .await;
    assert_eq!(login.status, StatusCode::OK, "{}", login.body);
    assert_eq!(app.fake.runs(), 0);
}

#[tokio::test]
async fn many_errors_are_told_page_by_page_and_none_as_204() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let connection = app.import_connection(&application).await;
    let form = |users: String| {
        let (app, connection) = (&app, &connection);
        async move {
            let made = app
                .upload(&[("connection_id", connection), ("users", &users)])
                .await;
            app.engine.finish_jobs().await.unwrap();
            let id = made.body["id"].as_str().unwrap().to_owned();
            let admin = app.admin().await;
            admin.get(&format!("/api/v2/jobs/{id}/errors")).await
        }
    };
    let bad: Vec<Value> = (0..1_203).map(|n| json!({ "email": n })).collect();
    let errors = form(Value::from(bad).to_string()).await;
    assert_eq!(errors.body.as_array().unwrap().len(), 1_203);
    assert_eq!(errors.body[1_202]["user"]["email"], 1_202);
    let none = form("email\nada@example.com\n".to_owned()).await;
    assert_eq!(
        (none.status, none.body),
        (StatusCode::NO_CONTENT, Value::Null)
    );
}

#[tokio::test]
async fn the_last_word_on_upsert_counts_in_either_case() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let connection = app.import_connection(&application).await;
    for (words, expected) in [
        (&["True"][..], true),
        (&["true", "FALSE"][..], false),
        (&["", "1"][..], true),
    ] {
        let mut form: Vec<_> = words.iter().map(|&word| ("upsert", word)).collect();
        form.extend([
            ("users", r#"[{"email":"a@b.c"}]"#),
            ("connection_id", connection.as_str()),
        ]);
        let made = app.upload(&form).await;
        assert_eq!(made.status, StatusCode::ACCEPTED, "{}", made.body);
        assert_eq!(made.body["upsert"], expected, "{words:?}");
    }
    app.engine.finish_jobs().await.unwrap();
}

#[tokio::test]
async fn forms_that_make_no_job_say_why() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let connection = app.import_connection(&application).await;
    let admin = app.admin().await;
    let off = json!({
        "name": "off", "strategy": "auth0",
        "options": {"enabledDatabaseCustomization": true, "import_mode": false},
    });
    let off = admin.post("/api/v2/connections", off).await.body["id"].clone();
    let off = off.as_str().unwrap();
    let good = r#"[{"email":"a@b.c"}]"#;
    let cases: [(&[(&str, &str)], &str); 9] = [
        (
            &[("users", good)],
            "Missing required property: connection_id",
        ),
        (
            &[("connection_id", &connection)],
            "Missing required property: users",
        ),
        (
            &[("connection_id", "con_x"), ("users", good)],
            "The connection does not exist.",
        ),
        (
            &[("connection_id", off), ("users", good)],
            "The connection checks passwords in the legacy store; turn on import_mode first",
        ),
        (
            &[("connection_id", &connection), ("users", "[{]")],
            "Failed to parse users file when importing users: the file is not valid JSON (line 1)",
        ),
        (
            &[("connection_id", &connection), ("users", "")],
            "Failed to parse users file when importing users: there is no user in the file",
        ),
        (
            &[
                ("connection_id", &connection),
                ("users", good),
                ("users", good),
            ],
            "There is more than one file of users",
        ),
        (
            &[
                ("upsert", "maybe"),
                ("connection_id", &connection),
                ("users", good),
            ],
            "Expected type boolean on property upsert",
        ),
        (
            &[
                ("colour", "red"),
                ("connection_id", &connection),
                ("users", good),
            ],
            "Additional properties not allowed: colour",
        ),
    ];
    for (parts, message) in cases {
        let answer = app.upload(parts).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
        let text = answer.body["message"].as_str().unwrap();
        assert!(text.contains(message), "{text}");
    }
    let token = admin.token.clone().unwrap();
    let cut = app.send_form(&token, Body::from(part("users", "[{"))).await;
    assert_eq!(cut.status, StatusCode::BAD_REQUEST, "{}", cut.body);
    let text = cut.body["message"].as_str().unwrap();
    let why = text.strip_prefix("Payload validation error: 'The multipart body cannot be read: ");
    // As the parser says it.
    assert!(why.unwrap().contains("incomplete"), "{text}");
    let json = admin.post("/api/v2/jobs/users-imports", json!({})).await;
    assert_eq!(json.status, StatusCode::BAD_REQUEST);
    let unknown = admin.get("/api/v2/jobs/job_x").await;
    assert_eq!(
        (unknown.status, &unknown.body["errorCode"]),
        (StatusCode::NOT_FOUND, &json!("inexistent_job"))
    );
    app.engine.drain().await;
    assert_eq!(app.store.open_jobs(&app.tenant.id).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_the_database_lost_are_asked_for_again() {
    /// More than are kept at once, which is 20 000.
    const ROWS: usize = 20_100;
    const KEPT: &str =
        "SELECT COUNT(*) FROM jobs WHERE status = 'receiving' AND rows_total = 20000";
    /// What a crash may take back.
    const LOSE: &str = "DELETE FROM job_chunks WHERE number > 3; UPDATE jobs SET rows_total = 10000 WHERE rows_total = 20000";
    let server = Postgres::shared();
    let name = server.fresh_database();
    let database = Database::Postgres(Secret::new(server.url(&name)));
    let app = TestApp::over(&database, tempdir().unwrap()).await;
    let application = app.login_application().await;
    let connection = app.import_connection(&application).await;
    let token = app.admin().await.token.unwrap();
    let upload = async |what_happens: &str| {
        let (body, pieces) = mpsc::unbounded::<Result<String, Infallible>>();
        let send = async {
            let users = part("users", "[");
            let rows = vec!["{}"; ROWS].join(",");
            let begin = part("connection_id", &connection) + users.trim_end() + &rows;
            body.unbounded_send(Ok(begin)).unwrap();
            wait_for_async(LIMIT, async || server.execute(&name, KEPT).trim() == "1").await;
            server.execute(&name, what_happens);
            let end = format!("]\r\n--{BOUNDARY}--\r\n");
            body.unbounded_send(Ok(end)).unwrap();
            body.close_channel();
        };
        let answer = app.send_form(&token, Body::from_stream(pieces));
        let ((), answer) = tokio::join!(send, answer);
        app.engine.drain().await;
        answer
    };
    let lost = upload(LOSE).await;
    assert_eq!(lost.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(lost.headers[header::RETRY_AFTER], "10");
    assert_eq!(
        lost.body["message"],
        "The database has lost rows of the upload, as in a crash; nothing was imported. Send the file again."
    );
    assert_eq!(app.store.open_jobs(&app.tenant.id).await.unwrap(), 0);
    let whole = upload("").await;
    assert_eq!(whole.status, StatusCode::ACCEPTED, "{}", whole.body);
}

#[tokio::test]
async fn users_are_exported_behind_a_link() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let connection = app.import_connection(&application).await;
    let users: Vec<Value> = (0..1_100)
        .map(|n| json!({"email": format!("u{n}@example.com"), "user_id": format!("{n:04}"), "name": "=1+1"}))
        .collect();
    app.upload(&[
        ("connection_id", &connection),
        ("users", &Value::from(users).to_string()),
    ])
    .await;
    app.engine.finish_jobs().await.unwrap();
    let admin = app.admin().await;
    let export = async |order: Value| {
        let made = admin.post("/api/v2/jobs/users-exports", order).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        assert_eq!(made.body["type"], "users_export");
        let job = app.job(&made.body["id"]).await;
        assert_eq!(job["status"], "completed");
        let location = job["location"].as_str().unwrap().to_owned();
        (app.download(&location).await.unwrap(), location)
    };
    let (all, location) = export(json!({"connection_id": connection})).await;
    let lines: Vec<Value> = all
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 1_100);
    assert_eq!(lines[7]["user_id"], "auth0|0007");
    assert_eq!(lines[7]["identities"][0]["connection"], "legacy");
    assert!(!all.contains("password"));

    let fields = json!([{"name": "email"}, {"name": "name", "export_as": "called"}]);
    let order = json!({"format": "csv", "limit": 2, "fields": fields});
    let (csv, _) = export(order).await;
    assert_eq!(
        csv,
        "email,called\r\nu0@example.com,'=1+1\r\nu1@example.com,'=1+1\r\n"
    );
    let order =
        json!({"limit": 1, "fields": [{"name": "identities[0].connection", "export_as": "from"}]});
    assert_eq!(export(order).await.0, "{\"from\":\"legacy\"}\n");

    // One that may only create users learns how far the job is, not where the users are.
    let creator = app.actor(&["create:users"]).await;
    let id = location
        .rsplit('/')
        .next()
        .unwrap()
        .split('.')
        .next()
        .unwrap();
    let seen = creator.get(&format!("/api/v2/jobs/{id}")).await;
    assert_eq!(
        (seen.status, seen.body.get("location")),
        (StatusCode::OK, None)
    );
    let forged = location.replacen("/u/exports/", "/u/exports/A", 1);
    assert_eq!(app.download(&forged).await, Err(StatusCode::NOT_FOUND));
    for order in [
        json!({"format": "xml"}),
        json!({"limit": 0}),
        json!({"fields": []}),
        json!({"x": 1}),
    ] {
        let refused = admin.post("/api/v2/jobs/users-exports", order).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn large_users_are_exported_piece_by_piece() {
    const BYTES: usize = 600 << 10;
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let connection = app.import_connection(&application).await;
    let user = |name: &str| {
        let mut bytes = vec![0; BYTES];
        OsRng.unwrap_err().fill_bytes(&mut bytes);
        json!({"email": format!("{name}@example.com"), "app_metadata": {"x": STANDARD.encode(&bytes)}})
    };
    let users = Value::from(["a", "b", "c"].map(user).to_vec());
    app.upload(&[
        ("connection_id", &connection),
        ("users", &users.to_string()),
    ])
    .await;
    app.engine.finish_jobs().await.unwrap();
    let admin = app.admin().await;
    let made = admin.post("/api/v2/jobs/users-exports", json!({})).await;
    let done = app.job(&made.body["id"]).await;
    let location = done["location"].as_str().unwrap();
    let path = location.strip_prefix("https://acme.trickle.test:8443");
    let request = Request::get(path.unwrap()).header(header::HOST, "acme.trickle.test:8443");
    let pieces = app.pieces(request.body(Body::empty()).unwrap()).await;
    assert!(pieces.iter().sum::<usize>() > 3 * BYTES, "{pieces:?}");
    assert!(pieces.iter().all(|piece| *piece < 2 * BYTES), "{pieces:?}");
}

#[tokio::test]
async fn a_mail_to_prove_an_address_is_a_job() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    app.import_connection(&application).await;
    let admin = app.admin().await;
    app.fake.always(trickle_model::Outcome::NoSuchUser);
    let user = json!({"connection": "legacy", "email": "ada@example.com", "password": PASSWORD});
    let user = admin.post("/api/v2/users", user).await;
    let order = json!({"user_id": user.body["user_id"], "client_id": "x"});
    let made = admin.post("/api/v2/jobs/verification-email", order).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["type"], "verification_email");
    let job = app.job(&made.body["id"]).await;
    assert_eq!(
        (&job["status"], job.get("summary")),
        (&json!("completed"), None)
    );
    let mails = app.postbox.mails();
    assert_eq!(mails.len(), 1);
    assert!(
        mails[0]
            .text
            .contains("https://acme.trickle.test:8443/u/email-verification?ticket=")
    );
    let nobody = admin
        .post(
            "/api/v2/jobs/verification-email",
            json!({"user_id": "auth0|x"}),
        )
        .await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

const OTHER_HOST: &str = "globex.trickle.test";

async fn other_tenants_token(app: &TestApp) -> String {
    let clock = app.engine.clock();
    let tenant = create_tenant(&app.store, clock, "globex", &[]).await;
    let new = NewClient {
        tenant: tenant.unwrap().id,
        name: "an application".into(),
        grants: vec![Grant::ClientCredentials],
        management_scopes: MANAGEMENT_SCOPES
            .iter()
            .map(|&scope| scope.to_owned())
            .collect(),
    };
    let (client, secret) = create_client(&app.store, clock, new).await.unwrap();
    let order = json!({
        "grant_type": "client_credentials", "client_id": client.id, "client_secret": secret.expose(),
        "audience": format!("https://{OTHER_HOST}/api/v2/"),
    });
    let request = Request::post("/oauth/token")
        .header(header::HOST, OTHER_HOST)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(order.to_string()));
    let answer = app.send_raw(request.unwrap()).await;
    answer.body["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn another_tenant_sees_no_job_and_opens_no_link() {
    let app = TestApp::new().await;
    let application = app.login_application().await;
    let connection = app.import_connection(&application).await;
    let made = app
        .upload(&[
            ("connection_id", &connection),
            ("users", "email\nada@example.com"),
        ])
        .await;
    app.engine.finish_jobs().await.unwrap();
    let id = made.body["id"].as_str().unwrap().to_owned();
    let admin = app.admin().await;
    let export = admin.post("/api/v2/jobs/users-exports", json!({})).await;
    let location = app.job(&export.body["id"]).await["location"].clone();
    let token = other_tenants_token(&app).await;
    for path in [
        format!("/api/v2/jobs/{id}"),
        format!("/api/v2/jobs/{id}/errors"),
    ] {
        let request = Request::get(&path)
            .header(header::HOST, OTHER_HOST)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = app.send(request, None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let path = location
        .as_str()
        .unwrap()
        .replace("https://acme.trickle.test:8443", "");
    let request = Request::get(&path).header(header::HOST, OTHER_HOST);
    let answer = app.bytes(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.0, StatusCode::NOT_FOUND);
}
