//! Random numbers: keyed draws, and distributions as data and as samplers.

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
#[cfg(test)]
pub(crate) use keyed::splitmix;
pub(crate) use keyed::{KeyPair, Purpose, item_key, name_key};
pub use keyed::{Words, unit};
pub use sampler::Sampler;
pub(crate) use ziggurat::exponential;
