//! The figures of departments by each definition.

use super::{Aside, Definition, DepartmentFigure, Verdict};
use crate::analysis::pairs::negated;
use crate::analysis::{DepartmentSensitivity, RankedBy, Sensitivity};
use crate::error::Result;
use crate::model::{Arrivals, Model};
use crate::results::{LedgerEntry, PartyKind, Replication, Results, StaffActivity, What, Whose};
use crate::stats::Estimate;
use crate::theory;
use crate::time::per_hour;

fn figure(department: &str, figure: Estimate) -> DepartmentFigure {
    DepartmentFigure { department: department.to_owned(), figure, beside: Vec::new() }
}

pub(super) fn sensitivity(sensitivity: &Sensitivity) -> Verdict {
    let by = sensitivity.ranked_by;
    let of = |own: &DepartmentSensitivity| {
        let rate = &own.rate.system;
        let gain = match by {
            RankedBy::LeadTime => rate.lead_time_elasticity.map(negated),
            RankedBy::Throughput => rate.throughput_elasticity,
        };
        let one_more = own.one_more.as_ref().and_then(|effect| by.gain(&effect.system));
        let beside = one_more.map(|gain| (Aside::OneMore, gain)).into_iter().collect();
        Some(DepartmentFigure { department: own.department.clone(), figure: gain?, beside })
    };
    let mut verdict =
        Verdict::of(Definition::Sensitivity, sensitivity.departments.iter().filter_map(of).collect());
    // Where it may be nothing at all, no department is known to matter.
    let first = verdict.figures.first();
    if first.is_some_and(|first| first.figure.low().is_some_and(|low| low <= 0.0)) {
        verdict.set.clear();
    }
    verdict
}

/// What is no delay: work on the case itself, and its ways.
fn is_progress(entry: &LedgerEntry) -> bool {
    entry.whose == Whose::Own && matches!(entry.what, What::Service | What::Transfer)
}

pub(super) fn ledger_share(model: &Model, base: &Results) -> Verdict {
    let definition = Definition::LedgerShare;
    let Some(ledger) = &base.ledger else { return Verdict::none(definition, "there is no ledger") };
    let replications = base.replications.len();
    let delays = || ledger.system.completed.entries.iter().filter(|entry| !is_progress(entry));
    let hours = |of: &dyn Fn(&LedgerEntry) -> bool| {
        let mut sums = vec![0.0; replications];
        for entry in delays().filter(|entry| of(entry)) {
            sums.iter_mut().zip(&entry.amount.hours).for_each(|(sum, hours)| *sum += hours);
        }
        sums
    };
    let all = hours(&|_| true);
    let share = |name: &str| {
        let own = hours(&|entry| entry.who.kind == PartyKind::Department && entry.who.name == name);
        Some(figure(name, Estimate::of_ratio(&own, &all, base.manifest.level)?))
    };
    let figures: Vec<_> = model.departments.iter().filter_map(|department| share(&department.name)).collect();
    if figures.is_empty() {
        return Verdict::none(definition, "no completed customer was delayed");
    }
    Verdict::of(definition, figures)
}

/// The active periods of the people that do the work of each department, with what is made of them.
fn by_staff(
    definition: Definition,
    base: &Results,
    of: impl Fn(&StaffActivity) -> Option<(Estimate, Vec<(Aside, Estimate)>)>,
) -> Verdict {
    let Some(periods) = &base.active_periods else {
        return Verdict::none(definition, "nobody was active");
    };
    let figures = base.departments.iter().filter_map(|department| {
        let (name, kind) = match &department.pool {
            Some(pool) => (pool, PartyKind::Pool),
            None => (&department.name, PartyKind::Department),
        };
        let staff = periods.staff.iter().find(|staff| staff.kind == kind && staff.name == *name)?;
        let (figure, beside) = of(staff)?;
        Some(DepartmentFigure { department: department.name.clone(), figure, beside })
    });
    Verdict::of(definition, figures.collect())
}

pub(super) fn momentary(base: &Results) -> Verdict {
    by_staff(Definition::Momentary, base, |staff| {
        let beside = vec![(Aside::Sole, staff.sole), (Aside::Shifting, staff.shifting)];
        Some((staff.momentary, beside))
    })
}

pub(super) fn average_period(base: &Results) -> Verdict {
    by_staff(Definition::AverageActivePeriod, base, |staff| Some((staff.average?.0, Vec::new())))
}

pub(super) fn utilization(base: &Results) -> Verdict {
    let figures = base.departments.iter().filter_map(|department| {
        let of_pool =
            || base.pools.iter().find(|pool| Some(&pool.name) == department.pool.as_ref())?.utilization;
        Some(figure(&department.name, department.utilization.or_else(of_pool)?))
    });
    Verdict::of(Definition::Utilization, figures.collect())
}

/// How long visits and requests waited at a department in a replication, and how many.
struct Waits<'m> {
    model: &'m Model,
    at: usize,
}

impl Waits<'_> {
    fn requests<'r>(
        &self,
        replication: &'r Replication,
    ) -> impl Iterator<Item = &'r crate::results::RequestTotals> {
        let name = &self.model.departments[self.at].name;
        let here: Vec<bool> = self.model.requests.iter().map(|request| request.to == *name).collect();
        replication.requests.iter().zip(here).filter(|(_, here)| *here).map(|(totals, _)| totals)
    }

    /// Of those that were served: their waits until the first start, and how many there were.
    fn served(&self, replication: &Replication) -> (f64, f64) {
        let visits = replication.departments[self.at].classes.iter().map(|class| &class.waiting);
        let all = visits.chain(self.requests(replication).map(|request| &request.waiting));
        all.fold((0.0, 0.0), |(sum, count), waiting| (sum + waiting.sum, count + waiting.count as f64))
    }

    /// Hours of waiting in the window.
    fn hours(&self, replication: &Replication) -> f64 {
        let visits: f64 =
            replication.departments[self.at].classes.iter().map(|class| class.waiting_hours).sum();
        visits + self.requests(replication).map(|request| request.waiting.sum).sum::<f64>()
    }
}

/// A ratio of totals over counts for each department.
fn ratios(
    definition: Definition,
    model: &Model,
    base: &Results,
    of: impl Fn(&Waits, &Replication) -> (f64, f64),
) -> Verdict {
    let figures = model.departments.iter().enumerate().filter_map(|(at, department)| {
        let waits = Waits { model, at };
        let all = base.replications.iter().map(|replication| of(&waits, replication));
        let (totals, counts): (Vec<f64>, Vec<f64>) = all.unzip();
        Some(figure(&department.name, Estimate::of_ratio(&totals, &counts, base.manifest.level)?))
    });
    Verdict::of(definition, figures.collect())
}

pub(super) fn wait_per_visit(model: &Model, base: &Results) -> Verdict {
    ratios(Definition::WaitPerVisit, model, base, |waits, replication| waits.served(replication))
}

pub(super) fn wait_per_case(model: &Model, base: &Results) -> Verdict {
    ratios(Definition::WaitPerCase, model, base, |waits, replication| {
        let completed: u64 = replication.classes.iter().map(|class| class.departures).sum();
        (waits.hours(replication), completed as f64)
    })
}

pub(super) fn number_waiting(model: &Model, base: &Results) -> Verdict {
    // Windows of equal length make the ratio a mean.
    ratios(Definition::NumberWaiting, model, base, |waits, replication| {
        (waits.hours(replication), replication.window)
    })
}

/// Offered load over capacity, and the cases per hour at which it is 1. Where a stream is saturated, as if one case an hour
/// came: who has most work with that has the lowest capacity.
pub(super) fn lowest_capacity(model: &Model) -> Result<Verdict> {
    let definition = Definition::LowestCapacity;
    let saturated =
        model.streams.iter().filter(|stream| matches!(stream.arrivals, Arrivals::Saturated)).count();
    let mut open = model.clone();
    match (saturated, model.streams.len()) {
        (0, _) => {}
        (1, 1) => open.streams[0].arrivals = Arrivals::Poisson { rate: per_hour(1.0) },
        _ => {
            let reason = "a stream is saturated beside others: how much of the work is its is not known";
            return Ok(Verdict::none(definition, reason));
        }
    }
    let estimate = theory::estimate(&open)?;
    let rates: Option<f64> = estimate.classes.iter().map(|class| class.arrival_rate).sum();
    let exactly = |mean: f64| Estimate { mean, interval: None, replications: 0 };
    let figures = estimate.departments.iter().filter_map(|own| {
        let intensity = own.traffic_intensity?;
        let most = rates.filter(|_| intensity > 0.0).map(|rate| exactly(rate / intensity));
        let beside = most.map(|most| (Aside::MostCases, most)).into_iter().collect();
        Some(DepartmentFigure { department: own.department.clone(), figure: exactly(intensity), beside })
    });
    let verdict = Verdict::of(definition, figures.collect());
    if verdict.figures.is_empty() {
        return Ok(Verdict::none(definition, "no department has a long-run load that is known"));
    }
    Ok(verdict)
}
