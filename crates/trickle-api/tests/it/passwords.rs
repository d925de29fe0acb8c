//! New passwords by mail, and what the pages do.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};
use trickle_api::Tenancy;
use trickle_engine::Mail;
use trickle_model::{
    Action, ConnectionId, NewUser, Outage, Outcome, Profile, ScriptError, UnverifiedProfile,
};
use trickle_store::AddUser;

use crate::app::{Answer, Application, HOST, PASSWORD, TestApp};

const SENT: &str = "We've just sent you an email to reset your password.";
const NEW: &str = "a new password";

struct World {
    app: TestApp,
    application: Application,
    connection: String,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let application = app.login_application().await;
        let connection = app.import_connection(&application).await;
        app.fake.knows_ada();
        Self {
            app,
            application,
            connection,
        }
    }

    /// From then on the legacy store keeps the passwords.
    async fn turn_import_off(&self) {
        self.options(json!({
            "import_mode": false,
            "customScripts": {"login": "l", "get_user": "g", "change_password": "c"},
        }))
        .await;
    }

    async fn options(&self, options: Value) {
        let path = format!("/api/v2/connections/{}", self.connection);
        let admin = self.app.admin().await;
        let mut all = admin.get(&path).await.body["options"].take();
        for (name, value) in options.as_object().unwrap() {
            all[name] = value.clone();
        }
        let changed = admin.patch(&path, json!({"options": all})).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    }

    async fn forget(&self, email: &str) -> Answer {
        let body =
            json!({"client_id": self.application.id(), "connection": "legacy", "email": email});
        let answer = self.app.post("/dbconnections/change_password", body).await;
        // The work is done after the answer.
        self.app.engine.drain().await;
        answer
    }

    async fn login(&self, password: &str) -> StatusCode {
        let body = self.application.password_realm("legacy", password);
        self.app.post("/oauth/token", body).await.status
    }

    async fn submit(&self, ticket: &str, password: &str, again: &str) -> Answer {
        let form = [("ticket", ticket), ("password", password), ("again", again)];
        self.post("/u/reset-password", &form).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{name}={}", value.replace(' ', "+")))
            .collect();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(pairs.join("&")));
        self.app.send_raw(request.unwrap()).await
    }

    fn newest(&self) -> Mail {
        self.app.postbox.mails().pop().unwrap()
    }

    async fn codes(&self) -> Vec<String> {
        let log = self
            .app
            .admin()
            .await
            .get("/api/v2/logs?fields=type")
            .await
            .body;
        let codes = log.as_array().unwrap().iter().rev();
        let codes = codes.map(|entry| entry["type"].as_str().unwrap().to_owned());
        codes
            .filter(|code| code.ends_with("pr") || code.ends_with("cp") || code == "sv")
            .collect()
    }
}

/// The ticket in a link.
fn ticket(text: &str) -> String {
    let (_, after) = text.split_once("?ticket=").unwrap();
    after
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect()
}

fn text(answer: &Answer) -> &str {
    answer.body.as_str().unwrap()
}

#[tokio::test]
async fn somebody_of_the_legacy_store_is_written_down_when_the_link_is_used() {
    let world = World::new().await;
    let answer = world.forget("Ada@example.com").await;
    assert_eq!((answer.status, text(&answer)), (StatusCode::OK, SENT));
    assert!(
        answer.headers[header::CONTENT_TYPE]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    let mail = world.newest();
    assert_eq!(mail.to, "ada@example.com");
    assert!(
        mail.text
            .contains(&format!("https://{HOST}/u/reset-password?ticket=")),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("at acme."), "{}", mail.text);
    let users = world.app.admin().await.get("/api/v2/users").await.body;
    assert_eq!(users, json!([]));

    let ticket = ticket(&mail.text);
    let page = world
        .app
        .get(&format!("/u/reset-password?ticket={ticket}"))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        text(&page).contains("ada@example.com")
            && text(&page).contains("Non-empty password required")
    );
    assert_eq!(page.headers[header::REFERRER_POLICY], "no-referrer");
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");

    let differs = world.submit(&ticket, NEW, "another").await;
    assert_eq!(differs.status, StatusCode::BAD_REQUEST);
    assert!(text(&differs).contains("The two passwords differ."));
    let done = world.submit(&ticket, NEW, NEW).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert!(text(&done).contains("Your password has changed"));
    let runs = world.app.fake.runs();
    assert_eq!(world.login(NEW).await, StatusCode::OK);
    assert_eq!(world.login(PASSWORD).await, StatusCode::FORBIDDEN);
    assert_eq!(world.app.fake.runs(), runs);

    let again = world.submit(&ticket, "third", "third").await;
    assert_eq!(again.status, StatusCode::GONE);
    let user = world
        .app
        .admin()
        .await
        .get("/api/v2/users/auth0%7C42")
        .await
        .body;
    assert_eq!(user["given_name"], "Ada");
    assert_eq!(user["email_verified"], true);
    assert_eq!(world.codes().await, ["scpr", "scp"]);
}

#[tokio::test]
async fn nobody_learns_who_is_known_and_nobody_gets_too_much_mail() {
    let world = World::new().await;
    for _ in 0..7 {
        let answer = world.forget("bob@example.com").await;
        assert_eq!((answer.status, text(&answer)), (StatusCode::OK, SENT));
    }
    assert_eq!(world.app.fake.runs(), 5);
    assert_eq!(world.app.postbox.mails().len(), 0);
    for _ in 0..7 {
        world.forget("ada@example.com").await;
    }
    assert_eq!(world.app.postbox.mails().len(), 5);
}

#[tokio::test]
async fn one_mailbox_gets_so_many_mails_at_once() {
    let world = World::new().await;
    let body = json!({
        "client_id": world.application.id(), "connection": "legacy", "email": "ada@example.com",
    });
    for _ in 0..12 {
        let path = "/dbconnections/change_password";
        let answer = world.app.post(path, body.clone()).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    world.app.engine.drain().await;
    assert_eq!(world.app.postbox.mails().len(), 5);
}

#[tokio::test]
async fn one_mailbox_gets_so_many_mails_by_whatever_names() {
    let world = World::new().await;
    // A collation that takes accents for nothing.
    world.app.fake.answers(|_| {
        Outcome::Profile(UnverifiedProfile::new(
            json!({"user_id": 42, "email": "ada@example.com"}),
        ))
    });
    for name in ["ada", "áda", "adá", "àda", "adà", "âda", "adâ"] {
        let answer = world.forget(&format!("{name}@example.com")).await;
        assert_eq!((answer.status, text(&answer)), (StatusCode::OK, SENT));
    }
    assert_eq!(world.app.postbox.mails().len(), 5);
}

#[tokio::test]
async fn a_link_in_a_mailbox_ends_with_the_address() {
    let world = World::new().await;
    world.forget("ada@example.com").await;
    let of_stranger = ticket(&world.newest().text);
    assert_eq!(world.login(PASSWORD).await, StatusCode::OK);
    world.forget("ada@example.com").await;
    let of_user = ticket(&world.newest().text);
    let admin = world.app.admin().await;
    let moved = json!({"email": "ada@example.org"});
    let moved = admin.patch("/api/v2/users/auth0%7C42", moved).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.body);
    for old in [of_stranger, of_user] {
        let late = world.submit(&old, NEW, NEW).await;
        assert_eq!(late.status, StatusCode::GONE, "{}", late.body);
    }
    world.forget("ada@example.org").await;
    assert_eq!(world.newest().to, "ada@example.org");
    let new = ticket(&world.newest().text);
    assert_eq!(world.submit(&new, NEW, NEW).await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_the_newest_link_works_and_it_outlives_a_bad_password() {
    let world = World::new().await;
    assert_eq!(world.login(PASSWORD).await, StatusCode::OK);
    world
        .options(json!({"passwordPolicy": "good", "password_history": {"enable": true, "size": 2}}))
        .await;
    world.forget("ada@example.com").await;
    let old = ticket(&world.newest().text);
    world.forget("ada@example.com").await;
    let new = ticket(&world.newest().text);
    assert_eq!(
        world.submit(&old, "Password-1", "Password-1").await.status,
        StatusCode::GONE
    );
    let weak = world.submit(&new, "short", "short").await;
    assert_eq!(weak.status, StatusCode::BAD_REQUEST);
    assert!(
        text(&weak).contains("Password is too weak") && text(&weak).contains("class=\"broken\"")
    );
    assert_eq!(
        world.submit(&new, "Password-1", "Password-1").await.status,
        StatusCode::OK
    );
    assert_eq!(world.login("Password-1").await, StatusCode::OK);

    world.forget("ada@example.com").await;
    let third = ticket(&world.newest().text);
    let reused = world.submit(&third, "Password-1", "Password-1").await;
    assert!(
        text(&reused).contains("Password has previously been used"),
        "{}",
        text(&reused)
    );
    assert_eq!(
        world
            .submit(&third, "Password-2", "Password-2")
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_connection_has_the_older_rules_of_passwords_or_the_newer_ones() {
    let world = World::new().await;
    let admin = world.app.admin().await;
    let path = format!("/api/v2/connections/{}", world.connection);
    let newer = json!({"history": {"active": true, "size": 3}});
    let both = json!({
        "password_options": newer.clone(), "passwordPolicy": "good", "password_complexity_options": null,
        "password_history": {"enable": false},
    });
    let new = json!({"name": "other", "strategy": "auth0", "options": both.clone()});
    for refused in [
        admin.patch(&path, json!({"options": both})).await,
        admin.post("/api/v2/connections", new).await,
    ] {
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.body);
        assert_eq!(
            refused.body["message"],
            "Payload validation error: 'options.password_options takes the place of options.passwordPolicy, \
             options.password_history; send the one or the other'."
        );
    }
    for one in [
        json!({"password_options": newer, "passwordPolicy": null}),
        json!({"password_options": null, "passwordPolicy": "good"}),
    ] {
        let taken = admin.patch(&path, json!({"options": one})).await;
        assert_eq!(taken.status, StatusCode::OK, "{}", taken.body);
    }
}

#[tokio::test]
async fn with_import_off_the_script_changes_the_password() {
    let world = World::new().await;
    world.turn_import_off().await;
    world.forget("ada@example.com").await;
    let ticket = ticket(&world.newest().text);
    for (outcome, status) in [
        (
            Outcome::LegacyStoreDown(Outage::Refused, ScriptError::default()),
            StatusCode::SERVICE_UNAVAILABLE,
        ),
        (
            Outcome::Done(json!(false)),
            StatusCode::INTERNAL_SERVER_ERROR,
        ),
        (Outcome::Done(json!(true)), StatusCode::OK),
    ] {
        world.app.fake.answers(move |request| {
            assert_eq!(request.action, Action::ChangePassword);
            assert_eq!(request.arguments, [json!("ada@example.com"), json!(NEW)]);
            outcome.clone()
        });
        assert_eq!(world.submit(&ticket, NEW, NEW).await.status, status);
    }
    assert_eq!(world.codes().await, ["scpr", "fcp", "fcp", "scp"]);
    let users = world.app.admin().await.get("/api/v2/users").await.body;
    assert_eq!(users, json!([]));
}

#[tokio::test]
async fn with_import_off_mails_go_where_the_legacy_store_says() {
    let world = World::new().await;
    world.turn_import_off().await;
    assert_eq!(world.login(PASSWORD).await, StatusCode::OK);
    let moved = json!({"user_id": 42, "email": "ada@example.org"});
    world
        .app
        .fake
        .answers(move |_| Outcome::Profile(UnverifiedProfile::new(moved.clone())));
    world.forget("ada@example.com").await;
    let mail = world.newest();
    assert_eq!(mail.to, "ada@example.org");
    world.app.fake.answers(|request| {
        assert_eq!(request.action, Action::ChangePassword);
        assert_eq!(request.arguments, [json!("ada@example.org"), json!(NEW)]);
        Outcome::Done(json!(true))
    });
    let done = world.submit(&ticket(&mail.text), NEW, NEW).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
}

#[tokio::test]
async fn whoever_is_not_native_gets_mail_where_the_legacy_store_says() {
    let world = World::new().await;
    world.turn_import_off().await;
    assert_eq!(world.login(PASSWORD).await, StatusCode::OK);
    world.app.engine.settled().await;
    world.options(json!({"import_mode": true})).await;
    let old = "ada@example.com";
    // The address is somebody else's by now, or nobody's.
    let other = json!({"user_id": 43, "email": old});
    let other = Outcome::Profile(UnverifiedProfile::new(other));
    for outcome in [other, Outcome::NoSuchUser] {
        world.app.fake.answers(move |_| outcome.clone());
        world.forget(old).await;
        assert_eq!(world.app.postbox.mails().len(), 0);
    }
    let moved = json!({"user_id": 42, "email": "ada@example.org"});
    world
        .app
        .fake
        .answers(move |_| Outcome::Profile(UnverifiedProfile::new(moved.clone())));
    world.forget(old).await;
    let mail = world.newest();
    assert_eq!(mail.to, "ada@example.org");
    let done = world.submit(&ticket(&mail.text), NEW, NEW).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);

    // She is native, and the legacy store is not asked.
    world.app.fake.answers(|_| Outcome::NoSuchUser);
    world.forget("ada@example.org").await;
    assert_eq!(world.app.postbox.mails().len(), 2);
}

#[tokio::test]
async fn whom_the_legacy_store_never_had_gets_mail_all_the_same() {
    let world = World::new().await;
    let (store, tenant) = (&world.app.store, &world.app.tenant.id);
    let new = NewUser {
        tenant: tenant.clone(),
        connection: ConnectionId::from_text(world.connection.as_str()),
        profile: Profile {
            id: "eve".to_owned(),
            email: Some("eve@example.com".to_owned()),
            ..Profile::default()
        },
    };
    let now = world.app.engine.clock().now();
    let added = store.add_user(&new, None, None, now).await;
    assert!(matches!(added.unwrap(), AddUser::Added(_)));
    world.forget("eve@example.com").await;
    assert_eq!(world.newest().to, "eve@example.com");
}

#[tokio::test]
async fn a_made_up_host_name_gets_no_link() {
    let mut world = World::new().await;
    let tenancy = |public_host: Option<&str>| Tenancy {
        base_domain: None,
        default_tenant: Some("acme".into()),
        public_host: public_host.map(Into::into),
    };
    world.app = world.app.with_tenancy(tenancy(None));
    world.forget("ada@example.com").await;
    assert_eq!(world.app.postbox.mails().len(), 0);
    world.app = world.app.with_tenancy(tenancy(Some("login.acme.test")));
    world.forget("ada@example.com").await;
    assert!(
        world
            .newest()
            .text
            .contains("https://login.acme.test/u/reset-password?ticket=")
    );
}

#[tokio::test]
async fn templates_are_the_tenants() {
    let world = World::new().await;
    let admin = world.app.admin().await;
    let path = "/api/v2/email-templates/reset_email";
    let usual = admin.get(path).await.body;
    assert_eq!(
        (&usual["template"], &usual["syntax"]),
        (&json!("reset_email"), &json!("liquid"))
    );
    let computes = json!({"body": "{% if %}", "resultUrl": "{{ application.callback_domain }}"});
    let kept = admin.patch(path, computes).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    assert_eq!(admin.get(path).await.body["body"], "{% if %}");
    let log = admin.get("/api/v2/logs?per_page=1&fields=type,description");
    let expected = json!([{
        "type": "w",
        "description": "body, resultUrl of the template reset_email is not followed; the usual stands in for it",
    }]);
    assert_eq!(log.await.body, expected);
    let set = admin.patch(path, json!({"body": "<b>{{ user.name }}</b> {{ url }}", "subject": "For {{ user.email }}", "resultUrl": "https://app.test/done"})).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    world.app.fake.answers(|_| {
        Outcome::Profile(UnverifiedProfile::new(json!({
            "user_id": 42, "email": "ada@example.com", "name": "<Ada>",
        })))
    });
    world.forget("ada@example.com").await;
    let mail = world.newest();
    assert_eq!(mail.subject, "For ada@example.com");
    assert!(
        mail.html.starts_with("<b>&lt;Ada&gt;</b> https://"),
        "{}",
        mail.html
    );
    let done = world.submit(&ticket(&mail.text), NEW, NEW).await;
    assert!(
        text(&done).contains("href=\"https://app.test/done?success=true&amp;message="),
        "{}",
        text(&done)
    );

    assert_eq!(
        admin.get("/api/v2/email-templates/other").await.status,
        StatusCode::NOT_FOUND
    );
    let off = json!({"template": "reset_email", "enabled": false});
    assert_eq!(
        admin.post("/api/v2/email-templates", off).await.status,
        StatusCode::CREATED
    );
    world.forget("ada@example.com").await;
    assert_eq!(world.app.postbox.mails().len(), 1);
}

#[tokio::test]
async fn administrators_hand_out_links() {
    let world = World::new().await;
    assert_eq!(world.login(PASSWORD).await, StatusCode::OK);
    let admin = world.app.admin().await;
    let by_id = json!({"user_id": "auth0|42", "result_url": "https://app.test/", "mark_email_as_verified": true, "ttl_sec": 60});
    let made = admin.post("/api/v2/tickets/password-change", by_id).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let first = ticket(made.body["ticket"].as_str().unwrap());
    let by_email = json!({"connection_id": world.connection, "email": "Ada@example.com"});
    let made = admin
        .post("/api/v2/tickets/password-change", by_email)
        .await;
    let second = ticket(made.body["ticket"].as_str().unwrap());
    assert_eq!(
        world.submit(&first, NEW, NEW).await.status,
        StatusCode::GONE
    );
    assert_eq!(world.submit(&second, NEW, NEW).await.status, StatusCode::OK);
    assert_eq!(world.login(NEW).await, StatusCode::OK);

    let nobody = admin
        .post(
            "/api/v2/tickets/password-change",
            json!({"user_id": "auth0|43"}),
        )
        .await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    let odd = json!({"user_id": "auth0|42", "result_url": "javascript:x"});
    assert_eq!(
        admin
            .post("/api/v2/tickets/password-change", odd)
            .await
            .status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn an_address_is_proven_by_a_person_not_by_a_visit() {
    let world = World::new().await;
    assert_eq!(world.login(PASSWORD).await, StatusCode::OK);
    let admin = world.app.admin().await;
    let user = "/api/v2/users/auth0%7C42";
    let changed = admin.patch(user, json!({"email_verified": false})).await;
    assert_eq!(changed.body["email_verified"], false);
    let order = json!({"user_id": "auth0|42", "result_url": "https://app.test/?a=1", "includeEmailInRedirect": true});
    let made = admin
        .post("/api/v2/tickets/email-verification", order)
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let ticket = ticket(made.body["ticket"].as_str().unwrap());
    for _ in 0..2 {
        let page = world
            .app
            .get(&format!("/u/email-verification?ticket={ticket}"))
            .await;
        assert!(text(&page).contains("ada@example.com") && text(&page).contains("Confirm"));
    }
    assert_eq!(admin.get(user).await.body["email_verified"], false);
    let done = world
        .post("/u/email-verification", &[("ticket", &ticket)])
        .await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(
        text(&done).contains("https://app.test/?a=1&amp;success=true")
            && text(&done).contains("email=ada%40example.com")
    );
    assert_eq!(admin.get(user).await.body["email_verified"], true);
    let again = world
        .post("/u/email-verification", &[("ticket", &ticket)])
        .await;
    assert_eq!(again.status, StatusCode::GONE);
    assert_eq!(world.codes().await, ["sv"]);
}
