use std::fmt;
use std::num::NonZero;

/// Of 1, 5 and 15 minutes, as in proc_loadavg(5).
type LoadAverage = Option<[f64; 3]>;

/// Where the figures are from.
#[derive(Debug)]
pub struct Machine {
    /// Cores that this program may use.
    pub cores: usize,
    /// Load average when the run began.
    pub before: LoadAverage,
    /// Load average when it ended.
    pub after: LoadAverage,
}

impl Machine {
    /// As it is now.
    pub fn look() -> Self {
        Self {
            cores: cores().get(),
            before: load_average(),
            after: None,
        }
    }

    /// As it is at the end of the run.
    pub fn look_again(self) -> Self {
        Self {
            after: load_average(),
            ..self
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |load: LoadAverage| match load {
            None => "unknown".to_owned(),
            Some([one, five, fifteen]) => format!("{one:.2} {five:.2} {fifteen:.2}"),
        };
        let (before, after) = (show(self.before), show(self.after));
        let cores = self.cores;
        write!(
            f,
            "{cores} cores; load average before {before}, after {after}"
        )
    }
}

/// Cores that this program may use.
pub fn cores() -> NonZero<usize> {
    std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}

fn load_average() -> LoadAverage {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    let mut words = text.split_whitespace().map(str::parse);
    let mut next = || words.next()?.ok();
    Some([next()?, next()?, next()?])
}
