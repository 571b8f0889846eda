//! The totals of single replications.

use serde::{Deserialize, Serialize};

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
    /// Cases that arrived in the window. They are completed, rejected, reneged or unfinished.
    pub arrived: u64,
    /// Lost on arrival.
    pub rejected: u64,
    /// Lead times of completed cases.
    pub lead_time: Moments,
    /// Ages of reneged cases when they left.
    pub reneged: Moments,
    /// Ages of unfinished cases at the end.
    pub unfinished: Moments,
    /// Touch time of completed cases, in hours.
    pub touch_time: f64,
    /// Completed cases that were promised something.
    pub promised: u64,
    /// Those for whom it was kept.
    pub kept: u64,
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
}

/// The totals of the visits of one class to a department in one replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct VisitTotals {
    /// Arrivals from outside that found the queue full.
    pub rejected: u64,
    /// Visits that joined in the window and had not ended at the end.
    pub unfinished: u64,
    /// Waiting times of served visits.
    pub waiting: Moments,
    /// Service times of served visits.
    pub service: Moments,
    /// Sojourn times of served visits.
    pub sojourn: Moments,
    /// Waiting times of visits that ended in a lost patience.
    pub reneged: Moments,
    /// Services ended in the window, whenever the visit began.
    pub departures: u64,
    /// Hours spent waiting in the window, by everybody.
    pub waiting_hours: f64,
    /// Hours spent in service in the window, by everybody.
    pub service_hours: f64,
}

/// The totals of a handoff in one replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HandoffTotals {
    /// How often it was used in the window.
    pub count: u64,
    /// The time spent on the way, in hours.
    pub transfer_hours: f64,
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
    /// Adds the totals of another class.
    pub fn add(&mut self, other: &ClassTotals) {
        self.arrived += other.arrived;
        self.rejected += other.rejected;
        self.lead_time.add(&other.lead_time);
        self.reneged.add(&other.reneged);
        self.unfinished.add(&other.unfinished);
        self.touch_time += other.touch_time;
        self.promised += other.promised;
        self.kept += other.kept;
        self.departures += other.departures;
        self.case_hours += other.case_hours;
    }
}

impl VisitTotals {
    /// Adds the totals of another class.
    pub fn add(&mut self, other: &VisitTotals) {
        self.rejected += other.rejected;
        self.unfinished += other.unfinished;
        self.waiting.add(&other.waiting);
        self.service.add(&other.service);
        self.sojourn.add(&other.sojourn);
        self.reneged.add(&other.reneged);
        self.departures += other.departures;
        self.waiting_hours += other.waiting_hours;
        self.service_hours += other.service_hours;
    }

    /// Those who came in the window, those rejected included.
    pub fn came(&self) -> u64 {
        self.rejected + self.unfinished + self.waiting.count + self.reneged.count
    }
}
