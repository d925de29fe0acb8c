//! The first message on the control socket: four bytes, for [`Egress`], [`FileAccess`], [`Identity`] and [`FileView`], with the
//! listener attached where there is one.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use tokio::io::Interest;
use tokio::net::UnixStream;

use crate::files::FileAccess;
use crate::identity::Identity;
use crate::view::FileView;

const BROKERED: u8 = b'L';
const UNENFORCED: u8 = b'U';
const ENFORCED: u8 = b'E';
const NOBODY: u8 = b'N';
const SUPERVISOR: u8 = b'S';
const ROOT: u8 = b'R';
const GRANTED: u8 = b'G';
const MACHINE: u8 = b'M';
const LENGTH: usize = 4;

/// How far a process could lock itself down; less than all where the kernel or the supervisor's rights do not suffice.
#[derive(Debug)]
pub struct HandOver {
    /// Who decides about its connections.
    pub egress: Egress,
    /// Whether its files are held by the kernel.
    pub files: FileAccess,
    /// Who it runs as.
    pub identity: Identity,
    /// Which files it can see.
    pub view: FileView,
}

/// What a process did to itself, beside its filters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub files: FileAccess,
    pub identity: Identity,
    pub view: FileView,
}

/// Who decides where a locked-down process may connect to.
#[derive(Debug)]
pub enum Egress {
    /// The supervisor, by this seccomp listener; give it to a [`crate::Broker`].
    Brokered(OwnedFd),
    /// Nobody: the kernel has no seccomp user notification. Warn loudly; only a firewall helps.
    Unenforced,
}

/// Why the supervisor did not hear of the lock-down. Kill the process.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveHandOverError {
    /// The socket failed.
    #[error("read the control socket")]
    Read(#[source] io::Error),
    /// The process ended before it was locked down.
    #[error("lock the process down: it closed its control socket")]
    Closed,
    /// Something else was said first.
    #[error("understand the process's first message")]
    Unexpected,
}

pub(crate) fn send(
    control: BorrowedFd<'_>,
    listener: Option<BorrowedFd<'_>>,
    held: Held,
) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let descriptors: Vec<_> = listener.into_iter().collect();
    let bytes = [
        match descriptors.first() {
            Some(_) => BROKERED,
            None => UNENFORCED,
        },
        match held.files {
            FileAccess::Enforced => ENFORCED,
            FileAccess::Unenforced => UNENFORCED,
        },
        match held.identity {
            Identity::Nobody => NOBODY,
            Identity::Supervisor => SUPERVISOR,
            Identity::Root => ROOT,
        },
        match held.view {
            FileView::Granted => GRANTED,
            FileView::Machine => MACHINE,
        },
    ];
    if !descriptors.is_empty() {
        ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
    }
    rustix::io::retry_on_intr(|| {
        let bytes = [IoSlice::new(&bytes)];
        sendmsg(control, &bytes, &mut ancillary, SendFlags::NOSIGNAL)
    })?;
    Ok(())
}

/// Waits for the hand-over that `lock_down` sends first. Reads exactly that, so the socket is then at the protocol's first byte.
///
/// # Cancel safety
///
/// Cancel safe.
///
/// # Errors
///
/// See [`ReceiveHandOverError`].
pub async fn receive_hand_over(control: &UnixStream) -> Result<HandOver, ReceiveHandOverError> {
    let received = control
        .async_io(Interest::READABLE, || receive(control.as_fd()))
        .await
        .map_err(ReceiveHandOverError::Read)?;
    if received.length == 0 {
        return Err(ReceiveHandOverError::Closed);
    }
    // Sent in one piece, it arrives in one.
    understand(received).ok_or(ReceiveHandOverError::Unexpected)
}

struct Received {
    length: usize,
    bytes: [u8; LENGTH],
    listener: Option<OwnedFd>,
}

fn understand(received: Received) -> Option<HandOver> {
    let [egress, files, identity, view] = received.bytes;
    let egress = match (egress, received.listener) {
        (BROKERED, Some(listener)) => Egress::Brokered(listener),
        (UNENFORCED, None) => Egress::Unenforced,
        _ => return None,
    };
    let files = match files {
        ENFORCED => FileAccess::Enforced,
        UNENFORCED => FileAccess::Unenforced,
        _ => return None,
    };
    let identity = match identity {
        NOBODY => Identity::Nobody,
        SUPERVISOR => Identity::Supervisor,
        ROOT => Identity::Root,
        _ => return None,
    };
    let view = match view {
        GRANTED => FileView::Granted,
        MACHINE => FileView::Machine,
        _ => return None,
    };
    (received.length == LENGTH).then_some(HandOver {
        egress,
        files,
        identity,
        view,
    })
}

fn receive(control: BorrowedFd<'_>) -> io::Result<Received> {
    let mut bytes = [0; LENGTH];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let message = recvmsg(
        control,
        &mut [IoSliceMut::new(&mut bytes)],
        &mut ancillary,
        RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT,
    )?;
    let listener = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    Ok(Received {
        length: message.bytes,
        bytes,
        listener,
    })
}
