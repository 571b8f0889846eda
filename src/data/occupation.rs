//! What one person did when: whether they were at work, on work enabled since when, or off.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::plan::Levels;
use crate::time::Tick;

/// One piece of a person's work. Times are ticks since the first time of the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    pub event: u32,
    pub activity: u32,
    pub enabled: Tick,
    pub start: Tick,
    pub end: Tick,
}

/// Some time, and what counts in it as enabled no later.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// The last enabling that counts.
    pub enabled: Tick,
    pub from: Tick,
    pub to: Tick,
}

/// In place of an enabling: they were not at work.
const IDLE: Tick = Tick::MAX;

/// A person's time, cut where their occupation changes.
#[derive(Debug)]
pub(super) struct Occupation<'l> {
    /// When each piece begins, the first at 0; the last has no end.
    starts: Vec<Tick>,
    /// The earliest enabling of what they worked on in each piece, or [`IDLE`].
    enabled: Vec<Tick>,
    /// The time at work before each piece.
    busy: Vec<Tick>,
    /// The time off by their calendar and not at work before each piece.
    off: Vec<Tick>,
    /// When they are there; always, if absent.
    hours: Option<&'l Levels>,
}

impl<'l> Occupation<'l> {
    /// The occupation of whoever did these jobs, which come in the order of their starts.
    pub fn new(jobs: &[Job], hours: Option<&'l Levels>) -> Occupation<'l> {
        let mut occupation =
            Occupation { starts: vec![0], enabled: vec![IDLE], busy: vec![0], off: vec![0], hours };
        // Those begun, by enabling. One that is over counts only once it is on top.
        let mut begun: BinaryHeap<Reverse<(Tick, Tick)>> = BinaryHeap::new();
        let mut jobs = jobs.iter().peekable();
        loop {
            let next_end = begun.peek().map(|&Reverse((_, end))| end);
            let next_start = jobs.peek().map(|job| job.start);
            let Some(now) = next_start.into_iter().chain(next_end).min() else { return occupation };
            while let Some(job) = jobs.next_if(|job| job.start == now) {
                begun.push(Reverse((job.enabled, job.end)));
            }
            while begun.peek().is_some_and(|&Reverse((_, end))| end <= now) {
                begun.pop();
            }
            occupation.changes(now, begun.peek().map_or(IDLE, |&Reverse((enabled, _))| enabled));
        }
    }

    /// From `now` on they work on what was enabled at `enabled`.
    fn changes(&mut self, now: Tick, enabled: Tick) {
        if self.enabled.last() == Some(&enabled) {
            return;
        }
        let (busy, off) = (self.busy_until(now), self.off_until(now));
        if self.starts.last() == Some(&now) {
            self.enabled.pop();
            self.enabled.push(enabled);
            return;
        }
        self.starts.push(now);
        self.enabled.push(enabled);
        self.busy.push(busy);
        self.off.push(off);
    }

    /// The piece in which `t` is.
    fn piece(&self, t: Tick) -> usize {
        self.starts.partition_point(|&start| start <= t) - 1
    }

    /// The time at work before `t`.
    pub fn busy_until(&self, t: Tick) -> Tick {
        let piece = self.piece(t);
        self.busy[piece] + if self.enabled[piece] == IDLE { 0 } else { t - self.starts[piece] }
    }

    /// The time before `t` off by their calendar and not at work.
    pub fn off_until(&self, t: Tick) -> Tick {
        let piece = self.piece(t);
        let since = self.starts[piece];
        self.off[piece]
            + match self.hours {
                Some(hours) if self.enabled[piece] == IDLE => {
                    (t - since) - (hours.working_time(t) - hours.working_time(since))
                }
                _ => 0,
            }
    }

    /// For each window, how much of it they worked on what was enabled no later.
    pub fn with_earlier(&self, windows: &[Window]) -> Vec<Tick> {
        let mut pieces: Vec<usize> =
            (0..self.starts.len()).filter(|&piece| self.enabled[piece] != IDLE).collect();
        pieces.sort_unstable_by_key(|&piece| self.enabled[piece]);
        let mut order: Vec<usize> = (0..windows.len()).collect();
        order.sort_unstable_by_key(|&window| windows[window].enabled);
        let mut pieces = pieces.into_iter().peekable();
        let mut lengths = Sums::new(self.starts.len());
        let mut found = vec![0; windows.len()];
        for window in order {
            let Window { enabled, from, to } = windows[window];
            // The last piece is idle, so those that are not have an end.
            while let Some(piece) = pieces.next_if(|&piece| self.enabled[piece] <= enabled) {
                lengths.add(piece, self.starts[piece + 1] - self.starts[piece]);
            }
            let until = |t: Tick| {
                let piece = self.piece(t);
                lengths.before(piece)
                    + if self.enabled[piece] <= enabled { t - self.starts[piece] } else { 0 }
            };
            found[window] = until(to) - until(from);
        }
        found
    }
}

/// Sums of the first of many numbers, in time that grows with the logarithm of how many they are.
///
/// Fenwick, A new data structure for cumulative frequency tables, Software: Practice and Experience 24 (1994).
struct Sums(Vec<Tick>);

impl Sums {
    fn new(count: usize) -> Sums {
        Sums(vec![0; count + 1])
    }

    fn add(&mut self, at: usize, number: Tick) {
        let mut node = at + 1;
        while node < self.0.len() {
            self.0[node] += number;
            node += node & node.wrapping_neg();
        }
    }

    /// The sum of the numbers at places below `end`.
    fn before(&self, end: usize) -> Tick {
        let (mut node, mut sum) = (end, 0);
        while node > 0 {
            sum += self.0[node];
            node &= node - 1;
        }
        sum
    }
}
