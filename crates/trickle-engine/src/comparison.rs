//! Two-sample tests: could both samples come from one distribution?

/// How probable differences as large as these are, if there is none in truth; each from 0 to 1. By it the grid of failures is judged: what
/// it hides are the times of those who are native, who are in the legacy store, and who are nowhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// By the Mann-Whitney test of ranks: one kind tends to take longer.
    pub ranks_p: f64,
    /// By the Kolmogorov-Smirnov test: the distributions have another shape.
    pub shape_p: f64,
}

impl Comparison {
    /// Of two samples, both sorted upwards and of one unit, whichever it is. From about 20 values each on the first test is good; an empty
    /// sample is not compared (NaN).
    pub fn of(one: &[f64], other: &[f64]) -> Self {
        Self {
            ranks_p: mann_whitney(one, other),
            shape_p: kolmogorov_smirnov(one, other),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "samples are far fewer than 2^52"
)]
const fn real(count: usize) -> f64 {
    count as f64
}

/// Two-sided, by the normal approximation with the correction for ties; good from about 20 samples on (Mann and Whitney 1947).
fn mann_whitney(one: &[f64], other: &[f64]) -> f64 {
    let (n, m) = (real(one.len()), real(other.len()));
    let mut all: Vec<(f64, bool)> = one.iter().map(|value| (*value, true)).collect();
    all.extend(other.iter().map(|value| (*value, false)));
    all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut rank_sum, mut ties) = (0.0, 0.0);
    let mut start = 0;
    while start < all.len() {
        let tied = all[start..]
            .iter()
            .take_while(|value| value.0 <= all[start].0);
        let tied = tied.count();
        // Equal values share the mean of their ranks, which begin at 1.
        let rank = real(start) + f64::midpoint(real(tied), 1.0);
        let own = all[start..start + tied].iter().filter(|value| value.1);
        rank_sum += rank * real(own.count());
        let tied_real = real(tied);
        ties += tied_real.powi(3) - tied_real;
        start += tied;
    }
    let u = rank_sum - n * (n + 1.0) / 2.0;
    let total = n + m;
    let variance = n * m / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    if variance <= 0.0 {
        // All values are the same.
        return 1.0;
    }
    let z = ((u - n * m / 2.0).abs() - 0.5).max(0.0) / variance.sqrt();
    erfc(z / std::f64::consts::SQRT_2)
}

/// Two-sided, by the asymptotic distribution with Stephens' correction for finite samples (Stephens 1970).
fn kolmogorov_smirnov(one: &[f64], other: &[f64]) -> f64 {
    let (n, m) = (real(one.len()), real(other.len()));
    let (mut i, mut j, mut farthest) = (0, 0, 0.0_f64);
    while i < one.len() && j < other.len() {
        let value = one[i].min(other[j]);
        i += one[i..].iter().take_while(|next| **next <= value).count();
        j += other[j..].iter().take_while(|next| **next <= value).count();
        farthest = farthest.max((real(i) / n - real(j) / m).abs());
    }
    let root = (n * m / (n + m)).sqrt();
    let lambda = (root + 0.12 + 0.11 / root) * farthest;
    if lambda < 0.2 {
        // The series does not converge there, and the sum is 1 to ten places.
        return 1.0;
    }
    let terms = (1..=100).map(|number| {
        let number = f64::from(number);
        let sign = if number % 2.0 == 0.0 { -1.0 } else { 1.0 };
        sign * (-2.0 * number * number * lambda * lambda).exp()
    });
    (2.0 * terms.sum::<f64>()).clamp(0.0, 1.0)
}

/// The complementary error function for x ≥ 0: the series near zero, the continued fraction farther out (DLMF 7.6.1, 7.9.1).
fn erfc(x: f64) -> f64 {
    let root_pi = std::f64::consts::PI.sqrt();
    if x < 2.0 {
        let (mut term, mut sum) = (x, x);
        for n in 1..60 {
            let n = f64::from(n);
            term *= -x * x / n;
            sum += term / (2.0 * n + 1.0);
        }
        return 1.0 - 2.0 / root_pi * sum;
    }
    let mut tail = x;
    for n in (1..=60).rev() {
        tail = x + f64::from(n) / 2.0 / tail;
    }
    (-x * x).exp() / (root_pi * tail)
}

#[cfg(test)]
mod tests {
    use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

    use super::*;

    fn sample(rng: &mut StdRng, count: usize, shift: f64) -> Vec<f64> {
        let mut values: Vec<f64> = (0..count)
            .map(|_| shift + (0..12).map(|_| rng.random::<f64>()).sum::<f64>())
            .collect();
        values.sort_unstable_by(f64::total_cmp);
        values
    }

    #[test]
    fn the_error_function_is_that_of_the_tables() {
        for (x, expected) in [
            (0.0, 1.0),
            (0.5, 0.479_500_122_186_953_5),
            (1.0, 0.157_299_207_050_285_13),
            (1.99, 0.004_888_709_765_855_4),
            (2.0, 0.004_677_734_981_047_266),
            (3.0, 2.209_049_699_858_544e-5),
        ] {
            let relative = (erfc(x) - expected).abs() / expected;
            assert!(relative < 1e-4, "erfc({x}) = {}", erfc(x));
        }
    }

    #[test]
    fn small_cases_are_those_worked_by_hand() {
        // Every value of one is below every value of the other: U = 0, z = (8 - 0.5) / sqrt(12).
        let (one, other) = ([1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]);
        assert!((mann_whitney(&one, &other) - 0.0304).abs() < 0.0005);
        assert!((mann_whitney(&[1.0; 9], &[1.0; 9]) - 1.0).abs() < f64::EPSILON);
        assert!(kolmogorov_smirnov(&one, &other) < 0.05);
        assert!((kolmogorov_smirnov(&one, &one) - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn equal_distributions_pass_as_often_as_promised_and_shifted_ones_never() {
        let mut rng = StdRng::seed_from_u64(7);
        let mut alarms = [0, 0];
        for _ in 0..400 {
            let found = Comparison::of(&sample(&mut rng, 200, 0.0), &sample(&mut rng, 200, 0.0));
            alarms[0] += i32::from(found.ranks_p < 0.05);
            alarms[1] += i32::from(found.shape_p < 0.05);
        }
        // 20 are expected of each, and more than 36 are once in ten thousand.
        for alarms in alarms {
            assert!((5..=36).contains(&alarms), "{alarms}");
        }
        let found = Comparison::of(&sample(&mut rng, 1_000, 0.0), &sample(&mut rng, 1_000, 0.3));
        assert!(found.ranks_p < 1e-4 && found.shape_p < 1e-4, "{found:?}");
    }
}
