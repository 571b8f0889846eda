//! How many people are on shift when: a calendar, compiled.

use crate::time::Tick;

/// Levels over time: a pattern that repeats, and days that have a level of their own.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    /// How long the pattern is.
    pub period: Tick,
    /// Where in the pattern time 0 is.
    pub offset: Tick,
    /// The pattern, each level from its time on; the first from 0. Two in a row may be equal: a
    /// shift ends and another begins.
    pub steps: Vec<(Tick, u32)>,
    /// Exceptions `[from, to)` with their level: ascending, not overlapping.
    pub exceptions: Vec<(Tick, Tick, u32)>,
}
