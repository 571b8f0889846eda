//! Statistics of simulation output: what one replication gathers, and what replications together say.
//!
//! Inside a replication, [`Tally`] and [`Sketch`] gather values in memory that does not grow with
//! their number. Values are times in ticks or small whole numbers, and all sums are exact integers:
//! they do not depend on the order of recording or merging.

mod buckets;
mod sketch;
mod tally;

pub use buckets::Bucket;
pub use sketch::Sketch;
pub use tally::Tally;
