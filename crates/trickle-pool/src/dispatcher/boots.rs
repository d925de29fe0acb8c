use tokio::time::{Duration, Instant};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How often workers may be started while starting them fails.
#[derive(Default)]
pub(super) struct Boots {
    failures: u32,
    not_before: Option<Instant>,
    complaint: Option<String>,
}

impl Boots {
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    pub fn failed(&mut self, complaint: String) {
        let pause = FIRST_PAUSE * 2_u32.pow(self.failures.min(6));
        self.failures += 1;
        self.not_before = Some(Instant::now() + pause.min(LONGEST_PAUSE));
        self.complaint = Some(complaint);
    }

    /// Until when to wait, if that is not past.
    pub fn pause(&self) -> Option<Instant> {
        self.not_before.filter(|until| Instant::now() < *until)
    }

    /// Why the latest worker did not start.
    pub fn complaint(&self) -> Option<&str> {
        self.complaint.as_deref()
    }
}
