//! Imports of files, and how they go together with logins.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use trickle_engine::{FileError, How, ImportOrder, LoginOutcome, UploadError};
use trickle_model::{Connection, UserId};
use trickle_store::{Job, JobStatus, OnExisting};

use crate::crowd::on_postgres;
use crate::fixture::{Fixture, PASSWORD, found};

/// `correct horse`, by bcrypt with the lowest cost there is.
pub(crate) fn bcrypt() -> String {
    made("bcrypt")
}

fn made(scheme: &str) -> String {
    let password = trickle_password::Password::from(PASSWORD);
    let mut rng = rand::TryRngCore::unwrap_err(rand::rngs::OsRng);
    let hash = trickle_password::make(scheme, &password, &mut rng).unwrap();
    hash.as_str().to_owned()
}

const fn order(on_existing: OnExisting) -> ImportOrder {
    ImportOrder {
        on_existing,
        external_id: None,
        client: None,
        tells: false,
    }
}

impl Fixture {
    pub(crate) async fn upload(
        &self,
        connection: &Connection,
        file: &str,
        on_existing: OnExisting,
    ) -> Result<Job, UploadError> {
        let mut upload = self.engine.begin_upload(&self.tenant).await?;
        for piece in file.as_bytes().chunks(10_000) {
            upload.push(piece).await?;
        }
        upload.finish(&connection.id, &order(on_existing)).await
    }

    pub(crate) async fn import(
        &self,
        connection: &Connection,
        users: Value,
        how: OnExisting,
    ) -> Job {
        let job = self.upload(connection, &users.to_string(), how).await;
        let job = job.unwrap();
        self.engine.finish_jobs().await.unwrap();
        self.job(&job).await
    }

    pub(crate) async fn job(&self, job: &Job) -> Job {
        let found = self.store.job(&self.tenant, &job.id).await;
        found.unwrap().unwrap()
    }

    /// Code and path of all that was wrong, in the file's order.
    async fn defects(&self, job: &Job) -> Vec<(String, String)> {
        let rows = self.store.job_errors(&self.tenant, &job.id, 0, 1_000).await;
        let mut defects = Vec::new();
        for row in rows.unwrap() {
            let entry: Value = serde_json::from_str(&row.entry).unwrap();
            for error in entry["errors"].as_array().unwrap() {
                let text = |name: &str| error[name].as_str().unwrap().to_owned();
                defects.push((text("code"), text("path")));
            }
        }
        defects
    }
}

fn counts(job: &Job) -> (u64, u64, u64, u64) {
    let counts = job.counts;
    (counts.total, counts.inserted, counts.updated, counts.failed)
}

fn is_native(outcome: &LoginOutcome) -> bool {
    matches!(
        outcome,
        LoginOutcome::Authenticated {
            how: How::Native,
            ..
        }
    )
}

#[tokio::test]
async fn imported_users_log_in_without_the_legacy_store() {
    let f = Fixture::new().await;
    let connection = f.import_on().await;
    let job = f
        .import(
            &connection,
            json!([
                {"email": "Ada@x.y", "user_id": "7", "password_hash": bcrypt(), "given_name": "Ada"},
                {"email": "bob@x.y", "custom_password_hash": {
                    "algorithm": "md5", "hash": {"value": "3cb4e732631f47e6eb961f34554b7cde", "encoding": "hex"},
                }},
                {"email": "eve@x.y", "password_hash": made("phpass")},
            ]),
            OnExisting::Refuse,
        )
        .await;
    assert_eq!(
        (counts(&job), job.status),
        ((3, 3, 0, 0), JobStatus::Completed)
    );
    for email in ["ada@x.y", "bob@x.y", "eve@x.y"] {
        let outcome = f.login(&connection, email, PASSWORD).await;
        assert!(is_native(&outcome), "{email}: {}", outcome.name());
    }
    let wrong = f.login(&connection, "ada@x.y", "something else").await;
    assert!(matches!(wrong, LoginOutcome::WrongCredentials));
    assert_eq!(f.fake.runs(), 0);
    let ada = f.stored(&connection, "ada@x.y").await.unwrap();
    assert_eq!(ada.user.id, UserId::from_raw("7"));
    assert_eq!(ada.user.attributes["name"], "ada@x.y");
    // The first success has replaced the old hash.
    assert!(ada.password.unwrap().expose().starts_with("$argon2id$"));
    let migration = f.engine.migration(&connection).await.unwrap();
    assert_eq!((migration.imported, migration.native), (3, 3));
    assert_eq!(
        (migration.days[0].imported, migration.days[0].so_far),
        (3, 3)
    );
    assert_eq!(migration.attempts.get("imported"), None);
    assert!(f.codes().await.contains(&"sui"));
}

#[tokio::test]
async fn every_defect_has_its_code_and_place() {
    let f = Fixture::new().await;
    let connection = f.import_on().await;
    let hash = |algorithm: &str| json!({"algorithm": algorithm, "hash": {"value": "x", "encoding": "hex"}});
    let cases = [
        (json!(1), "INVALID_TYPE", ""),
        (json!({}), "OBJECT_REQUIRED", "email"),
        (json!({"email": 1}), "INVALID_TYPE", "email"),
        (json!({"email": "nobody"}), "FORMAT", "email"),
        (json!({"email": "\u{212a}ay@b.c"}), "FORMAT", "email"),
        (json!({"email": ""}), "MIN_LENGTH", "email"),
        (
            json!({"email": "a@b.c", "name": "x".repeat(301)}),
            "MAX_LENGTH",
            "name",
        ),
        (
            json!({"email": "a@b.c", "blocked": "yes"}),
            "INVALID_TYPE",
            "blocked",
        ),
        (
            json!({"email": "a@b.c", "phone_number": "0123"}),
            "PATTERN",
            "phone_number",
        ),
        (
            json!({"email": "a@b.c", "password": "p"}),
            "NOT_PASSED",
            "password",
        ),
        (
            json!({"email": "a@b.c", "app_metadata": {"_id": 1}}),
            "NOT_PASSED",
            "app_metadata._id",
        ),
        (
            json!({"email": "a@b.c", "password_hash": "p"}),
            "PATTERN",
            "password_hash",
        ),
        // It looks like DES, and may be a password.
        (
            json!({"email": "a@b.c", "password_hash": "abcdefghijklm"}),
            "PATTERN",
            "password_hash",
        ),
        (
            json!({"email": "a@b.c", "password_hash": bcrypt().replacen("$10$", "$31$", 1)}),
            "MAXIMUM",
            "password_hash",
        ),
        (
            json!({"email": "a@b.c", "password_hash": bcrypt(), "custom_password_hash": hash("md5")}),
            "NOT_PASSED",
            "",
        ),
        (
            json!({"email": "a@b.c", "custom_password_hash": hash("rot13")}),
            "ENUM_MISMATCH",
            "custom_password_hash.algorithm",
        ),
        (
            json!({"email": "a@b.c", "custom_password_hash": hash("md5")}),
            "FORMAT",
            "custom_password_hash.hash.value",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": []}),
            "ARRAY_LENGTH_SHORT",
            "mfa_factors",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": vec![json!({"phone": {"value": "+1"}}); 11]}),
            "ARRAY_LENGTH_LONG",
            "mfa_factors",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": [{"totp": {"secret": "abc"}}]}),
            "PATTERN",
            "mfa_factors.0.totp.secret",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": [{"sms": {}}]}),
            "MFA_FACTORS_FAILED",
            "mfa_factors.0.sms",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": {"totp": {}}}),
            "INVALID_TYPE",
            "mfa_factors",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": [["totp"]]}),
            "INVALID_TYPE",
            "mfa_factors.0",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": [{}]}),
            "MFA_FACTORS_FAILED",
            "mfa_factors.0",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": [{"phone": {"value": "+1"}, "email": {"value": "a@b.c"}}]}),
            "MFA_FACTORS_FAILED",
            "mfa_factors.0",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": [{"phone": {}}]}),
            "OBJECT_REQUIRED",
            "mfa_factors.0.phone",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": [{"phone": {"value": 49}}]}),
            "INVALID_TYPE",
            "mfa_factors.0.phone.value",
        ),
        (
            json!({"email": "a@b.c", "mfa_factors": [{"phone": {"value": "+1", "name": "x"}}]}),
            "NOT_PASSED",
            "mfa_factors.0.phone",
        ),
    ];
    for (user, code, path) in cases {
        let job = f
            .import(&connection, json!([user]), OnExisting::Refuse)
            .await;
        let expected = [(code.to_owned(), path.to_owned())];
        assert_eq!(f.defects(&job).await, expected, "{user}");
        assert_eq!(
            (counts(&job), job.status),
            ((1, 0, 0, 1), JobStatus::Completed)
        );
    }
    let named = f
        .connection(json!({"enabledDatabaseCustomization": false, "attributes": {"username": {}}}))
        .await;
    let job = f
        .import(&named, json!([{"name": "x"}]), OnExisting::Refuse)
        .await;
    let expected = [("ANY_OF_MISSING".to_owned(), String::new())];
    assert_eq!(f.defects(&job).await, expected);
    assert_eq!(f.codes().await.last(), Some(&"fui"));
}

#[tokio::test]
async fn a_cut_job_goes_on_where_it_was() {
    let f = Fixture::new().await;
    let connection = f.import_on().await;
    let users: Vec<Value> = (0..9_000)
        .map(|n| json!({"email": format!("u{:04}@x.y", n % 8_999), "user_id": n.to_string()}))
        .collect();
    let file = Value::from(users).to_string();
    let job = f.upload(&connection, &file, OnExisting::Refuse).await;
    let job = job.unwrap();
    // As a node that dies in the middle of a part, some times.
    for patience in [15, 40, 25, 60] {
        let cut = Duration::from_millis(patience);
        let _ = timeout(cut, f.engine.finish_jobs()).await;
        f.store.release_jobs().await.unwrap();
    }
    f.another_node().finish_jobs().await.unwrap();
    let job = f.job(&job).await;
    assert_eq!(
        (counts(&job), job.status),
        ((9_000, 8_999, 0, 1), JobStatus::Completed)
    );
    assert_eq!(f.count_users().await, 8_999);
    let expected = [("DUPLICATED_USER".to_owned(), "email".to_owned())];
    assert_eq!(f.defects(&job).await, expected);
}

#[tokio::test]
async fn an_upload_that_is_repeated_is_the_same_job() {
    let f = Fixture::new().await;
    let connection = f.import_on().await;
    let upload = async |file: &str, how, name: Option<&str>| {
        let mut upload = f.engine.begin_upload(&f.tenant).await.unwrap();
        upload.push(file.as_bytes()).await.unwrap();
        let order = ImportOrder {
            external_id: name.map(str::to_owned),
            ..order(how)
        };
        upload.finish(&connection.id, &order).await.unwrap()
    };
    let file = r#"[{"email":"a@b.c"}]"#;
    for name in [None, Some("mine")] {
        let first = upload(file, OnExisting::Refuse, name).await;
        let second = upload(file, OnExisting::Refuse, name).await;
        assert_eq!(first.id, second.id);
        let others = [
            upload(r#"[{"email":"b@b.c"}]"#, OnExisting::Refuse, name).await,
            upload(file, OnExisting::Change, name).await,
            upload(file, OnExisting::Refuse, Some("other")).await,
        ];
        assert!(others.iter().all(|other| other.id != first.id));
        f.engine.finish_jobs().await.unwrap();
        // An answer that was lost comes too late to find the job at work; its name tells.
        let third = upload(file, OnExisting::Refuse, name).await;
        assert_eq!(third.id == first.id, name.is_some());
        f.engine.finish_jobs().await.unwrap();
    }
}

#[tokio::test]
async fn a_login_that_is_under_way_and_an_import_make_one_user() {
    for given in [
        json!({"email": "ada@x.y", "user_id": "42"}),
        json!({"email": "ada@x.y"}),
    ] {
        for with_hash in [true, false] {
            let f = Fixture::new().await;
            let connection = f.import_on().await;
            f.fake
                .answers(|_| found(json!({"user_id": 42, "email": "ada@x.y"})));
            let mut user = given.clone();
            if with_hash {
                user["password_hash"] = bcrypt().into();
            }
            f.fake.shut();
            let login = f.login(&connection, "ada@x.y", PASSWORD);
            let import = async {
                while f.fake.runs() == 0 {
                    tokio::task::yield_now().await;
                }
                let job = f
                    .import(&connection, json!([user]), OnExisting::Refuse)
                    .await;
                f.fake.open();
                job
            };
            let (outcome, job) = tokio::join!(login, import);
            assert_eq!(counts(&job), (1, 1, 0, 0));
            assert!(
                matches!(outcome, LoginOutcome::Authenticated { .. }),
                "{user}: {}",
                outcome.name()
            );
            assert_eq!(f.count_users().await, 1);
            let again = f.login(&connection, "ada@x.y", PASSWORD).await;
            assert!(is_native(&again), "{user}: {}", again.name());
            assert_eq!(f.fake.runs(), 1);
        }
    }
}

#[tokio::test]
async fn a_user_without_hash_and_id_becomes_native_at_the_first_login() {
    let f = Fixture::new().await;
    let connection = f.import_on().await;
    f.fake.knows(json!({"user_id": 42, "email": "ada@x.y"}));
    f.import(
        &connection,
        json!([{"email": "ada@x.y"}]),
        OnExisting::Refuse,
    )
    .await;
    let before = f.stored(&connection, "ada@x.y").await.unwrap();
    assert!(before.password.is_none());
    let first = f.login(&connection, "ada@x.y", PASSWORD).await;
    assert!(
        matches!(first, LoginOutcome::Authenticated { .. }),
        "{}",
        first.name()
    );
    let after = f.stored(&connection, "ada@x.y").await.unwrap();
    assert_eq!(after.user.id, before.user.id);
    assert!(is_native(&f.login(&connection, "ada@x.y", PASSWORD).await));
    assert_eq!(f.fake.runs(), 1);
    // Whoever was imported with an id is somebody else than the legacy store's 42.
    f.fake.knows(json!({"user_id": 42, "email": "bob@x.y"}));
    let bob = json!([{"email": "bob@x.y", "user_id": "7"}]);
    f.import(&connection, bob, OnExisting::Refuse).await;
    let other = f.login(&connection, "bob@x.y", PASSWORD).await;
    assert!(
        matches!(other, LoginOutcome::Conflict(_)),
        "{}",
        other.name()
    );
}

#[tokio::test]
async fn users_who_are_migrated_are_refused_or_changed() {
    let f = Fixture::new().await;
    let connection = f.import_on().await;
    f.fake.knows(json!({"user_id": 42, "email": "ada@x.y"}));
    f.login(&connection, "ada@x.y", PASSWORD).await;
    let users = json!([{
        "email": "ada@x.y", "user_id": "42", "name": "Ada", "app_metadata": {"plan": "gold"},
        "custom_password_hash": {"algorithm": "bcrypt", "hash": {"value": bcrypt()}},
    }]);
    let refused = f
        .import(&connection, users.clone(), OnExisting::Refuse)
        .await;
    assert_eq!(counts(&refused), (1, 0, 0, 1));
    let changed = f.import(&connection, users, OnExisting::Change).await;
    assert_eq!(counts(&changed), (1, 0, 1, 0));
    let ada = f.stored(&connection, "ada@x.y").await.unwrap();
    assert_eq!(ada.user.attributes["name"], "Ada");
    assert_eq!(ada.user.app_metadata["plan"], "gold");
    // What she has proven stays.
    assert!(ada.password.unwrap().expose().starts_with("$argon2id$"));
}

#[tokio::test]
async fn who_is_changed_need_not_be_named_by_the_user_name() {
    let f = Fixture::new().await;
    let connection = f.connection(json!({"requires_username": true})).await;
    let ada = json!([{"email": "ada@x.y", "username": "ada", "user_id": "1"}]);
    f.import(&connection, ada, OnExisting::Refuse).await;
    let users = json!([
        {"email": "ada@x.y", "name": "Ada", "app_metadata": {"plan": "gold"}},
        {"email": "bob@x.y", "name": "Bob"},
    ]);
    let changed = f
        .import(&connection, users.clone(), OnExisting::Change)
        .await;
    assert_eq!(counts(&changed), (2, 0, 1, 1));
    let missing = [("OBJECT_REQUIRED".to_owned(), "username".to_owned())];
    assert_eq!(f.defects(&changed).await, missing);
    let ada = f.stored(&connection, "ada@x.y").await.unwrap();
    assert_eq!(ada.user.username.as_deref(), Some("ada"));
    assert_eq!(ada.user.attributes["name"], "Ada");
    let refused = f.import(&connection, users, OnExisting::Refuse).await;
    assert_eq!(counts(&refused), (2, 0, 0, 2));
}

/// Three parts in one window; what is twice in the file is in two of them where addresses differ.
async fn what_is_twice_in_a_large_file_is_taken_once(f: Fixture) {
    let connection = f.import_on().await;
    let mut users: Vec<Value> = (0..12_000)
        .map(
            |n| json!({"email": format!("u{n:05}@x.y"), "user_id": n.to_string(), "name": "first"}),
        )
        .collect();
    for n in (0..12_000).step_by(1_000) {
        let other_id = format!("again-{n}");
        users.push(json!({"email": format!("U{n:05}@x.y"), "user_id": other_id, "name": "second"}));
        let (far_away, same_id) = (format!("u{:05}@z.y", 11_999 - n), n + 500);
        users.push(json!({"email": far_away, "user_id": same_id.to_string(), "name": "second"}));
    }
    let job = f
        .import(&connection, json!(users), OnExisting::Refuse)
        .await;
    assert_eq!(counts(&job), (12_024, 12_000, 0, 24));
    assert_eq!(job.status, JobStatus::Completed);
    for n in (0..12_000).step_by(1_000) {
        let stored = f.stored(&connection, &format!("u{n:05}@x.y")).await;
        assert_eq!(stored.unwrap().user.attributes["name"], "first", "{n}");
        let id = n + 500;
        let addresses = [format!("u{id:05}@x.y"), format!("u{:05}@z.y", 11_999 - n)];
        let stored = f.stored(&connection, addresses.iter().min().unwrap()).await;
        assert_eq!(stored.unwrap().user.id.raw(), id.to_string());
    }
    assert_eq!(f.defects(&job).await.len(), 24);
}

#[tokio::test]
async fn what_is_twice_in_a_large_file_is_taken_once_on_sqlite() {
    what_is_twice_in_a_large_file_is_taken_once(Fixture::new().await).await;
}

#[tokio::test]
async fn what_is_twice_in_a_large_file_is_taken_once_on_postgres() {
    what_is_twice_in_a_large_file_is_taken_once(on_postgres().await).await;
}

#[tokio::test]
async fn an_import_ends_when_its_connection_goes() {
    let f = Fixture::new().await;
    let connection = f.import_on().await;
    let job = f
        .upload(&connection, r#"[{"email":"a@b.c"}]"#, OnExisting::Refuse)
        .await
        .unwrap();
    f.store
        .remove_connection(&f.tenant, &connection.id)
        .await
        .unwrap();
    f.engine.finish_jobs().await.unwrap();
    let job = f.job(&job).await;
    assert_eq!(job.status, JobStatus::Failed);
    let reason = "The connection does not exist any more.";
    assert_eq!(job.reason.as_deref(), Some(reason));
}

#[tokio::test]
async fn refused_uploads_leave_nothing() {
    let f = Fixture::new().await;
    let connection = f.import_on().await;
    let refused = f
        .upload(&connection, "[{\"email\":\"a@b.c\"},{", OnExisting::Refuse)
        .await;
    let expected = FileError::Json { line: 1 };
    assert!(matches!(refused, Err(UploadError::File(error)) if error == expected));
    {
        let mut left = f.engine.begin_upload(&f.tenant).await.unwrap();
        left.push(b"[{\"email\":\"a@b.c\"}").await.unwrap();
    }
    f.engine.drain().await;
    assert_eq!(f.store.open_jobs(&f.tenant).await.unwrap(), 0);
}

#[tokio::test]
async fn uploads_that_begin_at_once_are_counted() {
    let f = Fixture::new().await;
    let at_once = (0..30).map(|_| f.engine.begin_upload(&f.tenant));
    let begun = futures::future::join_all(at_once).await;
    let refused = begun
        .iter()
        .filter(|one| matches!(one, Err(UploadError::TooMany)))
        .count();
    assert_eq!(refused, 10);
    assert_eq!(f.store.open_jobs(&f.tenant).await.unwrap(), 20);
    drop(begun);
    f.engine.drain().await;
    assert_eq!(f.store.open_jobs(&f.tenant).await.unwrap(), 0);
}

#[tokio::test]
async fn second_factors_come_along() {
    let f = Fixture::new().await;
    let connection = f
        .connection(json!({"enabledDatabaseCustomization": false}))
        .await;
    let factors =
        json!([{"totp": {"secret": "JBSWY3DPEHPK3PXP"}}, {"phone": {"value": "+15551234567"}}]);
    let users = json!([
        {"email": "ada@x.y", "user_id": "1", "password_hash": bcrypt(), "mfa_factors": factors},
        {"email": "bob@x.y", "user_id": "2", "password_hash": bcrypt()},
        {"email": "eve@x.y", "user_id": "3", "mfa_factors": [{"totp": {"secret": "A".repeat(600)}}]},
    ]);
    let job = f.import(&connection, users, OnExisting::Refuse).await;
    assert_eq!(
        f.defects(&job).await,
        [("MFA_FACTORS_FAILED".to_owned(), "mfa_factors".to_owned())]
    );
    for (email, id, kept, asked) in [("ada@x.y", "1", 2, true), ("bob@x.y", "2", 0, false)] {
        let stored = f.stored(&connection, email).await.unwrap();
        let id = UserId::from_raw(id);
        let factors = f.store.second_factors(&f.tenant, &id).await.unwrap();
        assert_eq!(factors.len(), kept, "{email}");
        let needs = f.engine.needs_second_factor(&stored.user).await.unwrap();
        assert_eq!(needs, asked, "{email}");
    }
}
