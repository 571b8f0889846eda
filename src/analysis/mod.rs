//! What matters: where an improvement is worth most, how a disturbance travels, and which department is the
//! bottleneck.
//!
//! A [`Study`] asks such questions of one model. It runs changed models on the same draws, and no scenario twice.

mod study;

pub use study::Study;
