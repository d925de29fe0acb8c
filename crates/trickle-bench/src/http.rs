//! The least HTTP that can be: the baseline's client must not cost the baseline its time.

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::caller::Caller;

const READ_BYTES: usize = 4 << 10;
const ANSWER_MAX_BYTES: usize = 256 << 10;

/// Calls over one connection that is kept alive.
pub struct HttpCaller {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl HttpCaller {
    /// Connected to that port of this machine, to send that request again and again.
    pub async fn connect(port: u16, request: String) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await;
        let stream = stream.context("connect to the server")?;
        stream.set_nodelay(true).context("set TCP_NODELAY")?;
        Ok(Self {
            stream,
            request: request.into_bytes(),
            answer: Vec::with_capacity(READ_BYTES),
        })
    }
}

impl Caller for HttpCaller {
    async fn call(&mut self) -> anyhow::Result<()> {
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        while !is_whole(&self.answer)? {
            let read = self.stream.read_buf(&mut self.answer).await?;
            ensure!(read > 0, "the server hung up");
        }
        let is_good = self.answer.starts_with(b"HTTP/1.1 200 ");
        ensure!(is_good, "the server answered with an error");
        Ok(())
    }
}

fn is_whole(answer: &[u8]) -> anyhow::Result<bool> {
    ensure!(answer.len() <= ANSWER_MAX_BYTES, "the answer is too long");
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return Ok(false);
    };
    let head = std::str::from_utf8(&answer[..end]).context("read the answer's head")?;
    for line in head.lines() {
        if let Some(length) = line.strip_prefix("content-length: ") {
            let length: usize = length.parse().context("read the answer's length")?;
            return Ok(answer.len() >= end + 4 + length);
        }
    }
    bail!("the answer has no length")
}
