//! The rules for how departments serve beyond one after the other.

use std::collections::HashSet;
use std::fmt::Display;

use super::parts::LAST_PRIORITY;
use super::{Check, shown};
use crate::model::{
    Acts, Balking, Batch, Beyond, Counts, Department, Discipline, Period, Setup, Slots, Staff, Standard,
};
use crate::time::Span;

/// The most items that are served together, and the most of anything that is counted out.
pub(super) const MOST_COUNTED: u32 = 1 << 23;

/// Times that repeat, or periods, of one thing.
const MOST_TIMES: usize = 10_000;

/// The largest number of departments with setups x classes x classes.
const MOST_CHANGES: u64 = 50_000_000;

const LARGEST_FACTOR: f64 = 1e6;

impl<'m> Check<'m> {
    /// Checks how a department serves.
    pub(super) fn serving(&mut self, place: impl Display + Copy, department: &'m Department) {
        self.without_queue(place, department);
        self.sharing(place, department);
        if department.ignore_priority && !department.preemption.is_none() {
            self.add(place, "nobody is interrupted where the priorities do not count");
        }
        if let Some(batch) = &department.batch {
            self.served_together(place, department, batch);
        }
        if let Some(setup) = &department.setup {
            self.setup(place, setup);
        }
        if let Some(slots) = &department.slots {
            self.slots(place, slots);
        }
        if let Some(balking) = &department.balking {
            self.balking(place, department, balking);
        }
        self.standards(place, department);
        self.periods(place, department);
    }

    /// Tells what has no effect where nobody waits, or at least nobody waits for people.
    fn without_queue(&mut self, place: impl Display + Copy, department: &'m Department) {
        let infinite = (department.staff == Staff::Infinite).then_some("where the staff is infinite");
        let no_line = department.nobody_waits();
        let no_wait_for_people = infinite.or(no_line);
        let shared = no_line.filter(|_| department.discipline == Discipline::ProcessorSharing);
        let acts = department.standards.iter().any(|standard| standard.acts.is_some());
        let counts_waiting = |balking: &Balking| balking.counts == Counts::Waiting;
        for (told, what, there) in [
            (department.queue_capacity.is_some(), "a queue capacity has", no_wait_for_people),
            (!department.preemption.is_none(), "preemption has", no_wait_for_people),
            (department.setup.is_some(), "a setup has", no_wait_for_people),
            (department.patience.is_some(), "patience has", no_line),
            (acts, "what a standard does has", no_line),
            (
                department.balking.as_ref().is_some_and(counts_waiting),
                "balking by the number waiting has",
                no_line,
            ),
            (department.batch.is_some(), "a batch has", shared),
            (department.slots.is_some(), "slots have", shared),
            (!department.uses.is_empty(), "waiting for stock has", shared),
        ] {
            if let Some(there) = there.filter(|_| told) {
                self.add(place, format!("{what} no effect {there}"));
            }
        }
    }

    /// Checks the people who share their time among all items.
    fn sharing(&mut self, place: impl Display + Copy, department: &'m Department) {
        if department.discipline != Discipline::ProcessorSharing {
            return;
        }
        let helps = |other: &Department| other.helpers.iter().any(|helpers| helpers.from == department.name);
        for (told, what) in [
            (!matches!(department.staff, Staff::Count(_)), "it needs a number of people of its own"),
            (department.staff_needed != 1, "no piece of work needs several people"),
            (!department.helpers.is_empty(), "there are no helpers"),
            (self.model().departments.iter().any(helps), "its people do not help elsewhere"),
            (department.shifts.is_some(), "its people are always there, without shifts"),
            (!department.absences.is_empty(), "its people are always there, without absences"),
            (!department.outages.is_empty(), "its people are always there, without outages"),
            (department.vacation.is_some(), "its people are always there, without vacations"),
        ] {
            if told {
                self.add(place, format!("where everybody is served at once, {what}"));
            }
        }
    }

    fn served_together(&mut self, place: impl Display + Copy, department: &'m Department, batch: &'m Batch) {
        self.counted(place, "size of a batch", batch.size);
        if let Some(least) = batch.at_least.filter(|&least| least == 0 || least > batch.size) {
            let rule =
                format!("a batch begins with at least {least}, must be from 1 to its size of {}", batch.size);
            self.add(place, rule);
        }
        if let Some(longest) = batch.longest_wait {
            return self.positive(place, "longest wait for a batch", longest);
        }
        let least = batch.least();
        if let Some(capacity) = department.queue_capacity.filter(|&capacity| least > 1 && capacity < least) {
            let rule = format!(
                "a batch can never begin: it needs {least}, only {capacity} may wait, and there is no longest wait"
            );
            self.add(place, rule);
        }
    }

    fn setup(&mut self, place: impl Display + Copy, setup: &'m Setup) {
        if setup.time.is_none() && setup.time_for.is_empty() && setup.after_idle.is_none() {
            self.add(place, "no time is given for the setup");
        }
        for (what, times) in [("setup time", &setup.time), ("setup time after idleness", &setup.after_idle)] {
            if let Some(times) = times {
                self.times(place, what, times);
            }
        }
        let mut seen = HashSet::new();
        for row in &setup.time_for {
            let from = row.from.as_ref().map(|from| format!(" from {}", shown(from))).unwrap_or_default();
            let what = format!("setup time for {}{from}", shown(&row.class));
            self.class_exists(place, &row.class);
            if let Some(from) = &row.from {
                self.class_exists(place, from);
                if *from == row.class {
                    self.add(place, format!("the {what} is for no change of class"));
                }
            }
            if !seen.insert((&row.class, &row.from)) {
                self.add(place, format!("the {what} is given more than once"));
            }
            self.times(place, what, &row.time);
        }
    }

    /// Checks that the engine's tables of setup times, by class and class before, are not too large.
    pub(super) fn setups_in_all(&mut self) {
        let with_setup = self.model().departments.iter().filter(|department| department.setup.is_some());
        let (departments, classes) = (with_setup.count() as u64, self.resolved.classes.len() as u64);
        if departments.saturating_mul(classes).saturating_mul(classes) > MOST_CHANGES {
            let rule = format!(
                "{departments} departments with setups x {classes} classes x {classes} classes must be at most {MOST_CHANGES}"
            );
            self.add("model", rule);
        }
    }

    fn slots(&mut self, place: impl Display + Copy, slots: &'m Slots) {
        self.timetable(place, "slots", slots.period, &slots.times);
        let (sizes, times) = (slots.sizes.len(), slots.times.len());
        if sizes > 1 && sizes != times {
            self.add(
                place,
                format!("{sizes} sizes are given for {times} slots, must be one for each or for all"),
            );
        }
        if slots.sizes.contains(&0) {
            self.add(place, "the size of a slot is 0, must be at least 1");
        }
    }

    fn balking(&mut self, place: impl Display + Copy, department: &'m Department, balking: &'m Balking) {
        for (&probability, there) in balking.join.iter().zip(0_u64..) {
            let what = format_args!("probability to join where {there} are there");
            self.probability(place, what, probability);
        }
        if let Beyond::Probability(probability) = balking.beyond {
            self.probability(place, "probability to join where more are there", probability);
            let joins = |&probability: &f64| probability != 0.0;
            if !balking.join.iter().chain([&probability]).any(joins) {
                self.add(place, "nobody would ever join");
            }
        }
        let complaints =
            self.model().departments.iter().filter_map(|maker| maker.errors.as_ref()?.complaint.as_ref());
        let mut entered = self
            .model()
            .streams
            .iter()
            .map(|stream| &stream.enter)
            .chain(complaints.map(|complaint| &complaint.enter));
        if !entered.any(|enter| *enter == department.name) {
            self.add(place, "balking has no effect where nobody comes from outside");
        }
    }

    fn standards(&mut self, place: impl Display + Copy, department: &'m Department) {
        let mut seen = HashSet::new();
        for Standard { class, within, acts } in &department.standards {
            if let Some(class) = class {
                self.class_exists(place, class);
            }
            let whom = class.as_ref().map(|class| format!(" for {}", shown(class))).unwrap_or_default();
            if !seen.insert(class) {
                self.add(place, format!("the standard{whom} is given more than once"));
            }
            self.positive(place, &format!("standard{whom}"), *within);
            if let Some(acts) = acts {
                self.acts(place, &format!("standard{whom}"), acts, *within);
                self.rank_counts(place, &format!("what the standard{whom} does has"), department);
            }
        }
    }

    /// Checks what is done about work that is about to miss a standard.
    pub(super) fn acts(&mut self, place: impl Display + Copy, standard: &str, acts: &'m Acts, within: Span) {
        let Acts { before, priority, compliance } = acts;
        if !before.is_valid() || *before < Span::ZERO || *before > within {
            let rule = format!("the {standard} acts {before} before, must be from 0s to its {within}");
            self.add(place, rule);
        }
        if *priority > LAST_PRIORITY {
            let rule =
                format!("the {standard} acts with priority {priority}, must be at most {LAST_PRIORITY}");
            self.add(place, rule);
        }
        self.probability(place, format_args!("compliance with the {standard}"), *compliance);
    }

    /// Tells that something has no effect in a department whose queue has no ranks.
    pub(super) fn rank_counts(&mut self, place: impl Display, what: &str, department: &Department) {
        if department.ignore_priority {
            let rule = format!("{what} no effect where the priorities do not count");
            self.add(place, rule);
        }
    }

    fn periods(&mut self, place: impl Display + Copy, department: &'m Department) {
        if department.periods.len() > MOST_TIMES {
            let rule = format!("it has {} periods, must be at most {MOST_TIMES}", department.periods.len());
            return self.add(place, rule);
        }
        for (period, number) in department.periods.iter().zip(1..) {
            let Period { from, until, service, service_factor, error_factor } = period;
            let place = format!("{place}, period {number}");
            self.time_of_run(&place, "beginning", *from);
            if let Some(until) = until {
                self.time_of_run(&place, "end", *until);
                if until <= from {
                    self.add(&place, format!("it ends at {until}, must be later than {from}"));
                }
            }
            if let Some(service) = service {
                self.times(&place, "service time", service);
            }
            if !(*service_factor > 0.0 && *service_factor <= LARGEST_FACTOR) {
                let rule = format!(
                    "the factor on the service time is {service_factor}, must be above 0 and at most {LARGEST_FACTOR}"
                );
                self.add(&place, rule);
            }
            if !(0.0..=LARGEST_FACTOR).contains(error_factor) {
                let rule =
                    format!("the factor on the errors is {error_factor}, must be from 0 to {LARGEST_FACTOR}");
                self.add(&place, rule);
            }
        }
    }

    /// Checks a number of things that is counted out.
    pub(super) fn counted(&mut self, place: impl Display, what: &str, count: u32) {
        if !(1..=MOST_COUNTED).contains(&count) {
            self.add(place, format!("the {what} is {count}, must be from 1 to {MOST_COUNTED}"));
        }
    }

    /// Checks times that repeat after a period.
    pub(super) fn timetable(
        &mut self,
        place: impl Display + Copy,
        what: &str,
        period: Span,
        times: &'m [Span],
    ) {
        self.positive(place, &format!("period of the {what}"), period);
        if times.is_empty() {
            self.add(place, format!("the {what} have no times"));
        }
        if times.len() > MOST_TIMES {
            let rule = format!("the {what} have {} times, must be at most {MOST_TIMES}", times.len());
            return self.add(place, rule);
        }
        for pair in times.windows(2).filter(|pair| pair[1] <= pair[0]) {
            let rule = format!("the {what} are at {} and then at {}, must be later", pair[0], pair[1]);
            self.add(place, rule);
        }
        for time in times.iter().filter(|&&time| !time.is_valid() || time < Span::ZERO || time >= period) {
            self.add(place, format!("the time {time} of the {what} is not within the period of {period}"));
        }
    }

    /// Checks a time since the start of the run.
    pub(super) fn time_of_run(&mut self, place: impl Display, what: &str, time: Span) {
        if !time.is_valid() || time < Span::ZERO {
            self.add(place, format!("the {what} is at {time}, must be from 0s to {}", Span::MAX));
        }
    }
}
