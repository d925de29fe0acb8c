//! Recording and playing back the run.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context as _;
use trickle_model::{Clock as _, SystemClock};
use trickle_pool::Wire;

use super::Args;
use crate::{
    output::{Mistake, line},
    tape::{self, Beginning, Player, Recorder},
};

/// What stands between the run and the network.
pub enum Tape {
    /// It writes down what passes.
    Record(Arc<Recorder>, Beginning, Files),
    /// It plays back what once passed.
    Replay(Arc<Player>, Beginning),
}

/// Where a recording and its key are.
pub struct Files {
    recording: PathBuf,
    key: PathBuf,
}

impl Tape {
    /// As the options say; usually nothing.
    pub fn of(args: &Args) -> anyhow::Result<Option<Self>> {
        let Some(recording) = args.record.as_ref().or(args.replay.as_ref()) else {
            return Ok(None);
        };
        let key = args
            .recording_key
            .clone()
            .or_else(tape::default_key_file)
            .ok_or_else(|| {
                Mistake(
                    "find a place for the key of recordings: name one with --recording-key"
                        .to_owned(),
                )
            })?;
        if args.record.is_some() {
            let beginning = Beginning::at(since_1970());
            let recorder = Arc::new(Recorder::new(beginning.clone()));
            let files = Files {
                recording: recording.clone(),
                key,
            };
            return Ok(Some(Self::Record(recorder, beginning, files)));
        }
        let kept = tape::read(recording, &key)?;
        if let Some(encrypted) = kept.connections.iter().find(|one| one.is_encrypted()) {
            let message = format!(
                "play {}: the connection to {} is encrypted in a way that the recorder has no part in, and both of its sides use new keys each time; {CURE}",
                recording.display(),
                encrypted.to
            );
            return Err(Mistake(message).into());
        }
        let beginning = kept.beginning.clone();
        Ok(Some(Self::Replay(Arc::new(Player::new(kept)), beginning)))
    }

    /// For the pool.
    pub fn wire(&self) -> Arc<dyn Wire> {
        match self {
            Self::Record(recorder, ..) => recorder.clone(),
            Self::Replay(player, _) => player.clone(),
        }
    }

    /// What the run's random numbers and time begin with: the argument of the prelude.
    pub fn argument(&self) -> serde_json::Value {
        match self {
            Self::Record(_, beginning, _) => beginning.argument(beginning.time),
            Self::Replay(_, beginning) => beginning.argument(since_1970()),
        }
    }

    /// The run is over and its worker gone: keeps the recording, or tells what was different.
    pub fn end(self) -> anyhow::Result<()> {
        match self {
            Self::Record(recorder, _, files) => {
                let kept = recorder.recording();
                tape::write(&files.recording, &files.key, &kept).context("keep the recording")?;
                eprintln!(
                    "recorded {} connections and {} names to {}\n  It has all that passed, passwords and hashes among it, sealed with the key in {}.",
                    kept.connections.len(),
                    kept.names.len(),
                    files.recording.display(),
                    files.key.display()
                );
                for one in kept.connections.iter().filter(|one| one.is_encrypted()) {
                    eprintln!(
                        "  The connection to {} is encrypted in a way that the recorder has no part in. --replay cannot play it: {CURE}.",
                        one.to
                    );
                }
            }
            Self::Replay(player, _) => {
                for note in player.notes() {
                    eprintln!("replay: {}", line(&note));
                }
            }
        }
        Ok(())
    }
}

/// Which connections the recorder speaks no TLS for, and what to do instead.
const CURE: &str = "SQL Server and the global fetch encrypt by themselves; record with encryption off, with https in place of fetch, or anew where the recording is of an older trickle";

fn since_1970() -> Duration {
    let now = SystemClock.now().as_millisecond();
    Duration::from_millis(now.unsigned_abs())
}
