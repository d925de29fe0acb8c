//! The engine's functions that ask name servers, with implementations that ask the pool.
//!
//! Their arguments and results are those of `op_node_getaddrinfo` (deno_node) and `op_dns_resolve` (deno_net), whose places they take.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use deno_core::{CancelFuture, CancelHandle, FromV8, OpDecl, OpState, ResourceId, op2};
use deno_net::ops::{DnsRecordData, DnsRecordWithTtl, NetPermToken};
use trickle_protocol::{
    AddressFamily, NameAnswer, NameFailure, NameKind, NameRecord, RecordData, RecordKind,
};

use crate::host::Host;

/// Puts the implementations below into the engine's functions.
pub fn replace(op: OpDecl) -> OpDecl {
    match op.name {
        "op_node_getaddrinfo" => op.with_implementation_from(&op_trickle_addresses()),
        "op_dns_resolve" => op.with_implementation_from(&op_trickle_records()),
        _ => op,
    }
}

/// A failed `getaddrinfo`, by libuv's number (`uv/errno.h`).
#[derive(Debug, thiserror::Error, deno_error::JsError)]
#[class(generic)]
#[error("the name was not resolved")]
#[property("uv_errcode" = self.0)]
struct AddressError(i32);

impl AddressError {
    const fn of(failure: NameFailure) -> Self {
        Self(match failure {
            NameFailure::NoSuchName | NameFailure::BadName => -3008, // EAI_NONAME
            NameFailure::NoData => -3007,                            // EAI_NODATA
            NameFailure::TryAgain => -3001,                          // EAI_AGAIN
            NameFailure::Refused => -13,                             // EACCES
        })
    }
}

/// A failed query, by the name that Node.js has for it (`dns` module, "Error codes").
#[derive(Debug, thiserror::Error, deno_error::JsError)]
enum RecordError {
    #[class(generic)]
    #[error("the name was not resolved: {0}")]
    #[property("ares_code" = self.code())]
    Failed(&'static str),
    #[class("Interrupted")]
    #[error("the query was cancelled")]
    Cancelled,
}

impl RecordError {
    const fn code(&self) -> &'static str {
        match self {
            Self::Failed(code) => code,
            Self::Cancelled => "ECANCELLED",
        }
    }

    const fn of(failure: NameFailure) -> Self {
        Self::Failed(match failure {
            NameFailure::NoSuchName => "ENOTFOUND",
            NameFailure::NoData => "ENODATA",
            NameFailure::BadName => "EBADNAME",
            NameFailure::TryAgain => "ETIMEOUT",
            NameFailure::Refused => "EREFUSED",
        })
    }
}

#[op2]
#[cppgc]
async fn op_trickle_addresses(
    state: Rc<RefCell<OpState>>,
    #[string] hostname: String,
    port: Option<u16>,
    #[smi] family: i32,
) -> Result<NetPermToken, AddressError> {
    let family = match family {
        4 => AddressFamily::V4,
        6 => AddressFamily::V6,
        _ => AddressFamily::Any,
    };
    let names = Arc::clone(state.borrow().borrow::<Rc<Host>>().names());
    let answer = names.ask(hostname.clone(), NameKind::Addresses(family));
    match answer.await {
        NameAnswer::Addresses(addresses) => Ok(NetPermToken {
            hostname,
            port,
            resolved_ips: addresses.iter().map(ToString::to_string).collect(),
        }),
        NameAnswer::Records(_) => Err(AddressError::of(NameFailure::NoData)),
        NameAnswer::Nothing(failure) => Err(AddressError::of(failure)),
    }
}

/// Another name server than the pool's cannot be asked: `options` is not read.
#[derive(FromV8)]
struct Query {
    cancel_rid: Option<ResourceId>,
    query: String,
    record_type: String,
}

#[op2]
async fn op_trickle_records(
    state: Rc<RefCell<OpState>>,
    #[scoped] args: Query,
    _use_edns: bool,
) -> Result<Vec<DnsRecordWithTtl>, RecordError> {
    let kind = match args.record_type.as_str() {
        "A" => RecordKind::A,
        "AAAA" => RecordKind::Aaaa,
        "CNAME" => RecordKind::Cname,
        "MX" => RecordKind::Mx,
        "NS" => RecordKind::Ns,
        "SRV" => RecordKind::Srv,
        "TXT" => RecordKind::Txt,
        _ => return Err(RecordError::Failed("ENOTIMP")),
    };
    let (names, cancel) = {
        let state = state.borrow();
        let names = Arc::clone(state.borrow::<Rc<Host>>().names());
        let cancel = args.cancel_rid;
        let cancel = cancel.and_then(|rid| state.resource_table.get::<CancelHandle>(rid).ok());
        (names, cancel)
    };
    let ask = names.ask(args.query, NameKind::Records(kind));
    let answer = match cancel {
        Some(cancel) => ask
            .or_cancel(cancel)
            .await
            .map_err(|_| RecordError::Cancelled)?,
        None => ask.await,
    };
    match answer {
        NameAnswer::Records(records) => Ok(records.into_iter().map(of_engine).collect()),
        NameAnswer::Addresses(_) => Err(RecordError::of(NameFailure::NoData)),
        NameAnswer::Nothing(failure) => Err(RecordError::of(failure)),
    }
}

fn of_engine(record: NameRecord) -> DnsRecordWithTtl {
    let data = match record.data {
        RecordData::Address(address) => DnsRecordData::A(address.to_string()),
        RecordData::Name(name) => DnsRecordData::Cname(name),
        RecordData::Mail {
            preference,
            exchange,
        } => DnsRecordData::Mx {
            preference,
            exchange,
        },
        RecordData::Service {
            priority,
            weight,
            port,
            target,
        } => DnsRecordData::Srv {
            priority,
            weight,
            port,
            target,
        },
        RecordData::Text(texts) => DnsRecordData::Txt(texts),
    };
    DnsRecordWithTtl {
        data,
        record_type: None,
        ttl: record.ttl,
    }
}
