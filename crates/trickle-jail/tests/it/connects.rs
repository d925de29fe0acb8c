use std::io::Read;
use std::net::{TcpListener, UdpSocket};
use std::time::Instant;

use tokio::net::UnixStream;
use trickle_jail::{Decision, Egress, Exit, Launcher, Transport, receive_hand_over};

use crate::subject::{LIMIT, finish, launch, run, start, wait_for};

fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn tcp_goes_where_a_rule_allows() {
    for host in ["127.0.0.1", "[::1]"] {
        let listener = TcpListener::bind(format!("{host}:0")).unwrap();
        let open = listener.local_addr().unwrap().to_string();
        let blocking = format!("tcp={open}");
        let nonblocking = format!("tcp-nonblocking={open}");
        let (lines, exit, log) = run(&[&open], &[&blocking, &nonblocking]).await;
        assert_eq!(lines, ["tcp ok", "tcp-nonblocking ok"]);
        assert_eq!(exit, Exit::Code(0));
        let entries = log.entries();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].address.to_string(), open);
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
    let refusals = log.refusals_since(start);
    assert_eq!(refusals.len(), 5);
    assert_eq!(refusals[0].address, v4_address);
    assert_eq!(refusals[0].transport, Transport::Tcp);
    for listener in [v4, v6] {
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "nobody came");
    }
}

#[tokio::test]
async fn errors_of_the_network_come_through() {
    let port = closed_port();
    let blocking = format!("tcp=127.0.0.1:{port}");
    let nonblocking = format!("tcp-nonblocking=127.0.0.1:{port}");
    let (lines, ..) = run(&["127.0.0.1"], &[&blocking, &nonblocking]).await;
    assert_eq!(lines, ["tcp ECONNREFUSED", "tcp-nonblocking ECONNREFUSED"]);
}

#[tokio::test]
async fn udp_follows_the_same_rules() {
    let open = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = open.local_addr().unwrap().to_string();
    let actions = [
        format!("udp={address}"),
        "udp=127.0.0.1:9".to_owned(),
        format!("udp-sendto={address}"),
        "udp-sendto=127.0.0.1:9".to_owned(),
        format!("fast-open={address}"),
    ];
    let actions: Vec<_> = actions.iter().map(String::as_str).collect();
    let (lines, _, log) = run(&[&address], &actions).await;
    assert_eq!(
        lines,
        [
            "udp ok",
            "udp EACCES",
            "udp-sendto ok",
            "udp-sendto EACCES",
            "fast-open EPERM"
        ]
    );
    let entries = log.entries();
    assert_eq!(entries.len(), 3, "allowed datagrams are not recorded");
    assert_eq!(entries[2].transport, Transport::Udp);
    assert_eq!(entries[2].decision, Decision::Refuse);
    for expected in ["hello", "hello to you"] {
        let mut said = [0; 16];
        let length = open.recv(&mut said).unwrap();
        assert_eq!(&said[..length], expected.as_bytes());
    }
}

#[tokio::test]
async fn other_families_are_refused() {
    let actions = [
        "unix=/run/anything.sock",
        "netlink",
        "icmp=127.0.0.1:0",
        "not-a-socket=127.0.0.1:1",
        "bad-pointer",
    ];
    let (lines, ..) = run(&["127.0.0.1"], &actions).await;
    assert_eq!(lines[..2], ["unix EAFNOSUPPORT", "netlink EAFNOSUPPORT"]);
    // Raw sockets take a capability, which root has lost.
    assert_eq!(
        lines[2..],
        ["icmp EPERM", "not-a-socket ENOTSOCK", "bad-pointer EFAULT"]
    );
}

#[tokio::test]
async fn changing_the_address_after_the_check_is_of_no_use() {
    let allowed = TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = TcpListener::bind("127.0.0.1:0").unwrap();
    let rule = allowed.local_addr().unwrap().to_string();
    let ports = [&allowed, &refused].map(|l| l.local_addr().unwrap().port().to_string());
    std::thread::spawn(move || while allowed.accept().is_ok() {});
    let (lines, _, log) = run(&[&rule], &[&format!("race={}", ports.join(","))]).await;
    assert_eq!(lines, ["race ok"]);
    refused.set_nonblocking(true).unwrap();
    assert!(refused.accept().is_err(), "nobody came");
    assert_eq!(log.entries().len(), 64);
}

#[tokio::test]
async fn a_child_that_waits_for_its_connect_can_be_killed() {
    // Nobody accepts and the queue is short, so that a further connect hangs.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let address = listener.local_addr().unwrap();
    let _first = std::net::TcpStream::connect(address).unwrap();
    let rule = address.to_string();
    let started = start(&[&rule], &[&format!("tcp={address}")]).await;
    wait_for("the connect", || !started.broker.log().entries().is_empty()).await;
    started.child.process.kill().unwrap();
    let exit = tokio::time::timeout(LIMIT, started.child.process.wait()).await;
    assert_eq!(exit.unwrap().unwrap(), Exit::Signal(libc::SIGKILL));
}

#[tokio::test]
async fn an_unenforced_child_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let launcher = Launcher::start().unwrap();
    let action = format!("tcp={}", listener.local_addr().unwrap());
    let args = ["try-unenforced", "/nonexistent", &action, "exec"];
    let child = launcher.launch(launch(&args)).await.unwrap();
    let control = UnixStream::from_std(child.control.try_clone().unwrap()).unwrap();
    let hand_over = receive_hand_over(&control).await.unwrap();
    assert!(matches!(hand_over.egress, Egress::Unenforced));
    let (lines, _) = finish(child).await;
    assert_eq!(lines, ["tcp ok", "exec EPERM"]);
}

#[tokio::test]
async fn nobody_can_be_served() {
    let free = format!("udp-bind=0.0.0.0:{}", closed_port());
    let actions = [
        "tcp-bind=0.0.0.0:0",
        "tcp-listen",
        "tcp-accept",
        "udp-bind=127.0.0.1:0",
        &free,
        "udp-bind=[::]:0",
    ];
    let (lines, ..) = run(&["0.0.0.0/0", "::/0"], &actions).await;
    assert_eq!(
        lines,
        [
            "tcp-bind EACCES",
            "tcp-listen EPERM",
            "tcp-accept EPERM",
            "udp-bind EACCES",
            "udp-bind another port",
            "udp-bind another port",
        ]
    );
}

#[tokio::test]
async fn names_resolve_in_the_child() {
    let (lines, ..) = run(&[], &["resolve=localhost"]).await;
    assert_eq!(lines, ["resolve ok"]);
}
