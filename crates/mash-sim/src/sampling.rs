//! Samplers by inversion: a uniform in, a value out, one draw each.
//!
//! Inversion keeps the order of the uniforms, so a changed parameter moves a value a little rather than replacing it:
//! that is what makes common random numbers work. Transcendental functions come from `libm`, so the bits agree on
//! every platform.

use crate::random_streams::open_unit;

/// True with this probability.
#[must_use]
pub fn bernoulli(uniform: f64, probability: f64) -> bool {
    uniform < probability
}

/// A chance, as how many of the values that a draw can take lie below it.
///
/// [`Odds::of`] of a chance holds of the same bits as [`bernoulli`] of their uniform and that chance, without turning
/// them into a number first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Odds(u64);

impl Odds {
    /// The odds of a chance between 0 and 1.
    pub(crate) fn of(chance: f64) -> Self {
        // The uniform grows with the upper 52 bits: the first that is not below the chance is found by halving.
        let (mut from, mut to) = (0_u64, 1 << 52);
        while from < to {
            let middle = from.midpoint(to);
            if bernoulli(open_unit(middle << 12), chance) { from = middle + 1 } else { to = middle }
        }
        Self(from)
    }

    /// Does it happen, by the bits of a draw?
    #[inline]
    pub(crate) fn hold(self, bits: u64) -> bool {
        bits >> 12 < self.0
    }

    /// Can it happen at all?
    pub(crate) fn can_hold(self) -> bool {
        self.0 > 0
    }
}

/// A whole number from `low` to `high`, each as likely; `low` when the range is empty.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "ranges here are far below 2^52"
)]
pub fn uniform_integer(uniform: f64, low: i64, high: i64) -> i64 {
    let span = (high - low).max(0);
    low + ((uniform * (span + 1) as f64) as i64).min(span)
}

/// Position of one weight, in proportion to the weights; the last positive one takes what rounding leaves, and 0
/// stands for no positive weight at all.
#[must_use]
pub fn categorical(uniform: f64, weights: &[f64]) -> usize {
    let total: f64 = weights.iter().filter(|weight| **weight > 0.0).sum();
    let mut left = uniform * total;
    let mut last = 0;
    for (position, &weight) in weights.iter().enumerate() {
        if weight > 0.0 {
            if left < weight {
                return position;
            }
            left -= weight;
            last = position;
        }
    }
    last
}

/// An exponential value with this mean.
#[must_use]
pub fn exponential(uniform: f64, mean: f64) -> f64 {
    -mean * libm::log1p(-uniform)
}

/// A Poisson count with this mean, by summing the distribution from twelve standard deviations below the mean.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts here are far below 2^52 and never negative"
)]
pub fn poisson(uniform: f64, mean: f64) -> u64 {
    if mean <= 0.0 {
        return 0;
    }
    let spread = 12.0 * libm::sqrt(mean) + 40.0;
    let lowest = libm::floor(mean - spread).max(0.0);
    let highest = (mean + spread) as u64;
    let mut count = lowest as u64;
    let mut mass = libm::exp(lowest * libm::log(mean) - mean - libm::lgamma(lowest + 1.0));
    let mut below = mass;
    while below < uniform && count < highest {
        count += 1;
        mass *= mean / count as f64;
        below += mass;
    }
    count
}

/// The standard normal value with this probability below it, to about 16 digits.
///
/// Source: Wichura, Algorithm AS 241 (1988), routine PPND16.
#[must_use]
pub fn normal_quantile(probability: f64) -> f64 {
    let q = probability - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE_TOP, &CENTRE_BOTTOM);
    }
    let tail = if q < 0.0 { probability } else { 1.0 - probability };
    if tail <= 0.0 {
        return if q < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let r = libm::sqrt(-libm::log(tail));
    let value = if r <= 5.0 {
        ratio(r - 1.6, &MIDDLE_TOP, &MIDDLE_BOTTOM)
    } else {
        ratio(r - 5.0, &FAR_TOP, &FAR_BOTTOM)
    };
    if q < 0.0 { -value } else { value }
}

/// The share of the standard normal distribution below this value.
#[must_use]
pub fn normal_below(value: f64) -> f64 {
    0.5 * libm::erfc(-value / core::f64::consts::SQRT_2)
}

/// One polynomial over another, coefficients from the highest power down.
fn ratio(x: f64, top: &[f64; 8], bottom: &[f64; 8]) -> f64 {
    let value = |coefficients: &[f64; 8]| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    value(top) / value(bottom)
}

const CENTRE_TOP: [f64; 8] = [
    2.509_080_928_730_122_7e3,
    3.343_057_558_358_813e4,
    6.726_577_092_700_87e4,
    4.592_195_393_154_987e4,
    1.373_169_376_550_946e4,
    1.971_590_950_306_551_3e3,
    1.331_416_678_917_843_8e2,
    3.387_132_872_796_366_5,
];
const CENTRE_BOTTOM: [f64; 8] = [
    5.226_495_278_852_545e3,
    2.872_908_573_572_194_3e4,
    3.930_789_580_009_271e4,
    2.121_379_430_158_66e4,
    5.394_196_021_424_751e3,
    6.871_870_074_920_579e2,
    4.231_333_070_160_091e1,
    1.0,
];
const MIDDLE_TOP: [f64; 8] = [
    7.745_450_142_783_414e-4,
    2.272_384_498_926_918_4e-2,
    2.417_807_251_774_506e-1,
    1.270_458_252_452_368_4,
    3.647_848_324_763_204_5,
    5.769_497_221_460_691,
    4.630_337_846_156_546,
    1.423_437_110_749_683_5,
];
const MIDDLE_BOTTOM: [f64; 8] = [
    1.050_750_071_644_416_9e-9,
    5.475_938_084_995_345e-4,
    1.519_866_656_361_645_7e-2,
    1.481_039_764_274_800_8e-1,
    6.897_673_349_851e-1,
    1.676_384_830_183_803_8,
    2.053_191_626_637_759,
    1.0,
];
const FAR_TOP: [f64; 8] = [
    2.010_334_399_292_288_1e-7,
    2.711_555_568_743_487_6e-5,
    1.242_660_947_388_078_4e-3,
    2.653_218_952_657_612_4e-2,
    2.965_605_718_285_048_7e-1,
    1.784_826_539_917_291_3,
    5.463_784_911_164_114,
    6.657_904_643_501_103,
];
const FAR_BOTTOM: [f64; 8] = [
    2.044_263_103_389_939_8e-15,
    1.421_511_758_316_446e-7,
    1.846_318_317_510_054_8e-5,
    7.868_691_311_456_133e-4,
    1.487_536_129_085_061_5e-2,
    1.369_298_809_227_358e-1,
    5.998_322_065_558_88e-1,
    1.0,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random_streams::{Purpose, bits_at};

    fn close(value: f64, expect: f64) {
        assert!((value - expect).abs() <= 1e-12 * expect.abs().max(1.0), "{value} is not {expect}");
    }

    #[test]
    fn normal_quantiles_are_the_published_ones() {
        for (probability, expect) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.78, 0.772_193_214_188_684_9),
            (0.001, -3.090_232_306_167_813_5),
            (1e-20, -9.262_340_089_798_41),
        ] {
            close(normal_quantile(probability), expect);
        }
        for value in [-3.0, -0.4, 0.0, 1.7] {
            close(normal_quantile(normal_below(value)), value);
        }
    }

    #[test]
    fn odds_hold_of_the_same_bits_as_their_chance() {
        let chances = [0.0, 1e-18, 1e-9, 0.1, 0.3, 0.5, 0.98, 0.9 * 0.7, 1.0 - 1e-16, 1.0];
        let edges = |chance: f64| {
            let Odds(first) = Odds::of(chance);
            [first.saturating_sub(1), first, first + 1].map(|value| value.min((1 << 52) - 1) << 12)
        };
        for chance in chances {
            let fixed = [0, 1, 0xfff, 1 << 63, u64::MAX];
            let drawn = (0..2_000).map(|entity| bits_at(1, 2, entity, Purpose::Report, 3));
            for bits in edges(chance).into_iter().chain(fixed).chain(drawn) {
                assert_eq!(Odds::of(chance).hold(bits), bernoulli(open_unit(bits), chance), "{chance}");
            }
        }
        assert!(!Odds::of(0.0).can_hold() && Odds::of(1e-15).can_hold());
    }

    #[test]
    fn golden_values() {
        close(exponential(0.5, 2.0), 2.0 * core::f64::consts::LN_2);
        assert_eq!(categorical(0.35, &[1.0, 0.0, 2.0, 1.0]), 2);
        assert_eq!(categorical(0.999_999, &[0.5, 0.5, 0.0]), 1);
        assert_eq!(categorical(0.3, &[]), 0);
        assert_eq!([0.0, 0.34, 0.99].map(|u| uniform_integer(u, 3, 5)), [3, 4, 5]);
        assert_eq!([0.05, 0.5, 0.95].map(|u| poisson(u, 3.0)), [1, 3, 6]);
        assert_eq!([0.025, 0.5, 0.975].map(|u| poisson(u, 7_132.0)), [6_967, 7_132, 7_298]);
        assert_eq!(poisson(0.7, 0.0), 0);
    }

    #[test]
    fn poisson_keeps_mean_and_variance() {
        let values: Vec<f64> =
            (0..20_000).map(|i| poisson((f64::from(i) + 0.5) / 20_000.0, 9.5) as f64).collect();
        let mean = values.iter().sum::<f64>() / 20_000.0;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!((mean - 9.5).abs() < 0.01 && (variance - 9.5).abs() < 0.05, "{mean} {variance}");
    }
}
