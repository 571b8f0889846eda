//! How many people are on shift when: a calendar, compiled.

use crate::time::Tick;

/// Levels over time: a pattern that repeats, and days that have a level of their own.
///
/// A *boundary* is where a step of the pattern begins or an exception begins or ends, also where the level
/// stays as it is. Steps that begin inside an exception are none, and neither is the only step of a pattern.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    /// How long the pattern is.
    period: Tick,
    /// Where in the pattern time 0 is.
    offset: Tick,
    /// The pattern, each level from its time on; the first from 0.
    steps: Vec<(Tick, u32)>,
    /// Exceptions `[from, to)` with their level: ascending, not overlapping.
    exceptions: Vec<(Tick, Tick, u32)>,
    /// The working time of one period before each step.
    before_step: Vec<Tick>,
    /// The working time of one period.
    per_period: Tick,
    /// The working time of the pattern before time 0.
    before_start: Tick,
    /// The working time before each exception.
    before_exception: Vec<Tick>,
}

impl Levels {
    /// The levels of a pattern of `steps` (ascending, the first at 0, all before the `period`'s end), `offset`
    /// of which is over at time 0, but for `exceptions` `[from, to)` (ascending, not overlapping).
    pub fn new(
        period: Tick,
        offset: Tick,
        steps: Vec<(Tick, u32)>,
        exceptions: Vec<(Tick, Tick, u32)>,
    ) -> Levels {
        let period = period.max(1);
        let mut levels = Levels {
            period,
            offset: offset % period,
            before_step: Vec::with_capacity(steps.len()),
            per_period: 0,
            before_start: 0,
            before_exception: Vec::with_capacity(exceptions.len()),
            steps,
            exceptions: Vec::new(),
        };
        for (at, &(from, level)) in levels.steps.iter().enumerate() {
            levels.before_step.push(levels.per_period);
            let end = levels.steps.get(at + 1).map_or(period, |next| next.0);
            levels.per_period += worked(level, from, end);
        }
        levels.before_start = levels.since_first_step(levels.offset);
        for exception in exceptions {
            levels.before_exception.push(levels.working_time(exception.0));
            levels.exceptions.push(exception);
        }
        levels
    }

    /// The level at `t`.
    pub fn level_at(&self, t: Tick) -> u32 {
        match self.exception_at(t) {
            Some((_, _, level)) => level,
            None => self.step_at(self.place_of(t)).1,
        }
    }

    /// The first boundary after `t`, and the level from then on.
    pub fn next_change(&self, t: Tick) -> Option<(Tick, u32)> {
        let boundary = match self.exception_at(t) {
            Some((_, to, _)) => Some(to),
            None => {
                let next = self.exceptions.get(self.begun(t)).map(|exception| exception.0);
                self.next_step(t).into_iter().chain(next).min()
            }
        };
        boundary.map(|at| (at, self.level_at(at)))
    }

    /// The highest level of the pattern, which comes back for ever.
    pub fn highest_of_pattern(&self) -> u32 {
        self.steps.iter().map(|step| step.1).max().unwrap_or(0)
    }

    /// The highest level at `t` or at any time after it. Where it is 0, nobody will ever come. Looks at all
    /// exceptions.
    pub fn highest_from(&self, t: Tick) -> u32 {
        let ahead = self.exceptions.iter().filter(|&&(_, to, _)| to > t);
        ahead.map(|exception| exception.2).fold(self.highest_of_pattern(), u32::max)
    }

    /// The lowest level at `t` or at any time after it.
    pub fn lowest_from(&self, t: Tick) -> u32 {
        let ahead = self.exceptions.iter().filter(|&&(_, to, _)| to > t);
        let pattern = self.steps.iter().map(|step| step.1).min().unwrap_or(0);
        ahead.map(|exception| exception.2).fold(pattern, u32::min)
    }

    /// Working time: for how many ticks of `[0, t)` anybody was on shift.
    pub fn working_time(&self, t: Tick) -> Tick {
        match self.begun(t).checked_sub(1) {
            None => self.pattern_time(t),
            Some(last) => {
                let (from, to, level) = self.exceptions[last];
                let inside = worked(level, from, t.min(to));
                let after = self.pattern_time(t.max(to)) - self.pattern_time(to);
                self.before_exception[last] + inside + after
            }
        }
    }

    /// How many exceptions have begun at `t`.
    fn begun(&self, t: Tick) -> usize {
        self.exceptions.partition_point(|&(from, ..)| from <= t)
    }

    fn exception_at(&self, t: Tick) -> Option<(Tick, Tick, u32)> {
        let last = self.begun(t).checked_sub(1)?;
        Some(self.exceptions[last]).filter(|&(_, to, _)| t < to)
    }

    /// Where in the pattern `t` is.
    fn place_of(&self, t: Tick) -> Tick {
        (t + self.offset) % self.period
    }

    /// The step that holds at a place of the pattern.
    fn step_at(&self, place: Tick) -> (Tick, u32) {
        self.steps[self.step_number(place)]
    }

    fn step_number(&self, place: Tick) -> usize {
        self.steps.partition_point(|&(from, _)| from <= place) - 1
    }

    /// When the next step of the pattern begins, exceptions aside.
    fn next_step(&self, t: Tick) -> Option<Tick> {
        if self.steps.len() < 2 {
            return None;
        }
        let place = self.place_of(t);
        let next = self.steps.get(self.step_number(place) + 1).map_or(self.period, |next| next.0);
        Some(t + (next - place))
    }

    /// The working time of `[0, t)`, exceptions aside.
    fn pattern_time(&self, t: Tick) -> Tick {
        self.since_first_step(t + self.offset) - self.before_start
    }

    /// The working time of `[0, t)` of a pattern without an offset.
    fn since_first_step(&self, t: Tick) -> Tick {
        let place = t % self.period;
        let number = self.step_number(place);
        let (from, level) = self.steps[number];
        t / self.period * self.per_period + self.before_step[number] + worked(level, from, place)
    }
}

/// The working time of `[from, to)` at one level.
fn worked(level: u32, from: Tick, to: Tick) -> Tick {
    if level > 0 { to - from } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// What the tables say, instant by instant.
    struct Slow {
        levels: Vec<u32>,
        boundaries: Vec<bool>,
    }

    fn slow(
        period: Tick,
        offset: Tick,
        steps: &[(Tick, u32)],
        exceptions: &[(Tick, Tick, u32)],
        end: Tick,
    ) -> Slow {
        let at = |t: Tick| {
            let place = (t + offset) % period;
            let level = steps.iter().rev().find(|step| step.0 <= place).unwrap().1;
            let begins = steps.len() > 1 && steps.iter().any(|step| step.0 == place);
            let inside = exceptions.iter().find(|&&(from, to, _)| from <= t && t < to);
            let edge = exceptions.iter().any(|&(from, to, _)| t == from || t == to);
            (inside.map_or(level, |exception| exception.2), edge || (begins && inside.is_none()))
        };
        let (levels, boundaries) = (0..end).map(at).unzip();
        Slow { levels, boundaries }
    }

    fn ascending(gaps: &[(Tick, Tick, u32)]) -> Vec<(Tick, Tick, u32)> {
        let mut end = 0;
        let next = |&(gap, length, level): &(Tick, Tick, u32)| {
            let from = end + gap;
            end = from + length;
            (from, end, level)
        };
        gaps.iter().map(next).collect()
    }

    proptest! {
        #[test]
        fn queries_agree_with_a_walk_instant_by_instant(
            period in 1u64..20,
            offset in 0u64..20,
            first in 0u32..3,
            more in vec((1u64..20, 0u32..3), 0..5),
            gaps in vec((0u64..12, 1u64..25, 0u32..4), 0..4),
        ) {
            let offset = offset % period;
            let mut steps = vec![(0, first)];
            steps.extend(more.into_iter().filter(|step| step.0 < period));
            steps.sort_unstable();
            steps.dedup_by_key(|step| step.0);
            let exceptions = ascending(&gaps);
            let end = 250;
            let slow = slow(period, offset, &steps, &exceptions, end);
            let levels = Levels::new(period, offset, steps, exceptions);
            for t in 0..100 {
                let from = t as usize;
                prop_assert_eq!(levels.level_at(t), slow.levels[from]);
                let next = (t + 1..end).find(|&later| slow.boundaries[later as usize]);
                let next = next.map(|at| (at, slow.levels[at as usize]));
                prop_assert_eq!(levels.next_change(t), next, "after {}", t);
                prop_assert_eq!(levels.highest_from(t), *slow.levels[from..].iter().max().unwrap());
                prop_assert_eq!(levels.lowest_from(t), *slow.levels[from..].iter().min().unwrap());
                let worked = slow.levels[..from].iter().filter(|&&level| level > 0).count();
                prop_assert_eq!(levels.working_time(t), worked as Tick, "until {}", t);
            }
        }
    }

    #[test]
    fn one_step_has_no_boundaries_but_its_exceptions() {
        let levels = Levels::new(7, 3, vec![(0, 2)], vec![(10, 12, 5), (12, 20, 5)]);
        assert_eq!(levels.next_change(0), Some((10, 5)));
        assert_eq!(levels.next_change(10), Some((12, 5)));
        assert_eq!(levels.next_change(12), Some((20, 2)));
        assert_eq!(levels.next_change(20), None);
        assert_eq!((levels.highest_from(19), levels.highest_from(20)), (5, 2));
    }
}
