use std::io::Read;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use tokio::net::{TcpSocket, UnixStream};
use trickle_jail::{Decision, Egress, EgressEntry, Exit, Refusal, receive_hand_over};

use crate::subject::{LIMIT, finish, launch, launcher, run, start, start_with, wait_for};

/// Bound and not listening: nobody else gets the port, and who connects is refused.
fn closed() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket
}

#[tokio::test]
async fn tcp_goes_where_a_rule_allows() {
    let start = Instant::now();
    for host in ["127.0.0.1", "[::1]"] {
        let listener = TcpListener::bind(format!("{host}:0")).unwrap();
        let open = listener.local_addr().unwrap().to_string();
        let blocking = format!("tcp={open}");
        let nonblocking = format!("tcp-nonblocking={open}");
        let (lines, exit, log) = run(&[&open], &[&blocking, &nonblocking]).await;
        assert_eq!(lines, ["tcp ok", "tcp-nonblocking ok"]);
        assert_eq!(exit, Exit::Code(0));
        let entries = log.since(start);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].to_string(), open);
        assert_eq!(entries[0].decision, Decision::Allow);

        let mut said = String::new();
        let (mut first, _) = listener.accept().unwrap();
        first.read_to_string(&mut said).unwrap();
        assert_eq!(said, "hello");
    }
}

#[tokio::test]
async fn tcp_is_refused_elsewhere() {
    let start = Instant::now();
    let v4 = TcpListener::bind("127.0.0.1:0").unwrap();
    let v6 = TcpListener::bind("[::1]:0").unwrap();
    let v4_address = v4.local_addr().unwrap();
    let v6_address = v6.local_addr().unwrap();
    let actions = [
        format!("tcp={v4_address}"),
        format!("tcp-nonblocking={v4_address}"),
        format!("tcp={v6_address}"),
        format!("tcp=[::ffff:127.0.0.1]:{}", v4_address.port()),
        "tcp=169.254.169.254:80".to_owned(),
    ];
    let actions: Vec<_> = actions.iter().map(String::as_str).collect();
    let (lines, _, log) = run(&["127.0.0.1:1", "169.254.0.0/16"], &actions).await;
    assert_eq!(
        lines,
        [
            "tcp EACCES",
            "tcp-nonblocking EACCES",
            "tcp EACCES",
            "tcp EACCES",
            "tcp EACCES"
        ]
    );
    let entries = log.since(start);
    let refusals: Vec<_> = entries.iter().filter_map(EgressEntry::refusal).collect();
    // What is refused again is told once.
    let private = [Refusal::Private; 3];
    assert_eq!(refusals, [&private[..], &[Refusal::Metadata]].concat());
    assert_eq!(entries[0].address, Some(v4_address));
    for listener in [v4, v6] {
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "nobody came");
    }
}

#[tokio::test]
async fn what_a_peer_does_not_take_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let open = listener.local_addr().unwrap();
    let (lines, _, _) = run(&[&open.to_string()], &[&format!("tcp-flood={open}")]).await;
    assert_eq!(lines, ["tcp-flood ok"]);
    let _deaf = listener.accept().unwrap();
    // The child has gone; its end of the connection has not.
    assert!(has_connection_to(open.port()));
    let until = Instant::now() + LIMIT;
    while has_connection_to(open.port()) {
        assert!(Instant::now() < until, "it waits for ever");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Whether this machine has an end of a connection to that port, whoever has it.
fn has_connection_to(port: u16) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let peer = format!(":{port:04X}");
    let mut peers = table
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2));
    peers.any(|address| address.ends_with(&peer))
}

#[tokio::test]
async fn errors_of_the_network_come_through() {
    let closed = closed();
    let address = closed.local_addr().unwrap();
    let blocking = format!("tcp={address}");
    let nonblocking = format!("tcp-nonblocking={address}");
    let (lines, ..) = run(&["127.0.0.1"], &[&blocking, &nonblocking]).await;
    assert_eq!(lines, ["tcp ECONNREFUSED", "tcp-nonblocking ECONNREFUSED"]);
}

#[tokio::test]
async fn options_of_the_socket_are_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (lines, ..) = run(&[&address], &[&format!("options={address}")]).await;
    assert_eq!(lines, ["options no delay true, keep-alive 77 s"]);
}

#[tokio::test]
async fn connections_at_once_are_bounded() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let start = Instant::now();
    let many = format!("many={address}");
    let (again, kept) = (format!("tcp={address}"), format!("keep={address}"));
    let started = start_with("/nonexistent", &[&address], &[&many, &again, &kept], 10).await;
    let log = std::sync::Arc::clone(&started.egress.log);
    let (lines, _) = finish(started.child).await;
    // Those that were closed count no more.
    assert_eq!(lines, ["many ok", "tcp ok", "keep 10"]);
    let last = log.since(start).pop().unwrap();
    assert_eq!(last.refusal(), Some(Refusal::TooManyAtOnce));
}

#[tokio::test]
async fn connections_are_counted() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let start = Instant::now();
    std::thread::spawn(move || while listener.accept().is_ok() {});
    let actions = vec![format!("tcp={address}"); 1001];
    let actions: Vec<_> = actions.iter().map(String::as_str).collect();
    let (lines, _, log) = run(&[&address], &actions).await;
    assert_eq!(lines.iter().filter(|line| *line == "tcp ok").count(), 1000);
    assert_eq!(lines.last().unwrap(), "tcp EACCES");
    let last = log.since(start).pop().unwrap();
    assert_eq!(last.refusal(), Some(Refusal::TooMany));
}

#[tokio::test]
async fn other_families_are_refused() {
    let actions = [
        "unix=/run/anything.sock",
        "netlink",
        "icmp=127.0.0.1:0",
        "udp",
        "not-a-socket=127.0.0.1:1",
        "bad-pointer",
    ];
    let (lines, ..) = run(&["127.0.0.1"], &actions).await;
    let no_family = ["unix", "netlink", "icmp", "udp"].map(|name| format!("{name} EAFNOSUPPORT"));
    assert_eq!(lines[..4], no_family);
    assert_eq!(lines[4..], ["not-a-socket ENOTSOCK", "bad-pointer EFAULT"]);
}

#[tokio::test]
async fn changing_the_address_after_the_check_is_of_no_use() {
    let start = Instant::now();
    let allowed = TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = TcpListener::bind("127.0.0.1:0").unwrap();
    let rule = allowed.local_addr().unwrap().to_string();
    let ports = [&allowed, &refused].map(|l| l.local_addr().unwrap().port().to_string());
    std::thread::spawn(move || while allowed.accept().is_ok() {});
    let (lines, _, log) = run(&[&rule], &[&format!("race={}", ports.join(","))]).await;
    assert_eq!(lines, ["race ok"]);
    refused.set_nonblocking(true).unwrap();
    assert!(refused.accept().is_err(), "nobody came");
    assert!(log.since(start).len() > 1);
}

#[tokio::test]
async fn a_child_that_waits_for_its_connect_can_be_killed() {
    // Nobody accepts and the queue is short, so that a further connect hangs.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let address = listener.local_addr().unwrap();
    let _first = std::net::TcpStream::connect(address).unwrap();
    let rule = address.to_string();
    let began = Instant::now();
    let started = start(&[&rule], &[&format!("tcp={address}")]).await;
    let log = &started.egress.log;
    wait_for("the connect", || !log.since(began).is_empty()).await;
    started.child.process.kill().unwrap();
    let exit = tokio::time::timeout(LIMIT, started.child.process.wait()).await;
    assert_eq!(exit.unwrap().unwrap(), Exit::Signal(libc::SIGKILL));
}

#[tokio::test]
async fn an_unenforced_child_says_so() {
    let launcher = launcher();
    let args = ["try-unenforced", "/nonexistent", "exec"];
    let child = launcher.launch(launch(&args)).await.unwrap();
    let control = UnixStream::from_std(child.control.try_clone().unwrap()).unwrap();
    let hand_over = receive_hand_over(&control).await.unwrap();
    assert!(matches!(hand_over.egress, Egress::Unenforced));
    let (lines, _) = finish(child).await;
    assert_eq!(lines, ["exec EPERM"]);
}

#[tokio::test]
async fn nobody_can_be_served() {
    let actions = ["tcp-bind=0.0.0.0:0", "tcp-listen", "tcp-accept"];
    let (lines, ..) = run(&["0.0.0.0/0", "::/0"], &actions).await;
    assert_eq!(
        lines,
        ["tcp-bind EPERM", "tcp-listen EPERM", "tcp-accept EPERM"]
    );
}
