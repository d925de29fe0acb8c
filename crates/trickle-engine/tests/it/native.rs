//! Plain database: scripts are kept and ignored.

use serde_json::json;
use trickle_engine::{Caller, CreateUser, CreateUserOutcome, LoginOutcome};
use trickle_model::{EmailRule, Secret, UnverifiedProfile};
use trickle_password::{Argon2Params, Password, hash};

use crate::fixture::{Fixture, PASSWORD, user};

#[tokio::test]
async fn scripts_never_run() {
    let fixture = Fixture::new().await;
    let connection = fixture.connection(json!({})).await;
    let unknown = fixture
        .login(&connection, "ada@example.com", PASSWORD)
        .await;
    assert!(matches!(unknown, LoginOutcome::WrongCredentials));
    let profile = UnverifiedProfile::new(json!({"user_id": "1", "email": "ada@example.com"}));
    let order = CreateUser {
        connection: connection.clone(),
        tenant: "acme".to_owned(),
        profile: profile.verify(EmailRule::Required).unwrap(),
        password: Some(Secret::new(PASSWORD)),
        caller: Caller::default(),
        context: serde_json::Map::new(),
    };
    let created = fixture.engine.create_user(order).await.unwrap();
    assert!(matches!(created, CreateUserOutcome::Created(_)));
    user(
        fixture
            .login(&connection, "ADA@example.com", PASSWORD)
            .await,
    );
    let wrong = fixture.login(&connection, "ada@example.com", "other").await;
    assert!(matches!(wrong, LoginOutcome::WrongCredentials));
    assert_eq!(fixture.fake.runs(), 0);
    assert_eq!(fixture.codes().await, ["fu", "ss", "s", "fp"]);
}

#[tokio::test]
async fn a_weak_hash_is_replaced_at_the_first_success() {
    let fixture = Fixture::new().await;
    let connection = fixture.import_on().await;
    fixture
        .fake
        .knows(json!({"id": 1, "email": "ada@example.com"}));
    let id = fixture.login_ada(&connection).await.id;
    let old = fixture
        .stored(&connection, "ada@example.com")
        .await
        .unwrap();
    let weaker = Argon2Params::new(8, 1, 1).unwrap();
    let weak = hash(
        &Password::from(PASSWORD),
        &weaker,
        &mut rand::TryRngCore::unwrap_err(rand::rngs::OsRng),
    );
    let weak = Secret::new(weak.as_str());
    let replaced = fixture
        .store
        .replace_password_hash(&fixture.tenant, &id, &old.password.unwrap(), &weak)
        .await
        .unwrap();
    assert!(replaced);
    fixture.login_ada(&connection).await;
    let new = fixture
        .stored(&connection, "ada@example.com")
        .await
        .unwrap();
    let new = new.password.unwrap();
    assert!(
        new.expose().contains("m=64,"),
        "rehashed at the pool's cost"
    );
    fixture.login_ada(&connection).await;
}
