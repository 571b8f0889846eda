//! What is there when the run ends.

use super::item::{Item, Next, State};
use super::{Engine, Observer};
use crate::engine::{Life, Standing};
use crate::plan::NONE;
use crate::time::Tick;

impl<O: Observer> Engine<'_, O> {
    /// Tells of every case that is still in the system.
    pub(in crate::engine) fn tell_unfinished(&mut self) {
        let now = self.now;
        self.tells_all_shares(now);
        let Some(full) = &self.full else { return };
        let case = |(item, id): (&Item, u32)| (item.state != State::Gone && !item.is_request()).then_some(id);
        let found: Vec<u32> = full.items.iter().zip(0..).filter_map(case).collect();
        for id in found {
            self.count_open_work(now, id);
            let (case, item) = (&self.cases[id], &self.full_state().items[id as usize]);
            let (row, joined) = (case.row, case.joined);
            let standing = match item.state {
                State::Leaving => Standing::Moving { row: NONE },
                State::Moving => Standing::Moving { row },
                State::AtHandoff => {
                    let leaves = matches!(item.next, Next::Route(route) if self.plan.routes[route as usize].row == NONE);
                    Standing::Moving { row: if leaves { NONE } else { row } }
                }
                State::Away => Standing::Away { row },
                State::Waiting | State::Gathering if !item.begun => Standing::Waiting { row, joined },
                _ => Standing::Begun { row, joined, begun: case.begun, worked: item.worked_in_all() },
            };
            let life = Life { arrived: case.arrived, touch: case.touch };
            self.observer.unfinished(now, id, &case.who, &life, standing);
        }
    }

    /// Counts the touch time of the stretch under way, of the case or of who answers it.
    fn count_open_work(&mut self, now: Tick, id: u32) {
        let Some(full) = &self.full else { return };
        let mut last = id;
        while full.items[last as usize].request != NONE {
            last = full.items[last as usize].request;
        }
        if full.items[last as usize].state == State::Working {
            self.count_touch(now, last);
        }
    }
}
