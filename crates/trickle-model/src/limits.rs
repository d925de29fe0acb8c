//! What one worker and one run may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Limits of a connection's workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Wall time of one run; beyond it the worker is killed.
    pub wall: Duration,
    /// Time for work that goes on after the callback.
    pub grace: Duration,
    /// V8 heap of one worker.
    pub heap_bytes: usize,
    /// Serialised answer of one run.
    pub answer_bytes: usize,
    /// Console lines kept of one run; later ones are counted and dropped.
    pub console_lines: u32,
    /// Bytes of one console line; the rest of the line is cut.
    pub console_line_bytes: usize,
}

impl Default for Limits {
    /// 20 s as the limit that existing scripts were written for; a 96 MiB heap
    /// holds the largest driver (mongodb, 25 MiB) several times over.
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(20),
            grace: Duration::from_secs(5),
            heap_bytes: 96 << 20,
            answer_bytes: 1 << 20,
            console_lines: 256,
            console_line_bytes: 4096,
        }
    }
}
