//! The supervisor's end of seccomp user notification (`seccomp_unotify(2)`).

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use libc::{Ioctl, seccomp_notif, seccomp_notif_resp};
use rustix::io::Errno;

/// Whether the kernel knows user notification. A container's own filter may still leave no room for a listener.
pub(crate) fn is_available() -> bool {
    let action = libc::SECCOMP_RET_USER_NOTIF;
    // SAFETY: the kernel reads the four bytes.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_GET_ACTION_AVAIL,
            0,
            &raw const action,
        )
    };
    answer == 0
}

/// A call that waits for an answer.
#[derive(Debug)]
pub(crate) struct PendingCall {
    pub id: u64,
    /// The number of the system call.
    pub number: i32,
    /// The calling thread, in the supervisor's PID namespace.
    pub thread: u32,
    pub args: [u64; 6],
}

#[derive(Debug)]
pub(crate) struct Listener(OwnedFd);

impl Listener {
    pub fn new(fd: OwnedFd) -> Self {
        Self(fd)
    }

    /// Takes the next call. `ENOENT` when the caller was killed meanwhile.
    pub fn next_call(&self) -> io::Result<PendingCall> {
        // SAFETY: plain integers, for which zero is a value; the kernel insists on zeroes.
        let mut call: seccomp_notif = unsafe { std::mem::zeroed() };
        self.ioctl(libc::SECCOMP_IOCTL_NOTIF_RECV, &mut call)?;
        Ok(PendingCall {
            id: call.id,
            number: call.data.nr,
            thread: call.pid,
            args: call.data.args,
        })
    }

    /// Whether the caller still waits. Only then does what was read through its thread id come from the caller and not from a
    /// later process with the same id.
    pub fn is_waiting(&self, call: &PendingCall) -> bool {
        let mut id = call.id;
        self.ioctl(libc::SECCOMP_IOCTL_NOTIF_ID_VALID, &mut id)
            .is_ok()
    }

    /// Puts `fd` in the place of the caller's descriptor `number`, whatever that is by now. It closes on exec.
    pub fn replace(
        &self,
        call: &PendingCall,
        number: u32,
        fd: BorrowedFd<'_>,
    ) -> Result<(), Errno> {
        let mut exchange = libc::seccomp_notif_addfd {
            id: call.id,
            flags: u32::try_from(libc::SECCOMP_ADDFD_FLAG_SETFD).expect("one bit"),
            srcfd: fd.as_raw_fd().unsigned_abs(),
            newfd: number,
            newfd_flags: libc::O_CLOEXEC.cast_unsigned(),
        };
        self.ioctl(libc::SECCOMP_IOCTL_NOTIF_ADDFD, &mut exchange)
            .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::BADF))
    }

    /// Ends the call. Never continues it: its arguments may have changed since they were read.
    pub fn answer(&self, call: &PendingCall, result: Result<(), Errno>) -> io::Result<()> {
        let mut response = seccomp_notif_resp {
            id: call.id,
            val: 0,
            error: result.map_or_else(|errno| -errno.raw_os_error(), |()| 0),
            flags: 0,
        };
        self.ioctl(libc::SECCOMP_IOCTL_NOTIF_SEND, &mut response)
    }

    fn ioctl<T>(&self, request: Ioctl, argument: &mut T) -> io::Result<()> {
        // SAFETY: each request above is given the type that its number names, alive and writable.
        match unsafe { libc::ioctl(self.0.as_raw_fd(), request, std::ptr::from_mut(argument)) } {
            -1 => Err(io::Error::last_os_error()),
            _ => Ok(()),
        }
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
