//! The changing state of a department: who is idle, and the head of its queue.

use crate::model::Discipline;
use crate::plan::{DepartmentPlan, NONE};
use crate::random::KeyPair;

/// One cache line per department.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub(super) struct Department {
    pub keys: KeyPair,
    /// Idle people: one bit each, or one bit per group of people in a crowd.
    pub idle: u64,
    /// Priority ranks in which somebody waits.
    pub ranks: u64,
    pub waiting: u32,
    pub capacity: u32,
    pub first_slot: u32,
    /// The first of its lines, in the table that its discipline uses.
    pub lines: u32,
    /// Its place among the departments that a case may visit more than once, or [`NONE`].
    pub loop_index: u32,
    /// Its place among the crowds, or [`NONE`] for up to 64 people.
    pub crowd: u32,
    pub discipline: Discipline,
    /// Nobody waits for staff: there is always enough, or it is shared.
    pub infinite: bool,
    pub patience: bool,
    /// First in, first out among finite staff, and nobody ever leaves the queue but to be served.
    pub plain: bool,
}

impl Department {
    /// A department with everybody idle. `lines` is the first of its lines.
    pub fn new(plan: &DepartmentPlan, keys: KeyPair, lines: u32, crowds: &mut Crowds) -> Department {
        let staff = plan.staff.unwrap_or(0);
        let (idle, crowd) = if staff > 64 { crowds.add(staff) } else { (lowest_bits(staff), NONE) };
        Department {
            keys,
            idle,
            ranks: 0,
            waiting: 0,
            capacity: plan.capacity,
            first_slot: plan.first_slot,
            lines,
            loop_index: plan.loop_index,
            crowd,
            discipline: plan.discipline,
            infinite: plan.staff.is_none() || plan.discipline == Discipline::ProcessorSharing,
            patience: plan.patience.is_some(),
            plain: plan.staff.is_some() && plan.discipline == Discipline::Fifo && plan.patience.is_none(),
        }
    }

    /// Takes the idle member of staff with the lowest number; there must be one.
    #[inline(always)]
    pub fn take_any(&mut self, crowds: &mut Crowds) -> u32 {
        if self.crowd == NONE { self.take_idle() } else { crowds.take(self) }
    }

    /// The same for a department that is no crowd.
    #[inline(always)]
    pub fn take_idle(&mut self) -> u32 {
        let member = self.idle.trailing_zeros();
        self.idle &= self.idle - 1;
        member
    }

    /// A member of staff has nothing to do.
    #[inline(always)]
    pub fn set_any_idle(&mut self, member: u32, crowds: &mut Crowds) {
        if self.crowd == NONE { self.set_idle(member) } else { crowds.put_back(self, member) }
    }

    /// The same for a department that is no crowd.
    #[inline(always)]
    pub fn set_idle(&mut self, member: u32) {
        self.idle |= 1 << (member & 63);
    }

    /// True when an arrival would neither be served at once nor find a place to wait.
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.waiting >= self.capacity && self.idle == 0 && !self.infinite
    }
}

fn lowest_bits(count: u32) -> u64 {
    u64::MAX.checked_shr(64 - count).unwrap_or(0)
}

/// The idle people of departments with more than 64, one bit each. A bit of the department's own
/// word stands for a group of whole words here.
#[derive(Clone, Debug, Default)]
pub(super) struct Crowds(Vec<Vec<u64>>);

impl Crowds {
    fn add(&mut self, staff: u32) -> (u64, u32) {
        let whole = staff / 64;
        let mut words = vec![u64::MAX; whole as usize];
        words.extend((!staff.is_multiple_of(64)).then(|| lowest_bits(staff % 64)));
        let groups = words.len().div_ceil(group_size(&words));
        self.0.push(words);
        (lowest_bits(groups as u32), self.0.len() as u32 - 1)
    }

    #[cold]
    #[inline(never)]
    fn take(&mut self, department: &mut Department) -> u32 {
        let words = &mut self.0[department.crowd as usize];
        let group = department.idle.trailing_zeros() as usize;
        let (first, size) = (group * group_size(words), group_size(words));
        let end = words.len().min(first + size);
        let group_words = &mut words[first..end];
        let at = group_words.iter().position(|&word| word != 0).unwrap_or(0);
        let member = (first + at) as u32 * 64 + group_words[at].trailing_zeros();
        group_words[at] &= group_words[at] - 1;
        if group_words.iter().all(|&word| word == 0) {
            department.idle &= !(1 << group);
        }
        member
    }

    #[cold]
    #[inline(never)]
    fn put_back(&mut self, department: &mut Department, member: u32) {
        let words = &mut self.0[department.crowd as usize];
        let word = member as usize / 64;
        words[word] |= 1 << (member % 64);
        department.idle |= 1 << (word / group_size(words));
    }
}

/// How many words one bit of the department's own word stands for.
fn group_size(words: &[u64]) -> usize {
    words.len().div_ceil(64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_lowest_idle_number_is_taken_in_any_crowd() {
        for staff in [1, 2, 63, 64, 65, 128, 129, 1000, 4096, 4097, 10_000] {
            let plan = DepartmentPlan {
                name: String::new(),
                key: 0,
                staff: Some(staff),
                first_slot: 0,
                discipline: Discipline::Fifo,
                capacity: 0,
                patience: None,
                loop_index: NONE,
                ranks: 1,
            };
            let mut crowds = Crowds::default();
            let mut department = Department::new(&plan, KeyPair::new(0, 0, 0), 0, &mut crowds);
            let mut idle: BTreeSet<u32> = (0..staff).collect();
            let mut random = crate::random::splitmix(u64::from(staff));
            for _ in 0..10_000 {
                let member = (random() % u64::from(staff)) as u32;
                if !random().is_multiple_of(3) {
                    assert_eq!(department.idle == 0, idle.is_empty());
                    if let Some(lowest) = idle.pop_first() {
                        assert_eq!(department.take_any(&mut crowds), lowest);
                    }
                } else if idle.insert(member) {
                    department.set_any_idle(member, &mut crowds);
                }
            }
        }
    }
}
