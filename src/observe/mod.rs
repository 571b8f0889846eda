//! Observers: they listen to the engine and keep what the results are made of.

mod statistics;

pub(crate) use statistics::{ClassStatistics, RowStatistics, Statistics};
