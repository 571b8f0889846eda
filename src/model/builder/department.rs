//! Describing departments.

use crate::model::{Department, Discipline, ServiceFor, Staff};
use crate::random::Dist;

/// Describes a department. See [`Department`].
#[derive(Clone, Debug)]
pub struct DepartmentBuilder {
    pub(super) department: Department,
    pub(super) staffed: bool,
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

    /// How many may wait; further customers from outside are rejected.
    pub fn queue_capacity(mut self, cases: u32) -> DepartmentBuilder {
        self.department.queue_capacity = Some(cases);
        self
    }

    /// How long a case waits in this queue before it leaves.
    pub fn patience(mut self, time: impl Into<Dist>) -> DepartmentBuilder {
        self.department.patience = Some(time.into());
        self
    }
}
