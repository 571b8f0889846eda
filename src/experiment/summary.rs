//! From the totals of replications to estimates.

use crate::observe::uses;
use crate::plan::{FullPlan, HandoffPlan, Plan, StreamPlan};
use crate::results::{
    Bin, ClassResults, ClassTotals, ClassVisits, DepartmentResults, HandoffResults, Manifest, Moments,
    PartTotals, Percentile, Replication, Results, TimeEstimate, TimeStatistics, VisitResults, VisitTotals,
    longest,
};
use crate::stats::{Estimate, PooledSketch, Sketch};
use crate::time::{Span, Tick, hours};

use super::digest::Digest;
use super::full_summary::staffed_from;
use super::prices::Prices;
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
    /// Lead times in working hours, of all cases and by class; by class there are none where none are kept.
    system_working: PooledSketch,
    working: Vec<PooledSketch>,
    /// Response times by request.
    pub responses: Vec<PooledSketch>,
    /// Tardiness and earliness, of all cases and by class.
    system_due: (PooledSketch, PooledSketch),
    due: Vec<(PooledSketch, PooledSketch)>,
}

impl Pool {
    pub fn new(plan: &Plan) -> Pool {
        Pool {
            replications: Vec::new(),
            system: PooledSketch::default(),
            classes: vec![PooledSketch::default(); plan.classes.len()],
            visits: Vec::new(),
            system_working: PooledSketch::default(),
            working: Vec::new(),
            responses: Vec::new(),
            system_due: Default::default(),
            due: Vec::new(),
        }
    }

    /// Takes in one more replication and gives back what it has besides.
    pub fn absorb<O>(&mut self, digest: Digest<O>) -> O {
        self.replications.push(digest.totals);
        absorb_all(&mut self.classes, &digest.lead);
        self.system.absorb(&merged(&digest.lead));
        if !digest.working.is_empty() {
            absorb_all(&mut self.working, &digest.working);
            self.system_working.absorb(&merged(&digest.working));
        }
        absorb_all(&mut self.responses, &digest.responses);
        absorb_pairs(&mut self.visits, &digest.visits);
        absorb_pairs(&mut self.due, &digest.due);
        let (late, early): (Vec<Sketch>, Vec<Sketch>) = digest.due.into_iter().unzip();
        self.system_due.0.absorb(&merged(&late));
        self.system_due.1.absorb(&merged(&early));
        digest.other
    }

    /// The results so far.
    pub fn results(&self, plan: &Plan, prices: &Prices, settings: &Settings, manifest: Manifest) -> Results {
        let full = plan.full.as_ref();
        let summary = Summary { pool: self, prices, settings, full };
        let uses = full.map_or_else(Vec::new, uses);
        let classes = plan.classes.iter().enumerate();
        let departments = 0..plan.departments.len();
        let handoffs = plan.handoffs.iter().enumerate();
        Results {
            manifest,
            warnings: Vec::new(),
            system: ClassResults { promises: promises(plan, None), ..summary.system() },
            classes: classes
                .map(|(class, name)| ClassResults {
                    promises: promises(plan, Some(class as u32)),
                    ..summary.class(class, name)
                })
                .collect(),
            departments: departments.map(|department| summary.department(plan, department)).collect(),
            costs: summary.costs(&plan.classes),
            forks: full.map_or_else(Vec::new, |full| summary.forks(full)),
            stocks: full.map_or_else(Vec::new, |full| summary.stocks(full, &uses)),
            uses: full.map_or_else(Vec::new, |full| summary.uses(plan, full, &uses)),
            handoffs: handoffs.map(|(index, handoff)| summary.handoff(index, handoff)).collect(),
            pools: full.map_or_else(Vec::new, |full| summary.pools(full)),
            requests: full.map_or_else(Vec::new, |full| summary.requests(plan, full)),
            defects: full.map_or_else(Vec::new, |full| summary.defects(plan, full)),
            streams: plan.streams.iter().map(stream_name).collect(),
            ledger: None,
            worst_cases: Vec::new(),
            random_cases: Vec::new(),
            samples: Vec::new(),
            presence: Vec::new(),
            active_periods: None,
            replications: self.replications.clone(),
        }
    }
}

/// What was promised to the customers of a class, or to all, in hours, the shortest first.
fn promises(plan: &Plan, class: Option<u32>) -> Vec<f64> {
    let of_class = |stream: &&StreamPlan| class.is_none_or(|class| stream.may_bring(class));
    let mut promises: Vec<Tick> = plan.streams.iter().filter(of_class).map(|stream| stream.promise).collect();
    promises.sort_unstable();
    promises.dedup();
    let made = promises.into_iter().filter(|&promise| promise < Tick::MAX);
    made.map(|promise| Span::from_ticks(promise as i64).as_hours()).collect()
}

/// Work in place at the start might be called like a customer stream.
pub(super) fn stream_name(stream: &StreamPlan) -> String {
    let kind = if stream.initial.is_some() { "initial: " } else { "" };
    format!("{kind}{}", stream.name)
}

/// Takes in one more replication, sketch by sketch.
fn absorb_all(pooled: &mut Vec<PooledSketch>, sketches: &[Sketch]) {
    pooled.resize_with(sketches.len(), Default::default);
    pooled.iter_mut().zip(sketches).for_each(|(pooled, sketch)| pooled.absorb(sketch));
}

/// The same for pairs of sketches.
fn absorb_pairs(pooled: &mut Vec<(PooledSketch, PooledSketch)>, sketches: &[(Sketch, Sketch)]) {
    pooled.resize_with(sketches.len(), Default::default);
    for (pooled, sketches) in pooled.iter_mut().zip(sketches) {
        pooled.0.absorb(&sketches.0);
        pooled.1.absorb(&sketches.1);
    }
}

fn merged(sketches: &[Sketch]) -> Sketch {
    let mut all = Sketch::default();
    sketches.iter().for_each(|sketch| all.merge(sketch));
    all
}

pub(super) struct Summary<'a> {
    pub pool: &'a Pool,
    pub prices: &'a Prices,
    pub settings: &'a Settings,
    full: Option<&'a FullPlan>,
}

impl Summary<'_> {
    pub fn values<'s, T>(&'s self, of: impl Fn(&'s Replication) -> T) -> Vec<T> {
        self.pool.replications.iter().map(of).collect()
    }

    /// A figure per replication. There is at least one.
    pub fn mean<T>(&self, totals: &[T], of: impl Fn(&T) -> f64) -> Estimate {
        let values: Vec<f64> = totals.iter().map(of).collect();
        let unknown = Estimate { mean: 0.0, interval: None, replications: 0 };
        Estimate::of_means(&values, self.settings.level).unwrap_or(unknown)
    }

    /// A figure over cases or visits.
    pub fn ratio<T>(
        &self,
        totals: &[T],
        of: impl Fn(&T) -> f64,
        count: impl Fn(&T) -> f64,
    ) -> Option<Estimate> {
        let numerators: Vec<f64> = totals.iter().map(of).collect();
        let counts: Vec<f64> = totals.iter().map(count).collect();
        Estimate::of_ratio(&numerators, &counts, self.settings.level)
    }

    /// A share of cases or visits.
    pub fn share<T>(
        &self,
        totals: &[T],
        of: impl Fn(&T) -> f64,
        count: impl Fn(&T) -> f64,
    ) -> Option<Estimate> {
        self.ratio(totals, of, count).map(Estimate::as_share)
    }

    /// A figure over time: each replication's own average over its window, where it has one.
    pub fn over_time<T>(&self, totals: &[T], of: impl Fn(&T) -> f64) -> Option<Estimate> {
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
        let pool = self.pool;
        self.class_results("all", &totals, &pool.system, Some(&pool.system_working), Some(&pool.system_due))
    }

    fn class(&self, class: usize, name: &str) -> ClassResults {
        let totals = self.values(|replication| replication.classes[class]);
        let pool = self.pool;
        self.class_results(name, &totals, &pool.classes[class], pool.working.get(class), pool.due.get(class))
    }

    fn class_results(
        &self,
        name: &str,
        totals: &[ClassTotals],
        lead: &PooledSketch,
        working: Option<&PooledSketch>,
        due: Option<&(PooledSketch, PooledSketch)>,
    ) -> ClassResults {
        let lead_times: Vec<Moments> = totals.iter().map(|total| total.lead_time).collect();
        let working_times: Option<Vec<Moments>> =
            totals.iter().map(|total| total.lead_time_working).collect();
        let completed = |total: &ClassTotals| total.lead_time.count as f64;
        ClassResults {
            name: name.to_owned(),
            arrived: self.mean(totals, |total| total.arrived as f64),
            completed: self.mean(totals, completed),
            rejected: self.mean(totals, |total| total.rejected as f64),
            reneged: self.mean(totals, |total| total.reneged.count as f64),
            turned_away: self.mean(totals, |total| total.turned_away.count as f64),
            balked: self.somebody_balks(None).then(|| self.mean(totals, |total| total.balked as f64)),
            unfinished: self.mean(totals, |total| total.unfinished.count as f64),
            lost_share: self.share(totals, |total| total.lost() as f64, |total| total.arrived as f64),
            lead_time: self.times(&lead_times, Some(lead)),
            lead_time_working: working_times.and_then(|times| self.times(&times, working)),
            touch_time: self.ratio(totals, |total| total.touch_time, completed).map(TimeEstimate),
            flow_efficiency: self.ratio(totals, |total| total.touch_time, |total| total.lead_time.sum),
            promises: Vec::new(),
            promise_kept: self.share(totals, |total| total.kept as f64, |total| total.promised as f64),
            lateness: self.lateness(totals, due),
            retries: self.full.and_then(|full| self.retries(full, totals)),
            defective_share: self
                .share(totals, |total| total.defective as f64, completed)
                .filter(|_| self.full.is_some_and(|full| !full.makers.is_empty())),
            cost: self.cost(totals),
            in_system: self.over_time(totals, |total| total.case_hours),
            throughput: self.over_time(totals, |total| total.departures as f64),
            unfinished_age: self
                .ratio(totals, |total| total.unfinished.sum, |total| total.unfinished.count as f64)
                .map(TimeEstimate),
            oldest_unfinished: longest(totals.iter().map(|total| total.unfinished.longest)),
        }
    }

    /// Whether customers may balk at a department, or at any.
    fn somebody_balks(&self, department: Option<usize>) -> bool {
        let departments = self.full.map_or(&[][..], |full| &full.departments[..]);
        let mut asked =
            departments.iter().enumerate().filter(|(at, _)| department.is_none_or(|one| one == *at));
        asked.any(|(_, department)| department.balking.is_some())
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
            let visits = || self.visits(department, Some(class), &totals, None);
            came.then(|| ClassVisits { class: name.clone(), visits: visits() })
        });
        let (staff_time, utilization) = match (&plan.full, of.staff) {
            (Some(full), _) => self.own_staff(full, department),
            (None, Some(staff)) => Some(self.plain_staff(staff, &totals)),
            (None, None) => None,
        }
        .unzip();
        let (pool, others) = plan.full.as_ref().map_or((None, false), |full| staffed_from(full, department));
        DepartmentResults {
            name: of.name.clone(),
            staff: of.staff,
            pool,
            visits: self.visits(department, None, &totals, self.pool.visits.get(department)),
            classes: classes.collect(),
            utilization: utilization.flatten(),
            staff_time,
            interruptions: self.full.and_then(|full| self.interruptions(full, department)),
            batches: self.full.and_then(|full| self.batches(full, department)),
            setups: self.full.and_then(|full| self.setups(full, department)),
            served_by_others: others.then(|| self.served_by_others(department)),
        }
    }

    fn visits(
        &self,
        department: usize,
        class: Option<usize>,
        totals: &[VisitTotals],
        sketches: Option<&(PooledSketch, PooledSketch)>,
    ) -> VisitResults {
        let moments = |of: fn(&VisitTotals) -> Moments| -> Vec<Moments> { totals.iter().map(of).collect() };
        let ended = |total: &VisitTotals| (total.waiting.count + total.reneged.count) as f64;
        let parts = self.parts(department, class);
        let with_parts = totals.iter().enumerate().map(|(at, total)| {
            let rest = parts.as_ref().map_or_else(PartTotals::default, |parts| parts[at]);
            let in_service = total.service_hours + rest.asking_hours + rest.suspended_hours;
            let joined = ended(total) + (total.unfinished + rest.withdrawn) as f64;
            (joined, (in_service, total.waiting_hours + in_service + rest.blocked_hours))
        });
        let (joined, (in_service, present)): (Vec<f64>, (Vec<f64>, Vec<f64>)) = with_parts.unzip();
        let balks = self.somebody_balks(Some(department));
        let forks = self.full.is_some_and(|full| !full.forks.is_empty());
        let standard = |parts: &Vec<PartTotals>| {
            self.share(parts, |total| total.standard_kept as f64, |total| total.standard_of as f64)
        };
        let withdrawn = |parts: &Vec<PartTotals>| self.mean(parts, |total| total.withdrawn as f64);
        VisitResults {
            joined: self.mean(&joined, |&joined| joined),
            served: self.mean(totals, |total| total.waiting.count as f64),
            rejected: self.mean(totals, |total| total.rejected as f64),
            rejected_share: self.share(totals, |total| total.rejected as f64, |total| total.came() as f64),
            reneged: self.mean(totals, |total| total.reneged.count as f64),
            reneged_share: self.share(totals, |total| total.reneged.count as f64, ended),
            balked: balks.then(|| self.mean(totals, |total| total.balked as f64)),
            balked_share: self
                .share(totals, |total| total.balked as f64, |total| total.came() as f64)
                .filter(|_| balks),
            withdrawn: parts.as_ref().filter(|_| forks).map(withdrawn),
            standard_kept: parts.as_ref().and_then(standard),
            waiting: self.times(&moments(|total| total.waiting), sketches.map(|both| &both.0)),
            waiting_including_reneged: self
                .ratio(totals, |total| total.waiting.sum + total.reneged.sum, ended)
                .map(TimeEstimate),
            service: self
                .times(&moments(|total| total.service), None)
                .map(|times| TimeStatistics { zero_share: None, ..times }),
            sojourn: self.times(&moments(|total| total.sojourn), sketches.map(|both| &both.1)),
            queue_length: self.over_time(totals, |total| total.waiting_hours),
            in_service: self.over_time(&in_service, |&hours| hours),
            present: self.over_time(&present, |&hours| hours),
            throughput: self.over_time(totals, |total| total.departures as f64),
            parts: parts.map(|parts| self.visit_parts(&parts, totals)),
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
            waiting: self.full.and_then(|full| self.way(full, index, &totals)),
        }
    }

    pub fn times(&self, totals: &[Moments], sketch: Option<&PooledSketch>) -> Option<TimeStatistics> {
        let count = |total: &Moments| total.count as f64;
        let mean = self.ratio(totals, |total| total.sum, count)?;
        let (percentiles, histogram) =
            sketch.map_or_else(Default::default, |sketch| self.distribution(sketch));
        Some(TimeStatistics {
            count: totals.iter().map(|total| total.count).sum(),
            mean: TimeEstimate(mean),
            standard_deviation: self.standard_deviation(totals, mean.mean).map(TimeEstimate),
            longest: longest(totals.iter().map(|total| total.longest)),
            zero_share: self.share(totals, |total| total.zero as f64, count),
            percentiles,
            longer_than: Vec::new(),
            histogram,
        })
    }

    /// The standard deviation: the root of the mean squared distance from the pooled mean, which is a
    /// ratio again. (That the mean is estimated adds nothing to first order: the derivative of the
    /// mean square by the centre is zero at the mean.)
    fn standard_deviation(&self, totals: &[Moments], mean: f64) -> Option<Estimate> {
        let count: u64 = totals.iter().map(|total| total.count).sum();
        let squares = |total: &Moments| {
            let off = if total.count == 0 { 0.0 } else { total.sum / total.count as f64 - mean };
            total.squared_deviations + total.count as f64 * off * off
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

    fn distribution(&self, sketch: &PooledSketch) -> (Vec<Percentile>, Vec<Bin>) {
        let (level, hour) = (self.settings.level, hours(1).ticks() as f64);
        let percentile = |&share: &f64| {
            let value = TimeEstimate(sketch.quantile(share, level)?.times(1.0 / hour));
            Some(Percentile { share, value })
        };
        let bins = sketch.buckets().map(|bucket| Bin {
            from: bucket.low as f64 / hour,
            to: (bucket.high + 1) as f64 / hour,
            count: bucket.count,
        });
        (self.settings.percentiles.iter().filter_map(percentile).collect(), bins.collect())
    }
}
