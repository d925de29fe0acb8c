//! What the filters say about each system call. Default deny comes on top of this list, not instead of it.

use libc::{EPERM, c_long};

use crate::filter::{Rule, Verdict, When};

/// Calls that the supervisor carries out.
pub(crate) fn brokered() -> [Rule; 2] {
    [
        rule(libc::SYS_connect, When::Always, Verdict::Notify),
        // A datagram with its own address reaches a peer without `connect`; resolvers other than libc's send such.
        rule(libc::SYS_sendto, When::NotNull(4), Verdict::Notify),
    ]
}

/// Calls that fail. `own_pid` is the process that the filter is for.
pub(crate) fn refused(own_pid: u32) -> Vec<Rule> {
    let always = NEVER_NEEDED
        .iter()
        .chain(LEGACY)
        .map(|call| rule(*call, When::Always, Verdict::Fail(EPERM)));
    let narrowed = [
        // Signals only to itself: abort and raise need that.
        (libc::SYS_kill, When::IsNot(0, own_pid)),
        (libc::SYS_tgkill, When::IsNot(0, own_pid)),
        (libc::SYS_rt_sigqueueinfo, When::IsNot(0, own_pid)),
        (libc::SYS_rt_tgsigqueueinfo, When::IsNot(0, own_pid)),
        // Limits of its own only: processes of the same user, such as the supervisor, could be limited too.
        (libc::SYS_prlimit64, When::IsNot(0, 0)),
        // It shall not outlive the supervisor.
        (libc::SYS_prctl, When::Is(0, bits(libc::PR_SET_PDEATHSIG))),
        // Threads, no processes: the supervisor's kill reaches this process alone.
        (libc::SYS_clone, When::NoBit(0, bits(libc::CLONE_THREAD))),
        (libc::SYS_clone, When::AnyBit(0, NAMESPACES)),
        // Opens a connection without `connect`.
        (libc::SYS_sendto, When::AnyBit(3, bits(libc::MSG_FASTOPEN))),
    ]
    .map(|(call, when)| rule(call, when, Verdict::Fail(EPERM)));
    // Its flags lie in memory, where a filter cannot look. ENOSYS makes libc fall back to clone.
    let clone3 = rule(libc::SYS_clone3, When::Always, Verdict::Fail(libc::ENOSYS));
    always.chain(narrowed).chain([clone3]).collect()
}

const NEVER_NEEDED: &[c_long] = &[
    // Other processes' memory, descriptors and signals.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_move_pages,
    libc::SYS_migrate_pages,
    libc::SYS_kcmp,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_tkill,
    // Other programs.
    libc::SYS_execve,
    libc::SYS_execveat,
    // Namespaces and mounts.
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_open_by_handle_at,
    // Kernel interfaces known for their attack surface; io_uring also connects without `connect`.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Messages with an address of their own in memory, where a filter cannot look; and descriptors in transit.
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    // The machine.
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
];

#[cfg(target_arch = "x86_64")]
const LEGACY: &[c_long] = &[libc::SYS_fork, libc::SYS_vfork];
#[cfg(target_arch = "aarch64")]
const LEGACY: &[c_long] = &[];

const NAMESPACES: u32 = bits(
    libc::CLONE_NEWNS
        | libc::CLONE_NEWCGROUP
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUSER
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWNET,
);

const fn bits(flags: i32) -> u32 {
    flags.cast_unsigned()
}

fn rule(call: c_long, when: When, verdict: Verdict) -> Rule {
    Rule {
        call,
        when,
        verdict,
    }
}
