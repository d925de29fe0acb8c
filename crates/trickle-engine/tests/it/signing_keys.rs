//! Keys that follow one another, and which of them go.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use trickle_engine::{NewClient, PREVIOUS_KEYS_MOST, RevokeKey, RotateKeys, create_client};
use trickle_model::{ApiClient, Clock as _, SystemClock};
use trickle_store::{ClientChange, SecretBytes, SigningKey};

use crate::fixture::Fixture;

fn days_ago(days: i64) -> Timestamp {
    SystemClock.now() - SignedDuration::from_hours(24 * days)
}

impl Fixture {
    /// Keys that no token needs sign one after another, each for a minute.
    async fn db_signed(&self, from: Timestamp, kids: impl Iterator<Item = String>) {
        let mut at = from;
        for kid in kids {
            let current = self.kids().await.swap_remove(0);
            let key = SigningKey {
                private_pkcs8: SecretBytes::new(kid.as_bytes()),
                kid,
                created_at: at,
                active_from: Some(at),
                retired_at: None,
                revoked_at: None,
            };
            let (store, tenant) = (&self.store, &self.tenant);
            let keys = [key];
            let rotated = store.rotate_signing_keys(tenant, &current, None, &keys, at);
            assert!(rotated.await.unwrap());
            at += SignedDuration::from_mins(1);
        }
    }

    /// Names of the keys, that of the one that signs first.
    async fn kids(&self) -> Vec<String> {
        let keys = self.engine.signing_keys(&self.tenant).await.unwrap();
        keys.into_iter().map(|listed| listed.key.kid).collect()
    }

    async fn rotate(&self) -> RotateKeys {
        self.engine.rotate_signing_keys(&self.tenant).await.unwrap()
    }

    async fn set_id_lifetime(&self, client: &ApiClient, seconds: Value) {
        let settings = json!({"jwt_configuration": {"lifetime_in_seconds": seconds}});
        let change = ClientChange {
            settings: settings.as_object().unwrap().clone(),
            ..ClientChange::default()
        };
        let changed = self.store.change_client(&self.tenant, &client.id, change);
        changed.await.unwrap().unwrap().unwrap();
    }
}

#[tokio::test]
async fn keys_whose_tokens_have_expired_go_but_for_the_newest() {
    let f = Fixture::new().await;
    let first = f.kids().await.swap_remove(0);
    let old = |number: i32| format!("old-{number:02}");
    f.db_signed(days_ago(60), (0..15).map(old)).await;
    f.db_signed(days_ago(1), std::iter::once("recent".to_owned()))
        .await;
    let new = NewClient {
        tenant: f.tenant.clone(),
        name: "an application".into(),
        grants: Vec::new(),
        management_scopes: Vec::new(),
    };
    let (client, _) = create_client(&f.store, &SystemClock, new).await.unwrap();
    // ID tokens of 100 days need them still.
    f.set_id_lifetime(&client, json!(8_640_000)).await;
    assert!(matches!(f.rotate().await, RotateKeys::Rotated(_)));
    let kids = f.kids().await;
    assert_eq!(kids.len(), 19, "{kids:?}");
    f.set_id_lifetime(&client, json!(60)).await;
    assert!(matches!(f.rotate().await, RotateKeys::Rotated(_)));
    let kids = f.kids().await;
    let is_there = |kid: &str| kids.iter().any(|one| one == kid);
    assert_eq!(kids.len(), 15, "{kids:?}");
    assert!(!is_there(&first) && !is_there(&old(3)) && is_there(&old(4)));
    assert!(is_there(&old(14)) && is_there("recent"));
}

#[tokio::test]
async fn too_many_keys_that_may_be_needed_wait_for_a_revocation() {
    let f = Fixture::new().await;
    let kids = (0..PREVIOUS_KEYS_MOST).map(|number| format!("key-{number}"));
    f.db_signed(days_ago(1), kids).await;
    assert!(matches!(f.rotate().await, RotateKeys::TooMany));
    let revoked = f.engine.revoke_signing_key(&f.tenant, "key-7").await;
    assert!(matches!(revoked.unwrap(), RevokeKey::Revoked(_)));
    assert!(matches!(f.rotate().await, RotateKeys::Rotated(_)));
}
