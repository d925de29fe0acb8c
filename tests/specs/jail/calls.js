
// Below every attack by system calls. `syscall(number, ...arguments)` gives the kernel's answer, an error as a negative number;
// an argument that is a buffer stands for its address, and a text for the address of its bytes and a zero.

/// Linux on x86-64 (asm/unistd_64.h).
function calls() {
  return {
    read: 0, write: 1, open: 2, close: 3, stat: 4, mmap: 9, rt_sigaction: 13, pread64: 17, access: 21, pipe: 22,
    madvise: 28, shmget: 29, shmat: 30, dup: 32, dup2: 33, nanosleep: 35, getpid: 39, sendfile: 40, socket: 41, connect: 42,
    accept: 43, sendto: 44, recvfrom: 45, sendmsg: 46, shutdown: 48, bind: 49, listen: 50, socketpair: 53, setsockopt: 54,
    clone: 56, fork: 57, vfork: 58, execve: 59, exit: 60, kill: 62, semget: 64, msgget: 68, truncate: 76, ftruncate: 77,
    getdents: 78, chdir: 80, fchdir: 81, rename: 82, mkdir: 83, rmdir: 84, creat: 85, link: 86, unlink: 87, symlink: 88,
    readlink: 89, chmod: 90, fchmod: 91, chown: 92, getppid: 110, setuid: 105, setgid: 106, setsid: 112, setgroups: 116,
    ptrace: 101, syslog: 103, capset: 126, rt_sigqueueinfo: 129, utime: 132, mknod: 133, personality: 135, setpriority: 141,
    sched_setscheduler: 144, modify_ldt: 154, pivot_root: 155, prctl: 157, setrlimit: 160, chroot: 161, acct: 163,
    settimeofday: 164, mount: 165, umount2: 166, swapon: 167, reboot: 169, sethostname: 170, iopl: 172, ioperm: 173,
    init_module: 175, quotactl: 179, setxattr: 188, tkill: 200, sched_setaffinity: 203, clock_settime: 227, exit_group: 231,
    tgkill: 234, mq_open: 240, kexec_load: 246, add_key: 248, request_key: 249, keyctl: 250, ioprio_set: 251,
    inotify_init1: 294, migrate_pages: 256, openat: 257, mkdirat: 258, unlinkat: 263, renameat: 264, linkat: 265,
    symlinkat: 266, fchmodat: 268, unshare: 272, splice: 275, tee: 276, vmsplice: 278, move_pages: 279, utimensat: 280,
    fallocate: 285, accept4: 288, inotify_init: 253, perf_event_open: 298, fanotify_init: 300, prlimit64: 302,
    name_to_handle_at: 303, open_by_handle_at: 304, setns: 308, process_vm_readv: 310, process_vm_writev: 311, kcmp: 312,
    finit_module: 313, sched_setattr: 314, renameat2: 316, seccomp: 317, memfd_create: 319, kexec_file_load: 320, bpf: 321,
    execveat: 322, userfaultfd: 323, copy_file_range: 326, pidfd_send_signal: 424, io_uring_setup: 425, io_uring_enter: 426,
    io_uring_register: 427, open_tree: 428, move_mount: 429, fsopen: 430, fsmount: 432, pidfd_open: 434, clone3: 435,
    close_range: 436, openat2: 437, pidfd_getfd: 438, process_madvise: 440, mount_setattr: 442, quotactl_fd: 443,
    landlock_create_ruleset: 444, landlock_restrict_self: 446, memfd_secret: 447, process_mrelease: 448, set_mempolicy: 238,
    fchmodat2: 452, map_shadow_stack: 453, statmount: 457, listmount: 458, uretprobe: 335, tuxcall: 184, x32: 0x40000000,
    sendmmsg: 307, preadv2: 327, pkey_alloc: 330, statx: 332, epoll_create1: 291, timerfd_create: 283, signalfd4: 289,
  };
}

/// Answers with the kernel's word on each call. Words that only speak of wrong arguments prove no wall.
function callAll(callback, ways) {
  const judged = {};
  for (const name of Object.keys(ways)) judged[name] = () => word(ways[name]());
  return tryAll(callback, judged);
}

function word(result) {
  if (typeof result !== 'number' || result >= 0) return result;
  const names = {
    1: 'EPERM', 2: 'ENOENT', 3: 'ESRCH', 9: 'EBADF', 11: 'EAGAIN', 12: 'ENOMEM', 13: 'EACCES', 14: 'EFAULT', 22: 'EINVAL', 25: 'ENOTTY',
    27: 'EFBIG', 38: 'ENOSYS', 88: 'ENOTSOCK', 93: 'EPROTONOSUPPORT', 94: 'ESOCKTNOSUPPORT', 95: 'EOPNOTSUPP', 97: 'EAFNOSUPPORT', 98: 'EADDRINUSE',
    99: 'EADDRNOTAVAIL', 101: 'ENETUNREACH', 107: 'ENOTCONN', 111: 'ECONNREFUSED', 115: 'EINPROGRESS', 40: 'ELOOP', 24: 'EMFILE',
  };
  const name = names[-result] ?? `errno ${-result}`;
  if (['EFAULT', 'EINVAL', 'EBADF', 'ENOTSOCK', 'EINPROGRESS'].includes(name)) throw new TypeError(name);
  return stopped(name);
}

/// `struct sockaddr_in`.
function address4(port, octets) {
  return Uint8Array.from([2, 0, port >> 8, port & 255, ...octets, 0, 0, 0, 0, 0, 0, 0, 0]);
}

/// `struct sockaddr_in6`; `groups` are 16 bytes.
function address6(port, bytes) {
  return Uint8Array.from([10, 0, port >> 8, port & 255, 0, 0, 0, 0, ...bytes, 0, 0, 0, 0]);
}

/// `struct sockaddr_un`; an abstract name begins with a zero.
function addressUnix(path) {
  return Uint8Array.from([1, 0, ...Buffer.from(path), ...(path.startsWith('\0') ? [] : [0])]);
}

/// Reads what can be read at a descriptor, as text, or gives the error.
function readAll(fd) {
  if (fd < 0) return fd;
  const room = new Uint8Array(4096);
  const length = syscall(calls().read, fd, room, room.length);
  return length < 0 ? length : Buffer.from(room.subarray(0, length)).toString('latin1');
}

/// A frame of the control protocol.
function frame(message) {
  const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  return new Uint8Array(Buffer.concat([length, body]));
}

/// Writes to the control socket, all of it; the last answer of the kernel.
function say(message) {
  let bytes = message instanceof Uint8Array ? message : frame(message);
  for (;;) {
    const written = syscall(calls().write, 3, bytes, bytes.length);
    if (written >= bytes.length) return written;
    if (written >= 0) bytes = bytes.slice(written);
    // The supervisor has not read enough yet.
    else if (written !== -11) return written;
  }
}
