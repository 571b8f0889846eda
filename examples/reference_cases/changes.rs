//! Figures of what would be if the model were changed a little: sensitivities, and one more server; and which node is the
//! bottleneck, for which the same runs are needed.

use std::collections::BTreeMap;

use knockon::analysis::{Sensitivity, Study};
use knockon::interventions::Intervention;
use knockon::prelude::Experiment;
use knockon::stats::Estimate;

use crate::labels::{self, Labels};

/// What is asked of changed models.
#[derive(Debug, Default)]
pub struct Asked {
    sensitivities: bool,
    /// The nodes that are to have one more server.
    one_more: Vec<String>,
    /// The names that are asked for.
    labels: Vec<String>,
}

impl Asked {
    /// What is needed for these metrics and these labels.
    pub fn of<'m>(metrics: impl Iterator<Item = &'m str>, labels: Vec<String>) -> Asked {
        let mut asked = Asked { sensitivities: !labels.is_empty(), labels, ..Asked::default() };
        for metric in metrics {
            match metric.split('/').collect::<Vec<_>>()[..] {
                ["sensitivity", ..] => asked.sensitivities = true,
                ["whatif", "plus_one_server", node, _] => asked.one_more.push(node.to_owned()),
                _ => {}
            }
        }
        asked
    }

    /// How many runs it takes, that of the model itself included; none where nothing is asked. A node has three: more
    /// rate, less rate, and one more server.
    pub fn runs(&self, nodes: usize) -> usize {
        let changed = if self.sensitivities { 3 * nodes } else { self.one_more.len() };
        if changed > 0 { changed + 1 } else { 0 }
    }

    /// Runs the changed models.
    pub fn run(&self, experiment: Experiment<'_>) -> Result<Changes, String> {
        let told = |error: knockon::Error| error.to_string();
        let mut changes = Changes::default();
        if self.runs(1) == 0 {
            return Ok(changes);
        }
        let study = Study::new(experiment);
        if self.sensitivities {
            changes.sensitivity = Some(study.sensitivity().map_err(told)?);
        }
        if !self.labels.is_empty() {
            let bottlenecks = study.bottlenecks().map_err(told)?;
            changes.labels = labels::of_network(&self.labels, &bottlenecks);
        }
        for node in &self.one_more {
            let results = study.with(&[Intervention::add_staff(node, 1)]).map_err(told)?;
            let lead_time = results.system.lead_time.as_ref().map(|times| times.mean.0);
            changes.lead_time_with_one_more.insert(node.clone(), lead_time);
        }
        Ok(changes)
    }
}

/// Figures of changed models.
#[derive(Debug, Default)]
pub struct Changes {
    sensitivity: Option<Sensitivity>,
    /// By node, in hours.
    lead_time_with_one_more: BTreeMap<String, Option<Estimate>>,
    /// The labels that are known.
    pub labels: Labels,
}

impl Changes {
    /// The figure of a metric whose parts these are, and with which power of time its unit goes.
    pub fn figure(&self, parts: &[&str]) -> Option<(Estimate, i32)> {
        match *parts {
            ["sensitivity", figure, "node", node, "rate_elasticity"] => {
                let change = &self.sensitivity.as_ref()?.department(node).ok()?.rate.system;
                let elasticity = match figure {
                    "lead" => change.lead_time_elasticity,
                    "throughput" => change.throughput_elasticity,
                    _ => None,
                };
                Some((elasticity?, 0))
            }
            ["whatif", "plus_one_server", node, "lead_mean"] => {
                Some(((*self.lead_time_with_one_more.get(node)?)?, 1))
            }
            _ => None,
        }
    }
}
