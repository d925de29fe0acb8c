//! Plain processes in the place of workers: what the machine's scheduler makes of a storm when nobody holds it.

use std::io::{Read as _, Write as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use crate::{Samples, millis};

/// The first argument of this program where it is such a process.
const SUBJECT: &str = "plain-subject";
/// A worker's heap and what lies beside it.
const FILL_BYTES: usize = 150 << 20;
const PAGE_BYTES: usize = 4096;
const STORM_BEGINS: Duration = Duration::from_millis(200);

/// What a plain process does.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    /// Gives back each byte that it gets.
    Answers,
    /// Computes until it is killed.
    Computes,
    /// Fills as much memory as a worker may have, and ends.
    Fills,
}

impl Deed {
    const ALL: [Self; 3] = [Self::Answers, Self::Computes, Self::Fills];

    const fn name(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Computes => "computes",
            Self::Fills => "fills",
        }
    }

    fn start(self) -> anyhow::Result<Child> {
        Command::new(std::env::current_exe().context("find this program")?)
            .args([SUBJECT, self.name()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("start a plain process")
    }
}

/// Becomes such a process, if that is what was asked for.
pub fn become_subject() -> Option<anyhow::Result<()>> {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() != Some(SUBJECT) {
        return None;
    }
    let name = args.next().unwrap_or_default();
    let deed = Deed::ALL.into_iter().find(|deed| deed.name() == name);
    Some(match deed {
        Some(Deed::Answers) => answer(),
        Some(Deed::Computes) => loop {
            std::hint::spin_loop();
        },
        Some(Deed::Fills) => {
            let mut all = vec![0_u8; FILL_BYTES];
            all.iter_mut()
                .step_by(PAGE_BYTES)
                .for_each(|byte| *byte = 1);
            std::hint::black_box(&all);
            Ok(())
        }
        None => Err(anyhow::anyhow!("there is no deed {name}")),
    })
}

fn answer() -> anyhow::Result<()> {
    let (mut asked, mut said) = (std::io::stdin().lock(), std::io::stdout().lock());
    let mut byte = [0];
    while asked.read(&mut byte)? == 1 {
        said.write_all(&byte)?;
        said.flush()?;
    }
    Ok(())
}

/// Times of answers of a plain process beside so many others, in milliseconds.
pub async fn answers_beside(others: usize, deed: Deed, answers: usize) -> anyhow::Result<Samples> {
    let mut storm = JoinSet::new();
    for _ in 0..others {
        storm.spawn(async move {
            loop {
                if let Err(error) = async { deed.start()?.wait().await.context("wait") }.await {
                    return error;
                }
            }
        });
    }
    tokio::time::sleep(STORM_BEGINS).await;
    let times = times_of_answers(answers).await;
    if let Some(ended) = storm.try_join_next() {
        bail!("the storm ended: {:#}", ended?);
    }
    storm.shutdown().await;
    times
}

async fn times_of_answers(answers: usize) -> anyhow::Result<Samples> {
    let mut child = Deed::Answers.start()?;
    let mut ask = child.stdin.take().context("take its input")?;
    let mut said = child.stdout.take().context("take its output")?;
    let mut times = Samples::default();
    for _ in 0..answers {
        let began = Instant::now();
        ask.write_all(b"?").await?;
        said.read_exact(&mut [0]).await?;
        times.add(millis(began.elapsed()));
    }
    Ok(times)
}
