//! From a business process to a model of the library.
//!
//! Gates are departments that take no time. Cases come through a door: one person lets the time between
//! arrivals pass, and does not begin the next before the case has been let in by another, who is there when the
//! calendar of arrivals is open. Parts of a case set out at times that differ by next to nothing, so that it is
//! drawn which of them comes first to people who do the work of several branches.

use std::collections::BTreeSet;

use knockon::model::{CalendarBuilder, Model, ModelBuilder};
use knockon::prelude::{Dist, EXIT, Span, seconds};

use super::schema::{Day, Flow, Gate, GateKind, Hours, Process};
use crate::dists::dist;

/// Where cases come in: what flows name so.
pub const START: &str = "start";

/// What flows lead to that leave.
const END: &str = "end";

/// By how much the parts of a case are apart at most: a millisecond.
const APART: Span = Span::from_ticks(1000);

/// The names of what is behind the door, which are no names of tasks.
const GAP: &str = "time between arrivals";
const ARRIVALS: &str = "hours of arrival";

/// The model; its class is called `case`.
pub fn translate(name: &str, process: &Process) -> Result<Model, String> {
    let start = process.start.strip_suffix("+00:00").ok_or("a start that is not in UTC")?;
    let mut model = calendar(Model::builder(name).start(start), ARRIVALS, &process.arrival.calendar);
    for pool in &process.pools {
        model = calendar(model, &pool.name, &pool.calendar)
            .pool(&pool.name, |p| p.staff(pool.servers).shifts(&pool.name, |s| s));
    }
    let between = dist(&process.arrival.interarrival, &seconds)?;
    model = model
        .department(GAP, |d| d.staff(1).service(between))
        .department(START, |d| d.staff(1).shifts(ARRIVALS, |s| s).service(Span::ZERO).queue_capacity(0))
        .handoff(GAP, START, |h| h)
        .customers("cases", |c| c.saturated().limit(process.cases).enter(GAP).class("case"))
        .class("case", |c| c);
    for task in &process.tasks {
        let service = dist(&task.service, &seconds)?;
        model = model.department(&task.name, |d| d.pool(&task.pool).service(service));
    }
    for gate in &process.gates {
        model = model.department(&gate.name, |d| d.infinite_staff().service(Span::ZERO));
    }
    for flow in &process.flows {
        let (from, to, probability) = flow.parts();
        if !process.splits(from) {
            model = model.handoff(from, if to == END { EXIT } else { to }, |h| h.probability(probability));
        }
    }
    for Gate { name, .. } in process.gates.iter().filter(|gate| process.splits(&gate.name)) {
        let join = process.join_of(name).ok_or_else(|| format!("gate {name}: its branches do not meet"))?;
        model = model.fork(name, join, |f| {
            let apart = Dist::uniform(Span::ZERO, APART);
            process.after(name).fold(f, |f, branch| f.branch(branch, |b| b.transfer(apart.clone())))
        });
    }
    model.build().map_err(|error| error.to_string())
}

fn calendar(model: ModelBuilder, name: &str, hours: &[Hours]) -> ModelBuilder {
    let shift = |calendar: CalendarBuilder, Hours(first, last, from, to): &Hours| {
        calendar.shift(&format!("{}-{}", short(*first), short(*last)), from, clock(to))
    };
    model.calendar(name, |calendar| hours.iter().fold(calendar, shift))
}

/// The schema has no name for midnight at the end of a day.
fn clock(end: &str) -> &str {
    if end == "23:59:59.999999" { "00:00:00" } else { end }
}

fn short(day: Day) -> &'static str {
    match day {
        Day::Monday => "mon",
        Day::Tuesday => "tue",
        Day::Wednesday => "wed",
        Day::Thursday => "thu",
        Day::Friday => "fri",
        Day::Saturday => "sat",
        Day::Sunday => "sun",
    }
}

impl Process {
    fn after<'p>(&'p self, node: &str) -> impl Iterator<Item = &'p str> {
        self.flows.iter().map(Flow::parts).filter(move |flow| flow.0 == node).map(|flow| flow.1)
    }

    fn is_and(&self, node: &str) -> bool {
        self.gates.iter().any(|gate| gate.name == node && gate.kind == GateKind::And)
    }

    /// Whether cases go on in parts there.
    fn splits(&self, node: &str) -> bool {
        self.is_and(node) && self.after(node).count() > 1
    }

    /// Whether parts of cases meet there.
    fn joins(&self, node: &str) -> bool {
        let before = self.flows.iter().filter(|flow| flow.parts().1 == node);
        self.is_and(node) && before.count() > 1
    }

    /// The gate where the parts meet that part at `split`: the first that is not that of a split on the way.
    fn join_of(&self, split: &str) -> Option<&str> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<(&str, u32)> = self.after(split).map(|node| (node, 0)).collect();
        while let Some((node, inside)) = open.pop() {
            let inside = match (self.joins(node), self.splits(node)) {
                (true, _) if inside == 0 => return Some(node).filter(|_| !self.splits(node)),
                (joins, splits) => inside + u32::from(splits) - u32::from(joins),
            };
            if seen.insert((node, inside)) {
                open.extend(self.after(node).map(|next| (next, inside)));
            }
        }
        None
    }
}
