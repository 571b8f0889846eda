//! Writes the log of the real engine, and counts along.

use super::log::{Handover, Log, Place, Record, Stay, Unfinished, Who, Whole};
use crate::engine::{End, Engine, Identity, Life, Limits, Observer, Pause, Standing, Visit};
use crate::plan::{NONE, Plan};
use crate::time::Tick;

/// A case in the engine's table.
#[derive(Clone, Copy, Debug, Default)]
struct Present {
    who: Who,
    staff: Option<u32>,
}

/// The number waiting at a department, and its integral over time from the start of the window.
#[derive(Clone, Debug, Default)]
pub(super) struct Crowd {
    waiting: u64,
    since: Tick,
    pub area: u128,
}

/// Listens to the real engine.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorder {
    pub log: Log,
    /// Arrivals by class at arrival.
    pub arrivals: Vec<u64>,
    pub crowds: Vec<Crowd>,
    /// The places of the engine's table of cases that were ever used.
    pub places: usize,
    /// The most cases that were in the system at a time; rejected ones never were.
    pub peak: usize,
    /// Whether the run was given up because too many cases were in the system.
    pub crowded: bool,
    now: Tick,
    window: Tick,
    classes: usize,
    present: Vec<Option<Present>>,
}

impl Recorder {
    /// A recorder that integrates queue lengths from `window` on.
    fn new(plan: &Plan, window: Tick) -> Recorder {
        Recorder {
            arrivals: vec![0; plan.classes.len()],
            crowds: vec![Crowd::default(); plan.departments.len()],
            classes: plan.classes.len(),
            window,
            ..Recorder::default()
        }
    }

    /// Runs the real engine, `stride` events at a time, and returns what was recorded.
    pub fn run(
        plan: &Plan,
        seed: u64,
        replication: u64,
        limits: Limits,
        window: Tick,
        stride: u64,
    ) -> Recorder {
        let mut engine = Engine::new(plan, seed, replication, limits, Recorder::new(plan, window));
        let pause = loop {
            match engine.run(&mut { stride }) {
                Pause::Events => {}
                pause => break pause,
            }
        };
        engine.report_unfinished();
        let end = engine.now();
        let mut recorder = engine.observer;
        recorder.crowded = pause == Pause::Crowded;
        recorder.at(end);
        for crowd in &mut recorder.crowds {
            crowd.change(end, window, 0);
        }
        recorder.log.end = end;
        recorder.log.unfinished.sort_by_key(|case| case.who);
        recorder
    }

    /// Notes the time, which never goes back.
    fn at(&mut self, now: Tick) {
        assert!(self.now <= now, "time went back from {} to {now}", self.now);
        self.now = now;
    }

    fn case(&mut self, case: u32) -> &mut Present {
        self.present[case as usize].as_mut().expect("a case that is present")
    }

    fn crowd(&mut self, now: Tick, row: u32, change: i64) {
        let window = self.window;
        self.crowds[row as usize / self.classes].change(now, window, change);
    }
}

impl Crowd {
    fn change(&mut self, now: Tick, window: Tick, change: i64) {
        let from = self.since.max(window);
        self.area += u128::from(now.saturating_sub(from)) * u128::from(self.waiting);
        self.waiting = self.waiting.checked_add_signed(change).expect("someone is waiting");
        self.since = now;
    }
}

impl Observer for Recorder {
    fn arrived(&mut self, now: Tick, case: u32, who: &Identity, row: u32) {
        self.at(now);
        let place = case as usize;
        if self.present.len() <= place {
            self.present.resize(place + 1, None);
        }
        assert!(self.present[place].is_none(), "the place of a case that is present was given away");
        self.present[place] = Some(Present { who: who.order(), staff: None });
        self.places = self.present.len();
        self.arrivals[row as usize % self.classes] += 1;
    }

    fn joined(&mut self, now: Tick, _case: u32, row: u32) {
        self.at(now);
        self.peak = self.peak.max(self.present.iter().flatten().count());
        self.crowd(now, row, 1);
    }

    fn started(&mut self, now: Tick, case: u32, row: u32, staff: u32) {
        self.at(now);
        self.crowd(now, row, -1);
        self.case(case).staff = (staff != NONE).then_some(staff);
    }

    fn served(&mut self, case: u32, visit: &Visit) {
        self.at(visit.ended);
        let Present { who, staff } = *self.case(case);
        let Visit { row, joined, begun, ended } = *visit;
        self.log.records.push(Record::Stay(Stay { who, row, joined, begun: Some(begun), staff, ended }));
    }

    fn handed_over(&mut self, now: Tick, case: u32, route: u32, transfer: Tick) {
        self.at(now);
        let who = self.case(case).who;
        self.log.records.push(Record::Handover(Handover { who, at: now, route, transfer }));
    }

    fn reneged(&mut self, now: Tick, case: u32, row: u32, joined: Tick) {
        self.at(now);
        self.crowd(now, row, -1);
        let who = self.case(case).who;
        self.log.records.push(Record::Stay(Stay { who, row, joined, begun: None, staff: None, ended: now }));
    }

    fn ended(&mut self, now: Tick, case: u32, who: &Identity, row: u32, life: &Life, end: End) {
        self.at(now);
        assert_eq!(self.case(case).who, who.order());
        self.present[case as usize] = None;
        let Life { arrived, touch } = *life;
        let (who, class) = (who.order(), who.class);
        self.log.records.push(Record::Whole(Whole { who, class, row, arrived, touch, ended: now, end }));
    }

    fn settled(&mut self, now: Tick) {
        self.at(now);
    }

    fn unfinished(&mut self, now: Tick, case: u32, who: &Identity, life: &Life, at: Standing) {
        self.at(now);
        assert_eq!(self.case(case).who, who.order());
        let staff = self.case(case).staff;
        let place = match at {
            Standing::Waiting { row, joined } => Place::Waiting { row, joined },
            Standing::Served { row, joined, begun } | Standing::Begun { row, joined, begun, .. } => {
                Place::Served { row, joined, begun, staff }
            }
            Standing::Moving { row } => Place::Moving { row },
            other => unreachable!("not recorded: {other:?}"),
        };
        let Life { arrived, touch } = *life;
        let (who, class) = (who.order(), who.class);
        self.log.unfinished.push(Unfinished { who, class, arrived, touch, place });
    }
}
