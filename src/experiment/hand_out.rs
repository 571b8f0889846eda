//! Hands out numbered work to threads, in order.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicU32, Ordering};

/// Does `work` for every number, on all threads of the pool, and returns what came of it by number.
///
/// Whoever is free takes the next number. So at any moment all that was begun, but for one piece for
/// each thread, is done up to some number. After work that breaks off no more is begun: what is returned
/// ends early, but has no gaps.
pub(super) fn hand_out<T: Send>(
    numbers: Range<u32>,
    work: impl Fn(u32) -> ControlFlow<T, T> + Sync,
) -> Vec<T> {
    let next = AtomicU32::new(numbers.start);
    let take = || {
        let below_end = |number| (number < numbers.end).then(|| number + 1);
        next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, below_end).ok()
    };
    let done_by_threads = rayon::broadcast(|_| {
        let mut done = Vec::new();
        while let Some(number) = take() {
            let result = work(number);
            if result.is_break() {
                next.store(numbers.end, Ordering::Relaxed);
            }
            let (ControlFlow::Break(result) | ControlFlow::Continue(result)) = result;
            done.push((number, result));
        }
        done
    });
    let mut done: Vec<(u32, T)> = done_by_threads.into_iter().flatten().collect();
    done.sort_unstable_by_key(|&(number, _)| number);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
    }

    #[test]
    fn everything_is_done_once_and_in_order() {
        for threads in [1, 2, 7] {
            let done = on_threads(threads, || hand_out(3..500, ControlFlow::Continue));
            assert_eq!(done, (3..500).collect::<Vec<_>>());
            assert!(on_threads(threads, || hand_out(5..5, ControlFlow::Continue)).is_empty());
            let last = u32::MAX - 2..u32::MAX;
            assert_eq!(on_threads(threads, || hand_out(last, ControlFlow::Continue)).len(), 2);
        }
    }

    #[test]
    fn work_that_breaks_off_is_nearly_the_last() {
        for threads in [1, 2, 7] {
            let breaks =
                |number| if number < 90 { ControlFlow::Continue(number) } else { ControlFlow::Break(number) };
            let done = on_threads(threads, || hand_out(0..500, breaks));
            assert!((91..91 + threads).contains(&done.len()), "{} on {threads}", done.len());
            assert!(done.iter().copied().eq(0..done.len() as u32));
        }
    }
}
