//! One file per bench.

mod bulk_import;
pub mod connect;
mod crowd;
mod first_run;
mod harness;
mod jail;
mod management;
mod memory;
mod native_login;
mod outage;
mod pg_login;
mod storm;
mod timing;
mod user_search;
mod versus_node;
mod warm_login;

use std::pin::Pin;

use crate::{Bench, Row};

type Rows<'a> = Pin<Box<dyn Future<Output = anyhow::Result<Vec<Row>>> + 'a>>;

/// A bench by its name.
pub struct Named {
    /// For the filter.
    pub name: &'static str,
    /// Measures.
    pub run: for<'a> fn(&'a Bench) -> Rows<'a>,
}

/// All benches, in the table's order.
pub const ALL: [Named; 15] = [
    Named {
        name: "warm-login",
        run: |bench| Box::pin(warm_login::run(bench)),
    },
    Named {
        name: "first-run",
        run: |bench| Box::pin(first_run::run(bench)),
    },
    Named {
        name: "native-login",
        run: |bench| Box::pin(native_login::run(bench)),
    },
    Named {
        name: "outage",
        run: |bench| Box::pin(outage::run(bench)),
    },
    Named {
        name: "timing",
        run: |bench| Box::pin(timing::run(bench)),
    },
    Named {
        name: "crowd",
        run: |bench| Box::pin(crowd::run(bench)),
    },
    Named {
        name: "memory",
        run: |bench| Box::pin(memory::run(bench)),
    },
    Named {
        name: "pg-login",
        run: |bench| Box::pin(pg_login::run(bench)),
    },
    Named {
        name: "connect",
        run: |bench| Box::pin(connect::run(bench)),
    },
    Named {
        name: "jail",
        run: |bench| Box::pin(jail::run(bench)),
    },
    Named {
        name: "storm",
        run: |bench| Box::pin(storm::run(bench)),
    },
    Named {
        name: "user-search",
        run: |bench| Box::pin(user_search::run(bench)),
    },
    Named {
        name: "management",
        run: |bench| Box::pin(management::run(bench)),
    },
    Named {
        name: "harness",
        run: |bench| Box::pin(harness::run(bench)),
    },
    Named {
        name: "bulk-import",
        run: |bench| Box::pin(bulk_import::run(bench)),
    },
];
