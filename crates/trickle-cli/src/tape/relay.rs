//! One connection of a recorded run.

use std::{io, net::TcpStream as StdTcpStream, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, sleep_until},
};

use super::{
    log::{Bytes, Passed},
    tls,
};

const BUFFER_BYTES: usize = 16 << 10;

/// What stands behind a mark: names and certificates.
const ASKED_MAX_BYTES: usize = 1 << 20;

/// How long what may be the beginning of the mark waits for the rest, which the script writes in one piece with it.
const HELD_LIMIT: Duration = Duration::from_millis(50);

/// Carries bytes between a script and its server, and tells what passes. Where `mark` comes from the script, with a line of JSON
/// behind it, TLS with the server begins; what is told is what is in it.
pub async fn pass(
    client: StdTcpStream,
    server: StdTcpStream,
    mark: &str,
    tell: impl Fn(Passed),
) -> io::Result<()> {
    let (mut client, mut server) = (usable(client)?, usable(server)?);
    let mut search = Search::new(mark.as_bytes());
    let (mut up, mut down) = (vec![0; BUFFER_BYTES], vec![0; BUFFER_BYTES]);
    let mut client_ended = false;
    let mut held_until = Instant::now();
    let asked = loop {
        tokio::select! {
            read = client.read(&mut up), if !client_ended => {
                let size = read?;
                client_ended = size == 0;
                if client_ended {
                    let held = search.rest();
                    send(&mut server, &held, &tell, Passed::Sent).await?;
                    let _ = server.shutdown().await;
                    continue;
                }
                let (plain, asked) = search.take(&up[..size])?;
                send(&mut server, &plain, &tell, Passed::Sent).await?;
                if let Some(asked) = asked {
                    break asked;
                }
                held_until = Instant::now() + HELD_LIMIT;
            }
            () = sleep_until(held_until), if search.is_undecided() => {
                send(&mut server, &search.rest(), &tell, Passed::Sent).await?;
            }
            read = server.read(&mut down) => {
                let size = match read {
                    Ok(0) => {
                        tell(Passed::Closed);
                        let _ = client.shutdown().await;
                        return drain(client, server, &tell).await;
                    }
                    Ok(size) => size,
                    Err(error) => {
                        tell(Passed::Broken);
                        return Err(error);
                    }
                };
                send(&mut client, &down[..size], &tell, Passed::Received).await?;
            }
        }
    };
    tell(Passed::Sent(Bytes(asked.whole(mark))));
    let made = tls::connect(server, &asked.line).await;
    let answer = format!("{}\n", made.answer);
    send(&mut client, answer.as_bytes(), &tell, Passed::Received).await?;
    let Some(server) = made.stream else {
        tell(Passed::Closed);
        return Ok(());
    };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = tokio::io::split(server);
    send(&mut to_server, &asked.more, &tell, Passed::Sent).await?;
    let upwards = async {
        let _ = copy(&mut from_client, &mut to_server, &tell, Passed::Sent).await;
        let _ = to_server.shutdown().await;
    };
    let downwards = async {
        let ended = copy(&mut from_server, &mut to_client, &tell, Passed::Received).await;
        tell(match ended {
            // Without a farewell of TLS, as most servers end.
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Passed::Broken,
            _ => Passed::Closed,
        });
        let _ = to_client.shutdown().await;
    };
    tokio::join!(upwards, downwards);
    Ok(())
}

fn usable(stream: StdTcpStream) -> io::Result<TcpStream> {
    stream.set_nonblocking(true)?;
    stream.set_nodelay(true)?;
    TcpStream::from_std(stream)
}

/// What a script still says to a server that has said its last.
async fn drain(
    mut client: TcpStream,
    mut server: TcpStream,
    tell: &impl Fn(Passed),
) -> io::Result<()> {
    copy(&mut client, &mut server, tell, Passed::Sent).await
}

async fn copy(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    tell: &impl Fn(Passed),
    passed: impl Fn(Bytes) -> Passed,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let size = from.read(&mut buffer).await?;
        if size == 0 {
            return Ok(());
        }
        send(to, &buffer[..size], tell, &passed).await?;
    }
}

/// Bytes are told before they are passed on, so that an answer never stands before what it answers.
async fn send(
    to: &mut (impl AsyncWrite + Unpin),
    bytes: &[u8],
    tell: &impl Fn(Passed),
    passed: impl Fn(Bytes) -> Passed,
) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    tell(passed(Bytes(bytes.to_vec())));
    to.write_all(bytes).await?;
    to.flush().await
}

/// What a script asks of the recorder.
struct Asked {
    /// The line behind the mark.
    line: Vec<u8>,
    /// What came behind it already.
    more: Vec<u8>,
}

impl Asked {
    fn whole(&self, mark: &str) -> Vec<u8> {
        [mark.as_bytes(), &self.line, b"\n"].concat()
    }
}

/// Looks for the mark in what comes, in whatever parts it comes.
struct Search<'a> {
    mark: &'a [u8],
    held: Vec<u8>,
}

impl<'a> Search<'a> {
    const fn new(mark: &'a [u8]) -> Self {
        Self {
            mark,
            held: Vec::new(),
        }
    }

    /// What may be passed on, and what is asked for behind it. What may be the beginning of the mark is held back.
    fn take(&mut self, bytes: &[u8]) -> io::Result<(Vec<u8>, Option<Asked>)> {
        self.held.extend(bytes);
        let mark = self.mark;
        if mark.is_empty() {
            return Ok((self.rest(), None));
        }
        let Some(at) = find(&self.held, mark) else {
            let begun = (1..mark.len())
                .rev()
                .find(|size| self.held.ends_with(&mark[..*size]));
            let kept = self.held.split_off(self.held.len() - begun.unwrap_or(0));
            return Ok((std::mem::replace(&mut self.held, kept), None));
        };
        let marked = self.held.split_off(at);
        let plain = std::mem::take(&mut self.held);
        let behind = &marked[mark.len()..];
        let Some(end) = behind.iter().position(|byte| *byte == b'\n') else {
            if marked.len() > ASKED_MAX_BYTES {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.held = marked;
            return Ok((plain, None));
        };
        let asked = Asked {
            line: behind[..end].to_vec(),
            more: behind[end + 1..].to_vec(),
        };
        Ok((plain, Some(asked)))
    }

    /// Whether what is held back may still be something else than the mark.
    const fn is_undecided(&self) -> bool {
        !self.held.is_empty() && self.held.len() < self.mark.len()
    }

    /// What was held back and is not the mark after all.
    fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_found_in_whatever_parts_it_comes() {
        let text = b"SSLRequest<mark>{\"name\":\"x\"}\nSELECT 1";
        for size in 1..text.len() {
            let mut search = Search::new(b"<mark>");
            let (mut plain, mut found) = (Vec::new(), None);
            let mut parts = text.chunks(size);
            for part in parts.by_ref() {
                let (bytes, asked) = search.take(part).unwrap();
                plain.extend(bytes);
                if asked.is_some() {
                    found = asked;
                    break;
                }
            }
            let found = found.unwrap();
            assert_eq!(plain, b"SSLRequest", "{size}");
            assert_eq!(found.line, b"{\"name\":\"x\"}", "{size}");
            let more = [found.more, parts.flatten().copied().collect()].concat();
            assert_eq!(more, b"SELECT 1", "{size}");
        }
    }

    #[tokio::test]
    async fn a_message_that_ends_as_the_mark_begins_is_passed_on() {
        let [(script, client), (relayed, server)] = [connected(), connected()];
        let mut script = usable(script).unwrap();
        let mut server = usable(server).unwrap();
        let both_ends = async {
            script.write_all(b"r=nonce<").await.unwrap();
            let mut came = [0; 8];
            server.read_exact(&mut came).await.unwrap();
            drop((script, server));
            came
        };
        let (passed, came) = tokio::join!(pass(client, relayed, "<mark>", drop), both_ends);
        passed.unwrap();
        assert_eq!(&came, b"r=nonce<");
    }

    fn connected() -> (StdTcpStream, StdTcpStream) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let near = StdTcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (near, listener.accept().unwrap().0)
    }

    #[test]
    fn what_only_looks_like_the_mark_passes() {
        let mut search = Search::new(b"<mark>");
        let (first, _) = search.take(b"a<ma").unwrap();
        assert_eq!(first, b"a");
        let (second, _) = search.take(b"x<").unwrap();
        assert_eq!(second, b"<max");
        assert_eq!(search.rest(), b"<");
    }
}
