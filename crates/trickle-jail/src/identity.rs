//! Whose rights a locked-down process has to files and other processes.

use std::io;
use std::path::Path;

use rustix::io::Errno;
use rustix::process::{Gid, Signal, Uid};
use rustix::thread::{
    CapabilitySet, capabilities, set_thread_groups, set_thread_res_gid, set_thread_res_uid,
};

/// The kernel's overflow id, by custom `nobody` and `nogroup`.
const NOBODY: u32 = 65534;

/// Who a locked-down process runs as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// `nobody` (65534), without further groups.
    Nobody,
    /// The supervisor's own user, which is not root.
    Supervisor,
    /// Root without capabilities, which still owns root's files: `nobody` could not read what it was granted, or the
    /// supervisor has not the capabilities to change ids and to look into a process of another user. Warn loudly.
    Root,
}

/// What the supervisor needs to start `nobody`, to make its connections and to end it. A child's capabilities are at most its
/// supervisor's, because it was started without new privileges. In a user namespace it has them all, and its supervisor, who owns
/// the namespace, has them over it.
const NEEDED: CapabilitySet = CapabilitySet::SETUID
    .union(CapabilitySet::SETGID)
    .union(CapabilitySet::SYS_PTRACE)
    .union(CapabilitySet::KILL);

/// Leaves root for `nobody`, if that one can open all of `readable`.
///
/// The process is not dumpable from then on, so that other processes of `nobody` cannot look into it. The supervisor can.
pub(crate) fn leave_root(readable: &[&Path]) -> io::Result<Identity> {
    if !rustix::process::geteuid().is_root() {
        return Ok(Identity::Supervisor);
    }
    if !capabilities(None)?.effective.contains(NEEDED) {
        return Ok(Identity::Root);
    }
    // None in a PID namespace of its own. There the closed control socket tells.
    let supervisor = rustix::process::getppid();
    let identity = become_nobody(readable)?;
    // The kernel forgets this when ids change.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    if rustix::process::getppid() != supervisor {
        return Err(Errno::SRCH.into());
    }
    Ok(identity)
}

/// Tries it with the effective ids, from which there is a way back.
fn become_nobody(readable: &[&Path]) -> io::Result<Identity> {
    let (user, group) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
    let (own_user, own_group) = (Uid::ROOT, rustix::process::getgid());
    let own_groups = rustix::process::getgroups()?;
    // Refused where the supervisor could map its own ids only.
    if set_thread_groups(&[]).is_err() {
        return Ok(Identity::Root);
    }
    let attempt = || -> io::Result<()> {
        set_thread_res_gid(own_group, group, own_group)?;
        set_thread_res_uid(own_user, user, own_user)?;
        readable.iter().try_for_each(|path| can_read(path))
    };
    if attempt().is_ok() {
        // The effective id is no longer root's, but the saved one lets it take any it has.
        set_thread_res_uid(own_user, own_user, own_user)?;
        set_thread_res_gid(group, group, group)?;
        set_thread_res_uid(user, user, user)?;
        return Ok(Identity::Nobody);
    }
    set_thread_res_uid(own_user, own_user, own_user)?;
    set_thread_res_gid(own_group, own_group, own_group)?;
    set_thread_groups(&own_groups)?;
    Ok(Identity::Root)
}

fn can_read(path: &Path) -> io::Result<()> {
    match std::fs::File::open(path) {
        // Root could not read it either.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map(drop),
    }
}
