use std::io::{IsTerminal as _, Write as _, stderr};

const WIDTH: u64 = 30;

/// A bar on the terminal; nothing where there is none.
pub struct Progress {
    is_shown: bool,
}

impl Progress {
    pub fn new() -> Self {
        Self {
            is_shown: stderr().is_terminal(),
        }
    }

    /// `importing ██████──────  42 %  note`.
    pub fn show(&self, what: &str, percent: u64, note: &str) {
        if !self.is_shown {
            return;
        }
        // A terminal that is gone is no reason to stop.
        let _ = write!(stderr(), "\r\x1b[K{}", line(what, percent, note));
        let _ = stderr().flush();
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        if self.is_shown {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}

fn line(what: &str, percent: u64, note: &str) -> String {
    let percent = percent.min(100);
    let full = percent * WIDTH / 100;
    let bar: String = (0..WIDTH)
        .map(|at| if at < full { '█' } else { '─' })
        .collect();
    format!("{what} {bar} {percent:>3} %  {note}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_full_as_it_should_be() {
        let half = format!(
            "importing {}{}  50 %  3 s left",
            "█".repeat(15),
            "─".repeat(15)
        );
        assert_eq!(line("importing", 50, "3 s left"), half);
        assert!(line("x", 500, "").contains("100 %"));
    }
}
