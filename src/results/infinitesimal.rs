//! Derivatives from the run of a model alone.

use serde::{Deserialize, Serialize};

use super::{TimeEstimate, named};
use crate::error::Result;
use crate::stats::Estimate;

/// How the mean lead time depends on the rates of the departments, from the run of the model alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Infinitesimal {
    /// The mean lead time.
    pub lead_time: TimeEstimate,
    /// By department, in the order of the model.
    pub departments: Vec<Derivative>,
}

/// How the mean lead time depends on the rate of a department.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Derivative {
    /// The department.
    pub department: String,
    /// The derivative of the mean lead time by the logarithm of the rate, in hours: a hundredth of it is what 1 % more rate
    /// changes.
    pub lead_time: TimeEstimate,
    /// By how many per cent the mean lead time changes for each per cent of rate.
    pub lead_time_elasticity: Estimate,
}

impl Infinitesimal {
    /// The derivative by the rate of a department.
    ///
    /// # Errors
    ///
    /// When there is no department of that name; the error lists those there are.
    pub fn department(&self, name: &str) -> Result<&Derivative> {
        named("department", name, &self.departments, |department| &department.department)
    }
}
