//! Models without people whom departments share: both ledgers, and brute force tick by tick.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::super::{Key, What, Whose};
use super::{accounts, run};
use crate::engine::{Identity, Life, Observer, Standing, Visit};
use crate::model::{Discipline, EXIT, Model};
use crate::plan::{NONE, Plan, compile};
use crate::random::Dist;
use crate::time::{Span, Tick};

fn ticks(count: i64) -> Span {
    Span::from_ticks(count)
}

/// A stay at a department: waited from `joined` until `begun`, for `person`.
#[derive(Clone, Copy, Debug)]
struct Stay {
    case: (u32, u64, u32),
    row: u32,
    order: usize,
    joined: Tick,
    begun: Option<Tick>,
    ended: Tick,
    person: u32,
}

/// A case, its route, when it set out and when it was there.
type Move = ((u32, u64, u32), u32, Tick, Tick);

/// Keeps everything.
#[derive(Debug, Default)]
struct Log {
    stays: Vec<Stay>,
    /// By place: who is there, and their present stay.
    present: Vec<((u32, u64, u32), usize)>,
    moves: Vec<Move>,
    end: Tick,
}

impl Observer for Log {
    fn arrived(&mut self, _now: Tick, case: u32, who: &Identity, _row: u32) {
        self.present.resize(self.present.len().max(case as usize + 1), ((0, 0, 0), 0));
        self.present[case as usize].0 = who.order();
    }

    fn joined(&mut self, now: Tick, case: u32, row: u32) {
        let order = self.stays.len();
        let at = &mut self.present[case as usize];
        at.1 = order;
        let stay = Stay { case: at.0, row, order, joined: now, begun: None, ended: Tick::MAX, person: NONE };
        self.stays.push(stay);
    }

    fn started(&mut self, now: Tick, case: u32, _row: u32, staff: u32) {
        let stay = &mut self.stays[self.present[case as usize].1];
        (stay.begun, stay.person) = (Some(now), staff);
    }

    fn served(&mut self, case: u32, visit: &Visit) {
        self.stays[self.present[case as usize].1].ended = visit.ended;
    }

    fn handed_over(&mut self, now: Tick, case: u32, route: u32, transfer: Tick) {
        self.moves.push((self.present[case as usize].0, route, now, now + transfer));
    }

    fn reneged(&mut self, now: Tick, case: u32, _row: u32, _joined: Tick) {
        self.stays[self.present[case as usize].1].ended = now;
    }

    fn unfinished(&mut self, now: Tick, _case: u32, _who: &Identity, _life: &Life, _at: Standing) {
        self.end = now;
    }
}

/// What the ledger must say, found tick by tick.
fn brute_force(plan: &Plan, log: &Log) -> BTreeMap<(u32, u64, u32), BTreeMap<Key, Tick>> {
    let mut found: BTreeMap<_, BTreeMap<Key, Tick>> = BTreeMap::new();
    let end = if log.end == 0 { Tick::MAX } else { log.end };
    for stay in &log.stays {
        let department = plan.rows[stay.row as usize].department;
        let here = |other: &&Stay| plan.rows[other.row as usize].department == department;
        let serving =
            |other: &&Stay, tick: Tick| other.begun.is_some_and(|begun| begun <= tick && tick < other.ended);
        let entries = found.entry(stay.case).or_default();
        let mut add = |whose| {
            let key = Key { felt: department, who: department, what: What::Service, whose };
            *entries.entry(key).or_default() += 1;
        };
        let ended = stay.ended.min(end);
        let waited_until = stay.begun.unwrap_or(ended);
        let person = match stay.begun {
            Some(_) => stay.person,
            // Whoever has served the same case longest. What ends at that instant has ended before.
            None => {
                let serve = log.stays.iter().filter(here).filter(|other| serving(other, ended));
                serve.min_by_key(|other| (other.begun, other.person)).map_or(NONE, |other| other.person)
            }
        };
        for tick in stay.joined..waited_until {
            let busy = log.stays.iter().filter(here).filter(|other| other.person == person);
            let served: Vec<&Stay> = busy.filter(|other| serving(other, tick)).collect();
            assert_eq!(served.len(), 1, "{stay:?} at {tick}: {served:?}");
            add(if served[0].order < stay.order { Whose::Ahead } else { Whose::LetPast });
        }
        for _ in waited_until..ended {
            add(Whose::Own);
        }
    }
    for &(case, route, from, to) in &log.moves {
        let who = plan.departments.len() as u32 + plan.routes[route as usize].handoff;
        let key = Key { felt: who, who, what: What::Transfer, whose: Whose::Own };
        *found.entry(case).or_default().entry(key).or_default() += to.min(end) - from;
    }
    found.values_mut().for_each(|entries| entries.retain(|_, ticks| *ticks > 0));
    found
}

fn any_model() -> impl Strategy<Value = Model> {
    let discipline = select(vec![
        Discipline::Fifo,
        Discipline::Fifo,
        Discipline::Lifo,
        Discipline::Random,
        Discipline::ShortestJob,
        Discipline::EarliestDueDate,
    ]);
    let desk = (1..4_u32, 1..9_i64, discipline, prop::option::weighted(0.3, 3..20_i64), 0.0..0.6_f64);
    let way = (any::<bool>(), 0..6_i64);
    (prop::collection::vec((desk, way), 1..4), 1..4_u32, 2..6_i64).prop_map(|(desks, ranks, gap)| {
        let mut model = Model::builder("random");
        for rank in 0..ranks {
            model = model.class(format!("c{rank}"), |c| c.priority(rank));
        }
        let last = desks.len() - 1;
        for (at, &((staff, service, discipline, patience, back), (timed, transfer))) in
            desks.iter().enumerate()
        {
            let name = format!("d{at}");
            model = model.department(&name, |d| {
                let times = [service, 1, 2 * service].map(ticks);
                let d = d.staff(staff).service(Dist::empirical(times)).discipline(discipline);
                match patience {
                    Some(patience) => d.patience(Dist::empirical([patience, 2 * patience].map(ticks))),
                    None => d,
                }
            });
            let next = if at == last { EXIT.to_owned() } else { format!("d{}", at + 1) };
            model = model.handoff(&name, next, |h| {
                let h = h.probability(1.0 - back);
                if timed { h.transfer(ticks(transfer)) } else { h }
            });
            model = model.handoff(&name, "d0", |h| h.probability(back));
        }
        for rank in 0..ranks {
            let class = format!("c{rank}");
            let times = Dist::empirical([gap, 1, 3 * gap].map(ticks));
            model = model.customers(format!("s{rank}"), |c| {
                c.renewal(times).enter("d0").class(&class).promise(ticks(30))
            });
        }
        model.build().expect("a valid model")
    })
}

#[test]
fn both_ledgers_are_brute_force() {
    let config = Config {
        cases: 120,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_250_411),
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&(any_model(), 0..100_u64), |(model, seed)| {
        let plan = compile(&model).expect("a valid model");
        let expected = brute_force(&plan, &run(&plan, seed, 250, Log::default()));
        for (who, fate, entries) in accounts(&plan, seed, 250) {
            let expected = expected.get(&who).cloned().unwrap_or_default();
            prop_assert_eq!(&entries, &expected, "{:?} {:?}", who, fate);
        }
        Ok(())
    });
    assert!(outcome.is_ok(), "{outcome:?}");
}
