//! Defects: who made them, who found them, and what became of them.

use serde::{Deserialize, Serialize};

use crate::stats::Estimate;

/// What became of the defects that a department made. A defect counts if its case arrived after the warm-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefectResults {
    /// The department that made them.
    pub department: String,
    /// How many, per replication.
    pub made: Estimate,
    /// Who found how many, and what was done.
    pub found: Vec<DetectionResults>,
    /// How many reached the customer, per replication.
    pub reached: Estimate,
    /// What those cost, in money per replication.
    pub cost: Estimate,
    /// Complaints about them that arrived, per replication.
    pub complaints: Estimate,
}

/// How many defects of one department another has found, and what was done about them. Per replication.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DetectionResults {
    /// The department that found them.
    pub department: String,
    /// How many.
    pub found: Estimate,
    /// Of these, returned to the department that made them.
    pub returned: Estimate,
    /// Of these, sent elsewhere.
    pub sent: Estimate,
    /// Of these, turned away.
    pub turned_away: Estimate,
}

/// The totals of the defects of one department in one replication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DefectTotals {
    /// Made on cases that count.
    pub made: u64,
    /// By department that may find them, in the order of [`DefectResults::found`].
    pub found: Vec<DetectionTotals>,
    /// Of these, those that reached the customer.
    pub reached: u64,
    /// Complaints that arrived in the window.
    pub complaints: u64,
}

/// What one department did about the defects of another in one replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetectionTotals {
    /// Returned to the department that made them.
    pub returned: u64,
    /// Sent elsewhere.
    pub sent: u64,
    /// Turned away.
    pub turned_away: u64,
}

impl DetectionTotals {
    /// All that were found.
    pub fn found(&self) -> u64 {
        self.returned + self.sent + self.turned_away
    }
}
