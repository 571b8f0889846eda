//! Items: who they are, how they come to be and end, and where they stand when the run does.

use super::*;

impl World<'_> {
    pub fn rank(&self, item: usize) -> u32 {
        let item = &self.items[item];
        if let Some(risen) = item.risen {
            return risen;
        }
        match item.asker {
            Some(_) if self.full.asks[item.ask].rank != NONE => self.full.asks[item.ask].rank,
            _ => self.plan.rows[item.row as usize].rank.into(),
        }
    }

    pub fn new_item(&self, who: Who, key: u64, row: u32) -> Item {
        Item {
            who,
            key,
            size: 1.0,
            due: None,
            arrived: self.now,
            touch: 0,
            row,
            left: NONE,
            visits: vec![0; self.plan.departments.len()],
            state: State::Moving,
            joined: 0,
            turn: 0,
            requirement: 0,
            length: 0,
            done: 0,
            questions: VecDeque::new(),
            begun: None,
            finished: 0,
            worked: 0,
            asking: 0,
            guessed: false,
            headed: None,
            reserved: Vec::new(),
            gathering: false,
            crew: Vec::new(),
            apart: false,
            speed: 1.0,
            stretch: 0,
            counted: 0,
            goal: 0,
            attained: 0,
            request: None,
            way: None,
            kept: false,
            risen: None,
            interruptions: 0,
            ripe: false,
            members: Vec::new(),
            leader: None,
            mates: Vec::new(),
            setup: 0,
            comer: NONE,
            taken: false,
            stocked: false,
            short_of: None,
            part: None,
            forked: None,
            handed: true,
            order: None,
            lane: None,
            asker: None,
            ask: 0,
            asked: 0,
            orphan: false,
            first_row: row,
            attempt: 0,
            overall: None,
            defects: 0,
            reworks: Vec::new(),
            repair: None,
        }
    }

    pub fn end_case(&mut self, item: usize, end: End) {
        if self.items[item].part.is_some() {
            return self.lose_part(item, end);
        }
        let Item { who, arrived, touch, row, left, .. } = self.items[item];
        self.items[item].state = State::Gone;
        let row = if row == NONE { left } else { row };
        self.ended += 1;
        self.tell(Record::Ended { who, row, arrived, touch, end });
        self.expect_again(who);
    }

    /// The trace, with the cases that are still there.
    pub fn closed(mut self, end: Tick) -> Trace {
        self.now = end;
        (0..self.items.len()).for_each(|item| self.count_stretch(item));
        let there =
            (0..self.items.len()).filter(|&at| self.is_case(at) && self.items[at].state != State::Gone);
        let mut unfinished: Vec<Unfinished> = there
            .map(|at| {
                let Item { who, arrived, .. } = self.items[at];
                Unfinished { who, arrived, touch: self.touch_of(at), place: self.place(at) }
            })
            .collect();
        unfinished.sort_by_key(|case| case.who);
        self.trace.unfinished = unfinished;
        self.trace.parts = self.unfinished_parts();
        self.trace.end = end;
        self.trace
    }

    /// Whether an item is a case: no request, no part of one, no order.
    pub fn is_case(&self, item: usize) -> bool {
        let item = &self.items[item];
        item.asker.is_none() && item.part.is_none() && item.order.is_none()
    }

    /// The first of the batch that an item is in.
    pub fn leader(&self, item: usize) -> usize {
        self.items[item].leader.unwrap_or(item)
    }

    /// An item, and all that are served with it if it is the first of them.
    pub fn together(&self, item: usize) -> Vec<usize> {
        std::iter::once(item).chain(self.items[item].members.iter().copied()).collect()
    }

    /// Tells the same of an item and all that are served with it.
    pub fn tell_each(&mut self, item: usize, record: impl Fn(&Item) -> Record) {
        for each in self.together(item) {
            self.tell(record(&self.items[each]));
        }
    }

    /// Where an item stands that is there.
    pub fn place(&self, item: usize) -> Place {
        let leader = self.leader(item);
        let Item { row, joined, mut worked, begun, state, .. } = self.items[item];
        if self.items[leader].state == State::Working {
            worked += self.worked_in_stretch(leader);
        }
        match (state, begun) {
            (State::Away, _) => Place::Away { row },
            (State::Moving, _) => Place::Moving { row },
            (State::Forked, _) => Place::Forked { row },
            (State::Joining, _) => Place::Joining { row },
            (_, None) => Place::Waiting { row, joined },
            (_, Some(begun)) => Place::Begun { row, joined, begun, worked },
        }
    }
}
