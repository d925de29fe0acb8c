use super::*;
use crate::calls::{ALLOWED, NOTIFIED};

const OWN: u32 = 77;

/// What a program says to a call, as the kernel would run it.
fn run(program: &[sock_filter], call: c_long, args: &[u64]) -> u32 {
    let mut data = [0_u32; 16];
    data[0] = u32::try_from(call).unwrap();
    data[1] = AUDIT_ARCH;
    for (at, arg) in args.iter().enumerate() {
        data[4 + 2 * at] = u32::try_from(arg & 0xffff_ffff).unwrap();
        data[5 + 2 * at] = u32::try_from(arg >> 32).unwrap();
    }
    let (mut word, mut at) = (0, 0);
    loop {
        let sock_filter { code, jt, jf, k } = program[at];
        at += 1;
        let holds = match u32::from(code) {
            LOAD => {
                word = data[usize::try_from(k).unwrap() / 4];
                continue;
            }
            AND => {
                word &= k;
                continue;
            }
            RETURN => return k,
            IF_EQUAL => word == k,
            IF_ANY_BIT => word & k != 0,
            _ => word >= k,
        };
        at += usize::from(if holds { jt } else { jf });
    }
}

fn fails(errno: i32) -> u32 {
    Verdict::Fail(errno).code()
}

fn bits(flags: i32) -> u64 {
    u64::from(flags.cast_unsigned())
}

#[test]
fn what_is_not_listed_fails() {
    let program = compile(ALLOWED, OWN, Verdict::Fail(libc::EPERM));
    for call in [
        libc::SYS_execve,
        libc::SYS_ptrace,
        libc::SYS_sendmsg,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_memfd_create,
        libc::SYS_kill,
        900,
    ] {
        assert_eq!(run(&program, call, &[]), fails(libc::EPERM), "{call}");
    }
    assert_eq!(run(&program, libc::SYS_clone3, &[]), fails(libc::ENOSYS));
    for call in [libc::SYS_read, libc::SYS_futex, libc::SYS_exit_group] {
        assert_eq!(run(&program, call, &[9, 9, 9]), libc::SECCOMP_RET_ALLOW);
    }
}

#[test]
fn arguments_are_narrowed() {
    let program = compile(ALLOWED, OWN, Verdict::Fail(libc::EPERM));
    let stream = bits(libc::SOCK_STREAM | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC);
    let inet = bits(libc::AF_INET);
    let no_family = fails(libc::EAFNOSUPPORT);
    let (allow, refuse) = (libc::SECCOMP_RET_ALLOW, fails(libc::EPERM));
    let thread = 0x003d_0f00;
    let high = 1_u64 << 32;
    for (call, args, expected) in [
        (libc::SYS_socket, vec![inet, stream, 0], allow),
        (
            libc::SYS_socket,
            vec![bits(libc::AF_INET6), stream, 6],
            allow,
        ),
        (
            libc::SYS_socket,
            vec![bits(libc::AF_UNIX), stream, 0],
            no_family,
        ),
        (
            libc::SYS_socket,
            vec![inet, bits(libc::SOCK_DGRAM), 0],
            no_family,
        ),
        (
            libc::SYS_socket,
            vec![inet, bits(libc::SOCK_RAW), 1],
            no_family,
        ),
        (libc::SYS_socket, vec![inet, stream, 132], no_family),
        (libc::SYS_clone, vec![thread], allow),
        (
            libc::SYS_clone,
            vec![thread | bits(libc::CLONE_DETACHED)],
            allow,
        ),
        (
            libc::SYS_clone,
            vec![thread | bits(libc::CLONE_NEWNET)],
            refuse,
        ),
        (libc::SYS_clone, vec![bits(libc::SIGCHLD)], refuse),
        (
            libc::SYS_clone,
            vec![thread & !bits(libc::CLONE_THREAD)],
            refuse,
        ),
        (libc::SYS_tgkill, vec![u64::from(OWN), 5, 6], allow),
        (libc::SYS_tgkill, vec![u64::from(OWN) + 1, 5, 6], refuse),
        (libc::SYS_prlimit64, vec![0, 3, 0, 0], allow),
        (libc::SYS_prlimit64, vec![0, 3, high, 0], refuse),
        (libc::SYS_prlimit64, vec![1, 3, 0, 0], refuse),
        (libc::SYS_sendto, vec![4, 8, 8, 0x4000, 0], allow),
        (libc::SYS_sendto, vec![4, 8, 8, 0x4000, high], refuse),
        (libc::SYS_sendto, vec![4, 8, 8, 0x2000_0000, 0], refuse),
        (libc::SYS_openat, vec![0, 8, bits(libc::O_CLOEXEC)], allow),
        (libc::SYS_openat, vec![0, 8, bits(libc::O_RDWR)], refuse),
        (
            libc::SYS_openat,
            vec![0, 8, bits(libc::O_TMPFILE | libc::O_WRONLY)],
            refuse,
        ),
        (libc::SYS_mmap, vec![0, 1, 7, 0x22], allow),
        (libc::SYS_mmap, vec![0, 1, 3, 0x21], refuse),
        (libc::SYS_ioctl, vec![1, 0x5401], allow),
        (libc::SYS_ioctl, vec![1, 0x5412], fails(libc::ENOTTY)),
        (
            libc::SYS_setsockopt,
            vec![4, bits(libc::IPPROTO_TCP), 1],
            allow,
        ),
        (
            libc::SYS_setsockopt,
            vec![4, bits(libc::SOL_SOCKET), 26],
            refuse,
        ),
    ] {
        assert_eq!(run(&program, call, &args), expected, "{call} {args:x?}");
    }
}

#[test]
fn only_connects_are_the_supervisors() {
    let program = compile(NOTIFIED, OWN, Verdict::Allow);
    let of = |call| run(&program, call, &[4, 8, 16]);
    assert_eq!(of(libc::SYS_connect), libc::SECCOMP_RET_USER_NOTIF);
    assert_eq!(of(libc::SYS_sendmsg), libc::SECCOMP_RET_ALLOW);
}

#[test]
fn foreign_calling_conventions_kill() {
    let program = compile(ALLOWED, OWN, Verdict::Fail(libc::EPERM));
    #[cfg(target_arch = "x86_64")]
    {
        let x32 = i64::from(X32_BIT) + libc::SYS_read;
        assert_eq!(run(&program, x32, &[]), libc::SECCOMP_RET_KILL_PROCESS);
    }
    let mut foreign = program.clone();
    foreign[1].k = 0;
    assert_eq!(
        run(&foreign, libc::SYS_read, &[]),
        libc::SECCOMP_RET_KILL_PROCESS
    );
}

#[test]
fn the_policy_is_toml_and_every_call_says_who_needs_it() {
    let text = include_str!("../../../../sandbox/syscalls.toml");
    let policy: toml::Table = text.parse().unwrap();
    for table in ["allow", "absent"] {
        for (call, who) in policy[table].as_table().unwrap() {
            let said = who.as_str().map(str::len);
            let is_table = who.is_table();
            assert!(is_table || said.is_some_and(|said| said > 2), "{call}");
        }
    }
    for table in ["narrow", "notify"] {
        for call in policy[table].as_array().unwrap() {
            assert!(call["for"].as_str().unwrap().len() > 10, "{call:?}");
        }
    }
}
