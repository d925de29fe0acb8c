//! Decisions over a real store, with a fake in the place of the pool.

mod broken_checks;
mod bulk;
mod count;
mod create_user;
mod crowd;
mod drift;
mod dry_run;
mod finish;
mod fixture;
mod forms;
mod front_door;
mod grace;
mod hang_up;
mod import_off;
mod import_on;
mod log;
mod look_up;
mod meanwhile;
mod model;
mod modes;
mod native;
mod phones;
mod provision;
mod rehearsal;
mod underway;
mod verification;
