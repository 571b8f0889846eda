//! How departments and handoffs fared.

use serde::{Deserialize, Serialize};

use super::{TimeEstimate, TimeStatistics, named};
use crate::error::Result;
use crate::stats::Estimate;

/// How a department fared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DepartmentResults {
    /// The department.
    pub name: String,
    /// How many people it has; `None` for always enough.
    pub staff: Option<u32>,
    /// Visits of all classes.
    #[serde(flatten)]
    pub visits: VisitResults,
    /// Visits by class of the case at the visit, for the classes that came.
    pub classes: Vec<ClassVisits>,
    /// People serving over people there, averaged over time; `None` where staff is infinite.
    pub utilization: Option<Estimate>,
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

/// Visits to a department.
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
    /// The waiting time of served visits.
    pub waiting: Option<TimeStatistics>,
    /// The mean waiting time of all visits that ended, those who gave up included.
    pub waiting_including_reneged: Option<TimeEstimate>,
    /// The service time of served visits.
    pub service: Option<TimeStatistics>,
    /// Waiting and service of served visits together.
    pub sojourn: Option<TimeStatistics>,
    /// Cases waiting, averaged over time.
    pub queue_length: Option<Estimate>,
    /// Cases in service, averaged over time.
    pub in_service: Option<Estimate>,
    /// Cases present, averaged over time.
    pub present: Option<Estimate>,
    /// Services ended per hour, averaged over time.
    pub throughput: Option<Estimate>,
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
}
