//! Random numbers: keyed draws, and distributions as data and as samplers.
//!
//! A draw belongs to what it is for, not to when it happens. Its key is made of the seed, the
//! replication, the purpose, the department or customer stream *by name*, the case (its stream, its
//! number there, its place in the batch), and the number of its visit. So the same case meets the same
//! service time, the same word that decides its way on, and the same patience in every model that has
//! the same names, whatever else is changed: more staff, another discipline, one more department. Run two
//! models with the same seed, and their difference is that of the change, replication by replication
//! ([`Estimate::of_ratio_difference`](crate::stats::Estimate::of_ratio_difference)) and case by case
//! ([`Records`](crate::Records)). A shape that is changed moves the draws of that distribution only.

mod defects;
mod dist;
mod exp;
mod keyed;
mod moments;
mod params;
mod quadrature;
mod sampler;
mod truncated;
mod ziggurat;

#[cfg(test)]
mod tests;

pub use dist::{Branch, Chance, Cv, Dist, Part, Quantity, cv};
pub(crate) use keyed::{KeyPair, Purpose, item_key, name_key, splitmix};
pub use keyed::{Words, unit};
pub use sampler::Sampler;
pub(crate) use ziggurat::exponential;
