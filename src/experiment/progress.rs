//! How far a run has come.

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Replications done.
    pub done: u32,
    /// Replications to make, as far as is known now.
    pub planned: u32,
}

/// A callback that shows a progress bar, with the time remaining.
#[cfg(feature = "progress")]
pub(super) fn bar() -> impl Fn(&Progress) + Send + Sync {
    let bar = indicatif::ProgressBar::new(0);
    if let Ok(style) =
        indicatif::ProgressStyle::with_template("{wide_bar} {pos}/{len} replications, {eta} left")
    {
        bar.set_style(style);
    }
    move |progress| {
        bar.set_length(progress.planned.into());
        bar.set_position(progress.done.into());
        if progress.done == progress.planned {
            bar.finish_and_clear();
        }
    }
}
