//! From the ledgers of replications to estimates.

use std::collections::BTreeMap;

use super::digest::in_hours;
use super::prices::Prices;
use crate::observe::{Best, Codes, FATES, Fate, Key, LedgerTotals, Notable};
use crate::plan::Plan;
use crate::results::{
    Amount, ClassLedger, GroupLedger, LedgerEntry, LedgerResults, NotableCase, Party, PropagationCell,
    TimeEstimate, case_name,
};
use crate::stats::Estimate;

/// Hours and what they cost, by replication.
#[derive(Clone, Default)]
struct Sums {
    hours: Vec<f64>,
    money: Vec<f64>,
}

impl Sums {
    fn add(&mut self, replications: usize, at: usize, hours: f64, price: f64) {
        if self.hours.is_empty() {
            (self.hours, self.money) = (vec![0.0; replications], vec![0.0; replications]);
        }
        self.hours[at] += hours;
        self.money[at] += hours * price;
    }
}

/// The cases of some classes that ended in one way.
struct Group {
    cases: Vec<u64>,
    entries: BTreeMap<Key, Sums>,
    cells: BTreeMap<(u32, u32), Sums>,
    all: Sums,
}

struct Ledgers<'a> {
    plan: &'a Plan,
    codes: Codes,
    prices: &'a Prices,
    /// By replication, in order.
    totals: &'a [LedgerTotals],
    level: f64,
}

/// The ledgers of all replications together.
pub(super) fn ledger(plan: &Plan, prices: &Prices, totals: &[LedgerTotals], level: f64) -> LedgerResults {
    let ledgers = Ledgers { plan, codes: Codes::new(plan), prices, totals, level };
    let all = 0..plan.classes.len();
    let classes: Vec<ClassLedger> =
        all.clone().map(|class| ledgers.class(&plan.classes[class], class..class + 1)).collect();
    let system = match &classes[..] {
        [only] => ClassLedger { name: "all".to_owned(), ..only.clone() },
        _ => ledgers.class("all", all),
    };
    LedgerResults { system, classes }
}

impl Ledgers<'_> {
    fn class(&self, name: &str, classes: std::ops::Range<usize>) -> ClassLedger {
        let group = |fate| self.results(&self.group(classes.clone(), fate));
        ClassLedger {
            name: name.to_owned(),
            completed: group(Fate::Completed),
            lost: group(Fate::Lost),
            unfinished: group(Fate::Unfinished),
        }
    }

    fn group(&self, classes: std::ops::Range<usize>, fate: Fate) -> Group {
        let replications = self.totals.len();
        let mut group = Group {
            cases: vec![0; replications],
            entries: BTreeMap::new(),
            cells: BTreeMap::new(),
            all: Sums::default(),
        };
        for (at, totals) in self.totals.iter().enumerate() {
            for class in classes.clone() {
                let (cases, entries) = &totals.groups[class * FATES + fate as usize];
                let price = self.prices.of_delay(class);
                group.cases[at] += cases;
                for &(key, ticks) in entries {
                    let hours = in_hours(ticks);
                    group.entries.entry(key).or_default().add(replications, at, hours, price);
                    let cell = group.cells.entry((key.who, key.felt)).or_default();
                    cell.add(replications, at, hours, price);
                    group.all.add(replications, at, hours, price);
                }
            }
        }
        group
    }

    fn results(&self, group: &Group) -> GroupLedger {
        let cases: Vec<f64> = group.cases.iter().map(|&cases| cases as f64).collect();
        let party = |code| {
            let (kind, name) = self.codes.name(self.plan, code);
            Party { kind, name }
        };
        let amount = |sums: &Sums| self.amount(sums, &group.all, &cases);
        let entry = |(key, sums): (&Key, &Sums)| {
            let &Key { who, what, whose, felt } = key;
            Some(LedgerEntry { who: party(who), what, whose, felt: party(felt), amount: amount(sums)? })
        };
        let cell = |(&(who, felt), sums): (&(u32, u32), &Sums)| {
            Some(PropagationCell { who: party(who), felt: party(felt), amount: amount(sums)? })
        };
        let mut entries: Vec<_> = group.entries.iter().filter_map(entry).collect();
        let mut propagation: Vec<_> = group.cells.iter().filter_map(cell).collect();
        // Both sorts are stable: equal ones stay in the order of the model.
        entries.sort_by(|a, b| larger(&a.amount, &b.amount));
        propagation.sort_by(|a, b| larger(&a.amount, &b.amount));
        let time = if group.all.hours.is_empty() { None } else { self.per_case(&group.all.hours, &cases) };
        GroupLedger { cases: group.cases.clone(), time: time.map(TimeEstimate), entries, propagation }
    }

    fn per_case(&self, totals: &[f64], cases: &[f64]) -> Option<Estimate> {
        Estimate::of_ratio(totals, cases, self.level)
    }

    fn amount(&self, sums: &Sums, all: &Sums, cases: &[f64]) -> Option<Amount> {
        let costs = sums.money.iter().any(|&money| money != 0.0);
        Some(Amount {
            time: TimeEstimate(self.per_case(&sums.hours, cases)?),
            share: Estimate::of_ratio(&sums.hours, &all.hours, self.level),
            money: if costs { self.per_case(&sums.money, cases) } else { None },
            hours: sums.hours.clone(),
        })
    }
}

fn larger(a: &Amount, b: &Amount) -> std::cmp::Ordering {
    b.time.mean.total_cmp(&a.time.mean)
}

/// The best of all replications.
pub(super) fn notable(plan: &Plan, streams: &[String], kept: &[Vec<Notable>], most: u32) -> Vec<NotableCase> {
    let mut best = Best::new(most as usize);
    kept.iter().flatten().for_each(|&notable| best.consider(notable));
    let case = |notable: &Notable| NotableCase {
        replication: notable.replication,
        case: notable.case,
        name: case_name(streams, notable.case),
        class: plan.classes[notable.class as usize].clone(),
        lead_time: in_hours(notable.lead.into()),
    };
    best.kept.iter().map(case).collect()
}
