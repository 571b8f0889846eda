//! What is there when the run ends.

use super::item::{Item, Next, State};
use super::{Engine, Observer};
use crate::engine::{Life, Standing};
use crate::plan::NONE;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// Tells of every case that is still in the system, then of every part.
    pub(in crate::engine) fn tell_unfinished(&mut self) {
        let now = self.now;
        self.tells_all_shares(now);
        let full = &self.full;
        let there =
            |(item, id): (&Item, u32)| (item.state != State::Gone && !item.is_request()).then_some(id);
        let found: Vec<u32> = full.items.iter().zip(0..).filter_map(there).collect();
        let (parts, cases): (Vec<u32>, Vec<u32>) =
            found.into_iter().partition(|&id| full.items[id as usize].is_part());
        for id in cases {
            let touch = self.touch_so_far(now, id);
            let standing = self.standing(id);
            let case = &self.cases[id];
            let life = Life { arrived: case.arrived, touch };
            self.observer.unfinished(now, id, &case.who, &life, standing);
        }
        for id in parts {
            self.count_open_work(now, id);
            let standing = self.standing(id);
            self.observer.part_unfinished(now, id, standing);
        }
    }

    fn standing(&self, id: u32) -> Standing {
        let items = &self.full.items;
        let (case, item) = (&self.cases[id], &items[id as usize]);
        let (row, joined) = (case.row, case.joined);
        match item.state {
            State::Leaving => Standing::Moving { row: NONE },
            State::Moving => Standing::Moving { row },
            State::AtHandoff => {
                let leaves = matches!(item.next, Next::Route(route) if self.row_by(id, route) == NONE);
                Standing::Moving { row: if leaves { NONE } else { row } }
            }
            State::Forked => Standing::Forked { row },
            State::Joining => Standing::Joining { row },
            State::Away => Standing::Away { row },
            _ if !item.begun => Standing::Waiting { row, joined },
            _ => {
                let worked = items.get(item.leader as usize).unwrap_or(item).worked_in_all();
                Standing::Begun { row, joined, begun: case.begun, worked }
            }
        }
    }

    /// The touch time of a case, of the part that it is told of by, and of the stretch under way, of the case or of who answers
    /// it.
    fn touch_so_far(&mut self, now: Tick, id: u32) -> Tick {
        let mut touch = 0;
        let mut next = Some(id);
        while let Some(one) = next {
            self.count_open_work(now, one);
            touch += self.cases[one].touch;
            let forked = self.full.items[one as usize].state == State::Forked;
            next = if forked { self.part_to_follow(one) } else { None };
        }
        touch
    }

    /// Counts the touch time of the stretch under way, of an item, its batch, or who answers it.
    pub(super) fn count_open_work(&mut self, now: Tick, id: u32) {
        let items = &self.full.items;
        let mut last = id;
        loop {
            let item = &items[last as usize];
            match (item.state, item.request) {
                (State::Riding, _) => last = item.leader,
                (_, NONE) => break,
                (_, request) => last = request,
            }
        }
        if items[last as usize].state == State::Working {
            self.count_touch(now, last);
        }
    }
}
