//! Files of cases: models with known answers.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A file of cases.
#[derive(Debug, Deserialize)]
pub struct CaseFile {
    /// The cases, in order.
    pub cases: Vec<Case>,
}

impl CaseFile {
    /// Those of `ids` that no case has.
    pub fn lacks<'a>(&self, ids: &'a [String]) -> Vec<&'a str> {
        let known = |id: &str| self.cases.iter().any(|case| case.id == id);
        ids.iter().map(String::as_str).filter(|id| !known(id)).collect()
    }
}

/// A model with known answers.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// The model, in the neutral schema; null for cases that are not models.
    #[serde(default)]
    pub model: Value,
    /// When machines were active, in place of a model.
    #[serde(default)]
    pub trace: Value,
    /// Over what time the answers hold.
    #[serde(default)]
    pub horizon: Value,
    /// The answers, by metric.
    pub expected: Map<String, Value>,
    /// Answers that are names rather than numbers.
    #[serde(default)]
    pub expected_labels: Map<String, Value>,
}

/// Over what time answers hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Horizon {
    /// The long run.
    Steady,
    /// From an empty start until this time, in model units.
    Until(f64),
    /// From an empty start until everybody has left.
    AllDone,
}

impl Case {
    /// The horizon. A case without one was run for so long that its answers are those of the long run.
    pub fn horizon(&self) -> Result<Horizon, String> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct FromStart {
            start: String,
            to: Value,
        }
        match &self.horizon {
            Value::Null => return Ok(Horizon::Steady),
            Value::String(text) if text == "steady_state" => return Ok(Horizon::Steady),
            _ => {}
        }
        let other = || format!("the horizon {}", self.horizon);
        let horizon = FromStart::deserialize(&self.horizon).map_err(|_| other())?;
        match (horizon.start.as_str(), &horizon.to) {
            ("empty", Value::String(to)) if to == "all_done" => Ok(Horizon::AllDone),
            ("empty", to) => to.as_f64().map(Horizon::Until).ok_or_else(other),
            _ => Err(other()),
        }
    }
}
