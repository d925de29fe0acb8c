//! What a locked-down process can open, by Landlock (`landlock(7)`): a few folders and files, for reading.
//!
//! Three raw calls: the crate for it would be a dependency of the engine's build too.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{FileType, Mode, OFlags};

/// Whether the kernel holds a locked-down process to the files that it was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileAccess {
    /// It opens only those, and only for reading.
    Enforced,
    /// The kernel has no Landlock, or it is turned off: what the process's user may read, it reads. Warn loudly.
    Unenforced,
}

// linux/landlock.h, for libc has none of it.
const CREATE_RULESET_VERSION: u32 = 1;
const RULE_PATH_BENEATH: u32 = 1;
const READ_FILE: u64 = 1 << 2;
const READ_DIR: u64 = 1 << 3;
/// Send signals, and connect to abstract Unix sockets, outside.
const SCOPES: u64 = 0b11;

/// `struct landlock_ruleset_attr`. Older kernels take the longer struct when what they do not know is zero.
#[repr(C)]
struct RulesetAttributes {
    handled_access_fs: u64,
    handled_access_net: u64,
    scoped: u64,
}

/// `struct landlock_path_beneath_attr`.
#[repr(C, packed)]
struct PathBeneath {
    allowed_access: u64,
    parent_fd: i32,
}

/// Lets the calling thread, and those it starts, open nothing but what lies in `readable`.
///
/// A path that cannot be opened now cannot be read later either; whoever wants it says so better.
pub(crate) fn restrict(readable: &[&Path]) -> io::Result<FileAccess> {
    let Some(version) = version()? else {
        return Ok(FileAccess::Unenforced);
    };
    let ruleset = create_ruleset(version)?;
    for path in readable {
        if let Ok(opened) = rustix::fs::open(*path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()) {
            allow_reading(&ruleset, &opened)?;
        }
    }
    // SAFETY: no memory is involved.
    check(unsafe { libc::syscall(libc::SYS_landlock_restrict_self, ruleset.as_raw_fd(), 0) })?;
    Ok(FileAccess::Enforced)
}

fn version() -> io::Result<Option<i64>> {
    let none = std::ptr::null::<RulesetAttributes>();
    // SAFETY: with this flag the kernel takes no struct.
    let answer = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            none,
            0,
            CREATE_RULESET_VERSION,
        )
    };
    match check(answer) {
        Ok(version) => Ok(Some(version)),
        // Not built, not booted, or refused by a container's filter.
        Err(error) => match error.raw_os_error() {
            Some(libc::ENOSYS | libc::EOPNOTSUPP | libc::EPERM | libc::EACCES) => Ok(None),
            _ => Err(error),
        },
    }
}

/// Handles everything that this version knows, so that all of it is refused unless a rule allows it.
fn create_ruleset(version: i64) -> io::Result<OwnedFd> {
    let kinds = match version {
        ..=1 => 13,
        2 => 14,
        3..=4 => 15,
        5.. => 16,
    };
    let attributes = RulesetAttributes {
        handled_access_fs: (1 << kinds) - 1,
        handled_access_net: 0,
        scoped: if version >= 6 { SCOPES } else { 0 },
    };
    // SAFETY: the kernel reads the struct, whose size it is told, and opens a descriptor for us.
    unsafe {
        let fd = check(libc::syscall(
            libc::SYS_landlock_create_ruleset,
            &raw const attributes,
            size_of::<RulesetAttributes>(),
            0,
        ))?;
        let fd = i32::try_from(fd).expect("descriptors are ints");
        Ok(OwnedFd::from_raw_fd(fd))
    }
}

fn allow_reading(ruleset: &OwnedFd, opened: &OwnedFd) -> io::Result<()> {
    let kind = FileType::from_raw_mode(rustix::fs::fstat(opened)?.st_mode);
    let allowed_access = match kind {
        FileType::Directory => READ_FILE | READ_DIR,
        _ => READ_FILE,
    };
    let rule = PathBeneath {
        allowed_access,
        parent_fd: opened.as_raw_fd(),
    };
    // SAFETY: the kernel reads the struct that the number names.
    check(unsafe {
        libc::syscall(
            libc::SYS_landlock_add_rule,
            ruleset.as_raw_fd(),
            RULE_PATH_BENEATH,
            &raw const rule,
            0,
        )
    })
    .map(drop)
}

fn check(result: libc::c_long) -> io::Result<i64> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        value => Ok(value),
    }
}
