//! Describing departments.

use super::{
    AbsenceBuilder, BalkingBuilder, BatchBuilder, DetectionBuilder, ErrorsBuilder, Gaps, PeriodBuilder,
    ShiftsBuilder, StandardBuilder, UseBuilder,
};
use crate::model::{
    Batch, Department, Discipline, Helpers, Outage, Preemption, ServiceFor, Setup, SetupFor, Slots, Staff,
    StaffCost, Standard, Use, Vacation, Vacations,
};
use crate::random::Dist;
use crate::time::Span;

/// Describes a department. See [`Department`].
#[derive(Clone, Debug)]
pub struct DepartmentBuilder {
    pub(super) department: Department,
    pub(super) staffed: bool,
    pub(super) gaps: Gaps,
}

impl DepartmentBuilder {
    /// How many people serve.
    pub fn staff(mut self, count: u32) -> DepartmentBuilder {
        self.department.staff = Staff::Count(count);
        self.staffed = true;
        self
    }

    /// Nobody ever waits here.
    pub fn infinite_staff(mut self) -> DepartmentBuilder {
        self.department.staff = Staff::Infinite;
        self.staffed = true;
        self
    }

    /// Its people are those of a pool, which other departments may share.
    pub fn pool(mut self, pool: impl Into<String>) -> DepartmentBuilder {
        self.department.staff = Staff::Pool(pool.into());
        self.staffed = true;
        self
    }

    /// How many people one piece of work needs at the same time; 1 if not said.
    pub fn staff_needed(mut self, people: u32) -> DepartmentBuilder {
        self.department.staff_needed = people;
        self
    }

    /// By which calendar its own people work.
    pub fn shifts(
        mut self,
        calendar: impl Into<String>,
        describe: impl FnOnce(ShiftsBuilder) -> ShiftsBuilder,
    ) -> DepartmentBuilder {
        self.department.shifts = Some(describe(ShiftsBuilder::new(calendar.into())).0);
        self
    }

    /// Adds something that keeps its own people from work.
    pub fn absence(mut self, describe: impl FnOnce(AbsenceBuilder) -> AbsenceBuilder) -> DepartmentBuilder {
        self.department.absences.push(describe(AbsenceBuilder::new()).finish(&mut self.gaps));
        self
    }

    /// All its own people are away on one occasion: at this time since the start of the run, for so long.
    pub fn outage(mut self, at: Span, lasts: Span) -> DepartmentBuilder {
        self.department.outages.push(Outage { at, lasts, staff: None });
        self
    }

    /// So many of its own people, those with the highest numbers, are away on one occasion.
    pub fn outage_of(mut self, staff: u32, at: Span, lasts: Span) -> DepartmentBuilder {
        self.department.outages.push(Outage { at, lasts, staff: Some(staff) });
        self
    }

    /// Its own people are away for a while when they have nothing to do, and again if they find nothing then.
    pub fn vacation(mut self, duration: impl Into<Dist>) -> DepartmentBuilder {
        self.department.vacation = Some(Vacation { kind: Vacations::Repeated, duration: duration.into() });
        self
    }

    /// Its own people are away for a while when they have nothing to do, once after each time at work.
    pub fn vacation_once(mut self, duration: impl Into<Dist>) -> DepartmentBuilder {
        self.department.vacation = Some(Vacation { kind: Vacations::Once, duration: duration.into() });
        self
    }

    /// What each of its own people costs, in money per hour. See [`StaffCost`].
    pub fn cost(mut self, idle: f64, busy: f64, overtime: f64) -> DepartmentBuilder {
        self.department.cost = StaffCost { idle, busy, overtime };
        self
    }

    /// People of another department or of a pool help out here when they have no work of their own. At
    /// speed 1 they are as fast as the department's own people, at 0.5 they take twice the time.
    pub fn helpers(mut self, from: impl Into<String>, speed: f64) -> DepartmentBuilder {
        self.department.helpers.push(Helpers { from: from.into(), speed });
        self
    }

    /// The service time, for every class and visit that nothing else is said about.
    pub fn service(mut self, time: impl Into<Dist>) -> DepartmentBuilder {
        self.department.service = Some(time.into());
        self
    }

    /// The service time of `class`.
    pub fn service_for(self, class: impl Into<String>, time: impl Into<Dist>) -> DepartmentBuilder {
        self.service_rule(Some(class.into()), 1, time.into())
    }

    /// The service time of every class from its `visit`-th visit here on; 1 is the first.
    pub fn service_from_visit(self, visit: u32, time: impl Into<Dist>) -> DepartmentBuilder {
        self.service_rule(None, visit, time.into())
    }

    /// The service time of `class` from its `visit`-th visit here on; 1 is the first.
    pub fn service_for_from_visit(
        self,
        class: impl Into<String>,
        visit: u32,
        time: impl Into<Dist>,
    ) -> DepartmentBuilder {
        self.service_rule(Some(class.into()), visit, time.into())
    }

    fn service_rule(mut self, class: Option<String>, from_visit: u32, service: Dist) -> DepartmentBuilder {
        self.department.service_for.push(ServiceFor { class, from_visit, service });
        self
    }

    /// Who is next among equal priorities.
    pub fn discipline(mut self, discipline: Discipline) -> DepartmentBuilder {
        self.department.discipline = discipline;
        self
    }

    /// What happens to work in service when more urgent work comes and nobody is free.
    pub fn preemption(mut self, preemption: Preemption) -> DepartmentBuilder {
        self.department.preemption = preemption;
        self
    }

    /// Up to `size` items are served together, as soon as so many are there unless the [`BatchBuilder`] is told
    /// otherwise.
    pub fn batch(
        mut self,
        size: u32,
        describe: impl FnOnce(BatchBuilder) -> BatchBuilder,
    ) -> DepartmentBuilder {
        let blank = Batch { size, at_least: None, longest_wait: None };
        self.department.batch = Some(describe(BatchBuilder(blank)).0);
        self
    }

    fn change_setup(mut self, change: impl FnOnce(&mut Setup)) -> DepartmentBuilder {
        change(self.department.setup.get_or_insert_default());
        self
    }

    /// How long it takes to change from one class to another.
    pub fn setup(self, time: impl Into<Dist>) -> DepartmentBuilder {
        self.change_setup(|setup| setup.time = Some(time.into()))
    }

    /// How long it takes to change to `class` from any other.
    pub fn setup_for(self, class: impl Into<String>, time: impl Into<Dist>) -> DepartmentBuilder {
        self.change_setup(|setup| {
            setup.time_for.push(SetupFor { class: class.into(), from: None, time: time.into() });
        })
    }

    /// How long it takes to change from one class to another, of those two.
    pub fn setup_between(
        self,
        from: impl Into<String>,
        class: impl Into<String>,
        time: impl Into<Dist>,
    ) -> DepartmentBuilder {
        self.change_setup(|setup| {
            setup.time_for.push(SetupFor { class: class.into(), from: Some(from.into()), time: time.into() });
        })
    }

    /// How long it takes to begin again after idleness.
    pub fn setup_after_idle(self, time: impl Into<Dist>) -> DepartmentBuilder {
        self.change_setup(|setup| setup.after_idle = Some(time.into()))
    }

    /// Services begin at these times only, which repeat every `period` from the start of the run on.
    pub fn slots(mut self, period: Span, times: impl IntoIterator<Item = Span>) -> DepartmentBuilder {
        self.department.slots = Some(Slots { period, times: times.into_iter().collect(), sizes: Vec::new() });
        self
    }

    /// Services begin at these times only, each with how many begin then at most.
    pub fn slots_of(
        mut self,
        period: Span,
        slots: impl IntoIterator<Item = (Span, u32)>,
    ) -> DepartmentBuilder {
        let (times, sizes) = slots.into_iter().unzip();
        self.department.slots = Some(Slots { period, times, sizes });
        self
    }

    /// Customers from outside may not join, as too many are there.
    pub fn balking(mut self, describe: impl FnOnce(BalkingBuilder) -> BalkingBuilder) -> DepartmentBuilder {
        self.department.balking = Some(describe(BalkingBuilder::new()).0);
        self
    }

    /// Adds a service standard: how long a visit may take, from joining to the end of the service.
    pub fn standard(
        mut self,
        within: Span,
        describe: impl FnOnce(StandardBuilder) -> StandardBuilder,
    ) -> DepartmentBuilder {
        let blank = Standard { class: None, within, acts: None };
        self.department.standards.push(describe(StandardBuilder(blank)).0);
        self
    }

    /// Its work uses up this stock: one at each visit, unless the [`UseBuilder`] is told otherwise.
    pub fn uses(
        mut self,
        stock: impl Into<String>,
        describe: impl FnOnce(UseBuilder) -> UseBuilder,
    ) -> DepartmentBuilder {
        let blank = Use { stock: stock.into(), quantity: 1, ..Use::default() };
        self.department.uses.push(describe(UseBuilder(blank)).0);
        self
    }

    /// Adds a time, since the start of the run, from which on its work takes another time than usual.
    pub fn period(
        mut self,
        from: Span,
        describe: impl FnOnce(PeriodBuilder) -> PeriodBuilder,
    ) -> DepartmentBuilder {
        self.department.periods.push(describe(PeriodBuilder::new(from)).0);
        self
    }

    /// The priorities of the classes do not count here.
    pub fn ignore_priority(mut self) -> DepartmentBuilder {
        self.department.ignore_priority = true;
        self
    }

    /// How many may wait. Further customers from outside are rejected; cases that other departments have
    /// finished stay there, and hold who served them, until there is room.
    pub fn queue_capacity(mut self, cases: u32) -> DepartmentBuilder {
        self.department.queue_capacity = Some(cases);
        self
    }

    /// How long a case waits in this queue before it leaves.
    pub fn patience(mut self, time: impl Into<Dist>) -> DepartmentBuilder {
        self.department.patience = Some(time.into());
        self
    }

    /// Who leaves the queue goes to this department, instead of out.
    pub fn renege_to(mut self, department: impl Into<String>) -> DepartmentBuilder {
        self.department.renege_to = Some(department.into());
        self
    }

    /// The errors that it makes.
    pub fn errors(mut self, describe: impl FnOnce(ErrorsBuilder) -> ErrorsBuilder) -> DepartmentBuilder {
        let described = describe(ErrorsBuilder::default());
        self.department.errors = Some(described.errors);
        self.gaps.extend(described.gaps);
        self
    }

    /// It finds errors: those of everybody, unless [`DetectionBuilder::made_by`] says whose.
    pub fn detects(
        mut self,
        describe: impl FnOnce(DetectionBuilder) -> DetectionBuilder,
    ) -> DepartmentBuilder {
        self.department.detects.push(describe(DetectionBuilder::new()).0);
        self
    }
}
