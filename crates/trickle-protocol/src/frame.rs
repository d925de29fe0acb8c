//! Length-prefixed JSON.

use serde::{Serialize, de::DeserializeOwned};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

/// Largest frame to a worker: eight scripts of 100 KiB, escaped, and their configuration.
pub const TO_WORKER_MAX_BYTES: usize = 8 << 20;

/// Largest frame to the pool: an answer of 1 MiB in which every byte is escaped, and room for the error beside it.
pub const TO_POOL_MAX_BYTES: usize = 7 << 20;

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The other side closed the socket between frames.
    #[error("the peer closed the connection")]
    Closed,
    /// The socket failed or ended within a frame.
    #[error("transfer a frame")]
    Io(#[source] std::io::Error),
    /// A frame beyond the maximum.
    #[error("accept a frame of {bytes} bytes, the maximum is {max_bytes}")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// The maximum in this direction.
        max_bytes: usize,
    },
    /// Not a message.
    #[error("parse a frame")]
    Malformed(#[source] serde_json::Error),
}

/// Reads one message of at most `max_bytes`.
///
/// # Errors
/// See [`FrameError`]; after any of them the stream is out of step and of no more use.
///
/// # Cancel safety
/// Not cancel safe: a dropped future may have read half a frame.
pub async fn read_frame<T: DeserializeOwned>(
    stream: &mut (impl AsyncRead + Unpin),
    max_bytes: usize,
) -> Result<T, FrameError> {
    let mut length = [0; 4];
    match stream.read_exact(&mut length).await {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            return Err(FrameError::Closed);
        }
        Err(error) => return Err(FrameError::Io(error)),
    }
    let bytes = u32::from_le_bytes(length) as usize;
    if bytes > max_bytes {
        return Err(FrameError::TooLong { bytes, max_bytes });
    }
    // It may hold passwords.
    let mut body = Zeroizing::new(vec![0; bytes]);
    stream
        .read_exact(&mut body[..])
        .await
        .map_err(FrameError::Io)?;
    serde_json::from_slice(&body).map_err(FrameError::Malformed)
}

/// A message of at most `max_bytes` as a frame.
///
/// # Errors
/// The message is too long, or has a map whose keys are no text.
pub fn encode_frame<T: Serialize>(message: &T, max_bytes: usize) -> Result<Vec<u8>, FrameError> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, message).map_err(FrameError::Malformed)?;
    let bytes = frame.len() - 4;
    let length = u32::try_from(bytes).ok().filter(|_| bytes <= max_bytes);
    let Some(length) = length else {
        return Err(FrameError::TooLong { bytes, max_bytes });
    };
    frame[..4].copy_from_slice(&length.to_le_bytes());
    Ok(frame)
}

/// Writes one message of at most `max_bytes`.
///
/// # Errors
/// See [`FrameError`]; after `TooLong` the stream can still be used.
///
/// # Cancel safety
/// Not cancel safe: a dropped future may have written half a frame.
pub async fn write_frame<T: Serialize>(
    stream: &mut (impl AsyncWrite + Unpin),
    message: &T,
    max_bytes: usize,
) -> Result<(), FrameError> {
    let frame = encode_frame(message, max_bytes)?;
    stream.write_all(&frame).await.map_err(FrameError::Io)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "current_thread")]
    async fn a_message_comes_back() {
        let (mut near, mut far) = tokio::io::duplex(64);
        let sent = vec!["ä".repeat(100)];
        let (written, read) = tokio::join!(
            write_frame(&mut near, &sent, 1024),
            read_frame::<Vec<String>>(&mut far, 1024)
        );
        written.unwrap();
        assert_eq!(read.unwrap(), sent);
    }

    #[tokio::test(flavor = "current_thread")]
    async fn a_length_is_refused_before_its_bytes_are_read() {
        let mut stream: &[u8] = &u32::MAX.to_le_bytes();
        let error = read_frame::<String>(&mut stream, 1024).await.unwrap_err();
        assert!(matches!(
            error,
            FrameError::TooLong {
                max_bytes: 1024,
                ..
            }
        ));
    }

    #[tokio::test(flavor = "current_thread")]
    async fn an_end_between_frames_and_one_within_differ() {
        let mut nothing: &[u8] = &[];
        let error = read_frame::<String>(&mut nothing, 9).await.unwrap_err();
        assert!(matches!(error, FrameError::Closed));
        let mut half: &[u8] = &[9, 0, 0, 0, b'"'];
        let error = read_frame::<String>(&mut half, 9).await.unwrap_err();
        assert!(matches!(error, FrameError::Io(_)));
    }
}
