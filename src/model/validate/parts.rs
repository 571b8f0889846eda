//! The rules for departments, handoffs and work in place, each by itself.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Display, Formatter};

use super::{Check, department_place, place, shown};
use crate::model::flow::is_zero;
use crate::model::{Department, EXIT, Handoff};

pub(super) const LAST_PRIORITY: u32 = 63;
/// In one entry, and in all together.
const MOST_CASES_IN_PLACE: u64 = 1 << 23;

impl<'m> Check<'m> {
    /// Checks all parts but the streams.
    pub(super) fn parts(&mut self) {
        self.classes_by_themselves();
        let only_asked = self.only_asked();
        for (department, at) in self.model().departments.iter().zip(0..) {
            self.department(department, at, only_asked[at as usize]);
        }
        self.makers();
        self.setups_in_all();
        self.pools();
        self.people_in_all();
        self.calendars();
        self.requests();
        for handoff in &self.model().handoffs {
            self.handoff(handoff);
        }
        self.overlaps();
        self.forks();
        self.stocks();
        self.expenses();
        self.initial();
    }

    fn department(&mut self, department: &'m Department, at: u32, only_asked: bool) {
        let place = department_place(&department.name);
        self.people(place, department, at);
        if department.service.is_none() && department.service_for.is_empty() && !only_asked {
            self.add(place, "it has no service time");
        }
        self.services(place, department);
        self.serving(place, department);
        if let Some(patience) = &department.patience {
            self.times(place, "patience", patience);
        }
        if let Some(target) = &department.renege_to {
            self.department_exists(place, target);
            if *target == department.name {
                self.add(place, "those who lose patience here cannot go here");
            }
            if department.patience.is_none() {
                self.add(place, "nobody leaves the queue for another department without a patience");
            }
        }
        self.errors(place, department);
        self.detections(place, department);
        self.uses(place, department);
    }

    /// Per department: whether it has nothing to do but to answer requests, all of which have service times
    /// of their own.
    fn only_asked(&self) -> Vec<bool> {
        let mut only_asked = vec![false; self.model().departments.len()];
        let Some(flow) = &self.flow else { return only_asked };
        // However likely they are.
        let questions = || self.resolved.questions.iter();
        questions().for_each(|question| only_asked[question.to as usize] = true);
        let unserved = questions().filter(|question| question.request.service.is_none());
        unserved.for_each(|question| only_asked[question.to as usize] = false);
        flow.answers.iter().for_each(|answer| only_asked[answer.state.department as usize] = true);
        let of_department = flow.answers.iter().filter(|answer| answer.needs_service);
        let served = of_department.map(|answer| answer.state).chain(flow.states.iter().copied());
        served.for_each(|state| only_asked[state.department as usize] = false);
        only_asked
    }

    fn services(&mut self, place: impl Display + Copy, department: &'m Department) {
        if let Some(service) = &department.service {
            self.times(place, "service time", service);
        }
        let mut seen = HashSet::new();
        for rule in &department.service_for {
            let class = rule.class.as_ref().map(|class| format!(" of class {}", shown(class)));
            let what = format!("service time{} from visit {}", class.unwrap_or_default(), rule.from_visit);
            if let Some(class) = &rule.class {
                self.class_exists(place, class);
            }
            if rule.from_visit == 0 {
                self.add(format_args!("{place}, {what}"), "visits are counted from 1");
            }
            if !seen.insert((&rule.class, rule.from_visit)) {
                self.add(format_args!("{place}, {what}"), "it is given more than once");
            }
            self.times(place, what, &rule.service);
        }
    }

    fn handoff(&mut self, handoff: &'m Handoff) {
        let place = Way(handoff);
        self.department_exists(place, &handoff.from);
        if handoff.to != EXIT {
            self.department_exists(place, &handoff.to);
        }
        self.probabilities(place, handoff.probability, &handoff.probability_for);
        if let Some(transfer) = &handoff.transfer {
            self.times(place, "transfer time", transfer);
        }
        if let Some(class) = &handoff.becomes {
            self.class_exists(place, class);
        }
        if handoff.rework && handoff.to == EXIT {
            self.add(place, "who leaves is not put right: it cannot be for rework");
        }
        self.under_way(place, handoff);
        let takes_time = handoff.transfer.as_ref().is_some_and(|transfer| !is_zero(transfer));
        let waits = handoff.pickup.is_some() || handoff.capacity.is_some();
        for to in [&handoff.to].into_iter().chain(&handoff.or_shorter) {
            self.place_kept(place, to, takes_time || waits);
        }
        self.shortest_queue(place, handoff);
    }

    /// Checks when a handoff takes along what waits there, and how much.
    fn under_way(&mut self, place: impl Display + Copy, handoff: &'m Handoff) {
        if let Some(pickup) = &handoff.pickup {
            self.timetable(place, "pickups", pickup.period, &pickup.times);
        }
        if handoff.capacity == Some(0) {
            self.add(place, "none may be under way at once, must be at least 1");
        }
        let takes_time = handoff.transfer.as_ref().is_some_and(|transfer| !is_zero(transfer));
        if handoff.capacity.is_some() && !takes_time {
            self.add(place, "a limit to how many are under way has no effect where the way takes no time");
        }
    }

    /// Checks the other departments to which a handoff may lead.
    fn shortest_queue(&mut self, place: impl Display + Copy, handoff: &'m Handoff) {
        if handoff.or_shorter.is_empty() {
            return;
        }
        if handoff.to == EXIT {
            self.add(place, "who leaves does not choose the shortest queue");
        }
        if handoff.rework {
            self.add(
                place,
                "what is put right goes to the one department that caused it, not to the shortest queue",
            );
        }
        let mut seen = HashSet::from([&handoff.to]);
        for other in &handoff.or_shorter {
            self.department_exists(place, other);
            if !seen.insert(other) {
                self.add(place, format!("department {} is named more than once", shown(other)));
            }
        }
        for to in [&handoff.to].into_iter().chain(&handoff.or_shorter) {
            let Some(at) = self.resolved.department(to) else { continue };
            if let Some(there) = self.model().departments[at as usize].nobody_waits() {
                let rule = format!("the queue of {} is always the shortest: nobody waits {there}", shown(to));
                self.add(place, rule);
            }
        }
    }

    /// Checks that a place can be kept in the queue of `to` for what is on its way there.
    pub(super) fn place_kept(&mut self, place: impl Display, to: &str, takes_time: bool) {
        let target = self.resolved.department(to).map(|to| &self.model().departments[to as usize]);
        if takes_time && target.is_some_and(|target| target.queue_capacity == Some(0)) {
            let rule = format!(
                "it takes time, so a place has to be kept in the queue of {}, whose capacity is 0",
                shown(to)
            );
            self.add(place, rule);
        }
    }

    /// Finds handoffs that lead the same class the same way as an earlier one.
    fn overlaps(&mut self) {
        /// The classes that the handoffs of one way are for.
        #[derive(Default)]
        struct Taken<'m> {
            every: bool,
            named: HashSet<&'m str>,
        }
        let mut ways: HashMap<_, Taken> = HashMap::new();
        for handoff in &self.model().handoffs {
            let taken = ways.entry((&handoff.from, &handoff.to, &handoff.becomes)).or_default();
            let every = handoff.probability.is_some() || handoff.probability_for.is_empty();
            let used = taken.every || !taken.named.is_empty();
            let own: HashSet<_> = handoff.probability_for.iter().map(|row| row.class.as_str()).collect();
            let again = taken.every || (every && used) || own.iter().any(|class| taken.named.contains(class));
            taken.every |= every;
            taken.named.extend(own);
            if again {
                let rule = "there is an earlier handoff the same way for the same class; make them one";
                self.add(Way(handoff), rule);
            }
        }
    }

    fn expenses(&mut self) {
        for expense in &self.model().expenses {
            let place = place("expense", &expense.name);
            self.money(place, "amount", expense.amount);
            if let Some(at) = expense.at {
                self.time_of_run(place, "expense", at);
            }
        }
    }

    fn initial(&mut self) {
        for work in &self.model().initial {
            let place = place("initial work in", &work.department);
            self.department_exists(place, &work.department);
            self.class_exists(place, &work.class);
            if !(1..=MOST_CASES_IN_PLACE).contains(&work.cases) {
                let rule = format!("it has {} cases, must be from 1 to {MOST_CASES_IN_PLACE}", work.cases);
                self.add(place, rule);
            }
            if let Some(remaining) = &work.remaining {
                self.times(place, "remaining time", remaining);
            }
        }
        // As with the staff, what is out of range is told already.
        let cases = self.model().initial.iter().map(|work| work.cases);
        let in_all: u64 = cases.filter(|&cases| cases <= MOST_CASES_IN_PLACE).sum();
        if in_all > MOST_CASES_IN_PLACE {
            let rule = format!(
                "all initial work together has {in_all} cases, must be at most {MOST_CASES_IN_PLACE}"
            );
            self.add("model", rule);
        }
    }
}

/// How defects name a handoff.
pub(in crate::model) fn handoff_place(handoff: &Handoff) -> impl Display {
    Way(handoff)
}

#[derive(Clone, Copy)]
struct Way<'m>(&'m Handoff);

impl Display for Way<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Handoff { from, to, becomes, .. } = self.0;
        write!(f, "handoff {} to {}", shown(from), shown(to))?;
        becomes.iter().try_for_each(|class| write!(f, " as class {}", shown(class)))
    }
}
