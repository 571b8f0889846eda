//! How far a run has come.

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Replications done.
    pub done: u32,
    /// Replications to make, as far as is known now.
    pub planned: u32,
}

/// A callback that shows a progress bar on the standard error, with the time remaining.
#[cfg(feature = "progress")]
pub(crate) use bar::on_terminal as bar;

#[cfg(feature = "progress")]
mod bar;
