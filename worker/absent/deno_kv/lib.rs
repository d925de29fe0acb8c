#![doc = include_str!("README.md")]

use dynamic::DynamicDbHandler;

deno_core::extension!(
    deno_kv,
    deps = [deno_web],
    options = { handler: Box<dyn DynamicDbHandler>, config: KvConfig },
    state = |_, _| {},
);

/// No limits, since there is no store.
#[derive(Clone, Copy, Debug, Default)]
pub struct KvConfig;

impl KvConfig {
    /// Itself.
    pub fn builder() -> Self {
        Self
    }

    /// Itself.
    #[must_use]
    pub fn build(&self) -> Self {
        Self
    }
}

/// The choice of a store.
pub mod dynamic {
    use std::path::PathBuf;

    use crate::remote::HttpOptions;

    /// What opens no store.
    pub trait DynamicDbHandler {}

    /// Opens none.
    #[derive(Debug)]
    pub struct MultiBackendDbHandler;

    impl MultiBackendDbHandler {
        /// Opens none.
        pub fn remote_or_sqlite(
            _: Option<PathBuf>,
            _: Option<u64>,
            _: HttpOptions,
        ) -> Self {
            Self
        }
    }

    impl DynamicDbHandler for MultiBackendDbHandler {}
}

/// Stores elsewhere.
pub mod remote {
    use std::sync::Arc;

    use deno_tls::{Proxy, RootCertStoreProvider, TlsKeys};

    /// Not looked at.
    pub struct HttpOptions {
        /// Not looked at.
        pub user_agent: String,
        /// Not looked at.
        pub root_cert_store_provider: Option<Arc<dyn RootCertStoreProvider>>,
        /// Not looked at.
        pub proxy: Option<Proxy>,
        /// Not looked at.
        pub unsafely_ignore_certificate_errors: Option<Vec<String>>,
        /// Not looked at.
        pub client_cert_chain_and_key: TlsKeys,
    }
}

/// Stores in files.
pub mod sqlite {
    use std::path::PathBuf;

    /// Opens none.
    #[derive(Debug)]
    pub struct SqliteDbHandler;

    impl SqliteDbHandler {
        /// Opens none.
        pub fn new(_: Option<PathBuf>, _: Option<u64>) -> Self {
            Self
        }
    }

    impl crate::dynamic::DynamicDbHandler for SqliteDbHandler {}
}
