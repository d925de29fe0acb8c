//! The most that a connection gets of what its `options.limits` ask for.

use std::time::Duration;

use trickle_model::Limits;

/// Arguments of the server about limits.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[expect(
    clippy::struct_field_names,
    reason = "each is an option of the command line"
)]
pub struct CeilingArgs {
    /// Wall time of a run that a connection can ask for, at most, in milliseconds; 60000 unless given
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..))]
    max_wall_ms: Option<u64>,
    /// CPU time of a run that a connection can ask for, at most, in milliseconds; 10000 unless given
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..))]
    max_cpu_ms: Option<u64>,
    /// JavaScript heap of a worker that a connection can ask for, at most, in MiB; 256 unless given
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(32..=4096))]
    max_heap_mib: Option<u32>,
    /// Buffers of a worker that a connection can ask for, at most, in MiB; 256 unless given
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u32).range(1..=256))]
    max_buffer_mib: Option<u32>,
}

impl CeilingArgs {
    /// The ceiling, with the usual values for what was not named.
    pub fn limits(self) -> Limits {
        let usual = Limits::ceiling();
        let bytes = |mib: Option<u32>, usual| mib.map_or(usual, |mib| (mib as usize) << 20);
        Limits {
            wall: self.max_wall_ms.map_or(usual.wall, Duration::from_millis),
            cpu: self.max_cpu_ms.map_or(usual.cpu, Duration::from_millis),
            heap_bytes: bytes(self.max_heap_mib, usual.heap_bytes),
            buffer_bytes: bytes(self.max_buffer_mib, usual.buffer_bytes),
            ..usual
        }
    }
}
