//! One long run, cut into equal blocks of time: what batch means are taken of.
//!
//! A case counts in the block in which it arrived, a visit in that in which it joined, and time in line and at work where
//! it is spent. So a run from some block on is that with a warm-up until then. Memory grows with the blocks, not with the
//! cases.

use super::people::PeopleStatistics;
use crate::engine::{End, Identity, Life, Observer, Occupation, Order, Room, Stay, Visit};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// Equal blocks of time, one after the other.
#[derive(Clone, Copy, Debug)]
struct Grid {
    from: Tick,
    length: Tick,
    blocks: usize,
}

impl Grid {
    /// The block of a time, if it is in one.
    fn block(&self, time: Tick) -> Option<usize> {
        let block = usize::try_from(time.checked_sub(self.from)? / self.length).ok()?;
        (block < self.blocks).then_some(block)
    }
}

/// How many there are of something, integrated over each block.
#[derive(Debug)]
struct Level {
    since: Tick,
    value: u32,
    /// By block.
    areas: Vec<u128>,
}

impl Level {
    fn new(grid: &Grid) -> Level {
        Level { since: grid.from, value: 0, areas: vec![0; grid.blocks] }
    }

    fn advance(&mut self, grid: &Grid, now: Tick) {
        while self.since < now && self.value > 0 {
            let Some(block) = grid.block(self.since) else { break };
            let end = now.min(grid.from + (block as Tick + 1) * grid.length);
            self.areas[block] += u128::from(self.value) * u128::from(end - self.since);
            self.since = end;
        }
        self.since = self.since.max(now);
    }

    fn change(&mut self, grid: &Grid, now: Tick, by: i32) {
        self.advance(grid, now);
        self.value = self.value.wrapping_add_signed(by);
    }
}

/// What is kept of the cases of a class that arrived in one block. Times in ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CaseBlock {
    pub arrived: u64,
    pub lost: u64,
    pub completed: u64,
    pub lead: u128,
    pub promised: u64,
    pub kept: u64,
    /// Completed in the block, whenever they arrived.
    pub departed: u64,
}

/// What is kept of the visits to a department that joined in one block, and were served.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct VisitBlock {
    pub served: u64,
    pub waiting: u128,
}

/// What the people of a department or pool did in one block, in person-ticks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StaffBlock {
    pub serving: u128,
    pub on_shift: u128,
}

/// Where an item is.
#[derive(Clone, Copy, Debug, Default)]
struct Item {
    /// A request or an order.
    no_case: bool,
    in_line: bool,
    department: u32,
}

/// Keeps what batch means are taken of.
#[derive(Debug)]
pub(crate) struct TimeBlocks {
    grid: Grid,
    classes: u32,
    /// By stream.
    promises: Vec<Tick>,
    items: Vec<Item>,
    /// By department.
    in_line: Vec<Level>,
    /// By department, where departments do not depend on each other: services under way.
    busy: Vec<Level>,
    /// Otherwise: what people have done until now, and by block and home until the end of that.
    people: Option<PeopleStatistics>,
    until: Vec<Vec<StaffBlock>>,
    cases: Vec<Vec<CaseBlock>>,
    visits: Vec<Vec<VisitBlock>>,
}

impl TimeBlocks {
    /// Cuts what is between `from` and `horizon` into so many blocks; a rest at the end, of fewer ticks than there are
    /// blocks, is left out.
    pub fn new(plan: &Plan, from: Tick, horizon: Tick, blocks: usize) -> TimeBlocks {
        let grid = Grid { from, length: (horizon.saturating_sub(from) / blocks as Tick).max(1), blocks };
        let (classes, departments) = (plan.classes.len(), plan.departments.len());
        let levels = || (0..departments).map(|_| Level::new(&grid)).collect();
        TimeBlocks {
            grid,
            classes: classes as u32,
            promises: plan.streams.iter().map(|stream| stream.promise).collect(),
            items: Vec::new(),
            in_line: levels(),
            busy: if plan.full.is_none() { levels() } else { Vec::new() },
            people: plan.full.as_ref().map(|full| PeopleStatistics::new(plan, full, from)),
            until: Vec::new(),
            cases: vec![vec![CaseBlock::default(); classes]; blocks],
            visits: vec![vec![VisitBlock::default(); departments]; blocks],
        }
    }

    /// The length of a block.
    pub fn length(&self) -> Tick {
        self.grid.length
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.grid.blocks
    }

    /// The run is over.
    pub fn finish(&mut self, now: Tick) {
        self.passes(now);
        let TimeBlocks { grid, in_line, busy, .. } = self;
        in_line.iter_mut().chain(busy).for_each(|level| level.advance(grid, now));
    }

    /// By block: ticks that cases stood in line at a department.
    pub fn in_line(&self, department: usize) -> &[u128] {
        &self.in_line[department].areas
    }

    /// By block: what is kept of a class.
    pub fn cases(&self, class: usize) -> impl Iterator<Item = CaseBlock> {
        self.cases.iter().map(move |classes| classes[class])
    }

    /// By block: what is kept of a department.
    pub fn visits(&self, department: usize) -> impl Iterator<Item = VisitBlock> {
        self.visits.iter().map(move |departments| departments[department])
    }

    /// By block: ticks of services at a department, where departments do not depend on each other.
    pub fn busy(&self, department: usize) -> Option<&[u128]> {
        self.busy.get(department).map(|level| &level.areas[..])
    }

    /// By block: what the people of a home did, where departments depend on each other.
    pub fn staff(&self, home: usize) -> impl Iterator<Item = StaffBlock> {
        let before = std::iter::once(StaffBlock::default()).chain(self.until.iter().map(move |of| of[home]));
        let until = self.until.iter().map(move |of| of[home]);
        until.zip(before).map(|(until, before)| StaffBlock {
            serving: until.serving - before.serving,
            on_shift: until.on_shift - before.on_shift,
        })
    }

    /// It is later: what people did until the end of each block that is over is told apart.
    #[inline(always)]
    fn passes(&mut self, now: Tick) {
        if self.people.is_some() && self.until.len() < self.grid.blocks {
            self.ends_blocks(now);
        }
    }

    fn ends_blocks(&mut self, now: Tick) {
        let Some(people) = &mut self.people else { return };
        while self.until.len() < self.grid.blocks {
            let end = self.grid.from + (self.until.len() as Tick + 1) * self.grid.length;
            if end > now {
                return;
            }
            people.catch_up(end);
            let staff = people
                .homes
                .iter()
                .map(|time| StaffBlock { serving: time.serving, on_shift: time.on_shift() });
            self.until.push(staff.collect());
        }
    }

    fn item(&mut self, item: u32) -> &mut Item {
        let at = item as usize;
        if self.items.len() <= at {
            self.items.resize(at + 1, Item::default());
        }
        &mut self.items[at]
    }

    /// An item is in line from now on, or not.
    fn stands(&mut self, now: Tick, item: u32, in_line: bool) {
        let item = self.item(item);
        let Item { no_case, in_line: before, department } = *item;
        item.in_line = in_line;
        if !no_case && before != in_line {
            self.in_line[department as usize].change(&self.grid, now, if in_line { 1 } else { -1 });
        }
    }

    /// A visit was served that joined and began at these times.
    fn counts(&mut self, row: u32, joined: Tick, begun: Tick) {
        if let Some(block) = self.grid.block(joined) {
            let visits = &mut self.visits[block][(row / self.classes) as usize];
            visits.served += 1;
            visits.waiting += u128::from(begun - joined);
        }
    }

    fn services(&mut self, now: Tick, row: u32, by: i32) {
        if let Some(busy) = self.busy.get_mut((row / self.classes) as usize) {
            busy.change(&self.grid, now, by);
        }
    }

    fn of_class(&mut self, time: Tick, who: &Identity) -> Option<&mut CaseBlock> {
        Some(&mut self.cases[self.grid.block(time)?][who.class as usize])
    }
}

/// Tells those who follow people, with the blocks that are over before.
macro_rules! tell_people {
    ($self:ident, $now:expr, $hook:ident($($arg:expr),*)) => {
        $self.passes($now);
        if let Some(people) = &mut $self.people {
            people.$hook($($arg),*);
        }
    };
}

impl Observer for TimeBlocks {
    fn arrived(&mut self, now: Tick, case: u32, who: &Identity, _row: u32) {
        *self.item(case) = Item::default();
        if let Some(class) = self.of_class(now, who) {
            class.arrived += 1;
        }
    }

    fn ended(&mut self, now: Tick, _case: u32, who: &Identity, _row: u32, life: &Life, end: End) {
        let promise = self.promises[who.stream as usize];
        let completed = end == End::Completed;
        if let Some(class) = self.of_class(now, who).filter(|_| completed) {
            class.departed += 1;
        }
        let Some(class) = self.of_class(life.arrived, who) else { return };
        if !completed {
            class.lost += 1;
            return;
        }
        let lead = now - life.arrived;
        class.completed += 1;
        class.lead += u128::from(lead);
        if promise != Tick::MAX {
            class.promised += 1;
            class.kept += u64::from(lead <= promise);
        }
    }

    fn joined(&mut self, now: Tick, case: u32, row: u32) {
        let department = row / self.classes;
        self.item(case).department = department;
        self.stands(now, case, true);
        tell_people!(self, now, joined(now, case, row));
    }

    fn started(&mut self, now: Tick, case: u32, row: u32, staff: u32) {
        self.stands(now, case, false);
        self.services(now, row, 1);
        tell_people!(self, now, started(now, case, row, staff));
    }

    fn served(&mut self, _case: u32, visit: &Visit) {
        self.services(visit.ended, visit.row, -1);
        self.counts(visit.row, visit.joined, visit.begun);
    }

    fn stayed(&mut self, item: u32, stay: &Stay) {
        self.stands(stay.ended, item, false);
        if stay.ask == NONE {
            self.counts(stay.row, stay.joined, stay.begun);
        }
        tell_people!(self, stay.ended, stayed(item, stay));
    }

    fn reneged(&mut self, now: Tick, case: u32, _row: u32, _joined: Tick) {
        self.stands(now, case, false);
    }

    fn requeued(&mut self, now: Tick, item: u32, _row: u32) {
        self.stands(now, item, true);
    }

    fn continued(&mut self, now: Tick, item: u32, row: u32, person: u32) {
        self.stands(now, item, false);
        tell_people!(self, now, continued(now, item, row, person));
    }

    fn asked(&mut self, now: Tick, item: u32, request: u32, ask: u32) {
        *self.item(request) = Item { no_case: true, ..Item::default() };
        tell_people!(self, now, asked(now, item, request, ask));
    }

    fn ordered(&mut self, _now: Tick, order: &Order) {
        if order.item != NONE {
            *self.item(order.item) = Item { no_case: true, ..Item::default() };
        }
    }

    fn parted(&mut self, _now: Tick, _case: u32, part: u32, _fork: u32, _branch: u32, _transfer: Tick) {
        *self.item(part) = Item::default();
    }

    fn part_lost(&mut self, now: Tick, part: u32, _end: End, _decides: bool) {
        self.stands(now, part, false);
    }

    fn withdrawn(&mut self, now: Tick, part: u32) {
        self.stands(now, part, false);
    }

    fn forgotten(&mut self, now: Tick, item: u32) {
        self.stands(now, item, false);
    }

    fn occupied(&mut self, now: Tick, person: u32, occupation: Occupation, late: bool) {
        tell_people!(self, now, occupied(now, person, occupation, late));
    }

    fn relieved(&mut self, now: Tick, person: u32, item: u32) {
        tell_people!(self, now, relieved(now, person, item));
    }

    fn blocked(&mut self, now: Tick, item: u32, department: u32) {
        tell_people!(self, now, blocked(now, item, department));
    }

    fn let_in(&mut self, now: Tick, item: u32, room: Room) {
        tell_people!(self, now, let_in(now, item, room));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_integrated_block_by_block() {
        let grid = Grid { from: 10, length: 5, blocks: 3 };
        let mut level = Level::new(&grid);
        level.change(&grid, 4, 2);
        level.change(&grid, 12, -1);
        level.change(&grid, 21, -1);
        level.change(&grid, 24, 1);
        level.advance(&grid, 40);
        // Two until 12, one until 21, none until 24, one until the end at 25.
        assert_eq!(level.areas, [2 * 2 + 3, 5, 1 + 1]);
        assert_eq!(
            [9, 10, 14, 15, 24, 25].map(|time| grid.block(time)),
            [None, Some(0), Some(0), Some(1), Some(2), None]
        );
    }
}
