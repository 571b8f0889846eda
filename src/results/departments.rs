//! How departments and handoffs fared.

use serde::{Deserialize, Serialize};

use super::{StaffResults, TimeEstimate, TimeStatistics, named};
use crate::error::Result;
use crate::stats::Estimate;

/// How a department fared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentResults {
    /// The department.
    pub name: String,
    /// How many people of its own it has; `None` for always enough.
    pub staff: Option<u32>,
    /// The pool that it takes its staff from, instead of people of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<String>,
    /// Visits of all classes.
    #[serde(flatten)]
    pub visits: VisitResults,
    /// Visits by class of the case at the visit, for the classes that came.
    pub classes: Vec<ClassVisits>,
    /// Time at work over time on shift of its own people, averaged over replications. Absence and overtime
    /// are on shift; time held or blocked is not at work. `None` where it has no people of its own.
    pub utilization: Option<Estimate>,
    /// What its own people do with their time, wherever they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_time: Option<StaffResults>,
    /// How often work was interrupted for something more urgent, per replication, requests included; `None` where nobody
    /// is interrupted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interruptions: Option<Estimate>,
    /// How work was done together, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batches: Option<BatchResults>,
    /// How people set up, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setups: Option<SetupResults>,
    /// Time at work here, setups included, of people of pools and of other departments, in person-hours per replication, where
    /// there may be such.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_by_others: Option<Estimate>,
}

impl DepartmentResults {
    /// The visits of a class.
    ///
    /// # Errors
    ///
    /// When no case of that class came; the error lists the classes that did.
    pub fn class(&self, name: &str) -> Result<&VisitResults> {
        named("class", name, &self.classes, |class| &class.class).map(|class| &class.visits)
    }
}

/// Services of several items together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchResults {
    /// How many services began, per replication.
    pub count: Estimate,
    /// How many items were in one.
    pub size: Option<Estimate>,
}

/// Setups. A setup that lay on a desk for a while is one; what was lost by interruption is one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetupResults {
    /// How many, per replication.
    pub count: Estimate,
    /// How long one took.
    pub time: Option<TimeEstimate>,
}

/// Visits of one class to a department. Of their times no distribution is kept: no percentiles, no
/// histogram.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassVisits {
    /// The class.
    pub class: String,
    /// Its visits.
    #[serde(flatten)]
    pub visits: VisitResults,
}

/// Visits of cases, and of parts of them, to a department. Requests and orders are counted apart, see [`RequestResults`](super::RequestResults).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitResults {
    /// Visits that joined, per replication; those rejected are not among them.
    pub joined: Estimate,
    /// Visits that were served to the end, per replication.
    pub served: Estimate,
    /// Cases rejected because the queue was full, per replication.
    pub rejected: Estimate,
    /// Rejected cases as a share of those who came.
    pub rejected_share: Option<Estimate>,
    /// Visits that ended in a lost patience, per replication.
    pub reneged: Estimate,
    /// Those as a share of visits that ended.
    pub reneged_share: Option<Estimate>,
    /// Customers who saw how many were there and did not join, per replication; `None` where nobody balks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balked: Option<Estimate>,
    /// Those as a share of those who came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balked_share: Option<Estimate>,
    /// Visits of parts that ended because they came too late to be needed, per replication; `None` where cases do not
    /// go on in parts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Estimate>,
    /// Visits that were served within the standard of their class, as a share of those that joined and were not
    /// withdrawn. All others count against it, those that were not finished at the end too. `None` without a standard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_kept: Option<Estimate>,
    /// The waiting time of served visits: from joining to the first start, setups included.
    pub waiting: Option<TimeStatistics>,
    /// The mean waiting time of all visits that ended, those who gave up included.
    pub waiting_including_reneged: Option<TimeEstimate>,
    /// The service time of served visits: how long somebody worked on the case.
    pub service: Option<TimeStatistics>,
    /// From joining to leaving, of served visits: waiting, service, and all of [`VisitResults::parts`].
    pub sojourn: Option<TimeStatistics>,
    /// Cases waiting, averaged over time. Those that are back in line, with an answer, handed over
    /// or interrupted, are among them.
    pub queue_length: Option<Estimate>,
    /// Cases in service, averaged over time. Those that wait for an answer, or on the desk of somebody who is
    /// away, are among them.
    pub in_service: Option<Estimate>,
    /// Cases present, averaged over time: waiting, in service, or blocked.
    pub present: Option<Estimate>,
    /// Visits that ended served per hour, averaged over time.
    pub throughput: Option<Estimate>,
    /// What else served visits consist of, where departments depend on each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<VisitParts>,
}

/// What visits consist of beside waiting and service: means per served visit, and numbers of cases.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitParts {
    /// Back in line, with an answer, handed over or interrupted.
    pub waiting_again: Option<TimeEstimate>,
    /// Waiting for answers.
    pub asking: Option<TimeEstimate>,
    /// On the desk of somebody who is away, or for others of a crew; or while people who share their time worked on
    /// others.
    pub suspended: Option<TimeEstimate>,
    /// Finished, and without room where it goes.
    pub blocked: Option<TimeEstimate>,
    /// Cases waiting for answers, averaged over time.
    pub number_asking: Option<Estimate>,
    /// Cases on the desks of those who are away, averaged over time.
    pub number_suspended: Option<Estimate>,
    /// Cases finished and without room where they go, averaged over time.
    pub number_blocked: Option<Estimate>,
}

/// How a handoff was used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandoffResults {
    /// The department that hands off.
    pub from: String,
    /// The department that receives, or `exit`.
    pub to: String,
    /// The class that cases have from then on; `None` where they keep theirs. It tells apart handoffs
    /// with the same ends.
    pub becomes: Option<String>,
    /// How often, per replication.
    pub count: Estimate,
    /// How long the way took.
    pub transfer_time: Option<TimeEstimate>,
    /// How cases waited for a pickup, or for a place under way, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<WayResults>,
}

/// How cases waited at a handoff: for a pickup, or for a place under way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WayResults {
    /// How many of those that set out had to wait, per replication.
    pub count: Estimate,
    /// How long each that set out has waited, those included that did not have to.
    pub time: Option<TimeEstimate>,
    /// How many waited, averaged over time.
    pub number: Option<Estimate>,
    /// How many pickups came, per replication.
    pub pickups: Estimate,
}
