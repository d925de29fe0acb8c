//! The system calls of a locked-down process, from `sandbox/syscalls.toml`.

use crate::filter::{Rule, Verdict, When};

/// What a filter sees of a constant: its lower 32 bits. libc gives constants many types.
macro_rules! low32 {
    ($constant:expr) => {
        ($constant as u64 & 0xffff_ffff) as u32
    };
}

// `ALLOWED`, where what is not listed is refused, and `NOTIFIED`, where it passes.
include!(concat!(env!("OUT_DIR"), "/syscalls.rs"));
