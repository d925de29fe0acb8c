//! How far long work is, on a terminal; elsewhere nothing is written.

use std::{
    io::{IsTerminal as _, Write as _},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Short work shows nothing, so that nothing flickers.
const SILENT: Duration = Duration::from_millis(300);
const WIDTH: usize = 24;

/// A line on standard error that tells how much is done; it is gone when this is dropped.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    total: usize,
    begun: Instant,
    done: Mutex<usize>,
    shown: bool,
}

impl Progress {
    /// Nothing of `total` is done.
    pub fn new(what: &'static str, total: usize) -> Self {
        Self {
            what,
            total,
            begun: Instant::now(),
            done: Mutex::new(0),
            shown: std::io::stderr().is_terminal(),
        }
    }

    /// One more is done.
    pub fn advance(&self) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        *done += 1;
        if self.shown && self.begun.elapsed() > SILENT {
            let mut out = std::io::stderr().lock();
            // A terminal that is gone has nobody to tell.
            let _ = write!(out, "\r{}\x1b[K", line(self.what, *done, self.total));
            let _ = out.flush();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let mut out = std::io::stderr().lock();
            let _ = write!(out, "\r\x1b[K");
            let _ = out.flush();
        }
    }
}

fn line(what: &str, done: usize, total: usize) -> String {
    let filled = (done * WIDTH)
        .checked_div(total)
        .unwrap_or(WIDTH)
        .min(WIDTH);
    format!(
        "{what} [{}{}] {done}/{total}",
        "=".repeat(filled),
        " ".repeat(WIDTH - filled)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_as_much_as_is_done() {
        assert_eq!(
            line("x", 1, 4),
            format!("x [{}{}] 1/4", "=".repeat(6), " ".repeat(18))
        );
        assert_eq!(line("x", 0, 0), format!("x [{}] 0/0", "=".repeat(24)));
    }
}
