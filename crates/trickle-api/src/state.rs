//! What handlers work with.

use std::sync::Arc;

use axum::extract::FromRef;
use trickle_engine::Engine;
use trickle_store::Store;

use crate::{
    tokens::KeyRing,
    v2::{Answers, Buckets, ManagementRate},
};

/// How host names lead to tenants.
#[derive(Clone, Debug, Default)]
pub struct Tenancy {
    /// With `trickle.example`, `acme.trickle.example` is the tenant `acme`.
    pub base_domain: Option<String>,
    /// Name of the tenant that answers under every other host name; for an install that has only one.
    pub default_tenant: Option<String>,
    /// `host` or `host:port` under which the default tenant is reached; links in its mails lead there.
    pub public_host: Option<String>,
}

/// The state of the router.
#[derive(Clone)]
pub struct ApiState {
    engine: Engine,
    tenancy: Arc<Tenancy>,
    keys: KeyRing,
    buckets: Buckets,
    answers: Answers,
}

impl ApiState {
    /// Serves this engine and its store.
    pub fn new(engine: Engine, tenancy: Tenancy) -> Self {
        let keys = KeyRing::new(engine.store().clone());
        Self {
            engine,
            tenancy: Arc::new(tenancy),
            keys,
            buckets: Buckets::default(),
            answers: Answers::default(),
        }
    }

    /// The same with another rate of requests.
    #[must_use]
    pub fn with_management_rate(mut self, rate: ManagementRate) -> Self {
        self.buckets = Buckets::new(rate);
        self
    }
}

impl FromRef<ApiState> for Buckets {
    fn from_ref(state: &ApiState) -> Self {
        state.buckets.clone()
    }
}

impl FromRef<ApiState> for Answers {
    fn from_ref(state: &ApiState) -> Self {
        state.answers.clone()
    }
}

impl FromRef<ApiState> for Engine {
    fn from_ref(state: &ApiState) -> Self {
        state.engine.clone()
    }
}

impl FromRef<ApiState> for Store {
    fn from_ref(state: &ApiState) -> Self {
        state.engine.store().clone()
    }
}

impl FromRef<ApiState> for Arc<Tenancy> {
    fn from_ref(state: &ApiState) -> Self {
        Arc::clone(&state.tenancy)
    }
}

impl FromRef<ApiState> for KeyRing {
    fn from_ref(state: &ApiState) -> Self {
        state.keys.clone()
    }
}
