//! From the totals of replications to estimates.

use crate::plan::{HandoffPlan, Plan, StreamPlan};
use crate::results::{
    Bin, ClassResults, ClassTotals, ClassVisits, DepartmentResults, HandoffResults, LongerThan, Manifest,
    Moments, Percentile, Replication, Results, TimeEstimate, TimeStatistics, VisitResults, VisitTotals,
    longest,
};
use crate::stats::{Estimate, PooledSketch};
use crate::time::{Span, hours};

use super::digest::Digest;
use super::settings::Settings;

/// Replications taken in, in order.
#[derive(Debug)]
pub(super) struct Pool {
    pub replications: Vec<Replication>,
    /// Lead times of all cases, and by class.
    system: PooledSketch,
    classes: Vec<PooledSketch>,
    /// Waiting and sojourn times by department; empty where they are not kept.
    visits: Vec<(PooledSketch, PooledSketch)>,
}

impl Pool {
    pub fn new(plan: &Plan) -> Pool {
        Pool {
            replications: Vec::new(),
            system: PooledSketch::default(),
            classes: vec![PooledSketch::default(); plan.classes.len()],
            visits: Vec::new(),
        }
    }

    /// Takes in one more replication and gives back what it has besides.
    pub fn absorb<O>(&mut self, digest: Digest<O>) -> O {
        self.replications.push(digest.totals);
        let mut all = crate::stats::Sketch::default();
        for (pooled, sketch) in self.classes.iter_mut().zip(&digest.lead) {
            pooled.absorb(sketch);
            all.merge(sketch);
        }
        self.system.absorb(&all);
        self.visits.resize_with(digest.visits.len(), Default::default);
        for (pooled, sketches) in self.visits.iter_mut().zip(&digest.visits) {
            pooled.0.absorb(&sketches.0);
            pooled.1.absorb(&sketches.1);
        }
        digest.other
    }

    /// The results so far.
    pub fn results(&self, plan: &Plan, settings: &Settings, manifest: Manifest) -> Results {
        let summary = Summary { pool: self, settings };
        let classes = plan.classes.iter().enumerate();
        let departments = 0..plan.departments.len();
        let handoffs = plan.handoffs.iter().enumerate();
        Results {
            manifest,
            warnings: Vec::new(),
            system: summary.system(),
            classes: classes.map(|(class, name)| summary.class(class, name)).collect(),
            departments: departments.map(|department| summary.department(plan, department)).collect(),
            handoffs: handoffs.map(|(index, handoff)| summary.handoff(index, handoff)).collect(),
            streams: plan.streams.iter().map(stream_name).collect(),
            samples: Vec::new(),
            presence: Vec::new(),
            replications: self.replications.clone(),
        }
    }
}

/// Work in place at the start might be called like a customer stream.
fn stream_name(stream: &StreamPlan) -> String {
    let kind = if stream.initial.is_some() { "initial: " } else { "" };
    format!("{kind}{}", stream.name)
}

struct Summary<'a> {
    pool: &'a Pool,
    settings: &'a Settings,
}

impl Summary<'_> {
    fn values<'s, T>(&'s self, of: impl Fn(&'s Replication) -> T) -> Vec<T> {
        self.pool.replications.iter().map(of).collect()
    }

    /// A figure per replication. There is at least one.
    fn mean<T>(&self, totals: &[T], of: impl Fn(&T) -> f64) -> Estimate {
        let values: Vec<f64> = totals.iter().map(of).collect();
        let unknown = Estimate { mean: 0.0, interval: None, replications: 0 };
        Estimate::of_means(&values, self.settings.level).unwrap_or(unknown)
    }

    /// A figure over cases or visits.
    fn ratio<T>(&self, totals: &[T], of: impl Fn(&T) -> f64, count: impl Fn(&T) -> f64) -> Option<Estimate> {
        let numerators: Vec<f64> = totals.iter().map(of).collect();
        let counts: Vec<f64> = totals.iter().map(count).collect();
        Estimate::of_ratio(&numerators, &counts, self.settings.level)
    }

    /// A figure over time: each replication's own average over its window, where it has one.
    fn over_time<T>(&self, totals: &[T], of: impl Fn(&T) -> f64) -> Option<Estimate> {
        let windows = self.pool.replications.iter().map(|replication| replication.window);
        let with_window = totals.iter().zip(windows).filter(|&(_, window)| window > 0.0);
        let values: Vec<f64> = with_window.map(|(total, window)| of(total) / window).collect();
        Estimate::of_means(&values, self.settings.level)
    }

    fn system(&self) -> ClassResults {
        let totals = self.values(|replication| {
            let mut sum = ClassTotals::default();
            replication.classes.iter().for_each(|class| sum.add(class));
            sum
        });
        self.class_results("all", &totals, &self.pool.system)
    }

    fn class(&self, class: usize, name: &str) -> ClassResults {
        let totals = self.values(|replication| replication.classes[class]);
        self.class_results(name, &totals, &self.pool.classes[class])
    }

    fn class_results(&self, name: &str, totals: &[ClassTotals], lead: &PooledSketch) -> ClassResults {
        let lead_times: Vec<Moments> = totals.iter().map(|total| total.lead_time).collect();
        let completed = |total: &ClassTotals| total.lead_time.count as f64;
        ClassResults {
            name: name.to_owned(),
            arrived: self.mean(totals, |total| total.arrived as f64),
            completed: self.mean(totals, completed),
            rejected: self.mean(totals, |total| total.rejected as f64),
            reneged: self.mean(totals, |total| total.reneged.count as f64),
            unfinished: self.mean(totals, |total| total.unfinished.count as f64),
            lost_share: self.ratio(
                totals,
                |total| (total.rejected + total.reneged.count) as f64,
                |total| total.arrived as f64,
            ),
            lead_time: self.times(&lead_times, Some(lead)),
            touch_time: self.ratio(totals, |total| total.touch_time, completed).map(TimeEstimate),
            flow_efficiency: self.ratio(totals, |total| total.touch_time, |total| total.lead_time.sum),
            promise_kept: self.ratio(totals, |total| total.kept as f64, |total| total.promised as f64),
            in_system: self.over_time(totals, |total| total.case_hours),
            throughput: self.over_time(totals, |total| total.departures as f64),
            unfinished_age: self
                .ratio(totals, |total| total.unfinished.sum, |total| total.unfinished.count as f64)
                .map(TimeEstimate),
            oldest_unfinished: longest(totals.iter().map(|total| total.unfinished.longest)),
        }
    }

    fn department(&self, plan: &Plan, department: usize) -> DepartmentResults {
        let of = &plan.departments[department];
        let totals = self.values(|replication| {
            let mut sum = VisitTotals::default();
            replication.departments[department].classes.iter().for_each(|class| sum.add(class));
            sum
        });
        let classes = plan.classes.iter().enumerate().filter_map(|(class, name)| {
            let totals = self.values(|replication| replication.departments[department].classes[class]);
            let came = totals.iter().any(|total| total.came() > 0);
            let visits = || self.visits(&totals, None);
            came.then(|| ClassVisits { class: name.clone(), visits: visits() })
        });
        let utilization = of
            .staff
            .and_then(|staff| self.over_time(&totals, |total| total.service_hours / f64::from(staff)));
        DepartmentResults {
            name: of.name.clone(),
            staff: of.staff,
            visits: self.visits(&totals, self.pool.visits.get(department)),
            classes: classes.collect(),
            utilization,
        }
    }

    fn visits(
        &self,
        totals: &[VisitTotals],
        sketches: Option<&(PooledSketch, PooledSketch)>,
    ) -> VisitResults {
        let moments = |of: fn(&VisitTotals) -> Moments| -> Vec<Moments> { totals.iter().map(of).collect() };
        let ended = |total: &VisitTotals| (total.waiting.count + total.reneged.count) as f64;
        VisitResults {
            joined: self.mean(totals, |total| ended(total) + total.unfinished as f64),
            served: self.mean(totals, |total| total.waiting.count as f64),
            rejected: self.mean(totals, |total| total.rejected as f64),
            rejected_share: self.ratio(totals, |total| total.rejected as f64, |total| total.came() as f64),
            reneged: self.mean(totals, |total| total.reneged.count as f64),
            reneged_share: self.ratio(totals, |total| total.reneged.count as f64, ended),
            waiting: self.times(&moments(|total| total.waiting), sketches.map(|both| &both.0)),
            waiting_including_reneged: self
                .ratio(totals, |total| total.waiting.sum + total.reneged.sum, ended)
                .map(TimeEstimate),
            service: self
                .times(&moments(|total| total.service), None)
                .map(|times| TimeStatistics { zero_share: None, ..times }),
            sojourn: self.times(&moments(|total| total.sojourn), sketches.map(|both| &both.1)),
            queue_length: self.over_time(totals, |total| total.waiting_hours),
            in_service: self.over_time(totals, |total| total.service_hours),
            present: self.over_time(totals, |total| total.waiting_hours + total.service_hours),
            throughput: self.over_time(totals, |total| total.departures as f64),
        }
    }

    fn handoff(&self, index: usize, plan: &HandoffPlan) -> HandoffResults {
        let totals = self.values(|replication| replication.handoffs[index]);
        HandoffResults {
            from: plan.from.clone(),
            to: plan.to.clone(),
            becomes: plan.becomes.clone(),
            count: self.mean(&totals, |total| total.count as f64),
            transfer_time: self
                .ratio(&totals, |total| total.transfer_hours, |total| total.count as f64)
                .map(TimeEstimate),
        }
    }

    fn times(&self, totals: &[Moments], sketch: Option<&PooledSketch>) -> Option<TimeStatistics> {
        let count = |total: &Moments| total.count as f64;
        let mean = self.ratio(totals, |total| total.sum, count)?;
        let (percentiles, longer_than, histogram) =
            sketch.map_or_else(Default::default, |sketch| self.distribution(sketch));
        Some(TimeStatistics {
            count: totals.iter().map(|total| total.count).sum(),
            mean: TimeEstimate(mean),
            standard_deviation: self.standard_deviation(totals, mean.mean).map(TimeEstimate),
            longest: longest(totals.iter().map(|total| total.longest)),
            zero_share: self.ratio(totals, |total| total.zero as f64, count),
            percentiles,
            longer_than,
            histogram,
        })
    }

    /// The standard deviation: the root of the mean squared distance from the pooled mean, which is a
    /// ratio again. (That the mean is estimated adds nothing to first order: the derivative of the
    /// mean square by the centre is zero at the mean.)
    fn standard_deviation(&self, totals: &[Moments], mean: f64) -> Option<Estimate> {
        let count: u64 = totals.iter().map(|total| total.count).sum();
        let squares = |total: &Moments| {
            (total.squares - 2.0 * mean * total.sum + total.count as f64 * mean * mean).max(0.0)
        };
        let variance = self.ratio(totals, squares, |total| total.count as f64).filter(|_| count > 1)?;
        let variance = variance.times(count as f64 / (count - 1) as f64);
        let root = variance.mean.sqrt();
        let interval = variance.interval.map(|interval| crate::stats::Interval {
            std_error: if root > 0.0 { interval.std_error / (2.0 * root) } else { 0.0 },
            low: interval.low.max(0.0).sqrt(),
            high: interval.high.max(0.0).sqrt(),
            level: interval.level,
        });
        Some(Estimate { mean: root, interval, ..variance })
    }

    fn distribution(&self, sketch: &PooledSketch) -> (Vec<Percentile>, Vec<LongerThan>, Vec<Bin>) {
        let (level, hour) = (self.settings.level, hours(1).ticks() as f64);
        let percentile = |&share: &f64| {
            let value = TimeEstimate(sketch.quantile(share, level)?.times(1.0 / hour));
            Some(Percentile { share, value })
        };
        let longer = |&time: &Span| {
            let share = sketch.share_above(time.ticks() as f64, level)?;
            Some(LongerThan { time: time.as_hours(), share })
        };
        let bins = sketch.buckets().map(|bucket| Bin {
            from: bucket.low as f64 / hour,
            to: (bucket.high + 1) as f64 / hour,
            count: bucket.count,
        });
        (
            self.settings.percentiles.iter().filter_map(percentile).collect(),
            self.settings.longer_than.iter().filter_map(longer).collect(),
            bins.collect(),
        )
    }
}
