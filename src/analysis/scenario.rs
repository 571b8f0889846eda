//! A change to a model that has a name.

use serde::{Deserialize, Serialize};

use crate::interventions::Intervention;

/// Some changes to a model, made one after the other, under a name: an idea of the analyst's.
///
/// ```
/// use knockon::analysis::Scenario;
/// use knockon::interventions::Intervention;
///
/// let hired = Scenario::new("one more biller", [Intervention::add_staff("billing", 1)]);
/// assert_eq!(hired.changes.len(), 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it is called in results.
    pub name: String,
    /// What is changed. Without any, it is the model as it is.
    #[serde(default)]
    pub changes: Vec<Intervention>,
}

impl Scenario {
    /// A scenario of that name.
    pub fn new(name: impl Into<String>, changes: impl IntoIterator<Item = Intervention>) -> Scenario {
        Scenario { name: name.into(), changes: changes.into_iter().collect() }
    }
}

impl AsRef<[Intervention]> for Scenario {
    fn as_ref(&self) -> &[Intervention] {
        &self.changes
    }
}
