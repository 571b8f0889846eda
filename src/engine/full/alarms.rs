//! What happens to items that wait for long: they lose patience, turn into another class, rise, or are
//! reason enough for a batch.
//!
//! A waiting item has one timer, for the first of all that. It runs until the item is first taken.

use super::item::State;
use super::{Engine, NEVER, Observer};
use crate::engine::timers::TimerKind;
use crate::plan::{NONE, RisePlan, to_ticks};
use crate::random::{Purpose, unit};
use crate::time::Tick;

/// When what happens to a waiting item; [`NEVER`] where it does not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alarms {
    pub patience: Tick,
    pub turn: Tick,
    pub rise: Tick,
    pub ripe: Tick,
}

impl Default for Alarms {
    fn default() -> Alarms {
        Alarms { patience: NEVER, turn: NEVER, rise: NEVER, ripe: NEVER }
    }
}

impl Alarms {
    fn first(&self) -> Tick {
        self.patience.min(self.turn).min(self.rise).min(self.ripe)
    }
}

impl<O: Observer> Engine<'_, O> {
    /// An item has begun to wait in a department, for the first time in this visit.
    #[inline(always)]
    pub(super) fn sets_alarms(&mut self, now: Tick, id: u32, department: u32) {
        let full = &mut self.full;
        if full.wards[department as usize].alarms || full.items[id as usize].leaves != NEVER {
            self.sets_those_due(now, id, department);
        }
    }

    #[inline(never)]
    fn sets_those_due(&mut self, now: Tick, id: u32, department: u32) {
        let patience = self.patience_of(now, id, department);
        let full = &mut self.full;
        let plan = &full.plan.departments[department as usize];
        let ripe = plan.batch.map_or(NEVER, |batch| now.saturating_add(batch.longest_wait));
        let (turn, rise) = match full.wards[department as usize].rises {
            true => (self.first_turn(now, id, department), self.next_rise(id, department, now, None)),
            false => (NEVER, NEVER),
        };
        let alarms = &mut self.full.items[id as usize].alarms;
        *alarms = Alarms { patience, turn, rise, ripe };
        self.waits_for_alarm(id);
    }

    /// When an item that joins a line now turns into another class.
    fn first_turn(&self, now: Tick, id: u32, department: u32) -> Tick {
        let class = self.cases[id].row as usize % self.plan.classes.len();
        let full = &self.full;
        match full.plan.departments[department as usize].turns[class] {
            Some((after, _)) if !full.items[id as usize].is_request() => now.saturating_add(after),
            _ => NEVER,
        }
    }

    /// When the patience of an item that joins a line now ends: that of the department, or its overall patience.
    fn patience_of(&self, now: Tick, id: u32, department: u32) -> Tick {
        let full = &self.full;
        let item = &full.items[id as usize];
        if item.is_request() {
            return NEVER;
        }
        let here = self.plan.departments[department as usize].patience.as_ref().map(|patience| {
            let words = self.departments[department as usize].keys.words(self.cases[id].key, item.visit);
            now + to_ticks(patience.draw(words.of(Purpose::Patience)))
        });
        here.unwrap_or(NEVER).min(item.leaves.max(now))
    }

    /// Sets the timer of a waiting item to the first of its alarms.
    fn waits_for_alarm(&mut self, id: u32) {
        let item = &mut self.full.items[id as usize];
        let first = item.alarms.first();
        if first < NEVER {
            item.timed = true;
            self.set_timer(first, id, TimerKind::Waiting);
        }
    }

    /// The first alarm of a waiting item rings. Others at the same instant are events of their own.
    pub(super) fn alarm_rings(&mut self, now: Tick, id: u32) {
        let department = self.plan.rows[self.cases[id].row as usize].department;
        let item = &mut self.full.items[id as usize];
        item.timed = false;
        let alarms = &mut item.alarms;
        if alarms.patience <= now {
            return self.patience_ends(now, id);
        }
        if alarms.turn <= now {
            self.turns(now, id, department);
        } else if alarms.rise <= now {
            self.rises(now, id, department);
        } else {
            alarms.ripe = NEVER;
            self.ripens(now, id, department);
        }
        // It may have been taken at once.
        if self.full.items[id as usize].is_in_line() {
            self.waits_for_alarm(id);
        }
    }

    /// An item has waited long enough for a batch of whoever is there.
    fn ripens(&mut self, now: Tick, id: u32, department: u32) {
        let full = &mut self.full;
        full.items[id as usize].ripe = true;
        if full.items[id as usize].state == State::Waiting {
            full.wards[department as usize].ripe += 1;
            self.serve(now, department);
        }
    }

    /// The rises that concern an item in a department.
    fn rises_of(&self, id: u32, department: u32) -> &[RisePlan] {
        let full = &self.full;
        let item = &full.items[id as usize];
        if item.ask != NONE
            && let Some(rise) = full.plan.asks.get(item.ask as usize).and_then(|ask| ask.rise.as_ref())
        {
            return std::slice::from_ref(rise);
        }
        let class = self.cases[id].row as usize % self.plan.classes.len();
        &full.plan.departments[department as usize].rises[class]
    }

    /// When the next rise of an item comes, of those that are later than `after`.
    fn next_rise(&self, id: u32, department: u32, joined: Tick, after: Option<Tick>) -> Tick {
        let times = self.rises_of(id, department).iter().map(|rise| joined.saturating_add(rise.after));
        times.filter(|&time| after.is_none_or(|after| time > after)).min().unwrap_or(NEVER)
    }

    /// An item has waited long enough for another rank, if the rule is followed. Of several rises at one time each is an
    /// event of its own.
    fn rises(&mut self, now: Tick, id: u32, department: u32) {
        let joined = self.cases[id].joined;
        let next = self.next_rise(id, department, joined, Some(now));
        let before = self.full.items[id as usize].rank;
        let rank = self.risen_ranks(now, id, department).find(|&rank| rank < before);
        let again = rank.is_some_and(|rank| self.risen_ranks(now, id, department).any(|other| other < rank));
        self.full.items[id as usize].alarms.rise = if again { now } else { next };
        if let Some(rank) = rank {
            self.stands_anew(id, department, rank);
            self.observer.rose(now, id, self.cases[id].row);
            self.may_interrupt(now, department);
        }
    }

    /// The ranks that an item has come to by now, in the order of the model.
    fn risen_ranks(&self, now: Tick, id: u32, department: u32) -> impl Iterator<Item = u8> {
        let (case, item) = (&self.cases[id], &self.full.items[id as usize]);
        let words = self.departments[department as usize].keys.words(case.key, item.visit);
        let share = unit(words.of(Purpose::Compliance).next());
        let due = self.rises_of(id, department).iter().filter(move |rise| {
            case.joined.saturating_add(rise.after) <= now
                && (rise.compliance >= 1.0 || share < rise.compliance)
        });
        due.map(|rise| rise.rank)
    }

    /// An item turns into another class.
    fn turns(&mut self, now: Tick, id: u32, department: u32) {
        let classes = self.plan.classes.len() as u32;
        let full = &mut self.full;
        let plan = &full.plan.departments[department as usize];
        let Some((_, class)) = plan.turns[(self.cases[id].row % classes) as usize] else { return };
        let turn = plan.turns[class as usize].map_or(NEVER, |(after, _)| now.saturating_add(after));
        let row = department * classes + class;
        if self.full.items[id as usize].state == State::Short {
            self.needs_as(id, department, row);
        }
        self.cases[id].row = row;
        self.draws_visit(id, row);
        let joined = self.cases[id].joined;
        let rise = self.next_rise(id, department, joined, Some(now));
        let risen = self.risen_ranks(now, id, department).min().unwrap_or(u8::MAX);
        let rank = self.plan.rows[row as usize].rank.min(risen);
        let alarms = &mut self.full.items[id as usize].alarms;
        (alarms.turn, alarms.rise) = (turn, rise);
        let before = self.full.items[id as usize].rank;
        self.stands_anew(id, department, rank);
        self.observer.turned(now, id, row);
        if rank < before {
            self.may_interrupt(now, department);
        }
    }

    /// A waiting item goes to the end of the line of another rank; one that keeps its place has that rank from now
    /// on.
    fn stands_anew(&mut self, id: u32, department: u32, rank: u8) {
        let item = &mut self.full.items[id as usize];
        if item.rank == rank || item.state != State::Waiting {
            item.rank = rank;
            return;
        }
        self.remove_from_line(id, department);
        self.full.items[id as usize].rank = rank;
        self.push_line(id, department);
    }
}
