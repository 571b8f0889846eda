//! How interventions turn a model into another.

use super::Intervention;
use crate::error::{Defect, Error, Result};
use crate::model::{
    Acts, Asking, Class, Department, Expense, Helpers, Model, Outage, Pool, Request, Staff, StaffCost,
    Standard, Stock, Stream,
};
use crate::time::Span;

impl Model {
    /// The model with some changes, one after the other.
    ///
    /// # Errors
    ///
    /// All changes that do not fit, each with the rule; or the defects of the changed model.
    pub fn with(&self, changes: &[Intervention]) -> Result<Model> {
        let mut changing = Changing { model: self.clone(), defects: Vec::new(), place: String::new() };
        for (number, change) in (1..).zip(changes) {
            changing.place = format!("intervention {number} ({})", change.name());
            changing.apply(change);
        }
        if !changing.defects.is_empty() {
            return Err(Error::from_defects(changing.defects));
        }
        changing.model.validate()?;
        Ok(changing.model)
    }
}

impl Intervention {
    /// What it is called in files.
    fn name(&self) -> &'static str {
        match self {
            Intervention::AddStaff { .. } => "add-staff",
            Intervention::SetStaffCost { .. } => "set-staff-cost",
            Intervention::ScaleService { .. } => "scale-service",
            Intervention::ScaleErrors { .. } => "scale-errors",
            Intervention::Training { .. } => "training",
            Intervention::CrossTrain { .. } => "cross-train",
            Intervention::ServiceStandard { .. } => "service-standard",
            Intervention::RequestStandard { .. } => "request-standard",
            Intervention::SetCompliance { .. } => "set-compliance",
            Intervention::SetPriority { .. } => "set-priority",
            Intervention::SetRequestPriority { .. } => "set-request-priority",
            Intervention::SetDiscipline { .. } => "set-discipline",
            Intervention::SetPreemption { .. } => "set-preemption",
            Intervention::FreeWhileWaiting { .. } => "free-while-waiting",
            Intervention::SetLongestWait { .. } => "set-longest-wait",
            Intervention::ChangeNotice { .. } => "change-notice",
            Intervention::ChangeReplenishment { .. } => "change-replenishment",
            Intervention::AddSupply { .. } => "add-supply",
            Intervention::ImprovementTeam { .. } => "improvement-team",
            Intervention::ChangePlaces { .. } => "change-places",
            Intervention::Outage { .. } => "outage",
            Intervention::Surge { .. } => "surge",
            Intervention::SlowDown { .. } => "slow-down",
        }
    }
}

/// A model that is being changed.
pub(super) struct Changing {
    pub model: Model,
    defects: Vec<Defect>,
    /// What defects of the present change are told of.
    place: String,
}

/// People: a department's own, or a pool's.
pub(super) struct People<'m> {
    pub staff: &'m mut u32,
    pub outages: &'m mut Vec<Outage>,
    pub cost: &'m mut StaffCost,
}

impl Changing {
    /// Notes why the present change does not fit.
    pub fn refuse(&mut self, rule: impl Into<String>) {
        self.defects.push(Defect::new(self.place.clone(), rule));
    }

    fn apply(&mut self, change: &Intervention) {
        match change {
            Intervention::AddStaff { to, count, cost } => self.add_staff(to, *count, *cost),
            Intervention::SetStaffCost { of, cost } => {
                self.people(of, |people| *people.cost = *cost);
            }
            Intervention::ScaleService { department, factor } => self.scale_service(department, *factor),
            Intervention::ScaleErrors { department, factor } => self.scale_errors(department, *factor),
            Intervention::Training { department, service_factor, cv_factor, error_factor, introduction } => {
                let factors = (*service_factor, *cv_factor, *error_factor);
                self.training(department, factors, introduction);
            }
            Intervention::CrossTrain { from, to, speed, introduction } => {
                self.cross_train(from, to, *speed);
                self.introduce(&[from], introduction);
            }
            Intervention::ServiceStandard { department, class, within, acts, cost } => {
                let standard = Standard { class: class.clone(), within: *within, acts: acts.clone() };
                self.department(department, |department| {
                    department.standards.retain(|old| old.class != standard.class);
                    department.standards.push(standard);
                });
                self.spend(*cost, None);
            }
            Intervention::RequestStandard { request, within, acts, cost } => {
                self.request(request, |request| {
                    request.standard = Some(*within);
                    request.acts.clone_from(acts);
                });
                self.spend(*cost, None);
            }
            Intervention::SetCompliance { of, compliance, cost } => {
                self.set_compliance(of, *compliance);
                self.spend(*cost, None);
            }
            Intervention::SetPriority { class, priority } => self.set_priority(class, *priority),
            Intervention::SetRequestPriority { request, priority } => {
                self.request(request, |request| request.priority = Some(*priority));
            }
            Intervention::SetDiscipline { department, discipline } => {
                self.department(department, |department| department.discipline = *discipline);
            }
            Intervention::SetPreemption { department, preemption } => {
                self.department(department, |department| department.preemption = *preemption);
            }
            Intervention::FreeWhileWaiting { request } => {
                self.request(request, |request| request.staff = Asking::Freed);
            }
            Intervention::SetLongestWait { request, longest_wait } => {
                self.request(request, |request| request.longest_wait.clone_from(longest_wait));
            }
            Intervention::ChangeNotice { customers, notice } => {
                self.stream(customers, |stream| stream.notice = Some(notice.clone()));
            }
            Intervention::ChangeReplenishment { stock, supplies } => {
                self.stock(stock, |stock| stock.supplies.clone_from(supplies));
            }
            Intervention::AddSupply { stock, supply } => {
                self.stock(stock, |stock| stock.supplies.push(supply.clone()));
            }
            Intervention::ImprovementTeam { departments, service_factor, error_factor, introduction } => {
                let names: Vec<&String> = departments.iter().collect();
                self.improve(&names, (*service_factor, *error_factor), introduction);
            }
            Intervention::ChangePlaces { between, speed, service_factor, error_factor, introduction } => {
                let [one, other] = between;
                self.cross_train(one, other, *speed);
                self.cross_train(other, one, *speed);
                self.improve(&[one, other], (*service_factor, *error_factor), introduction);
            }
            Intervention::Outage { of, at, lasts, staff } => {
                let outage = Outage { at: *at, lasts: *lasts, staff: *staff };
                self.people(of, |people| people.outages.push(outage));
            }
            Intervention::Surge { customers, at, lasts, factor } => {
                self.surge(customers, *at, *lasts, *factor);
            }
            Intervention::SlowDown { department, at, lasts, factor } => {
                self.slow_down(department, *at, *lasts, *factor);
            }
        }
    }

    /// Does something with a department, if there is one of the name.
    pub fn department<T>(&mut self, name: &str, what: impl FnOnce(&mut Department) -> T) -> Option<T> {
        let found = self.model.departments.iter_mut().find(|department| department.name == name).map(what);
        if found.is_none() {
            self.refuse(format!("no department is called `{name}`"));
        }
        found
    }

    fn request(&mut self, name: &str, what: impl FnOnce(&mut Request)) {
        let found = self.model.requests.iter_mut().find(|request| request.title() == name).map(what);
        if found.is_none() {
            self.refuse(format!("no request is called `{name}`"));
        }
    }

    pub fn stream<T>(&mut self, name: &str, what: impl FnOnce(&mut Stream) -> T) -> Option<T> {
        let found = self.model.streams.iter_mut().find(|stream| stream.name == name).map(what);
        if found.is_none() {
            self.refuse(format!("no customers are called `{name}`"));
        }
        found
    }

    fn stock(&mut self, name: &str, what: impl FnOnce(&mut Stock)) {
        let found = self.model.stocks.iter_mut().find(|stock| stock.name == name).map(what);
        if found.is_none() {
            self.refuse(format!("no stock is called `{name}`"));
        }
    }

    /// Does something with the people of a department or pool, if it has any of its own.
    pub fn people(&mut self, name: &str, what: impl FnOnce(People<'_>)) {
        if let Some(pool) = self.model.pools.iter_mut().find(|pool| pool.name == name) {
            let Pool { staff, outages, cost, .. } = pool;
            return what(People { staff, outages, cost });
        }
        let Some(department) = self.model.departments.iter_mut().find(|department| department.name == name)
        else {
            return self.refuse(format!("no department or pool is called `{name}`"));
        };
        let Department { staff, outages, cost, .. } = department;
        match staff {
            Staff::Count(staff) => what(People { staff, outages, cost }),
            Staff::Infinite => self.refuse(format!("the staff of `{name}` is infinite")),
            Staff::Pool(pool) => {
                let rule = format!("the people of `{name}` are those of the pool `{pool}`: name that");
                self.refuse(rule);
            }
        }
    }

    fn add_staff(&mut self, to: &str, count: i32, cost: f64) {
        let mut left = Some(0);
        self.people(to, |people| {
            left = people.staff.checked_add_signed(count);
            if let Some(left) = left {
                *people.staff = left;
            }
        });
        if left.is_none() {
            self.refuse(format!("`{to}` has not so many people"));
        }
        self.spend(cost, None);
    }

    pub fn cross_train(&mut self, from: &str, to: &str, speed: f64) {
        let helpers = Helpers { from: from.into(), speed };
        self.department(to, |department| {
            department.helpers.retain(|old| old.from != helpers.from);
            department.helpers.push(helpers);
        });
    }

    fn set_compliance(&mut self, of: &str, compliance: f64) {
        let request = self.model.requests.iter_mut().find(|request| request.title() == of);
        let acting: Vec<&mut Acts> = match request {
            Some(request) => request.acts.iter_mut().collect(),
            None => {
                let departments =
                    self.model.departments.iter_mut().filter(|department| department.name == of);
                departments.flat_map(|of| &mut of.standards).filter_map(|of| of.acts.as_mut()).collect()
            }
        };
        if acting.is_empty() {
            return self.refuse(format!("no department or request called `{of}` has a standard that acts"));
        }
        acting.into_iter().for_each(|acts| acts.compliance = compliance);
    }

    fn set_priority(&mut self, name: &str, priority: u32) {
        if let Some(class) = self.model.classes.iter_mut().find(|class| class.name == name) {
            class.priority = priority;
            return;
        }
        // A stream's own class need not be listed.
        let own = |stream: &Stream| stream.name == name && stream.class.is_none() && stream.mix.is_empty();
        if self.model.streams.iter().any(own) {
            return self.model.classes.push(Class { name: name.into(), priority, ..Class::default() });
        }
        self.refuse(format!("no class is called `{name}`"));
    }

    /// Money is spent once.
    pub fn spend(&mut self, amount: f64, at: Option<Span>) {
        if amount != 0.0 {
            let name = self.place.clone();
            self.model.expenses.push(Expense { name, amount, at });
        }
    }
}
