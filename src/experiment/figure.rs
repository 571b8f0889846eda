//! Figures in results, and whether they are precise enough.

use crate::error::{Defect, Error, Result};
use crate::results::{
    ClassResults, ClassTotals, MoneyTotals, Replication, Results, StaffTotals, TimeStatistics, VisitTotals,
};
use crate::settings::{Customers, Figure, HalfWidth};
use crate::stats::{Estimate, Series};

impl Figure {
    /// Every figure that some results have: of all customers and of each class, of departments, pools and requests.
    #[must_use]
    pub fn every(results: &Results) -> Vec<Figure> {
        let customers = [Customers::All].into_iter();
        let customers = customers.chain(results.classes.iter().map(|class| class.name.as_str().into()));
        let mut figures = Vec::new();
        for of in customers {
            figures.push(Figure::lead_time(of.clone()));
            let lead_time = self::customers(results, &of).ok().and_then(|class| class.lead_time.as_ref());
            let shares = lead_time.iter().flat_map(|times| &times.percentiles).map(|known| known.share);
            figures.extend(shares.map(|share| Figure::lead_time_percentile(of.clone(), share)));
            let others: [fn(Customers) -> Figure; 6] = [
                Figure::promise_kept,
                Figure::working_lead_time,
                Figure::defective_share,
                Figure::throughput,
                Figure::lost_share,
                Figure::cost,
            ];
            figures.extend(others.map(|figure| figure(of.clone())));
        }
        for department in results.departments.iter().map(|department| &department.name) {
            let of: [fn(String) -> Figure; 3] =
                [Figure::waiting_time, Figure::queue_length, Figure::utilization];
            figures.extend(of.map(|figure| figure(department.clone())));
        }
        figures.extend(results.pools.iter().map(|pool| Figure::pool_utilization(pool.name.clone())));
        for request in results.requests.iter().map(|request| &request.name) {
            let of: [fn(String) -> Figure; 2] = [Figure::response_time, Figure::standard_kept];
            figures.extend(of.map(|figure| figure(request.clone())));
        }
        figures.retain(|figure| matches!(figure.of(results), Ok(Some(_))));
        figures
    }

    /// The figure in some results; `None` where they have no such figure (nobody came, say).
    ///
    /// # Errors
    ///
    /// When the results have no class, department, pool or request of that name.
    pub fn of(&self, results: &Results) -> Result<Option<Estimate>> {
        let mean = |times: &Option<TimeStatistics>| times.as_ref().map(|times| times.mean.0);
        Ok(match self {
            Figure::LeadTime { of } => mean(&customers(results, of)?.lead_time),
            Figure::LeadTimePercentile { of, share } => {
                let lead_time = customers(results, of)?.lead_time.as_ref();
                lead_time.and_then(|times| times.percentile(*share)).map(|value| value.0)
            }
            Figure::PromiseKept { of } => customers(results, of)?.promise_kept,
            Figure::WaitingTime { department } => mean(&results.department(department)?.visits.waiting),
            Figure::QueueLength { department } => results.department(department)?.visits.queue_length,
            Figure::Utilization { department } => results.department(department)?.utilization,
            Figure::PoolUtilization { pool } => results.pool(pool)?.utilization,
            Figure::ResponseTime { request } => mean(&results.request(request)?.response_time),
            Figure::StandardKept { request } => results.request(request)?.standard_kept,
            Figure::WorkingLeadTime { of } => mean(&customers(results, of)?.lead_time_working),
            Figure::DefectiveShare { of } => customers(results, of)?.defective_share,
            Figure::Throughput { of } => customers(results, of)?.throughput,
            Figure::LostShare { of } => customers(results, of)?.lost_share,
            Figure::Cost { of: Customers::All } => results.costs.as_ref().map(|costs| costs.total),
            Figure::Cost { of } => customers(results, of)?.cost.map(|cost| cost.total),
        })
    }

    /// The figure by replication.
    ///
    /// # Errors
    ///
    /// When the results have no class, department, pool or request of that name, or when the figure is a percentile: single
    /// replications keep none.
    pub fn series(&self, results: &Results) -> Result<Series> {
        let per_window =
            |total: f64, window: f64| if window > 0.0 { (total / window, 1.0) } else { (0.0, 0.0) };
        let of_class = |of: &Customers, value: &dyn Fn(&ClassTotals, &Replication) -> (f64, f64)| {
            let class = class_at(results, of)?;
            let of = |replication: &Replication| value(&class_totals(replication, class), replication);
            Ok::<Series, Error>(results.replications.iter().map(of).collect())
        };
        let of_department = |name: &str, value: &dyn Fn(&VisitTotals, &Replication) -> (f64, f64)| {
            let at = at(&results.departments, results.department(name)?);
            let of = |replication: &Replication| value(&visit_totals(replication, at), replication);
            Ok::<Series, Error>(results.replications.iter().map(of).collect())
        };
        match self {
            Figure::LeadTime { of } => {
                of_class(of, &|class, _| (class.lead_time.sum, class.lead_time.count as f64))
            }
            Figure::LeadTimePercentile { .. } => {
                Err(Error::from_defects(vec![Defect::new("figure", self.not_by_replication())]))
            }
            Figure::PromiseKept { of } => {
                of_class(of, &|class, _| (class.kept as f64, class.promised as f64))
            }
            Figure::WorkingLeadTime { of } => of_class(of, &|class, _| {
                let times = class.lead_time_working.unwrap_or_default();
                (times.sum, times.count as f64)
            }),
            Figure::DefectiveShare { of } => {
                of_class(of, &|class, _| (class.defective as f64, class.lead_time.count as f64))
            }
            Figure::Throughput { of } => {
                of_class(of, &|class, replication| per_window(class.departures as f64, replication.window))
            }
            Figure::LostShare { of } => of_class(of, &|class, _| (class.lost() as f64, class.arrived as f64)),
            Figure::Cost { of } => of_class(of, &|class, replication| (cost(replication, class, of), 1.0)),
            Figure::WaitingTime { department } => {
                of_department(department, &|visits, _| (visits.waiting.sum, visits.waiting.count as f64))
            }
            Figure::QueueLength { department } => of_department(department, &|visits, replication| {
                per_window(visits.waiting_hours, replication.window)
            }),
            Figure::Utilization { department } => {
                let own = results.department(department)?;
                let at = at(&results.departments, own);
                let staff = |replication: &Replication| match &replication.departments[at].detail {
                    Some(detail) => detail.staff,
                    None => own.staff.map(|staff| {
                        let hours = visit_totals(replication, at).service_hours;
                        StaffTotals::plain(staff, hours, replication.window)
                    }),
                };
                Ok(results.replications.iter().map(|of| at_work(staff(of).unwrap_or_default())).collect())
            }
            Figure::PoolUtilization { pool } => {
                let at = at(&results.pools, results.pool(pool)?);
                Ok(results.replications.iter().map(|of| at_work(of.pools[at])).collect())
            }
            Figure::ResponseTime { request } => {
                let at = at(&results.requests, results.request(request)?);
                let times = results.replications.iter().map(|of| of.requests[at].response_time);
                Ok(times.map(|times| (times.sum, times.count as f64)).collect())
            }
            Figure::StandardKept { request } => {
                let at = at(&results.requests, results.request(request)?);
                let requests = results.replications.iter().map(|of| of.requests[at]);
                Ok(requests.map(|of| (of.kept as f64, of.asked as f64)).collect())
            }
        }
    }
}

/// The results of some customers.
fn customers<'r>(results: &'r Results, of: &Customers) -> Result<&'r ClassResults> {
    match of {
        Customers::All => Ok(&results.system),
        Customers::Class(class) => results.class(class),
    }
}

/// The place of a class in the totals; `None` of all customers together.
fn class_at(results: &Results, of: &Customers) -> Result<Option<usize>> {
    match of {
        Customers::All => Ok(None),
        Customers::Class(class) => Ok(Some(at(&results.classes, results.class(class)?))),
    }
}

/// The place of one of a list.
fn at<T>(list: &[T], one: &T) -> usize {
    list.iter().position(|of| std::ptr::eq(of, one)).expect("found in the list")
}

fn class_totals(replication: &Replication, class: Option<usize>) -> ClassTotals {
    match class {
        Some(class) => replication.classes[class],
        None => {
            let mut sum = ClassTotals::default();
            replication.classes.iter().for_each(|class| sum.add(class));
            sum
        }
    }
}

fn visit_totals(replication: &Replication, department: usize) -> VisitTotals {
    let mut sum = VisitTotals::default();
    replication.departments[department].classes.iter().for_each(|class| sum.add(class));
    sum
}

/// What customers cost; with people and what was spent once, where it is about everything.
fn cost(replication: &Replication, customers: &ClassTotals, of: &Customers) -> f64 {
    let other = |money: &MoneyTotals| money.all_staff().total() + money.all_expenses();
    let other = replication.money.as_ref().filter(|_| *of == Customers::All).map_or(0.0, other);
    customers.cost.total() + other
}

/// Time serving by time on shift.
fn at_work(staff: StaffTotals) -> (f64, f64) {
    let on_shift = staff.on_shift();
    if on_shift > 0.0 { (staff.serving / on_shift, 1.0) } else { (0.0, 0.0) }
}

impl HalfWidth {
    /// Whether an estimate is precise enough.
    pub(super) fn reached(self, estimate: &Estimate) -> bool {
        estimate.half_width().is_some_and(|half| half <= self.target(estimate))
    }

    /// The half width that is wanted of an estimate.
    pub(super) fn target(self, estimate: &Estimate) -> f64 {
        match self {
            HalfWidth::Relative(share) => share * estimate.mean.abs(),
            HalfWidth::Absolute(width) => width,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Experiment;
    use crate::model::Model;
    use crate::time::weeks;

    /// Every figure of two story models and of a plain one is that of its own series, interval and all.
    #[test]
    fn a_figure_is_that_of_its_series() {
        let plain = "name = \"plain\"\n[[department]]\nname = \"desk\"\nstaff = 2\n\
            service = { exponential = { mean = \"12m\" } }\n[[customers]]\nname = \"visitor\"\nenter = \"desk\"\n\
            promise = \"1h\"\narrivals = { poisson = { rate = \"8/h\" } }\n";
        let texts = [
            plain,
            include_str!("../../examples/models/billing_cycle.toml"),
            include_str!("../../examples/models/engineering_clarification.toml"),
        ];
        let mut compared = 0;
        for text in texts {
            let model = Model::from_toml(text).unwrap();
            let results =
                Experiment::new(&model).horizon(weeks(6)).warm_up(weeks(1)).replications(4).run().unwrap();
            for figure in Figure::every(&results) {
                if matches!(figure, Figure::LeadTimePercentile { .. }) {
                    continue;
                }
                let expected = figure.of(&results).unwrap().unwrap();
                let found = figure.series(&results).unwrap().estimate(results.manifest.level).unwrap();
                let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1.0);
                assert!(close(found.mean, expected.mean), "{figure}: {found}, {expected}");
                let errors = (found.std_error().unwrap(), expected.std_error().unwrap());
                assert!(close(errors.0, errors.1), "{figure}: {found}, {expected}");
                compared += 1;
            }
        }
        assert!(compared > 40, "{compared}");
        let percentile = Figure::lead_time_percentile("visitor", 0.9);
        let results =
            Experiment::new(&Model::from_toml(plain).unwrap()).horizon(weeks(1)).replications(2).run();
        assert!(percentile.series(&results.unwrap()).is_err());
    }
}
