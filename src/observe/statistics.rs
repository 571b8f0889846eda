//! The default statistics of one replication: per class, per (department, class), per route.
//!
//! A case counts if it arrived, a visit if it joined, at or after the warm-up. Areas (queue length,
//! people busy, cases in the system) are integrals over the window from the warm-up to the end,
//! of everybody who is there, counted or not. They are sums of intervals: what visits that count spent
//! waiting and served is already in their tallies, so only the others cost an addition of their own.
//!
//! Visits of full models that were served are kept elsewhere ([`super::VisitParts`]), as they have more parts.
//! Requests are not cases: nothing of them is counted here.
//!
//! Visits are first noted, and taken in many at a time: in a large model the
//! statistics lie far away in memory, and this way nothing waits for those of one visit before those of
//! the next are asked for.

use crate::engine::{End, Identity, Life, Observer, Standing, Visit};
use crate::plan::Plan;
use crate::stats::{Sketch, Sums, Tally};
use crate::time::Tick;

/// What is kept of the visits of one class to one department. Times in ticks.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowStatistics {
    /// How many counted visits were served; what follows is about these.
    pub served: u64,
    pub waiting: Sums,
    pub service: Sums,
    /// Its sum is derived at the end.
    pub sojourn: Sums,
    pub waiting_sketch: Sketch,
    pub sojourn_sketch: Sketch,
}

/// What is kept of visits that end otherwise or straddle an end of the window.
#[derive(Clone, Debug, Default)]
pub(crate) struct RareVisits {
    /// Arrivals from outside in the window that found the queue full, and those who balked.
    pub rejected: u64,
    pub balked: u64,
    /// Counted visits that ended in a lost patience, by how long they waited.
    pub reneged: Tally,
    /// Counted visits that had not ended at the end.
    pub unfinished: u64,
    /// Services that ended in the window, of visits that joined before it.
    pub early_served: u64,
    /// Visits present at the start of the window, or that joined before it, and unfinished ones:
    /// time in the window spent waiting and served.
    pub waiting_area: u128,
    pub service_area: u128,
}

impl RareVisits {
    /// A visit has ended that joined before the window, which begins at `from`.
    #[cold]
    #[inline(never)]
    fn served_early(&mut self, visit: &Visit, from: Tick) {
        self.early_served += u64::from(visit.ended >= from);
        self.waiting_area += clip(from, visit.joined, visit.begun);
        self.service_area += clip(from, visit.begun, visit.ended);
    }
}

/// The part of [`start`, `end`) that lies in the window, which begins at `from`.
pub(super) fn clip(from: Tick, start: Tick, end: Tick) -> u128 {
    u128::from(end.saturating_sub(start.max(from)))
}

/// What is kept of one class. Times in ticks.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClassStatistics {
    /// Counted cases that arrived: those below, and nobody else.
    pub arrived: u64,
    pub lead_sketch: Sketch,
    pub lead_sums: Sums,
    /// Derived at the end.
    pub lead: Tally,
    /// Time in which somebody worked on completed cases.
    pub touch: u128,
    /// Completed cases to whom something was promised, and those for whom it was kept.
    pub promised: u64,
    pub kept: u64,
    pub rejected: u64,
    pub balked: u64,
    /// Lost in a queue, by their age.
    pub reneged: Tally,
    /// Lost because of a defect, by their age.
    pub turned_away: Tally,
    /// In the system at the end, by their age.
    pub unfinished: Tally,
    /// Completed in the window, of cases that arrived before it.
    pub early_completed: u64,
    /// Time in the window spent in the system by cases that are not in `lead`, `reneged`, `turned_away` or
    /// `unfinished`.
    pub early_area: u128,
    /// Of completed cases with a due date: how long after it they were done, and how long before.
    pub tardiness: (Sums, Sketch),
    pub earliness: (Sums, Sketch),
}

/// Notes that are taken in together when there are so many: as many as a `u8` tells apart.
const NOTES: usize = 1 << u8::BITS;

/// Values noted, to be taken in later.
#[derive(Debug)]
struct Notes<T> {
    values: Box<[T; NOTES]>,
    /// How many there are, zero also when full.
    count: u8,
}

impl<T: Copy> Notes<T> {
    fn new(blank: T) -> Notes<T> {
        Notes { values: Box::new([blank; NOTES]), count: 0 }
    }

    /// Adds a note and tells whether there is no room for another.
    #[inline(always)]
    fn add(&mut self, value: T) -> bool {
        self.values[usize::from(self.count)] = value;
        self.count = self.count.wrapping_add(1);
        self.count == 0
    }
}

/// Keeps the default statistics.
#[derive(Debug)]
pub(crate) struct Statistics {
    from: Tick,
    /// By stream.
    promises: Vec<Tick>,
    visits: Notes<Visit>,
    pub rows: Vec<RowStatistics>,
    pub classes: Vec<ClassStatistics>,
    /// By row: what few visits need.
    pub rare: Vec<RareVisits>,
    /// By route, where a row has several ways or one that takes time: how often it was taken in the
    /// window.
    pub route_counts: Vec<u64>,
    /// By route: the time spent on it.
    pub route_times: Vec<u128>,
}

impl Statistics {
    /// Statistics of a plan, from `warm_up` on.
    pub fn new(plan: &Plan, warm_up: Tick) -> Statistics {
        Statistics {
            from: warm_up,
            promises: plan.streams.iter().map(|stream| stream.promise).collect(),
            visits: Notes::new(Visit { row: 0, joined: 0, begun: 0, ended: 0 }),
            rows: vec![RowStatistics::default(); plan.rows.len()],
            classes: vec![ClassStatistics::default(); plan.classes.len()],
            rare: vec![RareVisits::default(); plan.rows.len()],
            route_counts: vec![0; plan.routes.len()],
            route_times: vec![0; plan.routes.len()],
        }
    }

    /// Takes in the first `count` visits of those that were noted.
    #[inline(never)]
    fn take_visits(&mut self, count: usize) {
        let Statistics { from, visits, rows, rare, .. } = self;
        for visit in &visits.values[..count] {
            if visit.joined < *from {
                rare[visit.row as usize].served_early(visit, *from);
                continue;
            }
            let row = &mut rows[visit.row as usize];
            let waiting = visit.begun - visit.joined;
            let sojourn = visit.ended - visit.joined;
            row.served += 1;
            row.waiting.record(waiting);
            row.service.record(visit.ended - visit.begun);
            row.sojourn.squares += u128::from(sojourn) * u128::from(sojourn);
            row.waiting_sketch.record(waiting);
            row.sojourn_sketch.record_rarely_zero(sojourn);
        }
    }

    /// The part of [`start`, `end`) that lies in the window.
    fn clip(&self, start: Tick, end: Tick) -> u128 {
        clip(self.from, start, end)
    }

    #[cold]
    #[inline(never)]
    fn ended_early(&mut self, now: Tick, class: u32, arrived: Tick, end: End) {
        let area = self.clip(arrived, now);
        let class = &mut self.classes[class as usize];
        class.early_area += area;
        class.early_completed += u64::from(end == End::Completed && now >= self.from);
    }

    #[cold]
    #[inline(never)]
    fn lost(&mut self, now: Tick, row: u32, class: u32, life: &Life, end: End) {
        self.refused(now, row, end);
        if life.arrived < self.from {
            return self.ended_early(now, class, life.arrived, end);
        }
        let class = &mut self.classes[class as usize];
        let age = now - life.arrived;
        match end {
            End::Rejected => class.rejected += 1,
            End::Balked => class.balked += 1,
            End::TurnedAway => class.turned_away.record(age),
            End::Reneged | End::Completed => class.reneged.record(age),
        }
        // Who tried again has an age.
        if matches!(end, End::Rejected | End::Balked) {
            class.early_area += u128::from(age);
        }
    }

    /// A case does not get into a department.
    fn refused(&mut self, now: Tick, row: u32, end: End) {
        let rare = &mut self.rare[row as usize];
        match end {
            End::Rejected => rare.rejected += u64::from(now >= self.from),
            End::Balked => rare.balked += u64::from(now >= self.from),
            _ => {}
        }
    }

    /// A counted case with a due date is completed.
    #[inline(never)]
    fn judge(&mut self, now: Tick, who: &Identity, lead: Tick) {
        let class = &mut self.classes[who.class as usize];
        let promise = self.promises[who.stream as usize];
        if promise != Tick::MAX {
            class.promised += 1;
            class.kept += u64::from(lead <= promise);
        }
        let times = [now.saturating_sub(who.due), who.due.saturating_sub(now)];
        for ((sums, sketch), time) in [&mut class.tardiness, &mut class.earliness].into_iter().zip(times) {
            sums.record(time);
            sketch.record(time);
        }
    }

    /// A visit has not ended when the run does.
    fn stands(&mut self, now: Tick, at: Standing) {
        let (row, joined, begun) = match at {
            Standing::Waiting { row, joined } => (row, joined, now),
            Standing::Served { row, joined, begun } | Standing::Begun { row, joined, begun, .. } => {
                (row, joined, begun)
            }
            Standing::Moving { .. }
            | Standing::Forked { .. }
            | Standing::Joining { .. }
            | Standing::Away { .. } => return,
        };
        let (waiting, service) = (self.clip(joined, begun), self.clip(begun, now));
        let rare = &mut self.rare[row as usize];
        rare.unfinished += u64::from(joined >= self.from);
        rare.waiting_area += waiting;
        rare.service_area += service;
    }
}

impl Observer for Statistics {
    /// Counted, though the outcomes sum up to it: so that the sum can be checked.
    #[inline(always)]
    fn arrived(&mut self, now: Tick, _case: u32, who: &Identity, _row: u32) {
        self.classes[who.class as usize].arrived += u64::from(now >= self.from);
    }

    #[inline(always)]
    fn served(&mut self, _case: u32, visit: &Visit) {
        if self.visits.add(*visit) {
            self.take_visits(NOTES);
        }
    }

    #[inline(always)]
    fn handed_over(&mut self, now: Tick, _case: u32, route: u32, transfer: Tick) {
        if now >= self.from {
            self.route_counts[route as usize] += 1;
            if transfer > 0 {
                self.route_times[route as usize] += u128::from(transfer);
            }
        }
    }

    #[inline(never)]
    fn reneged(&mut self, now: Tick, _case: u32, row: u32, joined: Tick) {
        let area = self.clip(joined, now);
        let rare = &mut self.rare[row as usize];
        if joined >= self.from {
            rare.reneged.record(now - joined);
        } else {
            rare.waiting_area += area;
        }
    }

    #[inline(always)]
    fn ended(&mut self, now: Tick, _case: u32, who: &Identity, row: u32, life: &Life, end: End) {
        if end != End::Completed {
            return self.lost(now, row, who.class, life, end);
        }
        if life.arrived < self.from {
            return self.ended_early(now, who.class, life.arrived, end);
        }
        let class = &mut self.classes[who.class as usize];
        let lead = now - life.arrived;
        class.lead_sums.record(lead);
        class.lead_sketch.record_rarely_zero(lead);
        class.touch += u128::from(life.touch);
        if who.due != Tick::MAX {
            self.judge(now, who, lead);
        }
    }

    fn is_away(&mut self, now: Tick, _case: u32, row: u32, end: End) {
        self.refused(now, row, end);
    }

    fn unfinished(&mut self, now: Tick, _case: u32, who: &Identity, life: &Life, at: Standing) {
        let class = &mut self.classes[who.class as usize];
        if life.arrived >= self.from {
            class.unfinished.record(now - life.arrived);
        } else {
            class.early_area += u128::from(now.saturating_sub(self.from));
        }
        self.stands(now, at);
    }

    fn part_unfinished(&mut self, now: Tick, _part: u32, at: Standing) {
        self.stands(now, at);
    }

    fn closed(&mut self) {
        self.take_visits(self.visits.count.into());
        self.visits.count = 0;
        for row in &mut self.rows {
            row.sojourn.sum = row.waiting.sum + row.service.sum;
        }
        for class in &mut self.classes {
            let longest = class.lead_sketch.max().unwrap_or(0);
            class.lead = Tally::of(class.lead_sketch.count(), class.lead_sums, longest);
        }
    }
}
