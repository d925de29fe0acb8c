//! The first message on the control socket: one byte, with the listener attached where there is one.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use tokio::io::Interest;
use tokio::net::UnixStream;

const BROKERED: u8 = b'L';
const UNENFORCED: u8 = b'U';

/// Who decides where a locked-down process may connect to.
#[derive(Debug)]
pub enum Egress {
    /// The supervisor, by this seccomp listener; give it to a [`crate::Broker`].
    Brokered(OwnedFd),
    /// Nobody: the kernel has no seccomp user notification. Warn loudly; only a firewall helps.
    Unenforced,
}

/// Why the supervisor did not get the listener. Kill the process.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveListenerError {
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

pub(crate) fn send(control: BorrowedFd<'_>, listener: Option<BorrowedFd<'_>>) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let descriptors: Vec<_> = listener.into_iter().collect();
    let byte = match descriptors.first() {
        Some(_) => BROKERED,
        None => UNENFORCED,
    };
    if !descriptors.is_empty() {
        ancillary.push(SendAncillaryMessage::ScmRights(&descriptors));
    }
    let bytes = [byte];
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
/// See [`ReceiveListenerError`].
pub async fn receive_listener(control: &UnixStream) -> Result<Egress, ReceiveListenerError> {
    let (byte, listener) = control
        .async_io(Interest::READABLE, || receive(control.as_fd()))
        .await
        .map_err(ReceiveListenerError::Read)?;
    match (byte, listener) {
        (None, _) => Err(ReceiveListenerError::Closed),
        (Some(BROKERED), Some(listener)) => Ok(Egress::Brokered(listener)),
        (Some(UNENFORCED), None) => Ok(Egress::Unenforced),
        _ => Err(ReceiveListenerError::Unexpected),
    }
}

fn receive(control: BorrowedFd<'_>) -> io::Result<(Option<u8>, Option<OwnedFd>)> {
    let mut byte = [0];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let message = recvmsg(
        control,
        &mut [IoSliceMut::new(&mut byte)],
        &mut ancillary,
        RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT,
    )?;
    let listener = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    Ok(((message.bytes == 1).then_some(byte[0]), listener))
}
