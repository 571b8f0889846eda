//! The rules for classes, departments, handoffs and work in place, each by itself.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Display, Formatter};

use super::{Check, department_place, place, shown};
use crate::model::resolve::Target;
use crate::model::{Department, EXIT, Handoff, Staff};

const MOST_STAFF: u32 = 100_000;
/// All departments together: every person is a record of the engine.
const MOST_STAFF_IN_ALL: u64 = 10_000_000;
const LAST_PRIORITY: u32 = 63;
/// In one entry, and in all together.
const MOST_CASES_IN_PLACE: u64 = 1 << 23;

impl<'m> Check<'m> {
    /// Checks all parts but the streams.
    pub(super) fn parts(&mut self) {
        for class in &self.model().classes {
            if class.priority > LAST_PRIORITY {
                let rule = format!("the priority is {}, must be at most {LAST_PRIORITY}", class.priority);
                self.add(place("class", &class.name), rule);
            }
        }
        let mut receives = vec![false; self.model().departments.len()];
        for route in &self.resolved.routes {
            if let Target::Department(to) = route.target {
                receives[to as usize] = true;
            }
        }
        for (department, receives) in self.model().departments.iter().zip(receives) {
            self.department(department, receives);
        }
        self.staff_in_all();
        for handoff in &self.model().handoffs {
            self.handoff(handoff);
        }
        self.overlaps();
        self.initial();
    }

    fn department(&mut self, department: &'m Department, receives: bool) {
        let place = department_place(&department.name);
        if let Staff::Count(count) = department.staff
            && !(1..=MOST_STAFF).contains(&count)
        {
            self.add(place, format!("the staff is {count}, must be from 1 to {MOST_STAFF}, or infinite"));
        }
        if department.service.is_none() && department.service_for.is_empty() {
            self.add(place, "it has no service time");
        }
        self.services(place, department);
        let infinite = department.staff == Staff::Infinite;
        if infinite && department.queue_capacity.is_some() {
            self.add(place, "a queue capacity has no effect where the staff is infinite");
        } else if receives && department.queue_capacity.is_some() {
            self.add(
                place,
                "a full queue inside the organization would block its sender, which this version cannot \
                 simulate yet; only departments entered from outside alone may have a queue capacity",
            );
        }
        if infinite && department.patience.is_some() {
            self.add(place, "patience has no effect where the staff is infinite");
        }
        if let Some(patience) = &department.patience {
            self.times(place, "patience", patience);
        }
    }

    /// Adds up what is in range; the rest is told already.
    fn staff_in_all(&mut self) {
        let people: u64 = self
            .model()
            .departments
            .iter()
            .map(|department| match department.staff {
                Staff::Count(count) if count <= MOST_STAFF => count.into(),
                _ => 0,
            })
            .sum();
        if people > MOST_STAFF_IN_ALL {
            let rule =
                format!("all departments together have {people} people, must be at most {MOST_STAFF_IN_ALL}");
            self.add("model", rule);
        }
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
        if let Some(probability) = handoff.probability {
            self.probability(place, "probability", probability);
        }
        let mut seen = HashSet::new();
        for row in &handoff.probability_for {
            let what = format!("probability for class {}", shown(&row.class));
            self.class_exists(place, &row.class);
            if !seen.insert(&row.class) {
                self.add(place, format!("the {what} is given more than once"));
            }
            self.probability(place, what, row.probability);
        }
        if let Some(transfer) = &handoff.transfer {
            self.times(place, "transfer time", transfer);
        }
        if let Some(class) = &handoff.becomes {
            self.class_exists(place, class);
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
#[derive(Clone, Copy)]
struct Way<'m>(&'m Handoff);

impl Display for Way<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Handoff { from, to, becomes, .. } = self.0;
        write!(f, "handoff {} to {}", shown(from), shown(to))?;
        becomes.iter().try_for_each(|class| write!(f, " as class {}", shown(class)))
    }
}
