//! Figures of customers in several scenarios on the same draws, replication by replication.

use crate::model::{Arrivals, Model};
use crate::results::{ClassTotals, MoneyTotals, Replication, Results, TimeEstimate};
use crate::stats::Estimate;

use super::sensitivity::{Change, ClassChange, Effect, RankedBy};

/// A figure of customers.
#[derive(Clone, Copy)]
pub(super) enum Figure {
    LeadTime,
    PromiseKept,
    Throughput,
    Cost,
}

/// Whose figure it is.
#[derive(Clone, Copy)]
pub(super) enum Whose {
    Everybody,
    /// Those of a class, by its place in the results.
    Class(usize),
}

/// A figure by replication: its total divided by its count.
pub(super) struct Series {
    totals: Vec<f64>,
    counts: Vec<f64>,
}

impl Series {
    pub fn of(results: &Results, figure: Figure, whose: Whose) -> Series {
        let of = |replication: &Replication| {
            let totals = class_totals(replication, whose);
            match figure {
                Figure::LeadTime => (totals.lead_time.sum, totals.lead_time.count as f64),
                Figure::PromiseKept => (totals.kept as f64, totals.promised as f64),
                Figure::Throughput => (totals.departures as f64 / replication.window, 1.0),
                Figure::Cost => (cost(replication, &totals, whose), 1.0),
            }
        };
        let (totals, counts) = results.replications.iter().map(of).unzip();
        Series { totals, counts }
    }

    /// The first so many replications.
    pub fn first(&self, replications: usize) -> (&[f64], &[f64]) {
        (&self.totals[..replications], &self.counts[..replications])
    }

    pub fn replications(&self) -> usize {
        self.totals.len()
    }

    /// The figure itself.
    pub fn estimate(&self, level: f64) -> Option<Estimate> {
        Estimate::of_ratio(&self.totals, &self.counts, level)
    }

    /// This figure less that of another scenario. Where a precision decides how many replications are made, those that
    /// both have.
    pub fn less(&self, other: &Series, level: f64) -> Option<Estimate> {
        let both = self.replications().min(other.replications());
        Estimate::of_ratio_difference(self.first(both), other.first(both), level)
    }

    /// The logarithm of this figure over that of another scenario.
    pub fn growth_from(&self, other: &Series, level: f64) -> Option<Estimate> {
        let both = self.replications().min(other.replications());
        Estimate::of_log_ratio(self.first(both), other.first(both), level)
    }
}

fn class_totals(replication: &Replication, whose: Whose) -> ClassTotals {
    match whose {
        Whose::Class(class) => replication.classes[class],
        Whose::Everybody => {
            let mut sum = ClassTotals::default();
            replication.classes.iter().for_each(|class| sum.add(class));
            sum
        }
    }
}

/// What customers cost; with people and what was spent once, where it is about everybody.
fn cost(replication: &Replication, customers: &ClassTotals, whose: Whose) -> f64 {
    let other = |money: &MoneyTotals| money.all_staff().total() + money.all_expenses();
    let other = replication.money.as_ref().filter(|_| matches!(whose, Whose::Everybody)).map_or(0.0, other);
    customers.cost.total() + other
}

impl RankedBy {
    /// The figure that means something in a model.
    pub(super) fn of(model: &Model) -> RankedBy {
        let saturated = model.streams.iter().any(|stream| matches!(stream.arrivals, Arrivals::Saturated));
        if saturated { RankedBy::Throughput } else { RankedBy::LeadTime }
    }

    pub(super) fn figure(self) -> Figure {
        match self {
            RankedBy::LeadTime => Figure::LeadTime,
            RankedBy::Throughput => Figure::Throughput,
        }
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
    /// Everything in `after` less everything in `before`, of the same customers.
    fn between((before, whose_before): (&Results, Whose), (after, whose_after): (&Results, Whose)) -> Change {
        let level = before.manifest.level;
        let of = |figure: Figure| {
            let [before, after] = [(before, whose_before), (after, whose_after)]
                .map(|(of, whose)| Series::of(of, figure, whose));
            after.less(&before, level)
        };
        let priced = match whose_before {
            Whose::Everybody => before.costs.is_some() || after.costs.is_some(),
            Whose::Class(class) => before.classes[class].cost.is_some(),
        };
        Change {
            lead_time: of(Figure::LeadTime).map(TimeEstimate),
            lead_time_elasticity: None,
            promise_kept: of(Figure::PromiseKept),
            cost: of(Figure::Cost).filter(|_| priced),
            throughput: of(Figure::Throughput),
            throughput_elasticity: None,
        }
    }
}

impl Effect {
    /// What a change does, from the results without it and with it.
    pub(super) fn between(before: &Results, after: &Results) -> Effect {
        let class = |(at, class): (usize, &crate::results::ClassResults)| {
            let there = after.classes.iter().position(|other| other.name == class.name)?;
            let change = Change::between((before, Whose::Class(at)), (after, Whose::Class(there)));
            Some(ClassChange { class: class.name.clone(), change })
        };
        Effect {
            system: Change::between((before, Whose::Everybody), (after, Whose::Everybody)),
            classes: before.classes.iter().enumerate().filter_map(class).collect(),
        }
    }

    /// Adds elasticities: from two scenarios in which the logarithm of a rate is higher, and lower, by `step`.
    pub(super) fn with_elasticities(mut self, higher: &Results, lower: &Results, step: f64) -> Effect {
        let level = higher.manifest.level;
        let slope = |figure: Figure, whose: Whose| {
            let [high, low] = [higher, lower].map(|results| Series::of(results, figure, whose));
            Some(high.growth_from(&low, level)?.times(0.5 / step))
        };
        let add = |change: &mut Change, whose: Whose| {
            change.lead_time_elasticity = slope(Figure::LeadTime, whose);
            change.throughput_elasticity = slope(Figure::Throughput, whose);
        };
        add(&mut self.system, Whose::Everybody);
        for class in &mut self.classes {
            if let Some(at) = higher.classes.iter().position(|of| of.name == class.class) {
                add(&mut class.change, Whose::Class(at));
            }
        }
        self
    }
}
