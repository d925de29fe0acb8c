//! Tests with real processes: `hostile` and `schedule` with a worker that misbehaves on demand, `real` with the one that runs scripts.

mod binding;
mod hostile;
mod life;
mod limits;
mod real;
mod schedule;
mod stage;
mod surface;
