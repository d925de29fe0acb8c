//! What an attack must leave alone. Nothing but the walls protects it: every user may read and write it.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener};
use std::path::Path;

use tempfile::TempDir;

use crate::outside::random;

/// Listeners, and a folder with files; `secret*` are not to be read, nothing in it is to be changed.
pub struct Canaries {
    folder: TempDir,
    pub secret: String,
    laid_out: BTreeMap<String, Entry>,
    tcp: TcpListener,
    udp: UdpSocket,
    unix: UnixListener,
    datagrams: UnixDatagram,
    abstract_name: String,
    hidden: UnixListener,
}

#[derive(Debug, PartialEq)]
struct Entry {
    mode: u32,
    owner: u32,
    modified: (i64, i64),
    content: Option<Vec<u8>>,
}

impl Canaries {
    pub fn lay_out() -> Self {
        let folder = TempDir::new().unwrap();
        let secret = random();
        let path = folder.path();
        for (name, content) in [
            ("secret", secret.clone()),
            ("secret.json", format!("{{\"secret\":\"{secret}\"}}")),
            ("secret.js", format!("module.exports = '{secret}';")),
            ("secret.mjs", format!("export default '{secret}';")),
            ("victim", "untouched".to_owned()),
        ] {
            write(&path.join(name), &content, 0o666);
        }
        write(
            &path.join("program"),
            "#!/bin/sh\n: > \"$(dirname \"$0\")/started\"\n",
            0o777,
        );
        let unix = UnixListener::bind(path.join("socket")).unwrap();
        let datagrams = UnixDatagram::bind(path.join("datagrams")).unwrap();
        for name in ["socket", "datagrams", ""] {
            let everybody = Permissions::from_mode(0o777);
            std::fs::set_permissions(path.join(name), everybody).unwrap();
        }
        let abstract_name = format!("trickle-{}", random());
        let address = SocketAddr::from_abstract_name(&abstract_name).unwrap();
        let canaries = Self {
            laid_out: entries(path),
            secret,
            // Of both families, on every address of the machine.
            tcp: TcpListener::bind("[::]:0").unwrap(),
            udp: UdpSocket::bind("[::]:0").unwrap(),
            unix,
            datagrams,
            hidden: UnixListener::bind_addr(&address).unwrap(),
            abstract_name,
            folder,
        };
        canaries.tcp.set_nonblocking(true).unwrap();
        canaries.udp.set_nonblocking(true).unwrap();
        canaries.unix.set_nonblocking(true).unwrap();
        canaries.datagrams.set_nonblocking(true).unwrap();
        canaries.hidden.set_nonblocking(true).unwrap();
        canaries
    }

    /// Where they are, for the attacker's `configuration`.
    pub fn places(&self) -> BTreeMap<String, String> {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let tcp = self.tcp.local_addr().unwrap().port();
        let udp = self.udp.local_addr().unwrap().port();
        [
            ("FOLDER", self.folder.path().display().to_string()),
            ("SECRET", path("secret")),
            ("VICTIM", path("victim")),
            ("PROGRAM", path("program")),
            ("SOCKET", path("socket")),
            ("DATAGRAMS", path("datagrams")),
            ("ABSTRACT", self.abstract_name.clone()),
            ("TCP", tcp.to_string()),
            ("UDP", udp.to_string()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
    }

    /// What happened to them; nothing, if all is well.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut heard = |what: &str, error: Option<ErrorKind>| {
            if error != Some(ErrorKind::WouldBlock) {
                complaints.push(format!("{what} heard something"));
            }
        };
        let mut byte = [0];
        heard("the TCP port", self.tcp.accept().err().map(|e| e.kind()));
        heard(
            "the UDP port",
            self.udp.recv(&mut byte).err().map(|e| e.kind()),
        );
        heard(
            "the Unix socket",
            self.unix.accept().err().map(|e| e.kind()),
        );
        heard(
            "the Unix datagram socket",
            self.datagrams.recv(&mut byte).err().map(|e| e.kind()),
        );
        heard(
            "the abstract socket",
            self.hidden.accept().err().map(|e| e.kind()),
        );
        let now = entries(self.folder.path());
        if now != self.laid_out {
            complaints.push(format!("files have changed: {now:?}"));
        }
        complaints
    }
}

fn write(path: &Path, content: &str, mode: u32) {
    std::fs::write(path, content).unwrap();
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn entries(folder: &Path) -> BTreeMap<String, Entry> {
    let entry = |path: &Path| {
        let kind = std::fs::symlink_metadata(path).unwrap();
        Entry {
            mode: kind.mode(),
            owner: kind.uid(),
            modified: (kind.mtime(), kind.mtime_nsec()),
            content: std::fs::read(path).ok(),
        }
    };
    let found = std::fs::read_dir(folder).unwrap().map(|found| {
        let found = found.unwrap();
        let name = found.file_name().to_string_lossy().into_owned();
        (name, entry(&found.path()))
    });
    found.chain([(".".to_owned(), entry(folder))]).collect()
}

type Touch = fn(&Canaries);

/// Each of them notices what it is there for.
#[test]
fn canaries_notice() {
    let touch: [(&str, Touch); 7] = [
        ("TCP port", |canaries| {
            let port = canaries.tcp.local_addr().unwrap().port();
            std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        }),
        ("UDP port", |canaries| {
            let port = canaries.udp.local_addr().unwrap().port();
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.send_to(b"x", ("127.0.0.1", port)).unwrap();
        }),
        ("Unix socket", |canaries| {
            let path = canaries.folder.path().join("socket");
            std::os::unix::net::UnixStream::connect(path).unwrap();
        }),
        ("Unix datagram socket", |canaries| {
            let path = canaries.folder.path().join("datagrams");
            let socket = UnixDatagram::unbound().unwrap();
            socket.send_to(b"x", path).unwrap();
        }),
        ("abstract socket", |canaries| {
            let address = SocketAddr::from_abstract_name(&canaries.abstract_name).unwrap();
            std::os::unix::net::UnixStream::connect_addr(&address).unwrap();
        }),
        ("files have changed", |canaries| {
            std::fs::write(canaries.folder.path().join("victim"), "touched").unwrap();
        }),
        ("files have changed", |canaries| {
            std::fs::write(canaries.folder.path().join("new"), "").unwrap();
        }),
    ];
    for (complaint, touch) in touch {
        let canaries = Canaries::lay_out();
        assert_eq!(canaries.complaints(), [""; 0]);
        touch(&canaries);
        let complaints = canaries.complaints();
        assert!(complaints.len() == 1, "{complaints:?}");
        assert!(complaints[0].contains(complaint), "{complaints:?}");
    }
}
