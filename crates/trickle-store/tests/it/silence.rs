use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::format::FmtSpan;
use trickle_model::{Profile, Secret, UserId};

use crate::db::{TestDb, World, at, object, profile};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn live(world: &World) -> String {
    let secret = Secret::new("SECRET-hash");
    let mut event = world.event(1);
    event.user_name = Some("SECRET-typed".into());
    let new = world.new_user(Profile {
        attributes: object(serde_json::json!({"name": "SECRET-attribute"})),
        ..profile("1", Some("SECRET@example.com"), Some("SECRET-name"))
    });
    let (store, id) = (&world.store, UserId::from_raw("1"));
    for _ in 0..2 {
        let added = store.add_user(&new, Some(&secret), Some(&event), at(1));
        added.await.unwrap();
    }
    world.find("SECRET@example.com").await.unwrap();
    let replaced = store.replace_password_hash(&world.tenant, &id, &secret, &secret);
    assert!(replaced.await.unwrap());
    let refreshed = store.refresh_profile(&world.tenant, &id, &new.profile, at(2));
    refreshed.await.unwrap();
    format!("{:?}", store.add_event(&event).await.unwrap_err())
}

/// At the finest level, spans, statements and errors included. The one test that sets the process's subscriber.
#[tokio::test(flavor = "multi_thread")]
async fn neither_logs_nor_spans_nor_errors_tell_what_is_stored() {
    let lines = Lines::default();
    let writer = lines.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    for db in [TestDb::sqlite(), TestDb::postgres()] {
        let world = db.world().await;
        let error = live(&world).await;
        assert!(!error.contains("SECRET"), "{error}");
        db.db_execute("ALTER TABLE credentials DROP COLUMN password_hash")
            .await;
        db.db_execute("ALTER TABLE credentials ADD COLUMN password_hash BIGINT")
            .await;
        db.db_execute("UPDATE credentials SET password_hash = 11111 * 11111")
            .await;
        // Anew: PostgreSQL plans statements for the columns as they were.
        let store = db.open().await;
        let error = store.find_by_identifier(&world.connection, "SECRET-name");
        let error = error.await.unwrap_err();
        let source = std::error::Error::source(&error).unwrap();
        let shown = format!("{error} {error:?} {source} {source:?}");
        assert!(shown.contains("password_hash"), "{shown}");
        assert!(!shown.contains("123454321"), "{shown}");
    }
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for span in [
        "db.users.add",
        "db.users.find_by_identifier",
        "tenant.id=tenant-1",
    ] {
        assert!(text.contains(span), "{span}");
    }
    let lower = text.to_lowercase();
    for secret in ["secret-", "secret@", "correct horse", "123454321"] {
        let at = lower
            .find(secret)
            .map(|at| &text[at.saturating_sub(300)..at + 40]);
        assert_eq!(at, None, "{secret}");
    }
}
