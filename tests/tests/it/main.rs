//! Action scripts in the real worker, against real servers.

mod convention;
mod scripts;
