use serde_json::{Value, json};

use crate::Samples;

/// What a row's figures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A time; less is better.
    Milliseconds,
    /// A throughput; more is better.
    PerSecond,
    /// Memory, 10^6 bytes; less is better.
    Megabytes,
    /// A number of things.
    Count,
    /// How probable something is, from 0 to 1.
    Probability,
}

impl Unit {
    const fn symbol(self) -> &'static str {
        match self {
            Self::Milliseconds => "ms",
            Self::PerSecond => "/s",
            Self::Megabytes => "MB",
            Self::Count | Self::Probability => "",
        }
    }

    /// A figure for people.
    pub fn show(self, value: f64) -> String {
        let digits = match (self, value) {
            (Self::Probability, _) => 4,
            (Self::Count, _) | (_, 1000.0..) => 0,
            (_, 10.0..) => 1,
            (_, 1.0..) => 2,
            _ => 3,
        };
        let text = format!("{value:.digits$} {}", self.symbol());
        text.trim_end().to_owned()
    }

    /// How many times better the first is.
    fn ratio(self, ours: f64, theirs: f64) -> f64 {
        match self {
            Self::PerSecond | Self::Count | Self::Probability => ours / theirs,
            Self::Milliseconds | Self::Megabytes => theirs / ours,
        }
    }
}

/// One thing and its baseline, measured in turns.
#[derive(Debug)]
pub struct Comparison {
    baseline: &'static str,
    unit: Unit,
    ours: Samples,
    theirs: Samples,
    ratios: Samples,
}

impl Comparison {
    /// Nothing measured yet.
    pub fn new(baseline: &'static str, unit: Unit) -> Self {
        Self {
            baseline,
            unit,
            ours: Samples::default(),
            theirs: Samples::default(),
            ratios: Samples::default(),
        }
    }

    /// Adds what both did in one turn.
    pub fn turn(&mut self, ours: &Samples, theirs: &Samples) {
        self.ours.extend(ours);
        self.theirs.extend(theirs);
        if let (Some(ours), Some(theirs)) = (ours.p50(), theirs.p50()) {
            self.ratios.add(self.unit.ratio(ours, theirs));
        }
    }

    /// Its row, still without goals.
    pub fn row(&self, name: impl Into<String>) -> Row {
        Row {
            baseline: Some(Baseline {
                name: self.baseline,
                p50: self.theirs.p50(),
                ratio: self.ratios.p50(),
            }),
            ..Row::new(name, self.unit, &self.ours)
        }
    }
}

#[derive(Debug)]
struct Baseline {
    name: &'static str,
    p50: Option<f64>,
    ratio: Option<f64>,
}

#[derive(Debug)]
struct Goal {
    text: String,
    reached: bool,
}

/// A line of the table.
#[derive(Debug)]
pub struct Row {
    name: String,
    unit: Unit,
    samples: Samples,
    baseline: Option<Baseline>,
    goals: Vec<Goal>,
    note: Option<String>,
}

impl Row {
    /// Columns of the table.
    pub const COLUMNS: [&str; 7] = [
        "name",
        "p50",
        "p99",
        "n",
        "baseline / ratio",
        "goal",
        "reached",
    ];

    /// What was measured, still without goals.
    pub fn new(name: impl Into<String>, unit: Unit, samples: &Samples) -> Self {
        Self {
            name: name.into(),
            unit,
            samples: samples.clone(),
            baseline: None,
            goals: Vec::new(),
            note: None,
        }
    }

    /// What could not be measured, and why.
    pub fn missing(name: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            note: Some(format!("not measured: {}", why.into())),
            ..Self::new(name, Unit::Count, &Samples::default())
        }
    }

    /// Something that a reader has to know, below the table.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Goal for the middle.
    pub fn p50_at_most(self, limit: f64) -> Self {
        let (p50, text) = (self.samples.p50(), self.unit.show(limit));
        self.goal(format!("p50 ≤ {text}"), p50.is_some_and(|it| it <= limit))
    }

    /// Goal for the middle of what should be much.
    pub fn p50_at_least(self, limit: f64) -> Self {
        let (p50, text) = (self.samples.p50(), self.unit.show(limit));
        self.goal(format!("p50 ≥ {text}"), p50.is_some_and(|it| it >= limit))
    }

    /// Goal for all but one in a hundred.
    pub fn p99_at_most(self, limit: f64) -> Self {
        let (p99, text) = (self.samples.p99(), self.unit.show(limit));
        self.goal(format!("p99 ≤ {text}"), p99.is_some_and(|it| it <= limit))
    }

    /// Goal for the comparison.
    pub fn ratio_at_least(self, limit: f64) -> Self {
        let ratio = self.baseline.as_ref().and_then(|it| it.ratio);
        let reached = ratio.is_some_and(|it| it >= limit);
        self.goal(format!("ratio ≥ {limit}×"), reached)
    }

    /// Goal for every single figure.
    pub fn always(self, value: f64) -> Self {
        let (reached, text) = (self.samples.are_all(value), self.unit.show(value));
        self.goal(format!("always {text}"), reached)
    }

    fn goal(mut self, text: String, reached: bool) -> Self {
        self.goals.push(Goal { text, reached });
        self
    }

    /// Whether all goals are reached; nothing where there are none.
    fn reached(&self) -> Option<bool> {
        let are_reached = || self.goals.iter().all(|goal| goal.reached);
        (!self.goals.is_empty()).then(are_reached)
    }

    fn goal_text(&self) -> String {
        let texts: Vec<_> = self.goals.iter().map(|goal| goal.text.as_str()).collect();
        texts.join(", ")
    }

    /// The line below the table.
    pub fn footnote(&self) -> Option<String> {
        let note = self.note.as_ref()?;
        Some(format!("{}: {note}", self.name))
    }

    /// As text, one for each of [`COLUMNS`](Self::COLUMNS).
    pub fn cells(&self) -> [String; 7] {
        let show = |value: Option<f64>| value.map(|it| self.unit.show(it)).unwrap_or_default();
        let baseline = self.baseline.as_ref().map(|baseline| {
            let ratio = baseline.ratio.map(|it| format!("{it:.2}×"));
            let (p50, ratio) = (show(baseline.p50), ratio.unwrap_or_default());
            format!("{} {p50} / {ratio}", baseline.name)
        });
        let count = match self.samples.len() {
            0 => String::new(),
            count => count.to_string(),
        };
        let reached = match self.reached() {
            None => "",
            Some(true) => "yes",
            Some(false) => "no",
        };
        [
            self.name.clone(),
            show(self.samples.p50()),
            show(self.samples.p99()),
            count,
            baseline.unwrap_or_default(),
            self.goal_text(),
            reached.to_owned(),
        ]
    }

    /// For programs: figures in `unit`, `null` where there is none.
    pub fn to_json(&self) -> Value {
        let baseline = self.baseline.as_ref().map(
            |baseline| json!({"name": baseline.name, "p50": baseline.p50, "ratio": baseline.ratio}),
        );
        json!({
            "name": self.name,
            "unit": self.unit.symbol(),
            "p50": self.samples.p50(),
            "p99": self.samples.p99(),
            "n": self.samples.len(),
            "baseline": baseline,
            "goal": (!self.goals.is_empty()).then(|| self.goal_text()),
            "reached": self.reached(),
            "note": self.note,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_says_how_many_times_better_we_are() {
        let mut times = Comparison::new("node", Unit::Milliseconds);
        times.turn(&Samples::of(2.0), &Samples::of(5.0));
        let row = times.row("login").p50_at_most(1.0).ratio_at_least(2.0);
        assert_eq!(
            row.cells(),
            [
                "login",
                "2.00 ms",
                "",
                "1",
                "node 5.00 ms / 2.50×",
                "p50 ≤ 1.00 ms, ratio ≥ 2×",
                "no"
            ]
        );
        let mut rates = Comparison::new("argon2", Unit::PerSecond);
        rates.turn(&Samples::of(90.0), &Samples::of(100.0));
        assert_eq!(rates.row("logins").to_json()["baseline"]["ratio"], 0.9);
    }

    #[test]
    fn what_is_not_measured_says_why() {
        let row = Row::missing("login", "node is missing").p50_at_most(1.0);
        assert_eq!(row.cells()[6], "no");
        let footnote = row.footnote().unwrap();
        assert_eq!(footnote, "login: not measured: node is missing");
    }
}
