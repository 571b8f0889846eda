//! Statistics of simulation output: what one replication gathers, and what replications together say.
//!
//! Inside a replication, [`Tally`], [`Sketch`] and [`TimeAverage`] gather values in memory that does
//! not grow with their number. Values are times in ticks or small whole numbers, and all sums are
//! exact integers: they do not depend on the order of recording or merging. Over replications,
//! [`Series`] holds the totals, and [`Estimate`] and [`PooledSketch`] give figures with confidence intervals;
//! of one long run [`BatchMeans`] does. [`mser5`] finds where a warm-up ends.

mod batch_means;
mod buckets;
mod controlled;
mod estimate;
mod mser;
mod normal;
mod pooled;
mod regression;
mod series;
mod sketch;
mod tally;
mod time_average;

pub use batch_means::BatchMeans;
pub use buckets::Bucket;
pub use controlled::ControlledEstimate;
pub use estimate::{Estimate, Interval};
pub use mser::{Truncation, mser5};
pub(crate) use normal::normal_below;
pub use pooled::PooledSketch;
pub(crate) use regression::Regression;
pub use series::Series;
pub use sketch::Sketch;
pub use tally::{Sums, Tally};
pub use time_average::TimeAverage;

#[cfg(test)]
pub(crate) mod tests {
    /// Uniform numbers in [0, 1) for tests: SplitMix64 (Steele, Lea and Flood 2014).
    pub fn uniforms(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut word = state;
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((word ^ (word >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        }
    }
}
