use std::io;

use bytes::{Buf, BytesMut};
use tokio::net::UnixStream;
use trickle_protocol::{
    FrameError, TO_POOL_MAX_BYTES, TO_WORKER_MAX_BYTES, ToPool, ToWorker, encode_frame, read_frame,
};

const READ_BYTES: usize = 16 << 10;
const LENGTH_BYTES: usize = 4;

/// A buffer that took a longer frame is given back: a worker lives for many minutes after its longest answer.
const KEPT_BYTES: usize = 64 << 10;

/// The pool's end of the control socket: frames in, frames out, and neither ever waits for the other.
pub(super) struct Link {
    pub stream: UnixStream,
    pub inbox: Inbox,
    pub outbox: Outbox,
}

impl Link {
    pub fn new(stream: UnixStream) -> Self {
        Self {
            stream,
            inbox: Inbox::default(),
            outbox: Outbox::default(),
        }
    }
}

/// A message with the length of its frame.
pub(super) struct Received {
    pub message: ToPool,
    pub bytes: usize,
}

/// What has arrived and was not yet understood. It grows with what the worker sent, not with what it announced.
#[derive(Default)]
pub(super) struct Inbox(BytesMut);

impl Inbox {
    /// The next message.
    ///
    /// # Cancel safety
    /// Cancel safe: half a frame stays here.
    pub async fn next(&mut self, stream: &UnixStream) -> Result<Received, FrameError> {
        loop {
            if let Some(received) = self.parse().await? {
                return Ok(received);
            }
            stream.readable().await.map_err(FrameError::Io)?;
            self.fill(stream)?;
        }
    }

    /// The next message of a worker that has ended: what is not there now will not come.
    pub async fn next_now(&mut self, stream: &UnixStream) -> Result<Option<Received>, FrameError> {
        loop {
            if let Some(received) = self.parse().await? {
                return Ok(Some(received));
            }
            match self.fill(stream) {
                Ok(true) => {}
                Ok(false) | Err(FrameError::Closed) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads once; false when there was nothing.
    fn fill(&mut self, stream: &UnixStream) -> Result<bool, FrameError> {
        self.0.reserve(READ_BYTES);
        match stream.try_read_buf(&mut self.0) {
            Ok(0) => Err(FrameError::Closed),
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            // What a Unix socket says when the other side died with unread frames.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Err(FrameError::Closed),
            Err(error) => Err(FrameError::Io(error)),
        }
    }

    /// Never waits: `read_frame` is given a whole frame.
    async fn parse(&mut self) -> Result<Option<Received>, FrameError> {
        let Some(length) = self.0.first_chunk::<LENGTH_BYTES>() else {
            return Ok(None);
        };
        let bytes = u32::from_le_bytes(*length) as usize;
        if bytes > TO_POOL_MAX_BYTES {
            let max_bytes = TO_POOL_MAX_BYTES;
            return Err(FrameError::TooLong { bytes, max_bytes });
        }
        let Some(mut frame) = self.0.get(..LENGTH_BYTES + bytes) else {
            return Ok(None);
        };
        let message = read_frame(&mut frame, TO_POOL_MAX_BYTES).await?;
        if bytes > KEPT_BYTES {
            self.0 = BytesMut::from(&self.0[LENGTH_BYTES + bytes..]);
        } else {
            self.0.advance(LENGTH_BYTES + bytes);
        }
        Ok(Some(Received { message, bytes }))
    }
}

/// What the worker has not yet taken.
#[derive(Default)]
pub(super) struct Outbox(BytesMut);

impl Outbox {
    /// Adds a message; [`Outbox::flush`] sends it.
    ///
    /// # Errors
    /// `TooLong`; nothing was added then.
    pub fn push(&mut self, message: &ToWorker) -> Result<(), FrameError> {
        self.0
            .extend_from_slice(&encode_frame(message, TO_WORKER_MAX_BYTES)?);
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets everything: there is nobody to take it.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Sends what the worker takes now.
    pub fn flush_now(&mut self, stream: &UnixStream) -> io::Result<()> {
        while !self.0.is_empty() {
            match stream.try_write(&self.0) {
                Ok(sent) => self.0.advance(sent),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        if self.0.is_empty() {
            self.0 = BytesMut::new();
        }
        Ok(())
    }

    /// Sends everything.
    ///
    /// # Cancel safety
    /// Cancel safe: what was not sent stays here.
    pub async fn flush(&mut self, stream: &UnixStream) -> io::Result<()> {
        while !self.is_empty() {
            stream.writable().await?;
            self.flush_now(stream)?;
        }
        Ok(())
    }
}
