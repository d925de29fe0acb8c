//! What a locked-down process can see of the machine's files: a root of its own, with the folders that it was granted.
//!
//! 1. a mount namespace of its own, from which nothing gets out;
//! 2. a small file system in memory, with the granted folders at their own paths, and a link for the program's name;
//! 3. everything read-only, without devices and programs;
//! 4. that becomes the root, and the old one is let go.
//!
//! Landlock alone lets a process ask for names, sizes and dates of all files; here there are none to ask for.

use std::ffi::{CString, c_char};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::ptr;

use libc::c_ulong;
use rustix::fs::Mode;

/// What a locked-down process can see of the machine's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileView {
    /// What it was granted, and nothing else.
    Granted,
    /// All names, sizes and dates that its user can: the machine gave it no mount namespace.
    Machine,
}

/// There on every machine, and needed by nobody in here: a place to build the new root.
const PLACE: &str = "/proc";

/// What a process that asks for its own program is told.
const PROGRAM: &str = "/worker";

/// A folder for each part of the granted paths, in memory.
const SIZE: &str = "size=256k,nr_inodes=256,mode=755";

/// `struct mount_attr`, `mount_setattr(2)`.
#[repr(C)]
struct MountAttributes {
    set: u64,
    clear: u64,
    propagation: u64,
    user_namespace: u64,
}

/// Leaves the calling process nothing but `readable` to see.
///
/// # Errors
///
/// Of a step after which the process may see half of each.
pub(crate) fn restrict(readable: &[&Path]) -> io::Result<FileView> {
    // SAFETY: no memory is involved; the process has one thread.
    if unsafe { libc::unshare(libc::CLONE_NEWNS) } == -1 {
        return Ok(FileView::Machine);
    }
    let private = libc::MS_REC | libc::MS_PRIVATE;
    if let Err(error) = mount(NOTHING, "/", None, private, None)
        .and_then(|()| mount(Some("tmpfs"), PLACE, Some("tmpfs"), 0, Some(SIZE)))
    {
        return match error.raw_os_error() {
            // AppArmor lets ordinary users have namespaces in which they may do nothing.
            Some(libc::EPERM | libc::EACCES) => Ok(FileView::Machine),
            _ => Err(error),
        };
    }
    // Whoever the process becomes goes through these folders.
    let own = rustix::process::umask(Mode::from_raw_mode(0o022));
    let granted = readable.iter().try_for_each(|path| grant(path));
    let named = name_program();
    rustix::process::umask(own);
    granted.and(named)?;
    std::env::set_current_dir(PLACE)?;
    let sealed = MountAttributes {
        set: libc::MOUNT_ATTR_RDONLY
            | libc::MOUNT_ATTR_NOSUID
            | libc::MOUNT_ATTR_NODEV
            | libc::MOUNT_ATTR_NOEXEC,
        clear: 0,
        propagation: 0,
        user_namespace: 0,
    };
    // SAFETY: the path and the struct, whose size the kernel is told, live on.
    let sealing = check(unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            c".".as_ptr(),
            libc::AT_RECURSIVE,
            &raw const sealed,
            size_of::<MountAttributes>(),
        )
    });
    match sealing {
        // Before Linux 5.12 the system call filter and Landlock alone keep it from writing.
        Err(error) if error.raw_os_error() == Some(libc::ENOSYS) => {}
        other => other?,
    }
    become_root()?;
    Ok(FileView::Granted)
}

/// The only thing under `/proc`: engines want to know the path of their program, and get one.
fn name_program() -> io::Result<()> {
    let own = Path::new(PLACE).join("proc/self");
    fs::create_dir_all(&own)?;
    std::os::unix::fs::symlink(PROGRAM, own.join("exe"))
}

/// Makes the current folder the root of the process.
fn become_root() -> io::Result<()> {
    // With both arguments the same the old root lies on top of the new one, and can be let go without a place for it.
    // SAFETY: the paths are null-terminated and live on.
    let pivoted = check(unsafe {
        let here = c".".as_ptr();
        libc::syscall(libc::SYS_pivot_root, here, here)
    });
    match pivoted {
        Ok(()) => {
            // SAFETY: as above.
            check(unsafe { libc::umount2(c".".as_ptr(), libc::MNT_DETACH) }.into())?;
        }
        // The root of an initial RAM disk cannot be exchanged, but covered.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            mount(Some("."), "/", None, libc::MS_MOVE, None)?;
            // SAFETY: as above.
            check(unsafe { libc::chroot(c".".as_ptr()) }.into())?;
        }
        Err(error) => return Err(error),
    }
    std::env::set_current_dir("/")
}

/// Shows `path`, with all that lies in it, at its place under the new root. What does not exist is left out.
fn grant(path: &Path) -> io::Result<()> {
    let Ok(found) = fs::metadata(path) else {
        return Ok(());
    };
    let mut target = PathBuf::from(PLACE);
    for part in path.components() {
        match part {
            Component::Normal(name) => target.push(name),
            Component::RootDir => {}
            _ => return Err(io::Error::from(io::ErrorKind::InvalidInput)),
        }
    }
    if found.is_dir() {
        fs::create_dir_all(&target)?;
    } else {
        fs::create_dir_all(target.parent().unwrap_or(&target))?;
        fs::File::create(&target)?;
    }
    let bind = libc::MS_BIND | libc::MS_REC;
    mount(Some(path), &target, None, bind, None)
}

const NOTHING: Option<&Path> = None;

fn mount(
    source: Option<impl AsRef<Path>>,
    target: impl AsRef<Path>,
    kind: Option<&str>,
    flags: c_ulong,
    data: Option<&str>,
) -> io::Result<()> {
    let c_path = |path: &Path| CString::new(path.as_os_str().as_bytes());
    let source = source.map(|path| c_path(path.as_ref())).transpose()?;
    let target = c_path(target.as_ref())?;
    let kind = kind.map(CString::new).transpose()?;
    let data = data.map(CString::new).transpose()?;
    // SAFETY: each pointer is null or to a null-terminated text that lives on.
    check(
        unsafe {
            libc::mount(
                pointer(source.as_ref()),
                target.as_ptr(),
                pointer(kind.as_ref()),
                flags,
                pointer(data.as_ref()).cast(),
            )
        }
        .into(),
    )
}

fn pointer(text: Option<&CString>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

fn check(result: i64) -> io::Result<()> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
