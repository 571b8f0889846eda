//! From single replications to estimates.

use std::sync::Arc;

use super::digest::{Digest, Fared, Moved, in_hours, span};
use super::{
    Comparison, CustomerChange, FigureChange, MovedCustomers, MovedMost, ScenarioChange, VarianceReduction,
};
use crate::analysis::disturbance::{Fates, transitions};
use crate::analysis::scenario::Scenario;
use crate::experiment::{Customers, Figure};
use crate::results::{Results, TimeEstimate};
use crate::stats::{Estimate, PooledSketch, Sketch};
use crate::time::hours;

/// The results of a scenario, and what is kept of its pairs with the model as it is.
pub(in crate::analysis) type Compared = (Arc<Results>, Arc<Vec<Digest>>);

/// Into at most how many sections replications are divided for percentiles.
const SECTIONS: usize = 30;

/// How many cases a section should have beyond a percentile, on average.
const BEYOND: f64 = 25.0;

pub(super) fn settle(scenarios: &[Scenario], base: &Results, pairs: &[Compared]) -> Comparison {
    let level = base.manifest.level;
    let together = 1.0 - (1.0 - level) / scenarios.len() as f64;
    let of = |(scenario, (results, digests)): (&Scenario, &Compared)| {
        let settling = Settling { base, results, digests, level, together };
        let names = digests.first().map_or(&[][..], |digest| &digest.classes);
        let class = |(name, _): &(String, Fared)| settling.customers(name, Some(name));
        ScenarioChange {
            scenario: scenario.clone(),
            figures: Figure::every(base).into_iter().filter_map(|figure| settling.figure(figure)).collect(),
            system: settling.customers("all", None),
            classes: names.iter().map(class).collect(),
        }
    };
    Comparison {
        replications: base.manifest.replications,
        level,
        scenarios: scenarios.iter().zip(pairs).map(of).collect(),
    }
}

struct Settling<'s> {
    base: &'s Results,
    results: &'s Results,
    digests: &'s [Digest],
    level: f64,
    /// The level of single intervals with which those of all scenarios together have the level.
    together: f64,
}

impl Settling<'_> {
    /// What becomes of a figure, where both have it.
    fn figure(&self, figure: Figure) -> Option<FigureChange> {
        let before = figure.of(self.base).ok()??;
        let after = figure.of(self.results).ok()??;
        let (difference, together) = match &figure {
            Figure::LeadTimePercentile { of, share } => {
                let sections = self.percentiles(of, *share)?;
                let of = |level| {
                    let point = after.mean - before.mean;
                    Estimate::of_sections(point, &sections, before.replications, level)
                };
                (of(self.level)?, of(self.together)?)
            }
            _ => {
                let [before, after] = [self.base, self.results].map(|results| figure.series(results).ok());
                let (before, after) = (before?, after?);
                (after.less(&before, self.level)?, after.less(&before, self.together)?)
            }
        };
        let whole = !matches!(figure, Figure::LeadTimePercentile { .. });
        let variance_reduction = reduction(&before, &after, &difference).filter(|_| whole);
        Some(FigureChange {
            figure,
            before,
            after,
            difference,
            simultaneous: together.interval,
            variance_reduction,
        })
    }

    /// By section: the percentile with the change less that without it, in hours. As many sections as have enough cases
    /// beyond it.
    fn percentiles(&self, of: &Customers, share: f64) -> Option<Vec<f64>> {
        let class = match of {
            Customers::All => None,
            Customers::Class(class) => Some(class.as_str()),
        };
        let all: Vec<&Fared> =
            self.digests.iter().map(|digest| digest.of_class(class)).collect::<Option<_>>()?;
        let cases: u64 = all.iter().map(|fared| fared.lead[0].count().min(fared.lead[1].count())).sum();
        let beyond = cases as f64 * share.min(1.0 - share);
        let sections = ((beyond / BEYOND) as usize).clamp(2, SECTIONS).min(all.len());
        let hour = hours(1).ticks() as f64;
        let section = |at: usize| {
            let some = &all[at * all.len() / sections..(at + 1) * all.len() / sections];
            let [before, after] = [0, 1].map(|run| {
                let mut merged = Sketch::default();
                some.iter().for_each(|fared| merged.merge(&fared.lead[run]));
                merged.quantile(share)
            });
            Some((after? - before?) / hour)
        };
        Some((0..sections).filter_map(section).collect())
    }

    fn customers(&self, name: &str, class: Option<&str>) -> CustomerChange {
        let all = self.digests.iter();
        let all: Vec<(u64, &Fared)> =
            all.filter_map(|digest| Some((digest.replication, digest.of_class(class)?))).collect();
        let each = |of: &dyn Fn(&Fared) -> f64| all.iter().map(|(_, fared)| of(fared)).collect::<Vec<_>>();
        let both = each(&|fared| fared.both as f64);
        let gain = Estimate::of_ratio(&each(&|fared| in_hours(fared.gain)), &both, self.level);
        let fates: Vec<Fates> = all.iter().map(|(_, fared)| fared.fates).collect();
        let moved = |of: fn(&Fared) -> &Moved| {
            let counts = each(&|fared| of(fared).customers as f64);
            let mut by = PooledSketch::default();
            all.iter().for_each(|(_, fared)| by.absorb(&of(fared).by));
            let quantile = |share| {
                let estimate = by.quantile(share, self.level)?;
                Some(TimeEstimate(estimate.times(1.0 / hours(1).ticks() as f64)))
            };
            // Of several who move as much, the first.
            let most = all.iter().rev().filter_map(|(replication, fared)| {
                let (by, name) = of(fared).most.as_ref()?;
                Some(MovedMost { replication: *replication, name: name.clone(), by: span(*by) })
            });
            MovedCustomers {
                share: Estimate::of_ratio(&counts, &both, self.level),
                median: quantile(0.5),
                most_of_them: quantile(0.9),
                most: most.max_by_key(|most| most.by),
            }
        };
        CustomerChange {
            class: name.to_owned(),
            both: all.iter().map(|(_, fared)| fared.both).sum(),
            gain: gain.map(TimeEstimate),
            faster: moved(|fared| &fared.faster),
            slower: moved(|fared| &fared.slower),
            transitions: transitions(&fates, self.level),
        }
    }
}

/// What common draws bring.
fn reduction(before: &Estimate, after: &Estimate, difference: &Estimate) -> Option<VarianceReduction> {
    let (before, after) = (before.std_error()?, after.std_error()?);
    let difference = difference.std_error().filter(|&error| error > 0.0)?;
    let apart = before * before + after * after;
    let at_most = (before != after).then(|| apart / (before - after).powi(2));
    Some(VarianceReduction { times: apart / (difference * difference), at_most })
}
