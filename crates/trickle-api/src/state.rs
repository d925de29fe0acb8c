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

/// The state of the router. Clones are the same.
#[derive(Clone)]
pub struct ApiState(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    engine: Engine,
    tenancy: Tenancy,
    keys: KeyRing,
    buckets: Buckets,
    answers: Answers,
}

impl ApiState {
    /// Serves this engine and its store.
    pub fn new(engine: Engine, tenancy: Tenancy) -> Self {
        let keys = KeyRing::new(engine.store().clone());
        Self(Arc::new(Parts {
            engine,
            tenancy,
            keys,
            buckets: Buckets::default(),
            answers: Answers::default(),
        }))
    }

    /// The same with another rate of requests.
    #[must_use]
    pub fn with_management_rate(self, rate: ManagementRate) -> Self {
        let mut parts = Arc::unwrap_or_clone(self.0);
        parts.buckets = Buckets::new(rate);
        Self(Arc::new(parts))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn store(&self) -> &Store {
        self.0.engine.store()
    }

    pub(crate) fn tenancy(&self) -> &Tenancy {
        &self.0.tenancy
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.0.keys
    }

    pub(crate) fn buckets(&self) -> &Buckets {
        &self.0.buckets
    }

    pub(crate) fn answers(&self) -> &Answers {
        &self.0.answers
    }
}

impl FromRef<ApiState> for Engine {
    fn from_ref(state: &ApiState) -> Self {
        state.engine().clone()
    }
}

impl FromRef<ApiState> for Store {
    fn from_ref(state: &ApiState) -> Self {
        state.store().clone()
    }
}

impl FromRef<ApiState> for KeyRing {
    fn from_ref(state: &ApiState) -> Self {
        state.keys().clone()
    }
}
