//! What changes between scenarios on the same draws, replication by replication.

use crate::experiment::{Customers, Figure};
use crate::model::{Arrivals, Model};
use crate::results::{Results, TimeEstimate};
use crate::stats::{Estimate, Series};

use super::sensitivity::{Change, ClassChange, Effect, RankedBy};

/// A figure by replication; nothing where the results do not have it.
fn series(figure: &Figure, results: &Results) -> Series {
    figure.series(results).unwrap_or_default()
}

impl RankedBy {
    /// The figure that means something in a model.
    pub(super) fn of(model: &Model) -> RankedBy {
        let saturated = model.streams.iter().any(|stream| matches!(stream.arrivals, Arrivals::Saturated));
        if saturated { RankedBy::Throughput } else { RankedBy::LeadTime }
    }

    /// The figure of all customers.
    pub(super) fn figure(self) -> Figure {
        match self {
            RankedBy::LeadTime => Figure::lead_time(Customers::All),
            RankedBy::Throughput => Figure::throughput(Customers::All),
        }
    }

    /// The figure of all customers, by replication.
    pub(super) fn series(self, results: &Results) -> Series {
        series(&self.figure(), results)
    }

    /// What a change is worth: lead time saved, or throughput won.
    pub(super) fn gain(self, change: &Change) -> Option<Estimate> {
        match self {
            RankedBy::LeadTime => change.lead_time.map(|time| negated(time.0)),
            RankedBy::Throughput => change.throughput,
        }
    }
}

/// Nothing stays nothing, without a sign.
pub(super) fn negated(estimate: Estimate) -> Estimate {
    if estimate.mean == 0.0 && estimate.half_width() == Some(0.0) { estimate } else { estimate.times(-1.0) }
}

impl Change {
    /// Everything in `after` less everything in `before`, of some customers.
    fn between(before: &Results, after: &Results, whose: &Customers) -> Change {
        let level = before.manifest.level;
        let of = |figure: fn(Customers) -> Figure| {
            let figure = figure(whose.clone());
            series(&figure, after).less(&series(&figure, before), level)
        };
        let cost = Figure::cost(whose.clone());
        let priced = [before, after].iter().any(|results| matches!(cost.of(results), Ok(Some(_))));
        Change {
            lead_time: of(Figure::lead_time).map(TimeEstimate),
            lead_time_elasticity: None,
            promise_kept: of(Figure::promise_kept),
            cost: of(Figure::cost).filter(|_| priced),
            throughput: of(Figure::throughput),
            throughput_elasticity: None,
        }
    }
}

impl Effect {
    /// What a change does, from the results without it and with it.
    pub(super) fn between(before: &Results, after: &Results) -> Effect {
        let there = |class: &str| after.classes.iter().any(|other| other.name == class);
        let class = |class: &String| {
            let change = Change::between(before, after, &class.as_str().into());
            ClassChange { class: class.clone(), change }
        };
        let classes = before.classes.iter().map(|class| &class.name).filter(|class| there(class));
        Effect {
            system: Change::between(before, after, &Customers::All),
            classes: classes.map(class).collect(),
        }
    }

    /// Adds elasticities: from two scenarios in which the logarithm of a rate is higher, and lower, by `step`.
    pub(super) fn with_elasticities(mut self, higher: &Results, lower: &Results, step: f64) -> Effect {
        let level = higher.manifest.level;
        let slope = |figure: Figure| {
            let [high, low] = [higher, lower].map(|results| series(&figure, results));
            Some(high.growth_from(&low, level)?.times(0.5 / step))
        };
        let add = |change: &mut Change, whose: &Customers| {
            change.lead_time_elasticity = slope(Figure::lead_time(whose.clone()));
            change.throughput_elasticity = slope(Figure::throughput(whose.clone()));
        };
        add(&mut self.system, &Customers::All);
        for class in &mut self.classes {
            add(&mut class.change, &class.class.as_str().into());
        }
        self
    }
}
