//! Random numbers: keyed draws, and distributions as data and as samplers.

mod dist;
mod keyed;

pub use dist::Dist;
pub use keyed::{Words, unit};
