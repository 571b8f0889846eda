//! Where derivatives from the run of a model alone are those of the mean lead time.
//!
//! A little more rate shifts events; where two are near to each other it changes their order, which no derivative along one
//! run sees. That does no harm where both orders lead to the same state (the *commuting condition*, Glasserman 1991, chapter
//! 3). With customers who are all alike, in lines that are never full, served in the order of their coming, it holds: two who
//! come in another order only change places, and everything still to be drawn for them has the same distribution.

use crate::error::Defect;
use crate::model::{Arrivals, Department, Discipline, Handoff, Model, Preemption, Staff, Stream};
use crate::plan::Plan;
use crate::random::Dist;

/// All reasons for which a model does not meet the conditions, each with the thing and the rule.
pub(super) fn obstacles(model: &Model, plan: &Plan) -> Vec<Defect> {
    let mut found = Vec::new();
    if plan.classes.len() > 1 {
        let classes = plan.classes.join("`, `");
        let rule =
            format!("there are several (`{classes}`): whoever comes first then decides what comes next");
        found.push(Defect::new("classes", rule));
    }
    let mut add = |place: String, rules: Vec<&str>| {
        found.extend(rules.into_iter().map(|rule| Defect::new(place.clone(), rule)));
    };
    for department in &model.departments {
        add(format!("department `{}`", department.name), of_department(department));
    }
    for handoff in &model.handoffs {
        add(format!("handoff from `{}` to `{}`", handoff.from, handoff.to), of_handoff(handoff));
    }
    for stream in &model.streams {
        add(format!("customers `{}`", stream.name), of_stream(stream));
    }
    for (things, some) in [
        ("requests", !model.requests.is_empty()),
        ("forks", !model.forks.is_empty()),
        ("stocks", !model.stocks.is_empty()),
        ("initial", !model.initial.is_empty()),
    ] {
        if some {
            add(things.to_owned(), vec![of_thing(things)]);
        }
    }
    if found.is_empty() && plan.full.is_some() {
        found.push(Defect::new(
            format!("model `{}`", model.name),
            "departments depend on each other in more than handing work on",
        ));
    }
    found
}

fn of_thing(things: &str) -> &'static str {
    match things {
        "requests" => "who asks stands still until another department answers",
        "forks" => "parts of a case wait for each other: the last to come decides, and that may be another",
        "stocks" => "whoever comes first takes the last item",
        _ => "work in place at the start may be a rest, which no rate makes shorter",
    }
}

fn of_department(department: &Department) -> Vec<&'static str> {
    let errs = department.errors.is_some() || !department.detects.is_empty();
    let services =
        || department.service.iter().chain(department.service_for.iter().map(|rule| &rule.service));
    let comes_and_goes = department.shifts.is_some()
        || !department.absences.is_empty()
        || !department.outages.is_empty()
        || department.vacation.is_some();
    let others = matches!(department.staff, Staff::Pool(_)) || !department.helpers.is_empty();
    let limited = department.queue_capacity.is_some() || department.balking.is_some();
    let gathers = department.batch.is_some() || department.slots.is_some() || department.staff_needed > 1;
    let acts = department.standards.iter().any(|standard| standard.acts.is_some());
    let rules = [
        (department.discipline != Discipline::Fifo, "is not served first in, first out"),
        (department.preemption != Preemption::None || acts, "more urgent work goes before other work"),
        (limited, "who finds many there does not join: one more or less decides"),
        (department.patience.is_some(), "who waits for too long leaves: a little longer decides"),
        (
            !department.service_for.is_empty(),
            "services depend on the class or the visit: cases are not alike",
        ),
        (others, "its people serve elsewhere, too, or are helped: who is served first decides where"),
        (comes_and_goes, "its people come and go at times that no rate shifts"),
        (gathers, "several begin together, or at given times: who comes too late waits for the next time"),
        (department.setup.is_some(), "what was served before decides about a setup"),
        (!department.periods.is_empty(), "when a service begins decides how long it takes"),
        (!department.uses.is_empty(), "whoever comes first takes the last item"),
        (errs, "errors send cases other ways: cases are not alike"),
        (
            services().any(is_of_a_grid),
            "single service times have a probability: events coincide, and a little decides which comes first",
        ),
    ];
    rules.into_iter().filter(|(breaks, _)| *breaks).map(|(_, rule)| rule).collect()
}

fn of_handoff(handoff: &Handoff) -> Vec<&'static str> {
    let rules = [
        (!handoff.or_shorter.is_empty(), "goes where the fewest wait: one more or less decides"),
        (handoff.pickup.is_some(), "is picked up at given times: who comes too late waits for the next time"),
        (handoff.capacity.is_some(), "has room for a limited number under way"),
        (handoff.becomes.is_some() || handoff.rework, "cases are not alike from there on"),
    ];
    rules.into_iter().filter(|(breaks, _)| *breaks).map(|(_, rule)| rule).collect()
}

fn of_stream(stream: &Stream) -> Vec<&'static str> {
    let depends = matches!(stream.arrivals, Arrivals::Saturated | Arrivals::Population { .. });
    let given = matches!(stream.arrivals, Arrivals::Trace { .. });
    let rules = [
        (depends, "arrivals depend on when others are served"),
        (
            stream.size.is_some() || given,
            "cases have sizes, or something given, of their own: they are not alike",
        ),
        (stream.patience.is_some(), "who waits for too long leaves: a little longer decides"),
        (stream.retry.is_some(), "who was lost comes back"),
    ];
    rules.into_iter().filter(|(breaks, _)| *breaks).map(|(_, rule)| rule).collect()
}

/// Whether single values have a probability.
fn is_of_a_grid<T>(dist: &Dist<T>) -> bool {
    match dist {
        Dist::Constant { .. } | Dist::Discrete { .. } => true,
        Dist::Empirical { interpolate, .. } => !interpolate,
        Dist::Mixture { parts } => parts.iter().any(|part| is_of_a_grid(&part.dist)),
        Dist::Shifted { dist, .. } | Dist::Scaled { dist, .. } => is_of_a_grid(dist),
        _ => false,
    }
}
