//! The changing state of a department: who is idle, who waits.

use super::case::Cases;
use super::queue::{KeyedLine, Line};
use crate::model::Discipline;
use crate::plan::{DepartmentPlan, NONE};
use crate::random::{KeyPair, Purpose, item_key};

/// One cache line per department.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct Department {
    pub keys: KeyPair,
    /// Idle people: one bit each, or one bit per group of people where there are more than 64.
    idle: u64,
    /// Priority ranks in which somebody waits.
    ranks: u64,
    pub waiting: u32,
    pub capacity: u32,
    pub first_slot: u32,
    /// The first of its lines, in the table that its discipline uses.
    lines: u32,
    pub loop_index: u32,
    /// How many words of idle people there are beyond `idle`, and where; 0 for up to 64 people.
    words: u16,
    pub infinite: bool,
    pub patience: bool,
    discipline: Discipline,
}

/// The queues and idle people of all departments.
#[derive(Clone, Debug)]
pub(super) struct Departments {
    pub each: Vec<Department>,
    lines: Vec<Line>,
    keyed: Vec<KeyedLine>,
    /// Lines from which anybody may be chosen, in the order of joining.
    bags: Vec<Vec<u32>>,
    /// How often each department has chosen at random.
    choices: Vec<u64>,
    /// By department: the idle people, one bit each, of those with more than 64.
    crowds: Vec<Vec<u64>>,
}

/// How many words of 64 people one bit of `idle` stands for.
fn words_per_bit(words: u16) -> usize {
    usize::from(words).div_ceil(64)
}

impl Departments {
    pub fn new(plans: &[DepartmentPlan], seed: u64, replication: u64) -> Departments {
        let mut all = Departments {
            each: Vec::with_capacity(plans.len()),
            lines: Vec::new(),
            keyed: Vec::new(),
            bags: Vec::new(),
            choices: Vec::new(),
            crowds: Vec::new(),
        };
        for plan in plans {
            let department = all.make(plan, KeyPair::new(seed, replication, plan.key));
            all.each.push(department);
        }
        all
    }

    fn make(&mut self, plan: &DepartmentPlan, keys: KeyPair) -> Department {
        let ranks = plan.ranks as usize;
        let lines = match plan.discipline {
            Discipline::Fifo | Discipline::Lifo => {
                self.lines.resize(self.lines.len() + ranks, Line::EMPTY);
                self.lines.len()
            }
            Discipline::ShortestJob | Discipline::EarliestDueDate => {
                self.keyed.resize_with(self.keyed.len() + ranks, KeyedLine::default);
                self.keyed.len()
            }
            Discipline::Random => {
                self.bags.resize_with(self.bags.len() + ranks, Vec::new);
                self.choices.resize(self.bags.len(), 0);
                self.bags.len()
            }
        };
        let staff = plan.staff.unwrap_or(0);
        let words = if staff > 64 { staff.div_ceil(64) as u16 } else { 0 };
        if words > 0 {
            self.crowds.resize(self.each.len() + 1, Vec::new());
            let people = (0..staff).map(|member| (member / 64, 1u64 << (member % 64)));
            let mut crowd = vec![0; usize::from(words)];
            people.for_each(|(word, bit)| crowd[word as usize] |= bit);
            self.crowds[self.each.len()] = crowd;
        }
        let bits = if words > 0 {
            usize::from(words).div_ceil(words_per_bit(words)) as u32
        } else {
            staff
        };
        Department {
            keys,
            idle: (u64::MAX).checked_shr(64 - bits).unwrap_or(0),
            ranks: 0,
            waiting: 0,
            capacity: plan.capacity,
            first_slot: plan.first_slot,
            lines: (lines - ranks) as u32,
            loop_index: plan.loop_index,
            words,
            infinite: plan.staff.is_none(),
            patience: plan.patience.is_some(),
            discipline: plan.discipline,
        }
    }

    /// Takes the idle member of staff with the lowest number, if there is one.
    #[inline(always)]
    pub fn take_idle(&mut self, department: u32) -> Option<u32> {
        let own = &mut self.each[department as usize];
        if own.idle == 0 {
            return None;
        }
        if own.words > 0 {
            return Some(self.take_from_crowd(department));
        }
        let member = own.idle.trailing_zeros();
        own.idle &= own.idle - 1;
        Some(member)
    }

    #[cold]
    #[inline(never)]
    fn take_from_crowd(&mut self, department: u32) -> u32 {
        let own = &mut self.each[department as usize];
        let group = own.idle.trailing_zeros() as usize;
        let size = words_per_bit(own.words);
        let crowd = &mut self.crowds[department as usize];
        let end = crowd.len().min((group + 1) * size);
        let words = &mut crowd[group * size..end];
        let at = words.iter().position(|&word| word != 0).expect("a marked group has somebody idle");
        let member = (group * size + at) as u32 * 64 + words[at].trailing_zeros();
        words[at] &= words[at] - 1;
        if words.iter().all(|&word| word == 0) {
            own.idle &= !(1 << group);
        }
        member
    }

    /// A member of staff has nothing to do.
    #[inline(always)]
    pub fn set_idle(&mut self, department: u32, member: u32) {
        let own = &mut self.each[department as usize];
        if own.words == 0 {
            own.idle |= 1 << member;
        } else {
            own.idle |= 1 << (member as usize / 64 / words_per_bit(own.words));
            self.crowds[department as usize][member as usize / 64] |= 1 << (member % 64);
        }
    }

    /// True when an arrival would neither be served at once nor find a place to wait.
    #[inline(always)]
    pub fn is_full(&self, department: u32) -> bool {
        let own = &self.each[department as usize];
        own.waiting >= own.capacity && own.idle == 0 && !own.infinite
    }

    /// A case joins the queue.
    #[inline(always)]
    pub fn push(&mut self, cases: &mut Cases, department: u32, rank: u8, case: u32) {
        let own = &mut self.each[department as usize];
        own.waiting += 1;
        own.ranks |= 1 << rank;
        let line = own.lines as usize + usize::from(rank);
        if own.discipline == Discipline::Fifo && !own.patience {
            self.lines[line].push_back(cases, case);
        } else {
            self.push_elsewhere(cases, department, line, case);
        }
    }

    #[inline(never)]
    fn push_elsewhere(&mut self, cases: &mut Cases, department: u32, line: usize, case: u32) {
        match self.each[department as usize].discipline {
            Discipline::Fifo => {
                let before = self.lines[line].last();
                self.lines[line].push_back(cases, case);
                self.lines[line].link_back(cases, case, before);
            }
            Discipline::Lifo => {
                self.lines[line].push_front(cases, case);
                self.lines[line].link_back(cases, case, NONE);
            }
            Discipline::Random => self.bags[line].push(case),
            Discipline::ShortestJob => self.keyed[line].push(cases.now[case as usize].service, case),
            Discipline::EarliestDueDate => self.keyed[line].push(cases.who[case as usize].due, case),
        }
    }

    /// Takes the case that is served next, if anybody waits.
    #[inline(always)]
    pub fn pop(&mut self, cases: &Cases, department: u32) -> Option<u32> {
        let own = &mut self.each[department as usize];
        if own.ranks == 0 {
            return None;
        }
        own.waiting -= 1;
        let rank = own.ranks.trailing_zeros();
        let at = own.lines + rank;
        let (case, left) = if matches!(own.discipline, Discipline::Fifo | Discipline::Lifo) {
            let line = &mut self.lines[at as usize];
            (line.pop(cases), line.head != NONE)
        } else {
            self.pop_elsewhere(department, at as usize)
        };
        if !left {
            self.each[department as usize].ranks &= !(1 << rank);
        }
        Some(case)
    }

    #[inline(never)]
    fn pop_elsewhere(&mut self, department: u32, line: usize) -> (u32, bool) {
        let own = &self.each[department as usize];
        if own.discipline != Discipline::Random {
            let case = self.keyed[line].pop();
            return (case, !self.keyed[line].is_empty());
        }
        // The department's n-th choice, over all its ranks.
        let choices = &mut self.choices[own.lines as usize];
        let word = own.keys.words(item_key(0, *choices, 0), 0).of(Purpose::Choice).next();
        *choices += 1;
        let bag = &mut self.bags[line];
        let at = (u128::from(word) * bag.len() as u128 >> 64) as usize;
        (bag.remove(at), !bag.is_empty())
    }

    /// Takes a case that gives up waiting out of its line.
    pub fn remove(&mut self, cases: &mut Cases, department: u32, rank: u8, case: u32) {
        let own = &mut self.each[department as usize];
        own.waiting -= 1;
        let line = own.lines as usize + usize::from(rank);
        let left = match own.discipline {
            Discipline::Fifo | Discipline::Lifo => {
                self.lines[line].remove(cases, case);
                self.lines[line].head != NONE
            }
            Discipline::Random => {
                self.bags[line].retain(|&other| other != case);
                !self.bags[line].is_empty()
            }
            Discipline::ShortestJob | Discipline::EarliestDueDate => {
                self.keyed[line].remove(case);
                !self.keyed[line].is_empty()
            }
        };
        if !left {
            own.ranks &= !(1 << rank);
        }
    }

    /// Everybody who waits in a department, in no particular order.
    pub fn waiting(&self, cases: &Cases, department: u32) -> Vec<u32> {
        let own = &self.each[department as usize];
        let mut found = Vec::with_capacity(own.waiting as usize);
        for rank in (0..64).filter(|rank| own.ranks >> rank & 1 == 1) {
            let line = own.lines as usize + rank;
            match own.discipline {
                Discipline::Fifo | Discipline::Lifo => {
                    let mut case = self.lines[line].head;
                    while case != NONE {
                        found.push(case);
                        case = cases.now[case as usize].next;
                    }
                }
                Discipline::Random => found.extend_from_slice(&self.bags[line]),
                Discipline::ShortestJob | Discipline::EarliestDueDate => found.extend(self.keyed[line].iter()),
            }
        }
        found
    }
}
