use std::io;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use libc::{c_ulong, sock_filter, sock_fprog};
use rustix::net::{AddressFamily, SocketType, sockopt};
use rustix::thread::{CapabilitySet, CapabilitySets};

use crate::child_setup::CONTROL_FD;
use crate::filter::Verdict;
use crate::handover::Held;
use crate::{calls, files, filter, handover, identity, view};

/// How a worker locks itself down.
#[derive(Debug)]
pub struct LockDown<'a> {
    /// The control socket; the hand-over is the first message on it.
    pub control: BorrowedFd<'a>,
    /// Folders and files that stay open for reading, with all that lies in them.
    pub readable: &'a [&'a Path],
}

/// Why a process could not be locked down. It must exit then.
#[derive(Debug, thiserror::Error)]
pub enum LockDownError {
    /// Filters hold for the calling thread only; another thread would escape them.
    #[error("lock down a process that has {0} threads")]
    NotSingleThreaded(usize),
    /// Its threads could not be counted.
    #[error("count the threads of the process")]
    CountThreads(#[source] io::Error),
    /// `no_new_privs` was refused.
    #[error("give up new privileges")]
    NoNewPrivileges(#[source] io::Error),
    /// The machine's files could not be taken out of its sight.
    #[error("hide the machine's files from the process")]
    View(#[source] io::Error),
    /// Its capabilities could not be dropped.
    #[error("drop the capabilities of the process")]
    Capabilities(#[source] io::Error),
    /// Root's ids could neither be left nor kept.
    #[error("leave root's user and group")]
    Identity(#[source] io::Error),
    /// Landlock is there and failed.
    #[error("restrict the files of the process")]
    Files(#[source] io::Error),
    /// A seccomp filter was refused.
    #[error("install a system call filter")]
    Filter(#[source] io::Error),
    /// The supervisor could not be told.
    #[error("tell the supervisor of the lock-down")]
    HandOver(#[source] io::Error),
}

/// Why there is no control socket.
#[derive(Debug, thiserror::Error)]
pub enum ControlSocketError {
    /// It was handed out before.
    #[error("take the control socket twice")]
    Taken,
    /// Descriptor 3 is something else: the program was not started by a supervisor.
    #[error("find a control socket on descriptor 3; this program is started by the supervisor")]
    Missing,
}

/// The worker's end of the control socket, once. Call it before anything else opens a descriptor.
///
/// # Errors
///
/// See [`ControlSocketError`].
pub fn take_control_socket() -> Result<UnixStream, ControlSocketError> {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    if TAKEN.swap(true, Ordering::SeqCst) {
        return Err(ControlSocketError::Taken);
    }
    // SAFETY: only looked at, for the length of this call; a closed descriptor makes the calls fail.
    let candidate = unsafe { BorrowedFd::borrow_raw(CONTROL_FD) };
    if sockopt::socket_domain(candidate) != Ok(AddressFamily::UNIX)
        || sockopt::socket_type(candidate) != Ok(SocketType::STREAM)
        || rustix::io::fcntl_setfd(candidate, rustix::io::FdFlags::CLOEXEC).is_err()
    {
        return Err(ControlSocketError::Missing);
    }
    // SAFETY: the launcher put this socket here for us, and the flag above makes sure that it gets one owner.
    Ok(UnixStream::from(unsafe {
        OwnedFd::from_raw_fd(CONTROL_FD)
    }))
}

/// Locks the calling process down, for good, in this order:
///
/// 1. no new privileges;
/// 2. a root folder with nothing but `readable` in it;
/// 3. it leaves root and loses its capabilities;
/// 4. Landlock: it opens what lies in `readable`, for reading;
/// 5. the first filter: `connect` is carried out by the supervisor, who is given the listener and told what was reached so far;
/// 6. the second filter: only the calls of `sandbox/syscalls.toml` are left.
///
/// Where the machine has no mount namespace, Landlock or user notification that part stays open, and the supervisor is told so.
///
/// # Errors
///
/// See [`LockDownError`]. The process may be half locked then.
pub fn lock_down(settings: &LockDown<'_>) -> Result<(), LockDownError> {
    let threads = count_threads().map_err(LockDownError::CountThreads)?;
    if threads != 1 {
        return Err(LockDownError::NotSingleThreaded(threads));
    }
    rustix::thread::set_no_new_privs(true)
        .map_err(|errno| LockDownError::NoNewPrivileges(errno.into()))?;
    let view = view::restrict(settings.readable).map_err(LockDownError::View)?;
    let identity = identity::leave_root(settings.readable).map_err(LockDownError::Identity)?;
    drop_capabilities().map_err(LockDownError::Capabilities)?;
    let files = files::restrict(settings.readable).map_err(LockDownError::Files)?;
    let held = Held {
        files,
        identity,
        view,
    };

    // Two filters, because handing the listener over takes the `sendmsg` that the second one refuses.
    let listener = install_brokered().map_err(LockDownError::Filter)?;
    let lent = listener.as_ref().map(AsFd::as_fd);
    handover::send(settings.control, lent, held).map_err(LockDownError::HandOver)?;
    // A listener left open would let a script answer its own requests.
    drop(listener);

    let own_process = std::process::id();
    let allowed = filter::compile(calls::ALLOWED, own_process, Verdict::Fail(libc::EPERM));
    install(&allowed, 0).map_err(LockDownError::Filter)?;
    Ok(())
}

/// What is left of root, where it has to stay, is its user id, which still owns files.
fn drop_capabilities() -> io::Result<()> {
    let none = CapabilitySet::empty();
    let sets = CapabilitySets {
        effective: none,
        permitted: none,
        inheritable: none,
    };
    Ok(rustix::thread::set_capabilities(None, sets)?)
}

fn count_threads() -> io::Result<usize> {
    Ok(std::fs::read_dir("/proc/self/task")?.count())
}

/// Installs the filter with the listener; `None` where the kernel, or whoever filters above us, has no user notification.
fn install_brokered() -> io::Result<Option<OwnedFd>> {
    let program = filter::compile(calls::NOTIFIED, std::process::id(), Verdict::Allow);
    let listener = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
    // With the first set (Linux 5.19) a signal does not repeat a call that the supervisor is already carrying out.
    let flag_sets = [
        listener | libc::SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV,
        listener,
    ];
    for flags in flag_sets {
        match install(&program, flags) {
            Ok(fd) => {
                // SAFETY: the kernel has just opened this descriptor for us.
                return Ok(Some(unsafe { OwnedFd::from_raw_fd(fd) }));
            }
            Err(error) => match error.raw_os_error() {
                Some(libc::EINVAL | libc::ENOSYS | libc::EBUSY) => {}
                _ => return Err(error),
            },
        }
    }
    Ok(None)
}

fn install(program: &[sock_filter], flags: c_ulong) -> io::Result<RawFd> {
    let description = sock_fprog {
        len: u16::try_from(program.len()).expect("the kernel's limit is 4096 instructions"),
        filter: program.as_ptr().cast_mut(),
    };
    // SAFETY: the kernel copies the program, which outlives the call, and writes nothing.
    let result = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            flags,
            &raw const description,
        )
    };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(RawFd::try_from(result).expect("descriptors are ints"))
}
