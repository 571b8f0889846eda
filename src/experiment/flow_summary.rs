//! From totals to estimates: services, forks, stock, handoffs, retries, due dates.

use super::full_summary::detail;
use super::summary::Summary;
use crate::model::Preemption;
use crate::observe::UseCounts;
use crate::plan::{FullPlan, NONE, Plan};
use crate::results::{
    BatchResults, ClassTotals, DepartmentDetail, ForkResults, ForkTotals, HandoffTotals, LatenessResults,
    Moments, RetryResults, SetupResults, StockResults, StockTotals, TimeEstimate, TimeStatistics, UseResults,
    UseTotals, WayResults,
};
use crate::stats::{Estimate, PooledSketch};

/// Times of which no zeros are counted.
fn no_zeros(times: TimeStatistics) -> TimeStatistics {
    TimeStatistics { zero_share: None, ..times }
}

impl Summary<'_> {
    fn detail_mean(&self, department: usize, of: fn(&DepartmentDetail) -> f64) -> Estimate {
        let value = |replication| detail(replication, department).map_or(0.0, of);
        self.mean(&self.values(value), |&value| value)
    }

    fn detail_ratio(
        &self,
        department: usize,
        of: fn(&DepartmentDetail) -> f64,
        count: fn(&DepartmentDetail) -> f64,
    ) -> Option<Estimate> {
        let pair = |replication| {
            detail(replication, department).map_or((0.0, 0.0), |of_it| (of(of_it), count(of_it)))
        };
        self.ratio(&self.values(pair), |pair| pair.0, |pair| pair.1)
    }

    /// How often work was interrupted in a department, where it is.
    pub fn interruptions(&self, full: &FullPlan, department: usize) -> Option<Estimate> {
        let interrupts = full.departments[department].preemption != Preemption::None;
        interrupts.then(|| self.detail_mean(department, |detail| detail.interruptions as f64))
    }

    /// The batches of a department, where it has them.
    pub fn batches(&self, full: &FullPlan, department: usize) -> Option<BatchResults> {
        full.departments[department].batch.is_some().then(|| BatchResults {
            count: self.detail_mean(department, |detail| detail.services as f64),
            size: self.detail_ratio(
                department,
                |detail| detail.items as f64,
                |detail| detail.services as f64,
            ),
        })
    }

    /// The setups of a department, where it has them.
    pub fn setups(&self, full: &FullPlan, department: usize) -> Option<SetupResults> {
        full.departments[department].setup.is_some().then(|| SetupResults {
            count: self.detail_mean(department, |detail| detail.setups.count as f64),
            time: self
                .detail_ratio(department, |detail| detail.setups.sum, |detail| detail.setups.count as f64)
                .map(TimeEstimate),
        })
    }

    pub fn forks(&self, full: &FullPlan) -> Vec<ForkResults> {
        full.forks.iter().enumerate().map(|(index, fork)| self.fork(index, fork.name.clone())).collect()
    }

    fn fork(&self, index: usize, name: String) -> ForkResults {
        let totals = self.values(|replication| replication.forks[index]);
        let mean = |of: fn(&ForkTotals) -> u64| self.mean(&totals, |total| of(total) as f64);
        let times = |of: fn(&ForkTotals) -> Moments| {
            let moments: Vec<Moments> = totals.iter().map(of).collect();
            self.times(&moments, None)
        };
        ForkResults {
            name,
            forked: mean(|total| total.forked),
            joined: mean(|total| total.duration.count),
            failed: mean(|total| total.failed),
            parts_lost: mean(|total| total.parts_lost),
            parts_withdrawn: mean(|total| total.parts_withdrawn),
            parts_for_nobody: mean(|total| total.parts_for_nobody),
            duration: times(|total| total.duration).map(no_zeros),
            synchronization: times(|total| total.synchronization),
            waiting: self.over_time(&totals, |total| total.waiting_hours),
            waiting_per_case: self
                .ratio(&totals, |total| total.synchronization.sum, |total| total.duration.count as f64)
                .map(TimeEstimate),
        }
    }

    /// All stocks. `uses` says who uses which.
    pub fn stocks(&self, full: &FullPlan, uses: &[UseCounts]) -> Vec<StockResults> {
        let stocks = full.stocks.iter().enumerate();
        stocks.map(|(index, stock)| self.stock(index, stock.name.clone(), uses)).collect()
    }

    fn stock(&self, index: usize, name: String, uses: &[UseCounts]) -> StockResults {
        let totals = self.values(|replication| replication.stocks[index]);
        let mean = |of: fn(&StockTotals) -> u64| self.mean(&totals, |total| of(total) as f64);
        let times = |of: fn(&StockTotals) -> Moments| {
            let moments: Vec<Moments> = totals.iter().map(of).collect();
            self.times(&moments, None).map(no_zeros)
        };
        let of_uses = self.values(|replication| {
            let mut sum = UseTotals::default();
            let own = replication.uses.iter().zip(uses).filter(|(_, one)| one.stock as usize == index);
            own.for_each(|(totals, _)| sum.add(totals));
            sum
        });
        StockResults {
            name,
            on_hand: self.over_time(&totals, |total| total.on_hand_hours),
            empty: self.over_time(&totals, |total| total.empty_hours),
            orders: mean(|total| total.orders),
            ordered: mean(|total| total.ordered),
            delivered: mean(|total| total.delivered),
            lead_time: times(|total| total.lead_time),
            let_downs: self.mean(&of_uses, |total| total.let_downs as f64),
            raided: mean(|total| total.raided),
            hidden: self.over_time(&of_uses, |total| total.hidden_hours),
            waits: mean(|total| total.waiting.count + total.left + total.open),
            waiting_time: times(|total| total.waiting),
            waiting: self.over_time(&totals, |total| total.waiting_hours),
        }
    }

    pub fn uses(&self, plan: &Plan, full: &FullPlan, uses: &[UseCounts]) -> Vec<UseResults> {
        let one = |(index, one): (usize, &UseCounts)| {
            let totals = self.values(|replication| replication.uses[index]);
            UseResults {
                department: plan.departments[one.department as usize].name.clone(),
                stock: full.stocks[one.stock as usize].name.clone(),
                class: (one.class != NONE).then(|| plan.classes[one.class as usize].clone()),
                let_downs: self.mean(&totals, |total| total.let_downs as f64),
                raids: self.mean(&totals, |total| total.raids as f64),
                hidden: self.over_time(&totals, |total| total.hidden_hours),
                lost_trust: self.mean(&totals, |total| total.lost_trust as f64),
                mistrust: self.over_time(&totals, |total| total.mistrust_hours),
                until_trust: self
                    .ratio(&totals, |total| total.mistrust_hours, |total| total.lost_trust as f64)
                    .map(TimeEstimate),
            }
        };
        uses.iter().enumerate().map(one).collect()
    }

    /// How cases waited at a handoff, where they do.
    pub fn way(&self, full: &FullPlan, handoff: usize, totals: &[HandoffTotals]) -> Option<WayResults> {
        let way = &full.ways[handoff];
        (way.pickup.is_some() || way.capacity != u32::MAX).then(|| WayResults {
            count: self.mean(totals, |total| total.waiting.count as f64),
            time: self.ratio(totals, |total| total.waiting.sum, |total| total.count as f64).map(TimeEstimate),
            number: self.over_time(totals, |total| total.waiting_hours),
            pickups: self.mean(totals, |total| total.pickups as f64),
        })
    }

    /// How often lost customers of a class tried again, where any do.
    pub fn retries(&self, full: &FullPlan, totals: &[ClassTotals]) -> Option<RetryResults> {
        if full.streams.iter().all(|stream| stream.retry.is_none()) {
            return None;
        }
        let arrived = |total: &ClassTotals| total.arrived as f64;
        Some(RetryResults {
            attempts: self.ratio(totals, |total| (total.arrived + total.returns) as f64, arrived)?,
            share: self.share(totals, |total| total.tried_again as f64, arrived)?,
            away: self.over_time(totals, |total| total.away_hours),
        })
    }

    /// When cases were done, against their due dates.
    pub fn lateness(
        &self,
        totals: &[ClassTotals],
        sketches: Option<&(PooledSketch, PooledSketch)>,
    ) -> Option<LatenessResults> {
        let count = |total: &ClassTotals| total.tardiness.count as f64;
        let late = |total: &ClassTotals| (total.tardiness.count - total.tardiness.zero) as f64;
        let times = |of: fn(&ClassTotals) -> Moments, sketch| {
            let moments: Vec<Moments> = totals.iter().map(of).collect();
            self.times(&moments, sketch)
        };
        Some(LatenessResults {
            mean: TimeEstimate(self.ratio(
                totals,
                |total| total.tardiness.sum - total.earliness.sum,
                count,
            )?),
            late_share: self.share(totals, late, count)?,
            tardiness: times(|total| total.tardiness, sketches.map(|both| &both.0))?,
            earliness: times(|total| total.earliness, sketches.map(|both| &both.1))?,
        })
    }
}
