//! What the integration tests put into the jail: tries things and prints one line for each.
//!
//! `report` prints what it was started with, `try FOLDER ACTION…` locks itself down but for the folder and tries the actions,
//! `try-unenforced` does so where user notification is already taken, `threaded` tries to lock down
//! with two threads, `hang` waits to be killed, `exit CODE` exits, `supervise ARGUMENT…` is a supervisor that starts
//! this program with the arguments.

mod calls;
mod files;
mod servers;

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with, sockopt};
use trickle_jail::{Launch, Launcher, LockDown, lock_down, receive_hand_over, take_control_socket};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["report"] => report(),
        ["try", readable, actions @ ..] => try_all(readable, actions),
        ["try-unenforced", readable, actions @ ..] => {
            std::mem::forget(occupy_notification());
            try_all(readable, actions);
        }
        ["threaded"] => threaded(),
        ["hang"] => hang(),
        ["exit", code] => std::process::exit(code.parse().expect("a number")),
        ["supervise", args @ ..] => supervise(args),
        other => panic!("unknown arguments {other:?}"),
    }
}

fn report() {
    println!("environment {}", std::env::vars_os().count());
    println!("descriptors {:?}", open_descriptors());
    println!("directory {}", std::env::current_dir().unwrap().display());
    println!(
        "leads its session {}",
        rustix::process::getsid(None).unwrap() == rustix::process::getpid()
    );
    for name in ["limits", "status", "oom_score_adj"] {
        print!(
            "{}",
            std::fs::read_to_string(format!("/proc/self/{name}")).unwrap()
        );
    }
}

/// One by one: a locked-down process reads links and no folders.
fn open_descriptors() -> Vec<String> {
    (0..1024)
        .filter_map(|number| {
            let target = std::fs::read_link(format!("/proc/self/fd/{number}")).ok()?;
            let kind = target.display().to_string();
            let kind = kind.split(':').next().unwrap_or_default();
            Some(format!("{number}={kind}"))
        })
        .collect()
}

fn hang() -> ! {
    println!("hanging");
    loop {
        std::thread::park();
    }
}

fn threaded() {
    let control = take_control_socket().unwrap();
    std::thread::spawn(std::thread::park);
    let settings = LockDown {
        control: control.as_fd(),
        readable: &[],
    };
    println!("{}", lock_down(&settings).unwrap_err());
}

fn supervise(args: &[&str]) {
    let launcher = Launcher::start().unwrap();
    let program = Launch::new(std::env::current_exe().unwrap());
    let launch = args.iter().copied().fold(program, Launch::arg);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let child = runtime.block_on(launcher.launch(launch)).unwrap();
    if args[0] == "try" {
        let _in_runtime = runtime.enter();
        let control = tokio::net::UnixStream::from_std(child.control).unwrap();
        runtime.block_on(receive_hand_over(&control)).unwrap();
    }
    println!("{}", child.process.id());
    loop {
        std::thread::park();
    }
}

/// There can be one listener only: what a container manager with its own leaves to its processes.
fn occupy_notification() -> OwnedFd {
    rustix::thread::set_no_new_privs(true).unwrap();
    let mut allow = libc::sock_filter {
        code: 6,
        jt: 0,
        jf: 0,
        k: libc::SECCOMP_RET_ALLOW,
    };
    let program = libc::sock_fprog {
        len: 1,
        filter: &raw mut allow,
    };
    // SAFETY: the kernel reads the program, which lives on, and opens a descriptor for us.
    unsafe {
        let listener = libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_NEW_LISTENER,
            &raw const program,
        );
        OwnedFd::from_raw_fd(i32::try_from(listener).unwrap())
    }
}

fn try_all(readable: &str, actions: &[&str]) {
    let control = take_control_socket().unwrap();
    let settings = LockDown {
        control: control.as_fd(),
        readable: &[Path::new(readable)],
    };
    lock_down(&settings).unwrap();
    for action in actions {
        let (name, argument) = action.split_once('=').unwrap_or((action, ""));
        let outcome = match attempt(name, argument) {
            Ok(value) => value,
            Err(error) => name_of(&error),
        };
        println!("{name} {outcome}");
        io::stdout().flush().unwrap();
    }
}

fn name_of(error: &io::Error) -> String {
    let name = match error.raw_os_error() {
        Some(libc::EACCES) => "EACCES",
        Some(libc::EPERM) => "EPERM",
        Some(libc::ECONNREFUSED) => "ECONNREFUSED",
        Some(libc::ENOTSOCK) => "ENOTSOCK",
        Some(libc::EFAULT) => "EFAULT",
        Some(libc::EAFNOSUPPORT) => "EAFNOSUPPORT",
        Some(libc::ENOENT) => "ENOENT",
        Some(libc::ENOSYS) => "ENOSYS",
        _ => return error.to_string(),
    };
    name.to_owned()
}

fn attempt(name: &str, argument: &str) -> io::Result<String> {
    let address = || argument.parse::<SocketAddr>().expect("an address");
    let done = |()| "ok".to_owned();
    match name {
        "tcp" => TcpStream::connect(address())?.write_all(b"hello").map(done),
        "tcp-nonblocking" => tcp_nonblocking(address()).map(done),
        "udp" => {
            let socket = UdpSocket::bind(unspecified(address()))?;
            socket.connect(address())?;
            socket.send(b"hello")?;
            // Dissolving must pass, whatever the policy says.
            rustix::net::connect_unspec(&socket)?;
            Ok("ok".to_owned())
        }
        "udp-sendto" => {
            let socket = UdpSocket::bind(unspecified(address()))?;
            socket.send_to(b"hello to you", address()).map(|_| done(()))
        }
        "fast-open" => {
            let socket = UdpSocket::bind("0.0.0.0:0")?;
            // SAFETY: the data is five bytes that live on.
            system_call(unsafe {
                let data = b"hello".as_ptr().cast();
                libc::send(socket.as_raw_fd(), data, 5, libc::MSG_FASTOPEN) as libc::c_long
            })
        }
        "icmp" => {
            let icmp = Some(rustix::net::ipproto::ICMP);
            let flags = SocketFlags::CLOEXEC;
            let socket = socket_with(AddressFamily::INET, SocketType::RAW, flags, icmp)?;
            Ok(rustix::net::connect(&socket, &address()).map(done)?)
        }
        "unix" => UnixStream::connect(argument).map(|_| done(())),
        "not-a-socket" => {
            let null = std::io::stdin();
            Ok(rustix::net::connect(&null, &address()).map(done)?)
        }
        "identity" => {
            let user = rustix::process::getuid().as_raw();
            let group = rustix::process::getgid().as_raw();
            Ok(format!(
                "{user} {group} {:?}",
                rustix::process::getgroups()?
            ))
        }
        "bad-pointer" => {
            let socket = UdpSocket::bind("0.0.0.0:0")?;
            // SAFETY: the kernel, or the supervisor, only reads the address, and says so when it cannot.
            system_call(unsafe { libc::syscall(libc::SYS_connect, socket.as_raw_fd(), 8, 16) })
        }
        "race" => {
            race(argument);
            Ok("ok".to_owned())
        }
        "resolve" => {
            use std::net::ToSocketAddrs;
            (argument, 80).to_socket_addrs().map(|_| done(()))
        }
        "exec" => Err(Command::new("/bin/true").exec()),
        "fork" => Command::new("/bin/true").status().map(|_| done(())),
        "thread" => {
            std::thread::spawn(|| ()).join().expect("it does not panic");
            Ok("ok".to_owned())
        }
        "kill-parent" => {
            let parent = rustix::process::getppid().expect("has a parent");
            Ok(rustix::process::kill_process(parent, rustix::process::Signal::KILL).map(done)?)
        }
        "prlimit-parent" => {
            let limit = rustix::process::Rlimit {
                current: Some(3),
                maximum: Some(3),
            };
            let files = rustix::process::Resource::Nofile;
            let parent = rustix::process::getppid();
            Ok(rustix::process::prlimit(parent, files, limit).map(|_| done(()))?)
        }
        "forget-supervisor" => {
            Ok(rustix::process::set_parent_process_death_signal(None).map(done)?)
        }
        "capabilities" => {
            let sets = rustix::thread::capabilities(None)?;
            Ok(format!("{}", sets.effective.bits() | sets.permitted.bits()))
        }
        "signal-self" => {
            let own = rustix::process::getpid();
            Ok(rustix::process::test_kill_process(own).map(done)?)
        }
        "descriptors" => Ok(format!("{:?}", open_descriptors())),
        // SAFETY: no memory is involved; the x32 getpid.
        "x32" => system_call(unsafe { libc::syscall(0x4000_0000 + libc::SYS_getpid) }),
        "abort" => std::process::abort(),
        "hang" => hang(),
        other => files::attempt(other, argument)
            .or_else(|| calls::attempt(other))
            .or_else(|| servers::attempt(other, argument))
            .unwrap_or_else(|| panic!("unknown action {other}")),
    }
}

fn system_call(result: libc::c_long) -> io::Result<String> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok("ok".to_owned()),
    }
}

fn unspecified(peer: SocketAddr) -> SocketAddr {
    match peer {
        SocketAddr::V4(_) => "0.0.0.0:0".parse().expect("an address"),
        SocketAddr::V6(_) => "[::]:0".parse().expect("an address"),
    }
}

fn tcp_nonblocking(address: SocketAddr) -> io::Result<()> {
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(family, SocketType::STREAM, flags, None)?;
    match rustix::net::connect(&socket, &address) {
        Err(rustix::io::Errno::INPROGRESS) => {}
        other => return Ok(other?),
    }
    poll(&mut [PollFd::new(&socket, PollFlags::OUT)], None)?;
    Ok(sockopt::socket_error(&socket)??)
}

/// Connects again and again while another thread switches the address between an allowed and a refused port.
fn race(ports: &str) {
    let (allowed, refused) = ports.split_once(',').expect("two ports");
    let encode = |port: &str| {
        let [high, low] = port.parse::<u16>().expect("a port").to_be_bytes();
        u64::from_ne_bytes([2, 0, high, low, 127, 0, 0, 1])
    };
    let (allowed, refused) = (encode(allowed), encode(refused));
    let address = [AtomicU64::new(allowed), AtomicU64::new(0)];
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                address[0].store(refused, Ordering::Relaxed);
                address[0].store(allowed, Ordering::Relaxed);
            }
        });
        for _ in 0..300 {
            let socket = socket_with(
                AddressFamily::INET,
                SocketType::STREAM,
                SocketFlags::CLOEXEC,
                None,
            )
            .expect("a socket");
            // SAFETY: the address is 16 bytes that live on; that they change is the point.
            unsafe { libc::connect(socket.as_raw_fd(), address.as_ptr().cast(), 16) };
        }
        stop.store(true, Ordering::Relaxed);
    });
}
