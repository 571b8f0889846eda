//! Random numbers: keyed draws, and distributions as data and as samplers.

mod dist;
mod keyed;

pub use dist::Dist;
pub use keyed::{Words, unit};
pub(crate) use keyed::{KeyPair, Purpose, item_key, name_key};
#[cfg(test)]
pub(crate) use keyed::splitmix;
