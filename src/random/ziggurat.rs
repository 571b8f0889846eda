//! Exponential and normal variates by the ziggurat method (Marsaglia and Tsang 2000).
//!
//! The area under the density is covered by 256 layers of equal area; the lowest includes the tail.
//! A variate almost always takes one word: its lowest 8 bits choose the layer, its upper 53 the
//! place in the layer, and one in between the sign, so that no bit is used twice (Doornik 2005).

use rand_core::Rng;

use super::exp::exp;
use super::keyed::{Words, unit};

const LAYERS: usize = 256;

/// The edges of the layers, and the density (1 at zero) at the edges.
struct Ziggurat {
    /// From the widest to the top. The first is the width that a rectangle of the base layer's
    /// height would need to have the base layer's area, the second where the tail begins, the last 0.
    edge: [f64; LAYERS + 1],
    /// The edges over 2^53: what one in the upper 53 bits of a word stands for.
    step: [f64; LAYERS],
    density: [f64; LAYERS + 1],
}

/// Where the tail of the exponential begins.
const EXPONENTIAL_TAIL: f64 = 7.697_117_470_131_05;
/// Where the tail of the normal begins.
const NORMAL_TAIL: f64 = 3.654_152_885_361_009;
/// The area of each layer under exp(-x^2/2). Tail and area solve "the last edge is 0".
const NORMAL_AREA: f64 = 0.004_928_673_233_974_655;

static EXPONENTIAL: Ziggurat =
    Ziggurat::new(EXPONENTIAL_TAIL, (EXPONENTIAL_TAIL + 1.0) * const_exp(-EXPONENTIAL_TAIL), false);
static NORMAL: Ziggurat = Ziggurat::new(NORMAL_TAIL, NORMAL_AREA, true);

impl Ziggurat {
    /// Each edge follows from the one before: the layer between their densities has the given area.
    const fn new(tail: f64, area: f64, normal: bool) -> Ziggurat {
        let mut edge = [0.0; LAYERS + 1];
        let mut step = [0.0; LAYERS];
        let mut density = [1.0; LAYERS + 1];
        edge[1] = tail;
        density[1] = const_exp(if normal { -0.5 * tail * tail } else { -tail });
        edge[0] = area / density[1];
        density[0] = 0.0;
        let mut i = 2;
        while i < LAYERS {
            density[i] = density[i - 1] + area / edge[i - 1];
            let minus_log = -const_ln(density[i]);
            edge[i] = if normal { const_sqrt(2.0 * minus_log) } else { minus_log };
            i += 1;
        }
        let mut i = 0;
        while i < LAYERS {
            step[i] = edge[i] / (1u64 << 53) as f64;
            i += 1;
        }
        Ziggurat { edge, step, density }
    }

    /// The place that a word chooses in a layer: [`unit`] times its edge, exactly.
    #[inline(always)]
    fn place(&self, word: u64, layer: usize) -> f64 {
        (word >> 11) as f64 * self.step[layer]
    }
}

/// e^x for x in [-16, 0], for the tables: libm's functions cannot run while compiling.
const fn const_exp(x: f64) -> f64 {
    // The Taylor series at x / 16, squared four times.
    let small = x / 16.0;
    let mut sum = 1.0;
    let mut n = 24.0;
    while n > 0.0 {
        sum = 1.0 + sum * small / n;
        n -= 1.0;
    }
    let mut squarings = 0;
    while squarings < 4 {
        sum *= sum;
        squarings += 1;
    }
    sum
}

/// ln y for y in [e^-16, 1], by Halley's iteration.
const fn const_ln(y: f64) -> f64 {
    let mut x = 0.0;
    let mut i = 0;
    while i < 20 {
        let e = const_exp(x);
        x += 2.0 * (y - e) / (y + e);
        i += 1;
    }
    x
}

/// The square root of y in [0.001, 100], by Newton's iteration.
const fn const_sqrt(y: f64) -> f64 {
    let mut x = 1.0;
    let mut i = 0;
    while i < 20 {
        x = 0.5 * (x + y / x);
        i += 1;
    }
    x
}

/// An exponential variate with mean 1.
#[inline(always)]
pub(crate) fn exponential<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    let word = rng.next_u64();
    exponential_of(word, |layer, x| exponential_edge(rng, layer, x))
}

/// The same from the first of `words`, which stay in registers.
#[inline(always)]
pub(crate) fn exponential_from(mut words: Words) -> f64 {
    let word = words.next();
    let [high, low, counter] = words.into_parts();
    exponential_of(word, |layer, x| exponential_edge_from(high, low, counter, layer, x))
}

#[inline(always)]
fn exponential_of(word: u64, edge: impl FnOnce(usize, f64) -> f64) -> f64 {
    let layer = (word & 0xFF) as usize;
    let x = EXPONENTIAL.place(word, layer);
    if x < EXPONENTIAL.edge[layer + 1] { x } else { edge(layer, x) }
}

#[cold]
#[inline(never)]
fn exponential_edge_from(high: u64, low: u64, counter: u64, layer: usize, x: f64) -> f64 {
    exponential_edge(&mut Words::from_parts([high, low, counter]), layer, x)
}

/// The rare rest: `x` is in `layer`, beyond the part that is wholly under the density.
#[cold]
#[inline(never)]
fn exponential_edge<R: Rng + ?Sized>(rng: &mut R, mut layer: usize, mut x: f64) -> f64 {
    // The exponential has no memory: beyond the start of its tail it begins anew.
    let mut start = 0.0;
    loop {
        if layer == 0 {
            start += EXPONENTIAL_TAIL;
        } else if under(&EXPONENTIAL, layer, rng.next_u64(), exp(-x)) {
            return start + x;
        }
        let word = rng.next_u64();
        layer = (word & 0xFF) as usize;
        x = unit(word) * EXPONENTIAL.edge[layer];
        if x < EXPONENTIAL.edge[layer + 1] {
            return start + x;
        }
    }
}

/// A normal variate with mean 0 and standard deviation 1.
#[inline(always)]
pub(crate) fn normal<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    let word = rng.next_u64();
    normal_of(word, |x| normal_edge(rng, word, x))
}

/// The same from the first of `words`.
#[inline(always)]
pub(crate) fn normal_from(mut words: Words) -> f64 {
    let word = words.next();
    let [high, low, counter] = words.into_parts();
    normal_of(word, |x| normal_edge_from(high, low, counter, word, x))
}

#[inline(always)]
fn normal_of(word: u64, edge: impl FnOnce(f64) -> f64) -> f64 {
    let layer = (word & 0xFF) as usize;
    let x = NORMAL.place(word, layer);
    if x < NORMAL.edge[layer + 1] { signed(x, word) } else { edge(x) }
}

#[cold]
#[inline(never)]
fn normal_edge_from(high: u64, low: u64, counter: u64, word: u64, x: f64) -> f64 {
    normal_edge(&mut Words::from_parts([high, low, counter]), word, x)
}

/// `x` with the sign that bit 8 of the word says.
#[inline(always)]
fn signed(x: f64, word: u64) -> f64 {
    f64::from_bits(x.to_bits() | (word & 0x100) << 55)
}

/// The rare rest: `x`, made from `word`, is beyond the part that is wholly under the density.
#[cold]
#[inline(never)]
fn normal_edge<R: Rng + ?Sized>(rng: &mut R, mut word: u64, mut x: f64) -> f64 {
    loop {
        let layer = (word & 0xFF) as usize;
        if layer == 0 {
            return signed(normal_tail(rng), word);
        }
        if x < NORMAL.edge[layer + 1] || under(&NORMAL, layer, rng.next_u64(), exp(-0.5 * x * x)) {
            return signed(x, word);
        }
        word = rng.next_u64();
        x = unit(word) * NORMAL.edge[(word & 0xFF) as usize];
    }
}

/// A normal variate beyond the start of the tail (Marsaglia 1964).
fn normal_tail<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    loop {
        let beyond = exponential(rng) / NORMAL_TAIL;
        if 2.0 * exponential(rng) > beyond * beyond {
            return NORMAL_TAIL + beyond;
        }
    }
}

/// Whether a height drawn from the layer by `word` is under the density.
fn under(ziggurat: &Ziggurat, layer: usize, word: u64, density: f64) -> bool {
    let (low, high) = (ziggurat.density[layer], ziggurat.density[layer + 1]);
    low + (high - low) * unit(word) < density
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_has_the_same_area() {
        let e = EXPONENTIAL_TAIL;
        // What lies beyond: e^-e, and sqrt(pi / 2) erfc(e / sqrt 2).
        let beyond = libm::sqrt(std::f64::consts::FRAC_PI_2)
            * libm::erfc(NORMAL_TAIL * std::f64::consts::FRAC_1_SQRT_2);
        let normal = |x: f64| libm::exp(-0.5 * x * x);
        let areas = [(e + 1.0) * libm::exp(-e), NORMAL_TAIL * normal(NORMAL_TAIL) + beyond];
        for (ziggurat, area) in [&EXPONENTIAL, &NORMAL].into_iter().zip(areas) {
            let base = ziggurat.edge[0] * ziggurat.density[1];
            assert!((base / area - 1.0).abs() < 1e-14, "{base}");
            for i in 1..LAYERS {
                let layer = ziggurat.edge[i] * (ziggurat.density[i + 1] - ziggurat.density[i]);
                assert!((layer / area - 1.0).abs() < 1e-11, "{i} {layer} {area}");
            }
        }
    }

    #[test]
    fn the_densities_belong_to_the_edges() {
        for i in 1..=LAYERS {
            let x = EXPONENTIAL.edge[i];
            assert!((libm::exp(-x) / EXPONENTIAL.density[i] - 1.0).abs() < 1e-14);
            let x = NORMAL.edge[i];
            assert!((libm::exp(-0.5 * x * x) / NORMAL.density[i] - 1.0).abs() < 1e-14);
        }
        for ziggurat in [&EXPONENTIAL, &NORMAL] {
            assert!(ziggurat.edge.is_sorted_by(|a, b| a > b));
            assert_eq!((ziggurat.edge[LAYERS], ziggurat.density[LAYERS]), (0.0, 1.0));
        }
    }
}
