//! System calls that no worker needs.

use std::ffi::CString;
use std::io;

use crate::system_call;

/// `None` for what is none of these.
pub fn attempt(name: &str) -> Option<io::Result<String>> {
    Some(match name {
        "kill-all" => {
            // SAFETY: no memory is involved.
            system_call(unsafe { libc::kill(-1, libc::SIGCONT) }.into())
        }
        "unshare" => {
            // SAFETY: no memory is involved.
            system_call(unsafe { libc::unshare(libc::CLONE_NEWUSER) }.into())
        }
        "chroot" => {
            let path = CString::new("/").expect("no null byte");
            // SAFETY: the path is null-terminated and alive.
            system_call(unsafe { libc::chroot(path.as_ptr()) }.into())
        }
        "memory-file" => {
            let flags = rustix::fs::MemfdFlags::CLOEXEC;
            let made = rustix::fs::memfd_create("x", flags);
            made.map(|_| "ok".to_owned()).map_err(Into::into)
        }
        // SAFETY: the kernel gets no memory that it could write.
        "handle" => system_call(unsafe {
            let path = c"/".as_ptr();
            let null = std::ptr::null_mut::<u8>();
            libc::syscall(
                libc::SYS_name_to_handle_at,
                libc::AT_FDCWD,
                path,
                null,
                null,
                0,
            )
        }),
        "quota" => {
            // SAFETY: as above.
            system_call(unsafe { libc::syscall(libc::SYS_quotactl, 0, 0, 0, 0) })
        }
        "set-clock" => {
            // SAFETY: the kernel only reads the time.
            system_call(unsafe {
                let time = std::mem::zeroed();
                libc::clock_settime(libc::CLOCK_REALTIME, &raw const time).into()
            })
        }
        "set-host-name" => {
            // SAFETY: one byte that lives on.
            system_call(unsafe { libc::sethostname(c"x".as_ptr(), 1) }.into())
        }
        "watch-files" => {
            // SAFETY: no memory is involved.
            system_call(unsafe { libc::inotify_init1(0) }.into())
        }
        "shared-memory" => {
            // SAFETY: no memory is involved before it is attached.
            system_call(unsafe { libc::shmget(libc::IPC_PRIVATE, 4096, 0o600) }.into())
        }
        _ => return None,
    })
}
