//! Random numbers, drawn a buffer at a time.

use std::array::from_fn;

/// The generator xoshiro256++ (Blackman and Vigna 2019), seeded by SplitMix64.
#[derive(Clone, Copy)]
pub struct Xoshiro([u64; 4]);

impl Xoshiro {
    pub fn new(seed: u64) -> Xoshiro {
        let mut state = seed;
        Xoshiro(from_fn(|_| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        }))
    }

    #[inline(always)]
    pub fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.0;
        let word = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.0 = [a ^ d, b ^ c, c ^ (b << 17), d.rotate_left(45)];
        word
    }

    /// Many words: meanwhile the state is in registers.
    #[inline(always)]
    fn fill(&mut self, out: &mut [u64]) {
        let mut state = *self;
        out.iter_mut().for_each(|word| *word = state.next());
        *self = state;
    }

    /// A number in (0, 1).
    pub fn unit(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }
}

/// Values drawn ahead.
pub struct Buffer<T> {
    values: [T; 64],
    left: usize,
}

impl<T: Copy + Default> Buffer<T> {
    pub fn new() -> Buffer<T> {
        Buffer { values: [T::default(); 64], left: 0 }
    }

    #[inline(always)]
    pub fn take(&mut self, refill: impl FnOnce(&mut [T; 64])) -> T {
        if self.left == 0 {
            refill(&mut self.values);
            self.left = 64;
        }
        self.left -= 1;
        self.values[self.left % 64]
    }
}

/// Binary digits after the point of an exponential variate in fixed point.
const POINT: u32 = 58;

/// The mean of an exponential variable in the form that [`scale`] wants. At most 2^58 ticks.
pub const fn scale_of(mean_ticks: u64) -> u64 {
    mean_ticks << (64 - POINT)
}

/// A unit exponential variate in fixed point as ticks.
#[inline(always)]
pub const fn scale(unit_exponential: u64, scale: u64) -> u64 {
    high(unit_exponential, scale)
}

#[inline(always)]
const fn high(a: u64, b: u64) -> u64 {
    ((a as u128 * b as u128) >> 64) as u64
}

/// The corners of a ziggurat of 256 layers of area `area` under `density`, the lowest of which
/// ends at `edge` (Marsaglia and Tsang 2000). The first entry is the width of a box with the area of
/// the lowest layer including its tail.
fn corners(edge: f64, area: f64, density: fn(f64) -> f64, inverse: fn(f64) -> f64) -> [f64; 257] {
    let mut x = [0.0; 257];
    x[0] = area / density(edge);
    x[1] = edge;
    for i in 2..256 {
        x[i] = inverse(density(x[i - 1]) + area / x[i - 1]);
    }
    x
}

/// Exponential variates by ziggurat in integers: one word chooses the layer (low 8 bits) and the
/// place in it.
pub struct Exponential {
    /// Below this, a word lies in the part of its layer that is all under the density.
    sure: [u64; 256],
    /// Width of the layers, in fixed point.
    width: [u64; 256],
    height: [f64; 257],
}

impl Exponential {
    const EDGE: f64 = 7.697_117_470_131_05;

    pub fn new() -> Exponential {
        let x = corners(Self::EDGE, 0.003_949_659_822_581_557, |x| (-x).exp(), |y| -y.ln());
        Exponential {
            sure: from_fn(|i| (x[i + 1] / x[i] * 2f64.powi(64)) as u64),
            width: from_fn(|i| fixed(x[i])),
            height: from_fn(|i| (-x[i]).exp()),
        }
    }

    #[inline(always)]
    pub fn fill(&self, rng: &mut Xoshiro, out: &mut [u64; 64], finish: impl Fn(u64) -> u64) {
        rng.fill(out);
        for slot in out {
            let word = *slot;
            let layer = word as usize % 256;
            let mut value = high(word, self.width[layer]);
            if word >= self.sure[layer] {
                value = self.unsure(rng, word);
            }
            *slot = finish(value);
        }
    }

    /// The rest of the method, for a word that is not surely under the density.
    #[cold]
    #[inline(never)]
    fn unsure(&self, rng: &mut Xoshiro, mut word: u64) -> u64 {
        loop {
            let layer = word as usize % 256;
            let value = high(word, self.width[layer]);
            if word < self.sure[layer] {
                return value;
            }
            if layer == 0 {
                return fixed(Self::EDGE - rng.unit().ln());
            }
            let (low, top) = (self.height[layer], self.height[layer + 1]);
            let x = value as f64 / (1u64 << POINT) as f64;
            if low + (top - low) * rng.unit() < (-x).exp() {
                return value;
            }
            word = rng.next();
        }
    }
}

fn fixed(x: f64) -> u64 {
    (x * (1u64 << POINT) as f64) as u64
}

/// Standard normal variates by ziggurat: the low 8 bits of a word choose the layer, the word as a
/// signed number the place in it.
pub struct Normal {
    width: [f64; 256],
    edge: [f64; 257],
    height: [f64; 257],
}

impl Normal {
    const EDGE: f64 = 3.654_152_885_361_009;

    pub fn new() -> Normal {
        let density = |x: f64| (-0.5 * x * x).exp();
        let x = corners(Self::EDGE, 0.004_928_673_233_974_655, density, |y| (-2.0 * y.ln()).sqrt());
        Normal { width: from_fn(|i| x[i] / 2f64.powi(63)), edge: x, height: from_fn(|i| density(x[i])) }
    }

    #[inline(always)]
    pub fn fill(&self, rng: &mut Xoshiro, out: &mut [u64; 64], finish: impl Fn(f64) -> u64) {
        rng.fill(out);
        for slot in out {
            let word = *slot;
            let layer = word as usize % 256;
            let mut x = word as i64 as f64 * self.width[layer];
            if x.abs() >= self.edge[layer + 1] {
                x = self.unsure(rng, word);
            }
            *slot = finish(x);
        }
    }

    /// The rest of the method, for a word that is not surely under the density.
    #[cold]
    #[inline(never)]
    fn unsure(&self, rng: &mut Xoshiro, mut word: u64) -> f64 {
        loop {
            let layer = word as usize % 256;
            let x = word as i64 as f64 * self.width[layer];
            if x.abs() < self.edge[layer + 1] {
                return x;
            }
            if layer == 0 {
                return Self::tail(rng).copysign(x);
            }
            let (low, top) = (self.height[layer], self.height[layer + 1]);
            if low + (top - low) * rng.unit() < (-0.5 * x * x).exp() {
                return x;
            }
            word = rng.next();
        }
    }

    /// The tail beyond the edge (Marsaglia 1964).
    fn tail(rng: &mut Xoshiro) -> f64 {
        loop {
            let beyond = -rng.unit().ln() / Self::EDGE;
            if -2.0 * rng.unit().ln() > beyond * beyond {
                return Self::EDGE + beyond;
            }
        }
    }
}

/// Turns standard normal variates into lognormal ticks.
///
/// `exp` is a table of the powers 2^(i/128), the exponent's bits, and a polynomial of degree 4 for
/// the rest, which is at most ln 2 / 256: relative error below 10^-13.
pub struct Lognormal {
    /// The parameters of the logarithm to base 2^(1/128).
    mu: f64,
    sigma: f64,
}

/// 1.5 * 2^52: adding it rounds a small number to an integer, which is then in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

impl Lognormal {
    pub fn new(mean_ticks: f64, cv: f64) -> Lognormal {
        let variance = (cv * cv).ln_1p();
        let unit = std::f64::consts::LN_2 / 128.0;
        Lognormal { mu: (mean_ticks.ln() - variance / 2.0) / unit, sigma: variance.sqrt() / unit }
    }

    #[inline(always)]
    pub fn ticks(&self, powers: &[u64; 128], normal: f64) -> u64 {
        let y = self.mu + self.sigma * normal;
        let rounded = y + ROUNDER;
        let whole = rounded.to_bits();
        let r = (y - (rounded - ROUNDER)) * (std::f64::consts::LN_2 / 128.0);
        let power = f64::from_bits(powers[whole as usize % 128].wrapping_add((whole >> 7) << 52));
        let value = power + power * (r + r * r * (0.5 + r * (1.0 / 6.0 + r * (1.0 / 24.0))));
        // 2^52 leaves no binary digits after the point.
        const INTEGER: f64 = (1u64 << 52) as f64;
        (value + INTEGER).to_bits() - INTEGER.to_bits()
    }
}

/// The bits of 2^(i/128).
pub fn powers() -> [u64; 128] {
    from_fn(|i| (i as f64 / 128.0).exp2().to_bits())
}

/// A probability as a threshold for a 32-bit word: the event happens below it.
pub fn threshold(probability: f64) -> u32 {
    (probability * 2f64.powi(32)) as u32
}

/// 64 words of 32 bits.
pub fn fill_words(rng: &mut Xoshiro, out: &mut [u32; 64]) {
    let mut words = [0; 32];
    rng.fill(&mut words);
    for (pair, word) in out.chunks_exact_mut(2).zip(words) {
        pair[0] = word as u32;
        pair[1] = (word >> 32) as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: usize = 1 << 20;

    /// Compares the distribution function with that of `DRAWS` values, at level 0.001 for each of
    /// the points (3.3 standard deviations).
    fn assert_distributed(values: &[f64], points: &[f64], distribution: impl Fn(f64) -> f64) {
        for &point in points {
            let expected = distribution(point);
            let found = values.iter().filter(|&&value| value <= point).count() as f64 / DRAWS as f64;
            let deviation = (expected * (1.0 - expected) / DRAWS as f64).sqrt();
            assert!((found - expected).abs() < 3.3 * deviation, "{found} below {point}, not {expected}");
        }
    }

    #[test]
    fn exponential_variates_are_exponential() {
        let (exponential, mut rng) = (Exponential::new(), Xoshiro::new(1));
        let mut out = [0; 64];
        let mut values = vec![];
        while values.len() < DRAWS {
            exponential.fill(&mut rng, &mut out, |unit| unit);
            values.extend(out.map(|unit| scale(unit, scale_of(1 << 40)) as f64 / 2f64.powi(40)));
        }
        // The last points lie in the tail.
        let points = [1e-4, 0.01, 0.1, 0.5, 1.0, 2.0, 4.0, 6.0, 7.6, 7.8, 9.0, 10.0];
        assert_distributed(&values, &points, |x| 1.0 - (-x).exp());
    }

    #[test]
    fn lognormal_variates_are_lognormal() {
        let (normal, mut rng) = (Normal::new(), Xoshiro::new(1));
        let (powers, lognormal) = (powers(), Lognormal::new(1e9, 1.5));
        let (mu, sigma) = (1e9f64.ln() - 3.25f64.ln() / 2.0, 3.25f64.ln().sqrt());
        let mut out = [0; 64];
        let mut values = vec![];
        while values.len() < DRAWS {
            normal.fill(&mut rng, &mut out, |z| {
                let ticks = lognormal.ticks(&powers, z);
                let expected = (mu + sigma * z).exp();
                assert!((ticks as f64 - expected).abs() <= 1.0 + 1e-12 * expected);
                z.to_bits()
            });
            values.extend(out.map(f64::from_bits));
        }
        // The first and last points lie in the tails. Values of the standard normal distribution
        // function at 0.5, 1, 2, 3, 3.7 and 4, from tables.
        let table = [
            0.691_462_461_3,
            0.841_344_746_1,
            0.977_249_868_1,
            0.998_650_102_0,
            0.999_892_200_3,
            0.999_968_328_8,
        ];
        for (point, expected) in [0.5, 1.0, 2.0, 3.0, 3.7, 4.0].into_iter().zip(table) {
            assert_distributed(&values, &[point], |_| expected);
            assert_distributed(&values, &[-point], |_| 1.0 - expected);
        }
    }
}
