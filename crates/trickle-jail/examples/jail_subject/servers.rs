//! What takes part in others' traffic.

use std::io;
use std::net::{SocketAddr, TcpListener};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

/// `None` for what is none of these.
pub fn attempt(name: &str, argument: &str) -> Option<io::Result<String>> {
    let known = ["netlink", "tcp-bind", "tcp-listen", "tcp-accept"];
    known.contains(&name).then(|| serve(name, argument))
}

fn serve(name: &str, argument: &str) -> io::Result<String> {
    let address = || argument.parse::<SocketAddr>().expect("an address");
    let done = |()| "ok".to_owned();
    match name {
        "netlink" => {
            let flags = SocketFlags::CLOEXEC;
            let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
            drop(socket);
            Ok(done(()))
        }
        "tcp-listen" => {
            let flags = SocketFlags::CLOEXEC;
            let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
            // Without `bind` the kernel picks a port.
            Ok(rustix::net::listen(&socket, 1).map(done)?)
        }
        "tcp-accept" => {
            let flags = SocketFlags::CLOEXEC;
            let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
            Ok(rustix::net::accept(&socket).map(|_| done(()))?)
        }
        "tcp-bind" => TcpListener::bind(address()).map(|_| done(())),
        other => unreachable!("{other} is not known"),
    }
}
