//! What is kept of a pair of replications: sums of differences, by stretch of time.

use std::collections::HashSet;

use super::{Fate, LastFelt, MOST_STRETCHES};
use crate::experiment::{Both, Pair};
use crate::interventions::Intervention;
use crate::model::{Model, Staff};
use crate::results::{StaffTotals, case_name};
use crate::time::{Span, hours};
use crate::{CaseId, CaseRecord, Outcome, RequestRecord, VisitRecord};

/// What is kept of a pair of replications.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::analysis) struct Digest {
    pub warm_up: Span,
    pub system: Series,
    pub classes: Vec<(String, Series)>,
    pub departments: Vec<(String, Series)>,
    pub fates: Fates,
    pub last: Option<LastFelt>,
    pub unsettled: u64,
    pub department_hours: f64,
}

/// Customers by fate, without a change and with it.
pub(in crate::analysis) type Fates = [[u64; 4]; 4];

/// Sums by stretch.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::analysis) struct Series {
    /// How many came.
    pub counts: Vec<u32>,
    /// Where anything differs.
    pub cells: Vec<(usize, Cell)>,
    /// How many feel a difference.
    pub touched: u64,
    pub last: Option<Span>,
}

/// Differences in a stretch, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis) struct Cell {
    pub extra: i64,
    pub waiting: i64,
    /// Of the time that all spend there.
    pub present: i64,
}

impl Series {
    /// All extra delay, in ticks.
    pub fn extra(&self) -> i64 {
        self.cells.iter().map(|(_, cell)| cell.extra).sum()
    }
}

/// Ticks in hours.
pub(in crate::analysis) fn in_hours(ticks: i64) -> f64 {
    ticks as f64 / hours(1).ticks() as f64
}

/// A series that is being made.
#[derive(Clone, Debug, Default)]
struct Making {
    stretch: i64,
    counts: Vec<u32>,
    cells: Vec<Cell>,
    touched: u64,
    last: Option<Span>,
}

impl Making {
    fn new(stretch: Span) -> Making {
        Making { stretch: stretch.ticks(), ..Making::default() }
    }

    fn cell(&mut self, at: usize) -> &mut Cell {
        if self.cells.len() <= at {
            self.cells.resize(at + 1, Cell::default());
        }
        &mut self.cells[at]
    }

    /// Somebody came at a time, with so much extra delay, and extra waiting.
    fn came(&mut self, at: Span, extra: i64, waiting: i64) {
        let at = (at.ticks() / self.stretch).min(MOST_STRETCHES) as usize;
        if self.counts.len() <= at {
            self.counts.resize(at + 1, 0);
        }
        self.counts[at] += 1;
        if (extra, waiting) != (0, 0) {
            let cell = self.cell(at);
            cell.extra += extra;
            cell.waiting += waiting;
        }
    }

    /// Somebody feels a difference, until a time.
    fn touches(&mut self, until: Span) {
        self.touched += 1;
        self.last = self.last.max(Some(until));
    }

    /// Somebody stays from one time to another without it, and with it.
    fn stays(&mut self, without: Option<(Span, Span)>, with: Option<(Span, Span)>) {
        if without != with {
            self.present(without, -1);
            self.present(with, 1);
        }
    }

    fn present(&mut self, stay: Option<(Span, Span)>, sign: i64) {
        let Some((from, to)) = stay else { return };
        let mut now = from.ticks();
        while now < to.ticks() {
            let at = (now / self.stretch).min(MOST_STRETCHES);
            let end = if at < MOST_STRETCHES { (at + 1) * self.stretch } else { i64::MAX };
            let next = end.min(to.ticks());
            self.cell(at as usize).present += sign * (next - now);
            now = next;
        }
    }

    fn done(self) -> Series {
        let some = self.cells.into_iter().enumerate().filter(|(_, cell)| *cell != Cell::default());
        Series { counts: self.counts, cells: some.collect(), touched: self.touched, last: self.last }
    }
}

/// A stay somewhere: of a visit, or of a request where it is answered.
#[derive(Clone, Copy, PartialEq)]
struct Stay {
    joined: Span,
    begun: Option<Span>,
    ended: Option<Span>,
    withdrawn: bool,
}

impl Stay {
    fn of_visit(visit: &VisitRecord) -> Stay {
        let &VisitRecord { joined, begun, ended, withdrawn, .. } = visit;
        Stay { joined, begun, ended, withdrawn }
    }

    fn of_request(request: &RequestRecord) -> Option<Stay> {
        let &RequestRecord { joined, begun, ended, .. } = request;
        Some(Stay { joined: joined?, begun, ended, withdrawn: false })
    }

    fn until(&self, end: Span) -> Span {
        self.ended.unwrap_or(end)
    }

    fn waiting(&self, end: Span) -> i64 {
        self.begun.unwrap_or(self.until(end)).ticks() - self.joined.ticks()
    }

    fn sojourn(&self, end: Span) -> i64 {
        self.until(end).ticks() - self.joined.ticks()
    }

    /// It has ended with its work. One that is cut off by the end of the run is shorter the later it began: that is
    /// no gain.
    fn is_whole(&self) -> bool {
        !self.withdrawn && self.begun.is_some() && self.ended.is_some()
    }
}

/// A pair of replications, looked at.
struct Looking<'p> {
    pair: &'p Pair<'p>,
    ends: (Span, Span),
    system: Making,
    classes: Vec<Making>,
    departments: Vec<Making>,
    fates: Fates,
    last: Option<LastFelt>,
    unsettled: u64,
    /// Cases to which anything happened at another time.
    moved: HashSet<CaseId>,
}

impl Digest {
    /// Looks at a pair of replications, of which the second has some disturbances of a model.
    pub fn of(pair: &Pair<'_>, stretch: Span, disturbances: &[Intervention], model: &Model) -> Digest {
        let making = |names: &[String]| vec![Making::new(stretch); names.len()];
        let mut looking = Looking {
            pair,
            ends: (pair.base.end, pair.changed.end),
            system: Making::new(stretch),
            classes: making(&pair.names.classes),
            departments: making(&pair.names.departments),
            fates: [[0; 4]; 4],
            last: None,
            unsettled: 0,
            moved: HashSet::new(),
        };
        let visits = pair.visits();
        visits.iter().for_each(|&visit| looking.visit(visit));
        pair.requests().into_iter().for_each(|request| looking.request(request));
        pair.cases().into_iter().for_each(|case| looking.case(case));
        let named = |names: &[String], series: Vec<Making>| {
            names.iter().cloned().zip(series.into_iter().map(Making::done)).collect()
        };
        Digest {
            warm_up: pair.warm_up,
            system: looking.system.done(),
            classes: named(&pair.names.classes, looking.classes),
            departments: named(&pair.names.departments, looking.departments),
            fates: looking.fates,
            last: looking.last,
            unsettled: looking.unsettled,
            department_hours: department_hours(pair, &visits, disturbances, model),
        }
    }
}

impl Looking<'_> {
    fn visit(&mut self, (without, with): Both<'_, VisitRecord>) {
        let Some(any) = without.or(with) else { return };
        self.stay(any.department, any.case, (without.map(Stay::of_visit), with.map(Stay::of_visit)));
    }

    fn request(&mut self, (without, with): Both<'_, RequestRecord>) {
        let Some(any) = without.or(with) else { return };
        let Some(case) = any.case else { return };
        let stays = (without.and_then(Stay::of_request), with.and_then(Stay::of_request));
        self.stay(self.pair.names.answered_by[any.request as usize], case, stays);
    }

    fn stay(&mut self, department: u32, case: CaseId, (without, with): (Option<Stay>, Option<Stay>)) {
        let series = &mut self.departments[department as usize];
        let (end, end_with) = self.ends;
        let stay = |stay: Option<Stay>, end| stay.map(|stay| (stay.joined, stay.until(end)));
        series.stays(stay(without, end), stay(with, end_with));
        if without != with {
            self.moved.insert(case);
        }
        let (Some(without), Some(with)) = (without, with) else { return };
        if without != with {
            series.touches(without.until(end).max(with.until(end_with)));
        }
        if without.is_whole() && with.is_whole() {
            let extra = with.sojourn(end_with) - without.sojourn(end);
            series.came(with.joined, extra, with.waiting(end_with) - without.waiting(end));
        }
    }

    fn case(&mut self, (without, with): Both<'_, CaseRecord>) {
        let (before, after) = (fate(without), fate(with));
        self.fates[before as usize][after as usize] += 1;
        let Some(class) = without.or(with).map(|case| case.class as usize) else { return };
        let stay = |case: Option<&CaseRecord>| case.map(|case| (case.arrived, case.ended));
        for series in [&mut self.system, &mut self.classes[class]] {
            series.stays(stay(without), stay(with));
        }
        let (Some(without), Some(with)) = (without, with) else { return };
        let open = before == Fate::Unfinished || after == Fate::Unfinished;
        let differs = stay(Some(without)) != stay(Some(with)) || without.outcome != with.outcome;
        if open && (differs || self.moved.contains(&without.case)) {
            self.unsettled += 1;
        }
        let extra = lead_time(with) - lead_time(without);
        if differs {
            self.felt(without, with, extra);
        }
        if before != Fate::Lost && after != Fate::Lost {
            for series in [&mut self.system, &mut self.classes[class]] {
                series.came(without.arrived, extra, 0);
            }
        }
    }

    /// A customer feels a difference.
    fn felt(&mut self, without: &CaseRecord, with: &CaseRecord, extra: i64) {
        let ended = without.ended.max(with.ended);
        for series in [&mut self.system, &mut self.classes[without.class as usize]] {
            series.touches(ended);
        }
        if self.last.as_ref().is_none_or(|last| last.ended < ended) {
            self.last = Some(LastFelt {
                replication: self.pair.replication,
                name: case_name(&self.pair.names.streams, without.case),
                class: self.pair.names.classes[without.class as usize].clone(),
                arrived: without.arrived,
                ended,
                extra: Span::from_ticks(extra),
            });
        }
    }
}

/// In ticks.
pub(in crate::analysis) fn lead_time(case: &CaseRecord) -> i64 {
    case.ended.ticks() - case.arrived.ticks()
}

/// What became of a customer.
pub(in crate::analysis) fn fate(case: Option<&CaseRecord>) -> Fate {
    match case.map(|case| case.outcome) {
        Some(Outcome::Completed) => Fate::Completed,
        Some(Outcome::Rejected | Outcome::Reneged | Outcome::TurnedAway | Outcome::Balked) => Fate::Lost,
        Some(Outcome::Unfinished) => Fate::Unfinished,
        None => Fate::Absent,
    }
}

/// The department-hours that some disturbances take: as measured, from the records of a pair.
fn department_hours(
    pair: &Pair<'_>,
    visits: &[Both<'_, VisitRecord>],
    disturbances: &[Intervention],
    model: &Model,
) -> f64 {
    let mut absent: Vec<&str> = Vec::new();
    let mut slow: Vec<&str> = Vec::new();
    let mut surge = false;
    for disturbance in disturbances {
        match disturbance {
            Intervention::Outage { of, .. } if !absent.contains(&of.as_str()) => absent.push(of),
            Intervention::SlowDown { department, .. } if !slow.contains(&department.as_str()) => {
                slow.push(department);
            }
            Intervention::Surge { .. } => surge = true,
            _ => {}
        }
    }
    let absence: f64 = absent.iter().map(|of| extra_absence(pair, of, model)).sum();
    let number_of = |name: &str| model.departments.iter().position(|of| of.name == name);
    let slow: Vec<usize> = slow.iter().filter_map(|name| number_of(name)).collect();
    let scarce = |department: usize| {
        model.departments.get(department).is_some_and(|department| department.staff != Staff::Infinite)
    };
    let work = visits.iter().map(|&pair_of| match pair_of {
        (Some(without), Some(with)) if slow.contains(&(with.department as usize)) => {
            with.worked.ticks() - without.worked.ticks()
        }
        (None, Some(with))
            if surge
                && with.case.stream as usize >= pair.names.streams_of_base
                && scarce(with.department as usize) =>
        {
            with.worked.ticks()
        }
        _ => 0,
    });
    absence + in_hours(work.sum())
}

/// How much longer the people of a department or pool are kept from work during their shifts.
fn extra_absence(pair: &Pair<'_>, of: &str, model: &Model) -> f64 {
    let absent = |staff: Option<StaffTotals>| staff.map_or(0.0, |staff| staff.absent);
    let department = model.departments.iter().position(|department| department.name == of);
    let pool = model.pools.iter().position(|pool| pool.name == of);
    let in_run = |run: &crate::experiment::PairedRun| match (pool, department) {
        (Some(pool), _) => absent(run.totals.pools.get(pool).copied()),
        (None, Some(department)) => {
            let detail = run.totals.departments.get(department).and_then(|of| of.detail.as_ref());
            absent(detail.and_then(|detail| detail.staff))
        }
        (None, None) => 0.0,
    };
    in_run(pair.changed) - in_run(pair.base)
}
