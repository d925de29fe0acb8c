//! Views of the machine that a child does not share (`namespaces(7)`).

use std::fmt;
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::ptr;

use libc::c_int;
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Pid;

/// A kind of namespace that a child gets at its birth. What it sees of files is its own business: [`crate::FileView`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// Capabilities, should it ever regain one, hold for its own namespaces alone.
    User,
    /// No network interface, no address, no abstract Unix socket: the broker is the only way out.
    Network,
    /// No process but itself has an id.
    Process,
    /// No System V shared memory, queues and semaphores of others.
    Ipc,
    /// A host name that tells nothing.
    Names,
    /// Its control group looks like the root.
    ControlGroup,
}

impl Namespace {
    const ALL: [Self; 6] = [
        Self::User,
        Self::Network,
        Self::Process,
        Self::Ipc,
        Self::Names,
        Self::ControlGroup,
    ];

    const fn flag(self) -> c_int {
        match self {
            Self::User => libc::CLONE_NEWUSER,
            Self::Network => libc::CLONE_NEWNET,
            Self::Process => libc::CLONE_NEWPID,
            Self::Ipc => libc::CLONE_NEWIPC,
            Self::Names => libc::CLONE_NEWUTS,
            Self::ControlGroup => libc::CLONE_NEWCGROUP,
        }
    }

    /// Its name in messages, as in `namespaces(7)`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Network => "network",
            Self::Process => "pid",
            Self::Ipc => "ipc",
            Self::Names => "uts",
            Self::ControlGroup => "cgroup",
        }
    }
}

/// A set of namespaces.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Namespaces(c_int);

impl Namespaces {
    /// All kinds.
    pub fn all() -> Self {
        Namespace::ALL.into_iter().collect()
    }

    /// None: a child shares what its supervisor has.
    pub const fn none() -> Self {
        Self(0)
    }

    /// Whether this kind is in the set.
    pub const fn has(self, kind: Namespace) -> bool {
        self.0 & kind.flag() != 0
    }

    /// The kinds that are not in the set.
    pub fn missing(self) -> impl Iterator<Item = Namespace> {
        Namespace::ALL
            .into_iter()
            .filter(move |kind| !self.has(*kind))
    }

    fn without(self, kind: Namespace) -> Self {
        Self(self.0 & !kind.flag())
    }

    /// For `clone`.
    pub(crate) const fn flags(self) -> c_int {
        self.0
    }
}

impl FromIterator<Namespace> for Namespaces {
    fn from_iter<T: IntoIterator<Item = Namespace>>(kinds: T) -> Self {
        Self(kinds.into_iter().fold(0, |flags, kind| flags | kind.flag()))
    }
}

impl fmt::Debug for Namespaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = Namespace::ALL.into_iter().filter(|kind| self.has(*kind));
        f.debug_set().entries(kinds.map(Namespace::name)).finish()
    }
}

/// The largest part of `wanted` that this machine gives to the calling process, found by trying.
///
/// Root may make namespaces without one for users; an ordinary user may only with one, where the machine allows it at all.
/// What forbids it: `user.max_user_namespaces=0`, `kernel.unprivileged_userns_clone=0`, AppArmor, a container's filter.
///
/// A network of its own is of no use to a child whose connections nobody can make for it.
pub(crate) fn obtainable(wanted: Namespaces) -> Namespaces {
    let wanted = if crate::notify::is_available() {
        wanted
    } else {
        wanted.without(Namespace::Network)
    };
    let candidates = [
        wanted,
        wanted.without(Namespace::User),
        wanted.without(Namespace::ControlGroup),
        wanted
            .without(Namespace::ControlGroup)
            .without(Namespace::User),
    ];
    candidates
        .into_iter()
        .find(|candidate| *candidate != Namespaces::none() && works(*candidate))
        .unwrap_or_default()
}

fn works(namespaces: Namespaces) -> bool {
    let Ok((started, go)) = pipe_with(PipeFlags::CLOEXEC) else {
        return false;
    };
    let flags = namespaces.flags() | libc::SIGCHLD;
    // SAFETY: without CLONE_VM and with a null stack this is fork: the child has a copy of all memory and makes two
    // async-signal-safe calls.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0, ptr::null::<u8>(), 0, 0) };
    let Some(pid) = i32::try_from(pid).ok().filter(|pid| *pid >= 0) else {
        return false;
    };
    let Some(pid) = Pid::from_raw(pid) else {
        trial(&started, &go, namespaces);
    };
    let mapped = map_ids(pid, namespaces).is_ok();
    // Without a byte it gives up.
    let told = mapped && rustix::io::write(&go, &[1]).is_ok();
    drop(go);
    let status = rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty());
    let status = status.ok().flatten();
    told && status.and_then(|(_, status)| status.exit_status()) == Some(0)
}

/// What the new process tries: whether it may do in its namespaces what it has to.
fn trial(started: &OwnedFd, go: &OwnedFd, namespaces: Namespaces) -> ! {
    let told = wait_for_go(started, go.as_raw_fd());
    let named = !namespaces.has(Namespace::Names) || set_host_name().is_ok();
    // SAFETY: async-signal-safe; skips what belongs to the supervisor's memory.
    unsafe { libc::_exit(i32::from(!(told && named))) }
}

/// Waits in a new process until the supervisor has done its part; false when it has given up.
///
/// `go` is this process's copy of the end that the supervisor writes to: open, it would keep the pipe from ending.
pub(crate) fn wait_for_go(started: &OwnedFd, go: RawFd) -> bool {
    // SAFETY: async-signal-safe; nothing in this process uses that descriptor.
    unsafe { libc::close(go) };
    let mut byte = [0];
    rustix::io::retry_on_intr(|| rustix::io::read(started, &mut byte)) == Ok(1)
}

/// The host's name is nobody's business.
pub(crate) fn set_host_name() -> Result<(), Errno> {
    let name = c"worker";
    // SAFETY: async-signal-safe; the kernel reads the six bytes.
    match unsafe { libc::sethostname(name.as_ptr(), name.count_bytes()) } {
        0 => Ok(()),
        _ => Err(Errno::from_io_error(&io::Error::last_os_error()).unwrap_or(Errno::PERM)),
    }
}

/// Gives the ids of a new user namespace their meaning: each id is itself.
///
/// Root maps every id that it has itself, so that files and `nobody` are what they are outside. An ordinary user can map its
/// own id only.
pub(crate) fn map_ids(pid: Pid, namespaces: Namespaces) -> io::Result<()> {
    if !namespaces.has(Namespace::User) {
        return Ok(());
    }
    let of = |file: &str| format!("/proc/{}/{file}", pid.as_raw_nonzero());
    let own_user = rustix::process::geteuid();
    if own_user.is_root()
        && identity_map("uid_map")
            .and_then(|map| fs::write(of("uid_map"), map))
            .is_ok()
    {
        return fs::write(of("gid_map"), identity_map("gid_map")?);
    }
    let (user, group) = (own_user.as_raw(), rustix::process::getegid().as_raw());
    // Without it, leaving a group could open what is closed to that group.
    fs::write(of("setgroups"), "deny")?;
    fs::write(of("gid_map"), format!("{group} {group} 1"))?;
    fs::write(of("uid_map"), format!("{user} {user} 1"))
}

/// The ids of the calling process, each for itself.
fn identity_map(file: &str) -> io::Result<String> {
    let own = fs::read_to_string(format!("/proc/self/{file}"))?;
    Ok(own
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace();
            let (inside, _outside, count) = (fields.next()?, fields.next()?, fields.next()?);
            Some(format!("{inside} {inside} {count}\n"))
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets() {
        let all = Namespaces::all();
        assert_eq!(all.missing().count(), 0);
        let some = all.without(Namespace::User);
        assert!(some.has(Namespace::Network) && !some.has(Namespace::User));
        let missing: Vec<_> = some.missing().map(Namespace::name).collect();
        assert_eq!(missing, ["user"]);
        assert_eq!(Namespaces::none().missing().count(), 6);
    }

    #[test]
    fn every_id_is_itself() {
        let map = identity_map("uid_map").unwrap();
        for line in map.lines() {
            let fields: Vec<_> = line.split(' ').collect();
            assert_eq!(fields[0], fields[1]);
        }
        assert!(!map.is_empty());
    }
}
