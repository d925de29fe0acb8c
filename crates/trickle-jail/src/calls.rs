//! What the filters say about each system call. Default deny comes on top of this list, not instead of it.

use libc::{EPERM, c_long};

use crate::filter::{Rule, Verdict, When};

/// Calls that the supervisor carries out.
pub(crate) fn brokered() -> [Rule; 3] {
    [
        rule(libc::SYS_connect, When::Always, Verdict::Notify),
        rule(libc::SYS_bind, When::Always, Verdict::Notify),
        // A datagram with its own address reaches a peer without `connect`; resolvers other than libc's send such.
        rule(libc::SYS_sendto, When::NotNull(4), Verdict::Notify),
    ]
}

/// Calls that fail. `own_pid` is the process that the filter is for.
pub(crate) fn refused(own_pid: u32) -> Vec<Rule> {
    #[cfg(target_arch = "x86_64")]
    let open = [rule(
        libc::SYS_open,
        When::AnyBit(1, WRITING),
        Verdict::Fail(EPERM),
    )];
    #[cfg(not(target_arch = "x86_64"))]
    let open = [];
    let always = NEVER_NEEDED
        .iter()
        .chain(LEGACY)
        .chain(YOUNG)
        .map(|call| rule(*call, When::Always, Verdict::Fail(EPERM)));
    let narrowed = [
        // Signals only to itself: abort and raise need that.
        (libc::SYS_kill, When::IsNot(0, own_pid)),
        (libc::SYS_tgkill, When::IsNot(0, own_pid)),
        (libc::SYS_rt_sigqueueinfo, When::IsNot(0, own_pid)),
        (libc::SYS_rt_tgsigqueueinfo, When::IsNot(0, own_pid)),
        // Limits of its own only: processes of the same user, such as the supervisor, could be limited too.
        (libc::SYS_prlimit64, When::IsNot(0, 0)),
        // The same goes for processor time.
        (libc::SYS_sched_setaffinity, When::IsNot(0, 0)),
        (libc::SYS_sched_setattr, When::IsNot(0, 0)),
        (libc::SYS_sched_setparam, When::IsNot(0, 0)),
        (libc::SYS_sched_setscheduler, When::IsNot(0, 0)),
        // Files are read, whether or not Landlock is there to say so.
        (libc::SYS_openat, When::AnyBit(2, WRITING)),
        // It shall not outlive the supervisor.
        (libc::SYS_prctl, When::Is(0, bits(libc::PR_SET_PDEATHSIG))),
        // Threads, no processes: the supervisor's kill reaches this process alone.
        (libc::SYS_clone, When::NoBit(0, bits(libc::CLONE_THREAD))),
        (libc::SYS_clone, When::AnyBit(0, NAMESPACES)),
        // Opens a connection without `connect`.
        (libc::SYS_sendto, When::AnyBit(3, bits(libc::MSG_FASTOPEN))),
    ]
    .map(|(call, when)| rule(call, when, Verdict::Fail(EPERM)));
    // Their flags lie in memory, where a filter cannot look. ENOSYS makes libc fall back to clone and openat.
    let unseen = [libc::SYS_clone3, libc::SYS_openat2]
        .map(|call| rule(call, When::Always, Verdict::Fail(libc::ENOSYS)));
    always
        .chain(open)
        .chain(narrowed)
        .chain(unseen)
        .chain(sockets())
        .collect()
}

/// Internet sockets only. Netlink, vsock, AF_ALG and the rest are attack surface, and `send` on netlink needs no address.
fn sockets() -> [Rule; 3] {
    let family = |family: i32| When::Is(0, bits(family));
    [
        rule(libc::SYS_socket, family(libc::AF_INET), Verdict::Allow),
        rule(libc::SYS_socket, family(libc::AF_INET6), Verdict::Allow),
        rule(
            libc::SYS_socket,
            When::Always,
            Verdict::Fail(libc::EAFNOSUPPORT),
        ),
    ]
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
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    // Servers.
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    // Files: making, changing, moving and removing them. Landlock does not speak of owners, modes, times and attributes.
    libc::SYS_mknodat,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_symlinkat,
    libc::SYS_linkat,
    libc::SYS_renameat2,
    RENAMEAT,
    libc::SYS_truncate,
    libc::SYS_fallocate,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_lsetxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    libc::SYS_lremovexattr,
    libc::SYS_fremovexattr,
    // Files without a name, which can be executed and passed on.
    libc::SYS_memfd_create,
    libc::SYS_memfd_secret,
    // Watching what others do with files needs no right to open them.
    libc::SYS_inotify_init1,
    libc::SYS_fanotify_init,
    // Memory and messages that outlive the process and are shared by name.
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_semget,
    libc::SYS_semctl,
    libc::SYS_msgget,
    libc::SYS_msgctl,
    libc::SYS_mq_open,
    libc::SYS_mq_unlink,
    // Other processes' priority.
    libc::SYS_setpriority,
    libc::SYS_ioprio_set,
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
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_settimeofday,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_syslog,
    libc::SYS_acct,
    libc::SYS_vhangup,
    libc::SYS_personality,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_reboot,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
];

/// Younger than libc's list, with one number on every architecture (`asm-generic/unistd.h`): `fchmodat2`, `setxattrat`,
/// `removexattrat`, `open_tree_attr`, `file_setattr`.
const YOUNG: &[c_long] = &[452, 463, 466, 467, 469];

#[cfg(target_arch = "x86_64")]
const RENAMEAT: c_long = libc::SYS_renameat;
/// libc leaves it out.
#[cfg(target_arch = "aarch64")]
const RENAMEAT: c_long = 38;

#[cfg(target_arch = "x86_64")]
const LEGACY: &[c_long] = &[
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_creat,
    libc::SYS_mknod,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_unlink,
    libc::SYS_symlink,
    libc::SYS_link,
    libc::SYS_rename,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_lchown,
    libc::SYS_utime,
    libc::SYS_utimes,
    libc::SYS_futimesat,
    libc::SYS_inotify_init,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
];
#[cfg(target_arch = "aarch64")]
const LEGACY: &[c_long] = &[];

const WRITING: u32 =
    bits(libc::O_WRONLY | libc::O_RDWR | libc::O_CREAT | libc::O_TRUNC | libc::O_APPEND);

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
