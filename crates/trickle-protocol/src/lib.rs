#![doc = include_str!("../README.md")]

mod frame;
mod message;
mod names;

pub use frame::{
    FrameError, TO_POOL_MAX_BYTES, TO_WORKER_MAX_BYTES, encode_frame, read_frame, write_frame,
};
pub use message::{Bind, Debugger, Reply, Run, ToPool, ToWorker, VERSION};
pub use names::{
    AddressFamily, NAME_MAX_BYTES, NameAnswer, NameFailure, NameKind, NameQuestion, NameRecord,
    RecordData, RecordKind,
};
