use std::io;

use tokio::time::Instant;
use trickle_jail::Exit;

use crate::job::Key;
use crate::worker::end::End;

/// Where a booted worker stands.
pub(super) enum Phase {
    Spare,
    Bound(Bound),
    /// Takes no more runs; ends as this once nothing of the others is left.
    Retiring(Option<Bound>, End),
    /// Ends.
    Over(Option<Bound>),
}

pub(super) struct Bound {
    pub key: Key,
    pub since: Instant,
    pub active: Instant,
    /// The worker has said that it is.
    pub confirmed: bool,
}

impl Phase {
    pub fn bound(&mut self) -> Option<&mut Bound> {
        match self {
            Self::Spare => None,
            Self::Bound(bound) => Some(bound),
            Self::Retiring(bound, _) | Self::Over(bound) => bound.as_mut(),
        }
    }
}

/// Who ended the worker.
pub(super) enum Ended {
    /// The pool ends it, and knows why.
    Known(End),
    /// It is gone.
    ByItself(Exit),
}

impl Ended {
    pub fn from_wait(exit: io::Result<Exit>) -> Self {
        match exit {
            Ok(exit) => Self::ByItself(exit),
            Err(error) => Self::Known(End::Unmanageable(error)),
        }
    }
}
