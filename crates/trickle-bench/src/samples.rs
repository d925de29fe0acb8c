/// Below it, the 99th percentile is the maximum and says little.
const ENOUGH_FOR_P99: usize = 100;

/// Measured values of one thing, in one unit.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<f64>);

impl FromIterator<f64> for Samples {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl Samples {
    /// One value.
    pub fn of(value: f64) -> Self {
        Self(vec![value])
    }

    /// Adds a value.
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    /// Adds all values of others.
    pub fn extend(&mut self, others: &Self) {
        self.0.extend(&others.0);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The middle one; nothing without samples.
    pub fn p50(&self) -> Option<f64> {
        self.rank(50)
    }

    /// The value that one in a hundred is above; nothing for fewer than a hundred.
    pub fn p99(&self) -> Option<f64> {
        (self.len() >= ENOUGH_FOR_P99)
            .then(|| self.rank(99))
            .flatten()
    }

    /// Whether there are some, and all are this.
    pub fn are_all(&self, value: f64) -> bool {
        !self.0.is_empty() && self.0.iter().all(|own| own.total_cmp(&value).is_eq())
    }

    /// Nearest rank.
    fn rank(&self, percent: usize) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let mut samples = Samples::default();
        assert_eq!(samples.p50(), None);
        for value in (1..=100).rev() {
            samples.add(f64::from(value));
        }
        assert_eq!((samples.p50(), samples.p99()), (Some(50.0), Some(99.0)));
        assert_eq!(Samples::of(7.0).p50(), Some(7.0));
        assert_eq!(Samples::of(7.0).p99(), None);
    }
}
