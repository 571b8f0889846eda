//! A progress bar that appears when a run takes longer than a moment.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use super::Progress;

/// What is done sooner needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the time remaining is told anew between two replications.
const TICK: Duration = Duration::from_millis(500);

/// Without colours, and with room for the bar on a terminal of 40 columns.
const STYLE: &str = "{wide_bar} {pos}/{len}, {eta} left";

/// A callback that shows a bar on the standard error, if that is a terminal.
pub(crate) fn on_terminal() -> impl Fn(&Progress) + Send + Sync {
    shown_on(ProgressDrawTarget::stderr, PATIENCE)
}

/// What is known of the runs under way.
struct Shown {
    /// When they began, or what came before them ended.
    since: Instant,
    bar: Option<ProgressBar>,
}

/// A callback that shows a bar on `target` after so long.
fn shown_on(
    target: impl Fn() -> ProgressDrawTarget + Send + Sync,
    patience: Duration,
) -> impl Fn(&Progress) + Send + Sync {
    let shown = Mutex::new(Shown { since: Instant::now(), bar: None });
    move |progress| {
        let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        if progress.done >= progress.planned {
            *shown = Shown { since: Instant::now(), bar: None };
            return;
        }
        if shown.since.elapsed() < patience {
            return;
        }
        let since = shown.since;
        let bar = shown.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(progress.planned.into()), target())
                .with_elapsed(since.elapsed())
                .with_position(progress.done.into())
                .with_finish(ProgressFinish::AndClear);
            if let Ok(style) = ProgressStyle::with_template(STYLE) {
                bar.set_style(style);
            }
            bar.enable_steady_tick(TICK);
            bar
        });
        bar.set_length(progress.planned.into());
        // Threads may tell their replications out of order.
        bar.set_position(u64::from(progress.done).max(bar.position()));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use indicatif::TermLike;

    use super::*;

    /// A terminal of 40 columns that keeps what is written.
    #[derive(Clone, Debug, Default)]
    struct Terminal(Arc<Mutex<String>>);

    impl Terminal {
        fn text(&self) -> String {
            self.0.lock().unwrap().clone()
        }

        fn add(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
    }

    impl TermLike for Terminal {
        fn width(&self) -> u16 {
            40
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.add(&format!("{text}\n"))
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.add(text)
        }

        fn clear_line(&self) -> io::Result<()> {
            self.add("\n")
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn told(patience: Duration) -> (Terminal, impl Fn(u32, u32)) {
        let terminal = Terminal::default();
        let target = {
            let terminal = terminal.clone();
            move || ProgressDrawTarget::term_like(Box::new(terminal.clone()))
        };
        let call = shown_on(target, patience);
        (terminal, move |done, planned| call(&Progress { done, planned }))
    }

    impl Terminal {
        /// Waits until something is written; the bar writes when it sees fit.
        fn wait_for(&self, text: &str) {
            let since = Instant::now();
            while !self.text().contains(text) {
                assert!(since.elapsed() < Duration::from_secs(60), "no `{text}` in {:?}", self.text());
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }

    #[test]
    fn a_narrow_terminal_without_colours_shows_how_far_it_is_and_for_how_long() {
        let (terminal, call) = told(Duration::ZERO);
        for done in [997, 998, 999] {
            call(done, 1_000);
        }
        terminal.wait_for(" 999/1000, ");
        let text = terminal.text();
        assert!(text.contains(" left"), "{text:?}");
        // No escape codes but those by which the terminal moves, so nothing is coloured; and the bar has room.
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert!(text.contains('█'), "{text:?}");
        let lines = text.lines().map(str::trim_end);
        assert!(lines.clone().all(|line| line.chars().count() <= 40), "{text:?}");
        call(1_000, 1_000);
        // It is gone: what was last written is an empty line.
        assert_eq!(terminal.text().trim_end_matches(' ').chars().last(), Some('\n'), "{:?}", terminal.text());
    }

    #[test]
    fn what_is_soon_done_shows_nothing() {
        let (terminal, call) = told(Duration::from_secs(3600));
        (1..=100).for_each(|done| call(done, 100));
        assert_eq!(terminal.text(), "");
    }

    #[test]
    fn replications_told_out_of_order_do_not_go_back() {
        let (terminal, call) = told(Duration::ZERO);
        call(5, 10);
        call(4, 10);
        call(6, 10);
        terminal.wait_for(" 6/10, ");
        assert!(!terminal.text().contains(" 4/10, "), "{:?}", terminal.text());
        // More are planned after all; another question follows.
        call(10, 10);
        call(11, 20);
        terminal.wait_for(" 11/20, ");
    }
}
