//! The split of random logs, against one that looks at every hour of every wait.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;

/// An event: case, activity, resource, enabled, start, end, in hours since a Monday at midnight.
#[derive(Clone, Copy, Debug)]
struct Piece {
    case: u8,
    activity: u8,
    resource: Option<u8>,
    enabled: Option<i64>,
    start: i64,
    end: i64,
}

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

impl Piece {
    fn told(&self) -> Told<'static> {
        let name = |number: u8| NAMES[number as usize];
        let resource = self.resource.map_or("", name);
        let enabled = self.enabled.map(|hour| 60 * hour);
        (name(self.case), name(self.activity), resource, enabled, 60 * self.start, 60 * self.end)
    }
}

/// The log in the order in which its events are gone through: by start, end, and place.
struct Slow<'p> {
    pieces: &'p [Piece],
    order: Vec<usize>,
}

impl Slow<'_> {
    fn new(pieces: &[Piece]) -> Slow<'_> {
        let mut order: Vec<usize> = (0..pieces.len()).collect();
        order.sort_by_key(|&at| (pieces[at].start, pieces[at].end, at));
        Slow { pieces, order }
    }

    fn place(&self, at: usize) -> usize {
        self.order.iter().position(|&other| other == at).unwrap()
    }

    /// The event from which one was handed on: of those before it in its case, the last to end in time.
    fn source(&self, at: usize) -> Option<usize> {
        let piece = &self.pieces[at];
        let in_time = |other: &usize| {
            let before = &self.pieces[*other];
            before.case == piece.case && before.end <= piece.enabled.unwrap_or(piece.start)
        };
        let before = self.order[..self.place(at)].iter().copied().filter(in_time);
        before.max_by_key(|&other| (self.pieces[other].end, self.place(other)))
    }

    fn enabled(&self, at: usize) -> i64 {
        let handed_on = || self.source(at).map(|source| self.pieces[source].end);
        self.pieces[at].enabled.or_else(handed_on).unwrap_or(self.pieces[at].start)
    }

    /// The items of the run that an event is in.
    fn run(&self, at: usize) -> Vec<usize> {
        let same = |other: &usize| self.pieces[*other].resource == self.pieces[at].resource;
        let own: Vec<usize> = self.order.iter().copied().filter(same).collect();
        let mut runs: Vec<Vec<usize>> = Vec::new();
        for other in own {
            let piece = &self.pieces[other];
            match runs.last_mut() {
                Some(run)
                    if self.pieces[run[0]].activity == piece.activity
                        && run.iter().any(|&before| piece.start <= self.pieces[before].end) =>
                {
                    run.push(other);
                }
                _ => runs.push(vec![other]),
            }
        }
        runs.into_iter().find(|run| run.contains(&at)).unwrap()
    }

    /// When the batch of an event was complete, and when it began.
    fn batch(&self, at: usize) -> Option<(i64, i64)> {
        let run = self.run(at);
        let begins = self.pieces[run[0]].start;
        let ready = run.iter().map(|&other| self.enabled(other)).max().unwrap();
        (run.len() > 1 && ready <= begins).then_some((ready, begins))
    }

    /// The cause of the wait for an event in one hour.
    fn cause(&self, at: usize, hour: i64, batches: bool, there: impl Fn(i64) -> bool) -> usize {
        let piece = &self.pieces[at];
        if piece.resource.is_none() {
            return 4;
        }
        let mut mark = self.enabled(at);
        if let Some((ready, begins)) = self.batch(at).filter(|_| batches) {
            if hour < ready {
                return 0;
            }
            if hour < begins {
                mark = ready;
            }
        }
        let at_work = |other: &usize| {
            let other = &self.pieces[*other];
            other.resource == piece.resource && other.start <= hour && hour < other.end
        };
        let mut work = (0..self.pieces.len()).filter(at_work).map(|other| self.enabled(other)).peekable();
        if work.peek().is_some() {
            return if work.any(|enabled| enabled <= mark) { 1 } else { 2 };
        }
        if there(hour) { 4 } else { 3 }
    }
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = (0u8..4, 0u8..3, option::weighted(0.9, 0u8..3), option::of(0i64..40), 0i64..60, 0i64..9);
    let piece = piece.prop_map(|(case, activity, resource, before, start, length)| {
        let enabled = before.map(|before| (start - before).max(0));
        Piece { case, activity, resource, enabled, start, end: start + length }
    });
    vec(piece, 0..25)
}

/// One after the other for each person, and mostly one activity, so that there are batches and queues.
fn busy_pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece =
        (0u8..5, prop_oneof![4 => Just(0u8), 1 => Just(1u8)], 0u8..2, option::of(0i64..20), 0i64..3, 0i64..4);
    vec(piece, 0..25).prop_map(|list| {
        let mut free = [10; 2];
        let piece = |(case, activity, resource, before, gap, length): (u8, u8, u8, Option<i64>, i64, i64)| {
            let start = free[resource as usize] + (gap - 1).max(0);
            free[resource as usize] = start + length;
            let enabled = before.map(|before| (start - before).max(0));
            Piece { case, activity, resource: Some(resource), enabled, start, end: start + length }
        };
        list.into_iter().map(piece).collect()
    })
}

/// Whether somebody is there: `a` from 8 to 12 and from 14 to 18, the others round the clock but on Tuesdays.
fn there(resource: Option<u8>, hour: i64) -> bool {
    let (day, hour) = (hour / 24, hour % 24);
    if resource == Some(0) { (8..12).contains(&hour) || (14..18).contains(&hour) } else { day % 7 != 1 }
}

fn rules(batches: bool) -> WaitingRules {
    let rules = WaitingRules::new()
        .calendar(shifts(&[("wed-mon", "00:00", "00:00")]))
        .calendar_of("a", shifts(&[("daily", "08:00", "12:00"), ("daily", "14:00", "18:00")]));
    if batches { rules } else { rules.without_batches() }
}

fn agrees(pieces: &[Piece], batches: bool) -> Result<(), TestCaseError> {
    let told: Vec<Told<'_>> = pieces.iter().map(Piece::told).collect();
    let log = log(&told);
    let slow = Slow::new(pieces);
    let found = waits(&log, &rules(batches));
    for (at, piece) in pieces.iter().enumerate() {
        let mut expected = [0; 5];
        for hour in slow.enabled(at)..piece.start {
            expected[slow.cause(at, hour, batches, |hour| there(piece.resource, hour))] += 60;
        }
        prop_assert_eq!(found[at], expected, "event {}", at);
    }
    let split = log.waiting_split(&rules(batches)).unwrap();
    for wait in &split.waits {
        prop_assert_eq!(wait.source, slow.source(wait.event));
        prop_assert!(wait.waiting.parts().iter().all(|(_, part)| part.ticks() >= 0));
        prop_assert_eq!(
            wait.waiting.total().ticks(),
            60_000_000 * (60 * pieces[wait.event].start) - micros(wait.enabled)
        );
    }
    // Every list adds up to all.
    let sum = |list: &mut dyn Iterator<Item = crate::data::Waiting>| {
        list.fold([0; 6], |sum, waiting| {
            let parts = waiting.parts().map(|(_, part)| part.ticks());
            std::array::from_fn(|at| sum[at] + if at < 5 { parts[at] } else { waiting.count as i64 })
        })
    };
    let all = sum(&mut std::iter::once(split.all));
    prop_assert_eq!(sum(&mut split.handoffs.iter().map(|own| own.waiting)), all);
    prop_assert_eq!(sum(&mut split.activities.iter().map(|own| own.waiting)), all);
    prop_assert_eq!(sum(&mut split.resources.iter().map(|own| own.waiting)), all);
    Ok(())
}

/// Microseconds since the Monday.
fn micros(at: Timestamp) -> i64 {
    at.duration_since(super::at(0)).as_micros() as i64
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_logs(pieces in pieces(), batches: bool) {
        agrees(&pieces, batches)?;
    }

    #[test]
    fn random_logs_of_busy_people(pieces in busy_pieces(), batches: bool) {
        agrees(&pieces, batches)?;
    }
}
