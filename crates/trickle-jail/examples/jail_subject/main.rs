//! What the integration tests put into the jail: tries things and prints one line for each.
//!
//! `report` prints what it was started with, `try FOLDER ACTION…` locks itself down but for the folder and tries the actions,
//! `try-unenforced` does so where user notification is already taken, `threaded` tries to lock down
//! with two threads, `fill` takes memory and `spin-off` threads without end, `hang` waits to be killed, `exit CODE` exits, `supervise ARGUMENT…` is a supervisor that starts
//! this program with the arguments.

mod calls;
mod files;
mod servers;

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with, sockopt};
use rustix::process::Pid;
use trickle_jail::{
    Launch, Launcher, LockDown, Namespaces, lock_down, receive_hand_over, take_control_socket,
};

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
        ["fill"] => fill(),
        ["spin-off"] => spin_off(),
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
    println!("process {}", std::process::id());
    println!(
        "host {}",
        rustix::system::uname().nodename().to_string_lossy()
    );
    let table = std::fs::read_to_string("/proc/net/dev").unwrap();
    let interfaces: Vec<_> = table
        .lines()
        .filter_map(|line| line.split_once(':'))
        .collect();
    println!(
        "interfaces {}",
        interfaces
            .iter()
            .map(|(name, _)| name.trim())
            .collect::<Vec<_>>()
            .join(" ")
    );
    for kind in ["user", "net", "pid", "ipc", "uts", "cgroup"] {
        let link = std::fs::read_link(format!("/proc/self/ns/{kind}")).unwrap();
        println!("namespace {}", link.display());
    }
    for name in ["limits", "status", "oom_score_adj"] {
        print!(
            "{}",
            std::fs::read_to_string(format!("/proc/self/{name}")).unwrap()
        );
    }
}

fn open_descriptors() -> Vec<String> {
    use rustix::fs::FileType;
    (0..1024)
        .filter_map(|number| {
            // SAFETY: a number that is no descriptor only makes the call fail.
            let borrowed = unsafe { BorrowedFd::borrow_raw(number) };
            let mode = rustix::fs::fstat(borrowed).ok()?.st_mode;
            let kind = match FileType::from_raw_mode(mode) {
                FileType::CharacterDevice => "device",
                FileType::Fifo => "pipe",
                FileType::Socket => "socket",
                _ => "other",
            };
            Some(format!("{number}={kind}"))
        })
        .collect()
}

/// Takes memory until it may not.
fn fill() {
    let mut taken = Vec::new();
    loop {
        taken.push(vec![1_u8; 1 << 20]);
    }
}

/// Starts threads until it may not.
fn spin_off() {
    let started = (0..1000).map_while(|_| {
        let builder = std::thread::Builder::new().stack_size(64 << 10);
        builder.spawn(std::thread::park).ok()
    });
    println!("{} threads", started.count());
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
    let launcher = Launcher::start(Namespaces::none()).unwrap();
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
        "tcp-flood" => {
            let mut stream = TcpStream::connect(address())?;
            stream.set_nonblocking(true)?;
            while stream.write(&[0; 4096]).is_ok() {}
            Ok(done(()))
        }
        "udp" => UdpSocket::bind("0.0.0.0:0").map(|_| done(())),
        "options" => options(address()),
        "many" => {
            for _ in 0..50 {
                TcpStream::connect(address())?;
            }
            Ok(done(()))
        }
        "keep" => {
            let kept: Vec<_> = (0..50)
                .map_while(|_| TcpStream::connect(address()).ok())
                .collect();
            Ok(kept.len().to_string())
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
            Ok(format!("{user} {group}"))
        }
        "bad-pointer" => {
            let flags = SocketFlags::CLOEXEC;
            let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
            // SAFETY: the kernel, or the supervisor, only reads the address, and says so when it cannot.
            system_call(unsafe { libc::syscall(libc::SYS_connect, socket.as_raw_fd(), 8, 16) })
        }
        "race" => {
            race(argument);
            Ok("ok".to_owned())
        }
        "exec" => Err(Command::new("/bin/true").exec()),
        "fork" => Command::new("/bin/true").status().map(|_| done(())),
        "thread" => {
            std::thread::spawn(|| ()).join().expect("it does not panic");
            Ok("ok".to_owned())
        }
        "kill-parent" => {
            let kill = rustix::process::Signal::KILL;
            Ok(rustix::process::kill_process(parent(), kill).map(done)?)
        }
        "prlimit-parent" => {
            let limit = rustix::process::Rlimit {
                current: Some(3),
                maximum: Some(3),
            };
            let files = rustix::process::Resource::Nofile;
            Ok(rustix::process::prlimit(Some(parent()), files, limit).map(|_| done(()))?)
        }
        "forget-supervisor" => {
            Ok(rustix::process::set_parent_process_death_signal(None).map(done)?)
        }
        "signal-self" => {
            // SAFETY: no memory is involved; signal 0 only asks.
            system_call(unsafe { libc::raise(0) }.into())
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

/// The parent, or where it has no id some other process.
fn parent() -> Pid {
    rustix::process::getppid().unwrap_or_else(|| Pid::from_raw(2).expect("is not 0"))
}

fn system_call(result: libc::c_long) -> io::Result<String> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok("ok".to_owned()),
    }
}

/// What is set before a connect holds after it.
fn options(address: SocketAddr) -> io::Result<String> {
    let flags = SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
    sockopt::set_tcp_nodelay(&socket, true)?;
    sockopt::set_socket_keepalive(&socket, true)?;
    sockopt::set_tcp_keepidle(&socket, std::time::Duration::from_secs(77))?;
    rustix::net::connect(&socket, &address)?;
    let no_delay = sockopt::tcp_nodelay(&socket)?;
    let idle = sockopt::tcp_keepidle(&socket)?.as_secs();
    Ok(format!("no delay {no_delay}, keep-alive {idle} s"))
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

/// Connects again and again while another thread switches the address between an allowed and a refused port, until both were met.
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
        let mut met = [false; 2];
        for number in 0..100_000 {
            if number >= 300 && met == [true; 2] {
                break;
            }
            let socket = socket_with(
                AddressFamily::INET,
                SocketType::STREAM,
                SocketFlags::CLOEXEC,
                None,
            )
            .expect("a socket");
            // SAFETY: the address is 16 bytes that live on; that they change is the point.
            let done = unsafe { libc::connect(socket.as_raw_fd(), address.as_ptr().cast(), 16) };
            met[usize::from(done == 0)] = true;
        }
        stop.store(true, Ordering::Relaxed);
    });
}
