//! What the new process does between clone, which may have given it namespaces, and exec, in this order:
//!
//! 1. ask to be killed when the launcher's thread ends, and leave at once if it has ended already;
//! 2. wait until the supervisor has mapped its ids and put it into its control group;
//! 3. own session, and with it its own process group and no terminal;
//! 4. default signal dispositions;
//! 5. working directory `/`, umask 077;
//! 6. preferred victim of the kernel's out-of-memory killer (best effort);
//! 7. a host name that tells nothing, where it has its own;
//! 8. descriptors 0 = /dev/null, 1 and 2 = pipes, 3 = control socket, nothing else;
//! 9. limits;
//! 10. in a user namespace, the capability to hide the machine's files survives the exec; `lock_down` drops it;
//! 11. no new privileges;
//! 12. empty signal mask, exec with an empty environment.
//!
//! The process is a copy of a multi-threaded one, so only async-signal-safe calls are allowed: no allocation, no locks.

use std::convert::Infallible;
use std::ffi::{CString, c_char};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::ptr;

use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, Signal};
use rustix::thread::{
    CapabilitySet, capabilities, configure_capability_in_ambient_set, set_capabilities,
};

use crate::namespaces::{self, Namespace, Namespaces};

/// Descriptor of the control socket in the child.
pub(crate) const CONTROL_FD: RawFd = 3;
const STATUS_FD: RawFd = 4;
const OPEN_FILES: u64 = 256;
/// Bytes of address space: V8 takes 49 GiB for a moment when it starts, then 17 GiB, and 10 GiB for each memory of WebAssembly. What is
/// mapped for reading counts for no other limit, and neither do the tables of its pages, 2 MiB for each GiB.
const ADDRESSES: u64 = 128 << 30;
/// Processes and threads. A worker has about ten: V8's, tokio's and the watchdog.
pub(crate) const THREADS: u64 = 64;

/// Everything the child needs, prepared before the clone.
pub(crate) struct Plan {
    pub program: CString,
    pub args: Vec<CString>,
    /// Numbered above `STATUS_FD`, so that none is overwritten before it is moved.
    pub stdin: OwnedFd,
    pub stdout: OwnedFd,
    pub stderr: OwnedFd,
    pub control: OwnedFd,
    /// Closed by a successful exec; carries `Step` and errno otherwise.
    pub status: OwnedFd,
    /// Has a byte once step 2 is done.
    pub go: OwnedFd,
    /// Number of the other end, whose copy the child closes.
    pub go_writer: RawFd,
    pub supervisor: Pid,
    pub namespaces: Namespaces,
    pub data_limit_bytes: Option<u64>,
}

/// A step of the list above that can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Step {
    /// 1: bind its life to the supervisor's.
    ParentDeathSignal,
    /// 2: be let go by the supervisor.
    Go,
    /// 3: leave the supervisor's session.
    Session,
    /// 5: change to `/`.
    Directory,
    /// 7: change its host name.
    HostName,
    /// 8: set up its descriptors.
    Descriptors,
    /// 9: set its limits.
    Limits,
    /// 10: keep a capability.
    Capability,
    /// 11: give up new privileges.
    NoNewPrivileges,
    /// 12: run the program.
    Exec,
}

impl Step {
    const ALL: [Self; 10] = [
        Self::ParentDeathSignal,
        Self::Go,
        Self::Session,
        Self::Directory,
        Self::HostName,
        Self::Descriptors,
        Self::Limits,
        Self::Capability,
        Self::NoNewPrivileges,
        Self::Exec,
    ];

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step as u8 == code)
    }
}

/// Becomes the program, or reports why not and exits with 127.
///
/// `argv` is `plan.args` as pointers, ended by a null.
pub(crate) fn enter(plan: &Plan, argv: &[*const c_char]) -> ! {
    let Err((step, errno)) = confine(plan, argv);
    let mut report = [step as u8, 0, 0, 0, 0];
    report[1..].copy_from_slice(&errno.raw_os_error().to_le_bytes());
    // Before step 8 number 4 may still be one of the supervisor's descriptors: it is tried only when the first is closed.
    for fd in [plan.status.as_raw_fd(), STATUS_FD] {
        // SAFETY: write and _exit are async-signal-safe; a closed descriptor only makes write fail.
        if unsafe { libc::write(fd, report.as_ptr().cast(), report.len()) } >= 0 {
            break;
        }
    }
    // SAFETY: as above; skips destructors and exit handlers, which belong to the supervisor's memory.
    unsafe { libc::_exit(127) }
}

fn confine(plan: &Plan, argv: &[*const c_char]) -> Result<Infallible, (Step, Errno)> {
    let at = |step: Step| move |errno: Errno| (step, errno);

    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(at(Step::ParentDeathSignal))?;
    // From inside a PID namespace the supervisor has no id. One that has ended there lets nobody go, and if it ended in between,
    // the control socket is closed.
    if !plan.namespaces.has(Namespace::Process)
        && rustix::process::getppid() != Some(plan.supervisor)
    {
        return Err((Step::ParentDeathSignal, Errno::SRCH));
    }
    if !namespaces::wait_for_go(&plan.go, plan.go_writer) {
        return Err((Step::Go, Errno::CANCELED));
    }
    rustix::process::setsid().map_err(at(Step::Session))?;
    for signal in 1..=64 {
        // SAFETY: sets a default disposition; fails harmlessly for SIGKILL, SIGSTOP and libc's own.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    rustix::process::chdir(c"/").map_err(at(Step::Directory))?;
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    prefer_as_oom_victim();
    if plan.namespaces.has(Namespace::Names) {
        namespaces::set_host_name().map_err(at(Step::HostName))?;
    }
    place_descriptors(plan).map_err(at(Step::Descriptors))?;
    set_limits(plan).map_err(at(Step::Limits))?;
    if plan.namespaces.has(Namespace::User) {
        keep_capability().map_err(at(Step::Capability))?;
    }
    rustix::thread::set_no_new_privs(true).map_err(at(Step::NoNewPrivileges))?;
    Err((Step::Exec, exec(plan, argv)))
}

fn prefer_as_oom_victim() {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::WRONLY | OFlags::CLOEXEC;
    if let Ok(file) = rustix::fs::open(c"/proc/self/oom_score_adj", flags, Mode::empty()) {
        let _ = rustix::io::write(&file, b"1000");
    }
}

fn place_descriptors(plan: &Plan) -> Result<(), Errno> {
    let places = [
        (&plan.stdin, 0),
        (&plan.stdout, 1),
        (&plan.stderr, 2),
        (&plan.control, CONTROL_FD),
    ];
    for (source, target) in places {
        // SAFETY: what the numbers meant belonged to the supervisor and is not used in this process.
        check(unsafe { libc::dup2(source.as_raw_fd(), target) })?;
    }
    // SAFETY: as above. dup3 keeps close-on-exec, which is how the supervisor learns of success.
    check(unsafe { libc::dup3(plan.status.as_raw_fd(), STATUS_FD, libc::O_CLOEXEC) })?;
    // A raw call because musl has no wrapper.
    // SAFETY: as above; nothing in this process uses a descriptor beyond these five.
    let closed = unsafe { libc::syscall(libc::SYS_close_range, STATUS_FD + 1, u32::MAX, 0) };
    check(closed).map(drop)
}

fn set_limits(plan: &Plan) -> Result<(), Errno> {
    // Threads are counted for each user and user namespace; without one, all of the user's processes would share the limit.
    let own_count = plan.namespaces.has(Namespace::User);
    let limits = [
        (Resource::Core, Some(0)),
        (Resource::Fsize, Some(0)),
        (Resource::Nofile, Some(OPEN_FILES)),
        (Resource::Nproc, own_count.then_some(THREADS)),
        (Resource::Data, plan.data_limit_bytes),
        (Resource::As, Some(ADDRESSES)),
    ];
    for (resource, limit) in limits {
        if limit.is_some() {
            let both = Rlimit {
                current: limit,
                maximum: limit,
            };
            rustix::process::setrlimit(resource, both)?;
        }
    }
    Ok(())
}

/// What `lock_down` mounts with. Root keeps it by being root; everybody else by the ambient set.
fn keep_capability() -> Result<(), Errno> {
    let mut sets = capabilities(None)?;
    sets.inheritable |= CapabilitySet::SYS_ADMIN;
    set_capabilities(None, sets)?;
    configure_capability_in_ambient_set(CapabilitySet::SYS_ADMIN, true)
}

fn exec(plan: &Plan, argv: &[*const c_char]) -> Errno {
    let empty_environment: [*const c_char; 1] = [ptr::null()];
    // SAFETY: the mask is initialised by sigemptyset; program, argv and environment are null-terminated and alive.
    unsafe {
        let mut mask = std::mem::zeroed();
        libc::sigemptyset(&raw mut mask);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const mask, ptr::null_mut());
        libc::execve(
            plan.program.as_ptr(),
            argv.as_ptr(),
            empty_environment.as_ptr(),
        );
    }
    last_errno()
}

fn check(result: impl Into<i64>) -> Result<i64, Errno> {
    match result.into() {
        -1 => Err(last_errno()),
        value => Ok(value),
    }
}

fn last_errno() -> Errno {
    // SAFETY: errno is a thread-local of this process.
    Errno::from_raw_os_error(unsafe { *libc::__errno_location() })
}
