//! Hands out numbered work to threads, in order.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicU32, Ordering};

/// Does `work` for every number, on all threads of the pool, and returns what came of it by number.
///
/// Whoever is free takes the next number. So at any moment all that was begun, but for one piece for
/// each thread, is done up to some number. `stop` is asked before each; after what it says, or work that
/// breaks off, no more is begun. What is returned then ends early, but has no gaps; what `stop` said is last,
/// unless all was handed out by then.
pub(super) fn hand_out<T: Send>(
    numbers: Range<u32>,
    stop: impl Fn() -> Option<T> + Sync,
    work: impl Fn(u32) -> ControlFlow<T, T> + Sync,
) -> Vec<T> {
    let next = AtomicU32::new(numbers.start);
    let take = || {
        let below_end = |number| (number < numbers.end).then(|| number + 1);
        next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, below_end).ok()
    };
    let done_by_threads = rayon::broadcast(|_| {
        let mut done = Vec::new();
        loop {
            if let Some(result) = stop() {
                let some_left = next.swap(numbers.end, Ordering::Relaxed) < numbers.end;
                done.extend(some_left.then_some((numbers.end, result)));
                break;
            }
            let Some(number) = take() else { break };
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
    use std::sync::atomic::AtomicBool;

    use super::*;

    fn on_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
    }

    #[test]
    fn everything_is_done_once_and_in_order() {
        for threads in [1, 2, 7] {
            let done = on_threads(threads, || hand_out(3..500, || None, ControlFlow::Continue));
            assert_eq!(done, (3..500).collect::<Vec<_>>());
            assert!(on_threads(threads, || hand_out(5..5, || None, ControlFlow::Continue)).is_empty());
            let last = u32::MAX - 2..u32::MAX;
            assert_eq!(on_threads(threads, || hand_out(last, || None, ControlFlow::Continue)).len(), 2);
        }
    }

    #[test]
    fn work_that_breaks_off_is_nearly_the_last() {
        for threads in [1, 2, 7] {
            let breaks =
                |number| if number < 90 { ControlFlow::Continue(number) } else { ControlFlow::Break(number) };
            let done = on_threads(threads, || hand_out(0..500, || None, breaks));
            assert!((91..91 + threads).contains(&done.len()), "{} on {threads}", done.len());
            assert!(done.iter().copied().eq(0..done.len() as u32));
        }
    }

    /// Whatever was handed out before is done, and what stopped comes after it, if anything is left.
    #[test]
    fn what_is_handed_out_is_done_when_it_stops() {
        for threads in [1, 2, 7] {
            let stopped = AtomicBool::new(false);
            let stop = || stopped.load(Ordering::Relaxed).then_some(u32::MAX);
            let work = |number| {
                stopped.fetch_or(number == 90, Ordering::Relaxed);
                ControlFlow::Continue(number)
            };
            let done = on_threads(threads, || hand_out(0..500, stop, work));
            let (last, made) = done.split_last().unwrap();
            assert!((91..91 + threads).contains(&made.len()), "{} on {threads}", made.len());
            assert!(made.iter().copied().eq(0..made.len() as u32));
            assert_eq!(*last, u32::MAX);
            stopped.store(false, Ordering::Relaxed);
            assert!(on_threads(threads, || hand_out(0..91, stop, work)).into_iter().eq(0..91));
        }
    }
}
