//! What a process uses, measured from outside.

use std::io;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit};

use crate::Process;

impl Process {
    /// CPU time of all threads since the start, user and kernel; the kernel's own clock of the process, so that nothing in the
    /// process has a say in it.
    ///
    /// # Errors
    ///
    /// When the process has been reaped.
    pub fn cpu_time(&self) -> io::Result<Duration> {
        let mut clock: libc::clockid_t = 0;
        let mut time = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let pid = self.id().cast_signed();
        // SAFETY: both calls write to the given places only, which outlive them. Safe wrappers read the clocks of the own process
        // alone. The id is that of this child: it is not given to another process before the child is reaped.
        let failed = unsafe {
            match libc::clock_getcpuclockid(pid, &raw mut clock) {
                0 if libc::clock_gettime(clock, &raw mut time) == 0 => None,
                0 => Some(io::Error::last_os_error()),
                errno => Some(io::Error::from_raw_os_error(errno)),
            }
        };
        if let Some(error) = failed {
            return Err(error);
        }
        let (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec);
        Ok(Duration::new(
            u64::try_from(seconds).unwrap_or_default(),
            u32::try_from(nanoseconds).unwrap_or_default(),
        ))
    }

    /// Lowers the limit of private writable memory that the process was launched with.
    ///
    /// # Errors
    ///
    /// When the limit is lower already, or the process is another user's and the supervisor may not (`CAP_SYS_RESOURCE`).
    pub fn lower_data_limit(&self, bytes: u64) -> io::Result<()> {
        let limit = Rlimit {
            current: Some(bytes),
            maximum: Some(bytes),
        };
        let pid = Pid::from_raw(self.id().cast_signed());
        rustix::process::prlimit(pid, Resource::Data, limit)?;
        Ok(())
    }
}
