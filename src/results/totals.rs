//! The totals of single replications.

use serde::{Deserialize, Serialize};

use super::{
    CostTotals, DefectTotals, ForkTotals, MoneyTotals, RequestTotals, StaffTotals, StockTotals, UseTotals,
};

/// The totals of one replication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Replication {
    /// Its number. The same number and seed give the same replication again.
    pub number: u64,
    /// Its events.
    pub events: u64,
    /// When it ended, in hours from its start.
    pub end: f64,
    /// The length of the window from the warm-up to the end, in hours.
    pub window: f64,
    /// By class, in the order of [`Results::classes`](super::Results::classes).
    pub classes: Vec<ClassTotals>,
    /// By department, in the order of [`Results::departments`](super::Results::departments).
    pub departments: Vec<DepartmentTotals>,
    /// By handoff, in the order of [`Results::handoffs`](super::Results::handoffs).
    pub handoffs: Vec<HandoffTotals>,
    /// By pool, in the order of [`Results::pools`](super::Results::pools).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<StaffTotals>,
    /// By request, in the order of [`Results::requests`](super::Results::requests).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<RequestTotals>,
    /// By department that makes errors, in the order of [`Results::defects`](super::Results::defects).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<DefectTotals>,
    /// By fork, in the order of [`Results::forks`](super::Results::forks).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forks: Vec<ForkTotals>,
    /// By stock, in the order of [`Results::stocks`](super::Results::stocks).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stocks: Vec<StockTotals>,
    /// By use of stock, in the order of [`Results::uses`](super::Results::uses).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<UseTotals>,
    /// What people cost, and what was spent, where the model has prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money: Option<MoneyTotals>,
}

/// Sums of times, in hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// How many.
    pub count: u64,
    /// Their sum, in hours.
    pub sum: f64,
    /// The sum of their squared deviations from their own mean, in hours squared.
    pub squared_deviations: f64,
    /// The longest, in hours; `None` without any, or where it is not kept.
    pub longest: Option<f64>,
    /// How many were zero, where that is kept.
    pub zero: u64,
}

/// The totals of a class in one replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClassTotals {
    /// Cases that arrived in the window. They are completed, rejected, balked, reneged, turned away or unfinished.
    pub arrived: u64,
    /// Lost on arrival because a queue was full.
    pub rejected: u64,
    /// Lost on arrival because they saw how many were there.
    #[serde(default)]
    pub balked: u64,
    /// Lead times of completed cases.
    pub lead_time: Moments,
    /// Lead times of completed cases in working hours, where the model says which those are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_time_working: Option<Moments>,
    /// Ages of reneged cases when they left.
    pub reneged: Moments,
    /// Ages of cases that were turned away.
    pub turned_away: Moments,
    /// Ages of unfinished cases at the end.
    pub unfinished: Moments,
    /// Touch time of completed cases, in hours.
    pub touch_time: f64,
    /// Completed cases that were promised something.
    pub promised: u64,
    /// Those for whom it was kept.
    pub kept: u64,
    /// How long after their due dates completed cases were done that have one; no time for who is done before.
    #[serde(default)]
    pub tardiness: Moments,
    /// How long before their due dates the same cases were done; no time for who is late.
    #[serde(default)]
    pub earliness: Moments,
    /// How often cases came back that had been lost.
    #[serde(default)]
    pub returns: u64,
    /// How many cases did.
    #[serde(default)]
    pub tried_again: u64,
    /// Case-hours in the window of those that were away and would try again.
    #[serde(default)]
    pub away_hours: f64,
    /// Completed cases with a defect.
    pub defective: u64,
    /// What the cases cost, in money.
    pub cost: CostTotals,
    /// Cases completed in the window, whenever they arrived.
    pub departures: u64,
    /// Case-hours in the system in the window, whenever they arrived.
    pub case_hours: f64,
}

/// The totals of a department in one replication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DepartmentTotals {
    /// By class, in the order of [`Results::classes`](super::Results::classes).
    pub classes: Vec<VisitTotals>,
    /// What else there is where departments depend on each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Box<DepartmentDetail>>,
}

/// What else there is in the totals of a department where departments depend on each other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DepartmentDetail {
    /// By class, in the order of [`Results::classes`](super::Results::classes).
    pub parts: Vec<PartTotals>,
    /// What its own people do; `None` where it has none.
    pub staff: Option<StaffTotals>,
    /// Person-hours at work here, setups included, of people of pools and of other departments, in the window.
    pub served_by_others: f64,
    /// How often work was interrupted.
    #[serde(default)]
    pub interruptions: u64,
    /// Services that began, where several items may be served together, or people set up or are interrupted.
    #[serde(default)]
    pub services: u64,
    /// Items that were served in these.
    #[serde(default)]
    pub items: u64,
    /// How long setups took.
    #[serde(default)]
    pub setups: Moments,
}

/// What the visits of one class to a department consist of beside waiting and service, in hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PartTotals {
    /// Back in line: of the served visits that [`VisitTotals::waiting`] counts.
    pub waiting_again: f64,
    /// Waiting for answers, of these visits.
    pub asking: f64,
    /// On the desk of somebody who is away, of these visits.
    pub suspended: f64,
    /// Without room where they go, of these visits.
    pub blocked: f64,
    /// Of these visits, served within the standard of their class.
    #[serde(default)]
    pub standard_kept: u64,
    /// Visits that joined in the window where there is a standard, those withdrawn left out.
    #[serde(default)]
    pub standard_of: u64,
    /// Visits of parts that joined in the window and came too late to be needed.
    #[serde(default)]
    pub withdrawn: u64,
    /// Waiting for answers, in the window, by everybody.
    pub asking_hours: f64,
    /// On the desk of somebody who is away, in the window, by everybody.
    pub suspended_hours: f64,
    /// Without room where they go, in the window, by everybody.
    pub blocked_hours: f64,
}

/// The totals of the visits of one class to a department in one replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VisitTotals {
    /// Arrivals from outside that found the queue full.
    pub rejected: u64,
    /// Arrivals from outside that saw how many were there, and did not join.
    #[serde(default)]
    pub balked: u64,
    /// Visits that joined in the window and had not ended at the end.
    pub unfinished: u64,
    /// Waiting times of served visits.
    pub waiting: Moments,
    /// Service times of served visits.
    pub service: Moments,
    /// Sojourn times of served visits: with all parts.
    pub sojourn: Moments,
    /// Waiting times of visits that ended in a lost patience.
    pub reneged: Moments,
    /// Visits that ended served in the window, whenever they began.
    pub departures: u64,
    /// Hours spent waiting in the window, by everybody.
    pub waiting_hours: f64,
    /// Hours in which somebody worked on them in the window, of everybody.
    pub service_hours: f64,
}

/// The totals of a handoff in one replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HandoffTotals {
    /// How often it was used in the window.
    pub count: u64,
    /// The time spent on the way, in hours.
    pub transfer_hours: f64,
    /// How long those waited, for a pickup or for a place under way, that had to.
    #[serde(default)]
    pub waiting: Moments,
    /// Case-hours of everybody who waited so in the window.
    #[serde(default)]
    pub waiting_hours: f64,
    /// Pickups in the window.
    #[serde(default)]
    pub pickups: u64,
}

/// The longest of some times, where any is known.
pub(crate) fn longest(times: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    times.into_iter().flatten().reduce(f64::max)
}

impl Moments {
    fn add(&mut self, other: &Moments) {
        if self.count > 0 && other.count > 0 {
            // Chan, Golub and LeVeque (1979).
            let (n, m) = (self.count as f64, other.count as f64);
            let apart = other.sum / m - self.sum / n;
            self.squared_deviations += apart * apart * n * m / (n + m);
        }
        self.count += other.count;
        self.sum += other.sum;
        self.squared_deviations += other.squared_deviations;
        self.longest = longest([self.longest, other.longest]);
        self.zero += other.zero;
    }
}

impl ClassTotals {
    /// Cases lost.
    pub fn lost(&self) -> u64 {
        self.rejected + self.balked + self.reneged.count + self.turned_away.count
    }

    /// Promises that were not kept, to completed cases.
    pub fn broken(&self) -> u64 {
        self.promised - self.kept
    }

    /// Adds the totals of another class.
    pub fn add(&mut self, other: &ClassTotals) {
        self.arrived += other.arrived;
        self.rejected += other.rejected;
        self.balked += other.balked;
        self.lead_time.add(&other.lead_time);
        if let Some(working) = &other.lead_time_working {
            self.lead_time_working.get_or_insert_default().add(working);
        }
        self.reneged.add(&other.reneged);
        self.turned_away.add(&other.turned_away);
        self.unfinished.add(&other.unfinished);
        self.touch_time += other.touch_time;
        self.promised += other.promised;
        self.kept += other.kept;
        self.tardiness.add(&other.tardiness);
        self.earliness.add(&other.earliness);
        self.returns += other.returns;
        self.tried_again += other.tried_again;
        self.away_hours += other.away_hours;
        self.defective += other.defective;
        self.cost.add(&other.cost);
        self.departures += other.departures;
        self.case_hours += other.case_hours;
    }
}

impl PartTotals {
    /// Adds the totals of another class.
    pub fn add(&mut self, other: &PartTotals) {
        self.waiting_again += other.waiting_again;
        self.asking += other.asking;
        self.suspended += other.suspended;
        self.blocked += other.blocked;
        self.standard_kept += other.standard_kept;
        self.standard_of += other.standard_of;
        self.withdrawn += other.withdrawn;
        self.asking_hours += other.asking_hours;
        self.suspended_hours += other.suspended_hours;
        self.blocked_hours += other.blocked_hours;
    }
}

impl VisitTotals {
    /// Adds the totals of another class.
    pub fn add(&mut self, other: &VisitTotals) {
        self.rejected += other.rejected;
        self.balked += other.balked;
        self.unfinished += other.unfinished;
        self.waiting.add(&other.waiting);
        self.service.add(&other.service);
        self.sojourn.add(&other.sojourn);
        self.reneged.add(&other.reneged);
        self.departures += other.departures;
        self.waiting_hours += other.waiting_hours;
        self.service_hours += other.service_hours;
    }

    /// Those who came in the window, those who did not get in or did not join included.
    pub fn came(&self) -> u64 {
        self.rejected + self.balked + self.unfinished + self.waiting.count + self.reneged.count
    }
}
