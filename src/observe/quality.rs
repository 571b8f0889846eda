//! Defects: where they are made, found, and what became of them.
//!
//! A defect counts if its case does: if the case arrived in the window.

use crate::engine::{Action, End, Identity, Life, Observer};
use crate::plan::{FullPlan, NONE, Plan};
use crate::time::Tick;

/// What a department that finds defects has done about those of one maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FoundCounts {
    pub department: u32,
    pub returned: u64,
    pub sent: u64,
    pub turned_away: u64,
}

/// What is kept of the defects of one maker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MakerStatistics {
    pub made: u64,
    pub reached: u64,
    /// Complaints that arrived in the window.
    pub complaints: u64,
    /// By department that may find them, in department order.
    pub found: Vec<FoundCounts>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Case {
    counts: bool,
    class: u32,
    stream: u32,
    /// A defect has reached the customer.
    defective: bool,
}

/// Keeps the statistics of defects.
#[derive(Debug)]
pub(crate) struct QualityStatistics {
    from: Tick,
    classes: u32,
    cases: Vec<Case>,
    /// By department: its place among the makers, or [`NONE`].
    maker_of: Vec<u32>,
    /// By stream: whose errors its complaints are about, or [`NONE`].
    blamed: Vec<u32>,
    pub makers: Vec<MakerStatistics>,
    /// By class at arrival: completed cases with a defect.
    pub defective: Vec<u64>,
    /// By class at arrival and maker: defects that reached the customer.
    pub reached: Vec<u64>,
}

impl QualityStatistics {
    /// Statistics of a full plan, from `warm_up` on.
    pub fn new(plan: &Plan, full: &FullPlan, warm_up: Tick) -> QualityStatistics {
        let (mut maker_of, mut blamed) = (vec![NONE; plan.departments.len()], vec![NONE; plan.streams.len()]);
        let makers = full.makers.iter().zip(0..).map(|(&department, maker)| {
            maker_of[department as usize] = maker;
            let errors = full.departments[department as usize].errors.as_ref();
            if let Some(complaint) = errors.and_then(|errors| errors.complaint.as_ref()) {
                blamed[complaint.stream as usize] = maker;
            }
            let finds = |department: &u32| {
                let detects = &full.departments[*department as usize].detects;
                detects.get(maker as usize).is_some_and(Option::is_some)
            };
            let blank = |department| FoundCounts { department, returned: 0, sent: 0, turned_away: 0 };
            let found = (0..plan.departments.len() as u32).filter(finds).map(blank).collect();
            MakerStatistics { found, ..MakerStatistics::default() }
        });
        QualityStatistics {
            from: warm_up,
            classes: plan.classes.len() as u32,
            cases: Vec::new(),
            makers: makers.collect(),
            maker_of,
            blamed,
            defective: vec![0; plan.classes.len()],
            reached: vec![0; plan.classes.len() * full.makers.len()],
        }
    }

    fn place(&mut self, at: u32, case: Case) {
        if self.cases.len() <= at as usize {
            self.cases.resize(at as usize + 1, Case::default());
        }
        self.cases[at as usize] = case;
    }
}

impl Observer for QualityStatistics {
    fn arrived(&mut self, now: Tick, case: u32, who: &Identity, _row: u32) {
        let counts = now >= self.from;
        self.place(case, Case { counts, class: who.class, stream: who.stream, defective: false });
    }

    /// A part is judged as its case is.
    fn parted(&mut self, _now: Tick, case: u32, part: u32, _fork: u32, _branch: u32, _transfer: Tick) {
        let case = self.cases[case as usize];
        self.place(part, case);
    }

    fn erred(&mut self, _now: Tick, case: u32, row: u32) {
        let maker = self.maker_of[(row / self.classes) as usize];
        self.makers[maker as usize].made += u64::from(self.cases[case as usize].counts);
    }

    fn found(&mut self, _now: Tick, case: u32, row: u32, maker: u32, action: Action) {
        let department = row / self.classes;
        let found = &mut self.makers[maker as usize].found;
        let counts = found.iter_mut().find(|counts| counts.department == department);
        if let Some(counts) = counts.filter(|_| self.cases[case as usize].counts) {
            match action {
                Action::Returned => counts.returned += 1,
                Action::Sent(_) => counts.sent += 1,
                Action::TurnedAway => counts.turned_away += 1,
            }
        }
    }

    fn reached(&mut self, _now: Tick, case: u32, maker: u32) {
        let case = &mut self.cases[case as usize];
        if case.counts {
            case.defective = true;
            self.makers[maker as usize].reached += 1;
            self.reached[case.class as usize * self.makers.len() + maker as usize] += 1;
        }
    }

    fn complains(&mut self, _now: Tick, case: u32, _first: &Identity) {
        let case = &self.cases[case as usize];
        let maker = self.blamed[case.stream as usize];
        if maker != NONE && case.counts {
            self.makers[maker as usize].complaints += 1;
        }
    }

    fn ended(&mut self, _now: Tick, case: u32, who: &Identity, _row: u32, _life: &Life, end: End) {
        let defective = self.cases[case as usize].defective && end == End::Completed;
        self.defective[who.class as usize] += u64::from(defective);
    }
}
