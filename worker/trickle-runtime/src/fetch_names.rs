//! Names for `fetch`: asked of the pool, as all others.

use std::{io, net::SocketAddr, sync::Arc};

use deno_runtime::deno_fetch::dns::{Resolve, Resolver, Resolving};
use hyper_util::client::legacy::connect::dns::Name;
use trickle_host::Names;
use trickle_protocol::{AddressFamily, NameAnswer, NameFailure, NameKind};

#[derive(Debug)]
struct AskPool(Arc<Names>);

impl Resolve for AskPool {
    fn resolve(&self, name: Name) -> Resolving {
        let names = Arc::clone(&self.0);
        Box::pin(async move {
            let kind = NameKind::Addresses(AddressFamily::Any);
            match names.ask(name.as_str().to_owned(), kind).await {
                NameAnswer::Addresses(addresses) => {
                    let addresses = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
                    Ok(addresses.collect::<Vec<_>>().into_iter())
                }
                NameAnswer::Nothing(NameFailure::Refused) => Err(io::Error::new(
                    io::ErrorKind::PermissionDenied,
                    "the egress rules do not allow it",
                )),
                // The words of the C library: the host's JavaScript knows outages of names by them.
                NameAnswer::Nothing(NameFailure::TryAgain) => Err(io::Error::other(
                    "failed to lookup address information: Temporary failure in name resolution",
                )),
                _ => Err(io::Error::other(
                    "failed to lookup address information: Name or service not known",
                )),
            }
        })
    }
}

/// What `fetch` resolves names with.
pub fn resolver(names: Arc<Names>) -> Resolver {
    Resolver::custom(Arc::new(AskPool(names)))
}
