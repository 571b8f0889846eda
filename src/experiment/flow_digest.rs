//! From the statistics of one replication of a full model to its totals: services, forks, stock, handoffs, retries.

use super::digest::{Digest, in_hours, tally_moments};
use crate::observe::{
    FlowStatistics, ForkCounts, RetryStatistics, ServiceStatistics, StockCounts, UseCounts, WayStatistics,
};
use crate::results::{ForkTotals, StockTotals, UseTotals};

impl<O> Digest<O> {
    /// Adds what was kept of those things that the model has.
    pub fn add_flow(&mut self, flow: &FlowStatistics) {
        let ((services, forks), (stocks, (ways, retries))) = flow;
        if let Some(services) = services {
            self.add_services(services);
        }
        if let Some(forks) = forks {
            self.totals.forks = forks.forks.iter().map(fork_totals).collect();
        }
        if let Some(stocks) = stocks {
            self.totals.stocks = stocks.stocks.iter().map(stock_totals).collect();
            self.totals.uses = stocks.uses.iter().map(use_totals).collect();
        }
        if let Some(ways) = ways {
            self.add_ways(ways);
        }
        if let Some(retries) = retries {
            self.add_retries(retries);
        }
    }

    fn add_services(&mut self, services: &ServiceStatistics) {
        for (totals, counts) in self.totals.departments.iter_mut().zip(&services.departments) {
            if let Some(detail) = &mut totals.detail {
                detail.interruptions = counts.interruptions;
                detail.services = counts.services;
                detail.items = counts.items;
                detail.setups = tally_moments(&counts.setups, 0);
            }
        }
    }

    fn add_ways(&mut self, ways: &WayStatistics) {
        for (totals, way) in self.totals.handoffs.iter_mut().zip(&ways.ways) {
            totals.waiting = tally_moments(&way.waits, 0);
            totals.waiting_hours = in_hours(way.waiting_area);
            totals.pickups = way.pickups;
        }
    }

    fn add_retries(&mut self, retries: &RetryStatistics) {
        for (totals, counts) in self.totals.classes.iter_mut().zip(&retries.classes) {
            totals.returns = counts.returns;
            totals.tried_again = counts.cases;
            totals.away_hours = in_hours(counts.away_area);
        }
    }
}

fn fork_totals(fork: &ForkCounts) -> ForkTotals {
    ForkTotals {
        forked: fork.forked,
        failed: fork.failed,
        parts: fork.parts,
        parts_lost: fork.lost,
        parts_withdrawn: fork.withdrawn,
        parts_for_nobody: fork.disowned,
        duration: tally_moments(&fork.duration, 0),
        synchronization: tally_moments(&fork.delay, fork.delay_zero),
        waiting_hours: in_hours(fork.waiting_area),
    }
}

fn stock_totals(stock: &StockCounts) -> StockTotals {
    StockTotals {
        on_hand_hours: in_hours(stock.on_hand.area),
        empty_hours: in_hours(stock.on_hand.empty),
        orders: stock.orders,
        ordered: stock.ordered,
        delivered: stock.delivered,
        lead_time: tally_moments(&stock.lead, 0),
        raided: stock.raided,
        waiting: tally_moments(&stock.waits, 0),
        left: stock.left,
        open: stock.open,
        waiting_hours: in_hours(stock.waiting_area),
    }
}

fn use_totals(one: &UseCounts) -> UseTotals {
    UseTotals {
        let_downs: one.let_downs,
        raids: one.raids,
        hidden_hours: in_hours(one.hidden.area),
        lost_trust: one.lost_trust,
        mistrust_hours: in_hours(one.mistrust),
    }
}
