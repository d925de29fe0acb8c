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
    /// CPU time of one run, in all threads; beyond it the worker is ended.
    pub cpu: Duration,
    /// V8 heap of one worker.
    pub heap_bytes: usize,
    /// Array buffers of one worker.
    pub buffer_bytes: usize,
    /// Serialised answer of one run.
    pub answer_bytes: usize,
    /// Console lines kept of one run; later ones are counted and dropped.
    pub console_lines: u32,
    /// Bytes of one console line; the rest of the line is cut.
    pub console_line_bytes: usize,
    /// Console lines after which the run is ended.
    pub console_flood_lines: u32,
    /// Connections of one worker that are open at the same time.
    pub sockets: u32,
    /// Connections that one run opens.
    pub connects: u32,
    /// Name look-ups of one run.
    pub dns_queries: u32,
}

impl Default for Limits {
    /// 20 s as the limit that existing scripts were written for. 2 s of CPU are three times what a login takes that
    /// computes bcrypt of cost 12 in JavaScript. A 96 MiB heap holds the largest driver (mongodb, 25 MiB) several times
    /// over. 100 connections are what the driver
    /// with the largest pool (mongodb) keeps at most; a pool of another one opens 10 by itself, and 8 runs interleave.
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(20),
            grace: Duration::from_secs(5),
            cpu: Duration::from_secs(2),
            heap_bytes: 96 << 20,
            buffer_bytes: 64 << 20,
            answer_bytes: 1 << 20,
            console_lines: 256,
            console_line_bytes: 4096,
            console_flood_lines: 10_000,
            sockets: 100,
            connects: 100,
            dns_queries: 100,
        }
    }
}

impl Limits {
    /// The most that an operator lets tenants ask for, unless told otherwise.
    pub fn ceiling() -> Self {
        Self {
            wall: Duration::from_mins(1),
            grace: Duration::from_secs(20),
            cpu: Duration::from_secs(10),
            heap_bytes: 256 << 20,
            buffer_bytes: 256 << 20,
            ..Self::default()
        }
    }

    /// These limits with what a connection asks for, as far as `ceiling` lets it.
    #[must_use]
    pub fn adjusted(self, asked: &AskedLimits, ceiling: &Self) -> Self {
        let time = |asked: Option<u64>, own: Duration, most: Duration| {
            asked.map_or(own, |ms| Duration::from_millis(ms).min(most.max(own)))
        };
        let size = |asked: Option<usize>, own: usize, most: usize| {
            asked.map_or(own, |bytes| bytes.min(most.max(own)))
        };
        Self {
            wall: time(asked.wall_ms, self.wall, ceiling.wall),
            grace: time(asked.grace_ms, self.grace, ceiling.grace),
            cpu: time(asked.cpu_ms, self.cpu, ceiling.cpu),
            heap_bytes: size(asked.heap_bytes, self.heap_bytes, ceiling.heap_bytes),
            buffer_bytes: size(asked.buffer_bytes, self.buffer_bytes, ceiling.buffer_bytes),
            ..self
        }
    }
}

/// Least heap with which a worker can do anything: a driver and its TLS.
pub const HEAP_MIN_BYTES: usize = 32 << 20;

/// `options.limits` of a connection: `{"wall_ms":30000,"grace_ms":5000,"cpu_ms":4000,"heap_bytes":134217728,"buffer_bytes":67108864}`,
/// each of them optional.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AskedLimits {
    /// See [`Limits::wall`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wall_ms: Option<u64>,
    /// See [`Limits::grace`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_ms: Option<u64>,
    /// See [`Limits::cpu`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<u64>,
    /// See [`Limits::heap_bytes`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heap_bytes: Option<usize>,
    /// See [`Limits::buffer_bytes`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub buffer_bytes: Option<usize>,
}

impl AskedLimits {
    /// Whether a run could do anything under them: no time is 0, and the heap holds a driver.
    pub fn are_possible(&self) -> bool {
        let times = [self.wall_ms, self.cpu_ms, self.grace_ms];
        times.into_iter().flatten().all(|ms| ms > 0)
            && self.heap_bytes.is_none_or(|bytes| bytes >= HEAP_MIN_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_gets_what_it_asks_for_within_the_operators_bounds() {
        let asked = AskedLimits {
            cpu_ms: Some(5_000),
            wall_ms: Some(3_600_000),
            heap_bytes: Some(40 << 20),
            ..AskedLimits::default()
        };
        let limits = Limits::default().adjusted(&asked, &Limits::ceiling());
        assert_eq!(limits.cpu, Duration::from_secs(5));
        assert_eq!(limits.wall, Duration::from_mins(1));
        assert_eq!(limits.heap_bytes, 40 << 20);
        assert_eq!(limits.buffer_bytes, Limits::default().buffer_bytes);
    }

    #[test]
    fn a_ceiling_below_the_default_takes_nothing_away() {
        let low = Limits {
            cpu: Duration::from_secs(1),
            ..Limits::default()
        };
        let asked = AskedLimits {
            cpu_ms: Some(4_000),
            ..AskedLimits::default()
        };
        let limits = Limits::default().adjusted(&asked, &low);
        assert_eq!(limits.cpu, Limits::default().cpu);
    }

    #[test]
    fn limits_under_which_nothing_runs_are_none() {
        let zero = AskedLimits {
            cpu_ms: Some(0),
            ..AskedLimits::default()
        };
        let small = AskedLimits {
            heap_bytes: Some(1 << 20),
            ..AskedLimits::default()
        };
        assert!(!zero.are_possible() && !small.are_possible());
        assert!(AskedLimits::default().are_possible());
    }
}
