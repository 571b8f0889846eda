//! Replications of scenarios, as procedures ask for them.

use super::{Goal, Rules, Wanted};
use crate::analysis::Study;
use crate::analysis::scenario::{Scenario, models};
use crate::error::{Defect, Error, Result};
use crate::experiment::Experiment;
use crate::model::Model;
use crate::random::{name_key, splitmix};
use crate::results::Results;
use crate::time::{Span, hours};

/// What random numbers scenarios meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Draws {
    /// All the same.
    Common,
    /// Each its own, by its name.
    Independent,
}

/// Makes replications of scenarios.
pub(super) struct Source<'s, 'm> {
    study: &'s Study<'m>,
    scenarios: &'s [Scenario],
    models: Vec<Model>,
    goal: &'s Goal,
    draws: Draws,
    /// The warm-ups that were chosen, so that this is done once.
    warm_ups: Vec<Option<Span>>,
    /// How many replications were made.
    pub made: u32,
}

impl<'s, 'm> Source<'s, 'm> {
    /// Replications of the figure of a goal. `rules` are those that what is asked for breaks.
    ///
    /// # Errors
    ///
    /// Those rules; fewer than two scenarios, names that several have, changes that do not fit the model, a figure that a
    /// scenario does not have by replication.
    pub fn new(
        study: &'s Study<'m>,
        scenarios: &'s [Scenario],
        goal: &'s Goal,
        draws: Draws,
        mut rules: Rules,
    ) -> Result<Source<'s, 'm>> {
        let few = format!("there is {}, must be 2 or more", scenarios.len());
        rules.broken_if(scenarios.len() < 2, "scenarios", few);
        let models = match models(study.model(), scenarios) {
            Ok(models) => models,
            Err(error) if error.defects().is_empty() => return Err(error),
            Err(error) => {
                rules.0.extend_from_slice(error.defects());
                Vec::new()
            }
        };
        for (scenario, model) in scenarios.iter().zip(&models) {
            let refused = goal.figure.refused_by(model);
            rules
                .0
                .extend(refused.map(|rule| Defect::new(format!("goal, scenario `{}`", scenario.name), rule)));
        }
        if !rules.0.is_empty() {
            return Err(Error::from_defects(rules.0));
        }
        let warm_ups = vec![None; models.len()];
        Ok(Source { study, scenarios, models, goal, draws, warm_ups, made: 0 })
    }

    /// Makes some replications, together, and returns the figure in each: the more, the better.
    ///
    /// # Errors
    ///
    /// When the figure has no value in one of them; else as [`Experiment::run`].
    pub fn feed(&mut self, wanted: &[Wanted]) -> Result<Vec<Vec<f64>>> {
        let experiments = wanted.iter().map(|wanted| self.experiment(wanted)).collect();
        let planned = wanted.iter().fold(self.made, |sum, wanted| sum.saturating_add(wanted.count));
        let results = self.study.together(experiments, self.made, |_| planned)?;
        self.made = planned;
        let mut values = Vec::with_capacity(wanted.len());
        let mut defects = Vec::new();
        for (wanted, results) in wanted.iter().zip(&results) {
            self.warm_ups[wanted.scenario] = Some(hours(results.manifest.warm_up));
            values.push(self.values(wanted.scenario, results, &mut defects)?);
        }
        if defects.is_empty() { Ok(values) } else { Err(Error::from_defects(defects)) }
    }

    fn experiment(&self, wanted: &Wanted) -> Experiment<'_> {
        let study = self.study.experiment();
        let experiment = study.on(&self.models[wanted.scenario]).usual_figures();
        let first = study.numbered_from().wrapping_add(wanted.from.into());
        let experiment = experiment.replications(wanted.count).first_replication(first);
        let experiment = match self.warm_ups[wanted.scenario] {
            Some(warm_up) => experiment.warm_up(warm_up),
            None => experiment,
        };
        match self.draws {
            Draws::Common => experiment,
            Draws::Independent => {
                let key = name_key("scenario", &self.scenarios[wanted.scenario].name);
                experiment.seed(splitmix(study.seeded() ^ key)())
            }
        }
    }

    fn values(&self, scenario: usize, results: &Results, defects: &mut Vec<Defect>) -> Result<Vec<f64>> {
        let (figure, sign) = (&self.goal.figure, self.goal.sign());
        let values: Vec<f64> = figure.series(results)?.values().map(|value| sign * value).collect();
        let without = values.iter().filter(|value| !value.is_finite()).count();
        if without > 0 {
            let of = values.len();
            let rule = format!(
                "{figure} has no value in {without} of {of} replications, as there is nothing to average in them: \
                 make replications longer"
            );
            defects.push(Defect::new(format!("scenario `{}`", self.scenarios[scenario].name), rule));
        }
        Ok(values)
    }
}
