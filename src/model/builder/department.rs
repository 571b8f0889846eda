//! Describing departments.

use super::{AbsenceBuilder, DetectionBuilder, ErrorsBuilder, Gaps, ShiftsBuilder};
use crate::model::{Department, Discipline, Helpers, ServiceFor, Staff};
use crate::random::Dist;

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
