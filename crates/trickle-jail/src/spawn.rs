use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::ptr;

use rustix::fs::{Mode, OFlags};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Pid;

use crate::cgroup::{GroupLimits, Groups};
use crate::child::{Child, Process};
use crate::child_setup::{self, Plan, Step};
use crate::confinement::Launch;
use crate::namespaces::{self, Namespaces};

/// Why a process was not started. Nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// The program's path or an argument holds a null byte.
    #[error("pass an argument with a null byte")]
    NullByte,
    /// A pipe or socket could not be made.
    #[error("open the descriptors of a new process")]
    Descriptors(#[source] io::Error),
    /// The kernel made no process.
    #[error("create a process")]
    Clone(#[source] io::Error),
    /// The ids of its user namespace could not be mapped.
    #[error("map the ids of a new process")]
    Namespaces(#[source] io::Error),
    /// It could not be put into a control group of its own.
    #[error("make a control group for a new process")]
    Group(#[source] io::Error),
    /// The new process failed before it became the program.
    #[error("prepare a new process ({step:?})")]
    Child {
        /// The step that failed.
        step: Step,
        /// What the kernel said.
        source: io::Error,
    },
    /// The launcher's thread is gone.
    #[error("reach the launcher's thread")]
    LauncherGone,
}

/// Starts `launch` as a child of the calling thread; the child is killed when that thread ends.
pub(crate) fn spawn(
    launch: &Launch,
    namespaces: Namespaces,
    groups: &Groups,
) -> Result<Child, LaunchError> {
    let args = std::iter::once(launch.program.as_os_str())
        .chain(launch.args.iter().map(AsRef::as_ref))
        .map(c_string)
        .collect::<Result<Vec<_>, _>>()?;
    let (plan, ours) =
        open_descriptors(launch, args, namespaces).map_err(LaunchError::Descriptors)?;

    let process = clone_into(&plan).map_err(LaunchError::Clone)?;
    drop(plan);
    namespaces::map_ids(process.pid(), namespaces).map_err(LaunchError::Namespaces)?;
    let limits = GroupLimits {
        memory_bytes: launch.confinement.memory_limit_bytes,
        processes: child_setup::THREADS,
    };
    let group = groups
        .make(process.id(), limits)
        .map_err(LaunchError::Group)?;
    // If it has ended already, it has said why.
    let _ = rustix::io::write(&ours.go, &[1]);
    drop(ours.go);

    // Either the exec closes the pipe or the child explains itself; dropping `process` reaps it.
    let mut report = Vec::new();
    File::from(ours.status)
        .read_to_end(&mut report)
        .map_err(LaunchError::Clone)?;
    if let [code, errno @ ..] = report.as_slice() {
        let errno = errno
            .first_chunk()
            .map_or(0, |raw| i32::from_le_bytes(*raw));
        return Err(LaunchError::Child {
            step: Step::from_code(*code).unwrap_or(Step::Exec),
            source: io::Error::from_raw_os_error(errno),
        });
    }
    Ok(Child {
        group,
        namespaces,
        process,
        control: ours.control,
        stdout: ours.stdout,
        stderr: ours.stderr,
    })
}

struct Ours {
    control: UnixStream,
    stdout: OwnedFd,
    stderr: OwnedFd,
    status: OwnedFd,
    go: OwnedFd,
}

fn open_descriptors(
    launch: &Launch,
    args: Vec<CString>,
    namespaces: Namespaces,
) -> io::Result<(Plan, Ours)> {
    let null = rustix::fs::open(
        c"/dev/null",
        OFlags::RDONLY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    let (stdout, child_stdout) = pipe_with(PipeFlags::CLOEXEC)?;
    let (stderr, child_stderr) = pipe_with(PipeFlags::CLOEXEC)?;
    let (status, child_status) = pipe_with(PipeFlags::CLOEXEC)?;
    let (child_go, go) = pipe_with(PipeFlags::CLOEXEC)?;
    let go = out_of_the_way(go)?;
    let (control, child_control) = UnixStream::pair()?;
    control.set_nonblocking(true)?;

    let plan = Plan {
        program: args[0].clone(),
        args,
        stdin: out_of_the_way(null)?,
        stdout: out_of_the_way(child_stdout)?,
        stderr: out_of_the_way(child_stderr)?,
        control: out_of_the_way(child_control.into())?,
        status: out_of_the_way(child_status)?,
        go: out_of_the_way(child_go)?,
        go_writer: go.as_raw_fd(),
        supervisor: rustix::process::getpid(),
        namespaces,
        data_limit_bytes: launch.confinement.data_limit_bytes,
    };
    let ours = Ours {
        control,
        stdout,
        stderr,
        status,
        go,
    };
    Ok((plan, ours))
}

/// Renumbers a descriptor above those the child puts in place.
fn out_of_the_way(fd: OwnedFd) -> io::Result<OwnedFd> {
    Ok(rustix::io::fcntl_dupfd_cloexec(fd, 10)?)
}

/// A raw `clone`: unlike `fork` it returns a pidfd in the same step, unlike `clone3` containers' seccomp profiles let it pass.
fn clone_into(plan: &Plan) -> io::Result<Process> {
    let argv: Vec<_> = plan
        .args
        .iter()
        .map(|arg| arg.as_ptr())
        .chain([ptr::null()])
        .collect();
    let mut pidfd: libc::c_int = -1;
    let flags = plan.namespaces.flags() | libc::CLONE_PIDFD | libc::SIGCHLD;
    // SAFETY: without CLONE_VM and with a null stack this is fork: the child has its own copy of all memory, and runs only
    // `enter`, which keeps to async-signal-safe calls and does not return. The kernel writes one int to `pidfd`.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, &raw mut pidfd, 0, 0) };
    match pid {
        -1 => Err(io::Error::last_os_error()),
        0 => child_setup::enter(plan, &argv),
        pid => {
            let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
            // SAFETY: the kernel has just opened this descriptor for us; nobody else knows it.
            let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
            Ok(Process::new(
                pid.expect("clone returns positive ids"),
                pidfd,
            ))
        }
    }
}

fn c_string(text: &OsStr) -> Result<CString, LaunchError> {
    CString::new(text.as_bytes()).map_err(|_| LaunchError::NullByte)
}
