//! Tenants and clients.

use trickle_engine::{
    MANAGEMENT_AUDIENCE, NewClient, ProvisionError, SigningKeyPair, bootstrap_default_tenant,
    create_client, create_tenant, secret_matches,
};
use trickle_model::{Grant, GrantSubject, Secret, SystemClock};

use crate::fixture::Fixture;

#[tokio::test]
async fn the_default_tenant_is_made_once_with_a_key() {
    let fixture = Fixture::new().await;
    let first = bootstrap_default_tenant(&fixture.store, &SystemClock)
        .await
        .unwrap();
    let second = bootstrap_default_tenant(&fixture.store, &SystemClock)
        .await
        .unwrap();
    assert!(first.created && !second.created);
    assert_eq!(first.tenant.id, second.tenant.id);
    let keys = fixture.store.signing_keys(&first.tenant.id).await.unwrap();
    assert_eq!(keys.len(), 1);
    let pair = SigningKeyPair::from_pkcs8(&keys[0].private_pkcs8).unwrap();
    assert_eq!(pair.kid(), keys[0].kid);
}

#[tokio::test]
async fn names_must_fit_into_host_names() {
    let fixture = Fixture::new().await;
    let refused = create_tenant(&fixture.store, &SystemClock, "Acme GmbH", &[]).await;
    assert!(matches!(refused, Err(ProvisionError::Name(_))));
    let taken = create_tenant(&fixture.store, &SystemClock, "acme", &[]).await;
    assert!(matches!(taken, Err(ProvisionError::AddTenant(_))));
}

#[tokio::test]
async fn a_clients_secret_is_shown_once() {
    let fixture = Fixture::new().await;
    let new = NewClient {
        tenant: fixture.tenant.clone(),
        name: "deploy".into(),
        grants: vec![Grant::ClientCredentials],
        management_scopes: vec!["read:users".into()],
    };
    let (client, secret) = create_client(&fixture.store, &SystemClock, new)
        .await
        .unwrap();
    assert_eq!(secret.expose().len(), 64);
    let stored = fixture
        .store
        .client(&fixture.tenant, &client.id)
        .await
        .unwrap()
        .unwrap();
    assert!(secret_matches(&stored, &secret));
    assert!(!secret_matches(&stored, &Secret::new("")));
    let grant = fixture
        .store
        .client_grant(
            &fixture.tenant,
            &client.id,
            MANAGEMENT_AUDIENCE,
            GrantSubject::Client,
        )
        .await
        .unwrap()
        .unwrap();
    assert_eq!(grant.scopes, ["read:users"]);
}
