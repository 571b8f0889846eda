//! What departments, people, handoffs and customers follow that no formula here describes.

use crate::model::{Department, Discipline, Handoff, Model, Resolved, Stream};

use super::home::Home;

/// Why no formula describes the work of a department, whatever comes to it, if so; but for a `special` rule, which
/// has a formula of its own.
pub(super) fn of_department(department: &Department, special: bool) -> Option<String> {
    let name = &department.name;
    let why = if department.discipline == Discipline::ProcessorSharing && !special {
        format!("Department `{name}` shares its people among all items.")
    } else if department.batch.as_ref().is_some_and(|batch| batch.size > 1) {
        format!("Department `{name}` serves several items together.")
    } else if department.setup.is_some() && !special {
        format!("Department `{name}` has to set up for its work.")
    } else if department.slots.is_some() {
        format!("Department `{name}` begins services at given times only.")
    } else if department.balking.is_some() && !special {
        format!("Customers balk at department `{name}`.")
    } else if !department.uses.is_empty() {
        format!("The work of department `{name}` waits for stock.")
    } else if !department.periods.is_empty() {
        format!("The work of department `{name}` takes another time in some periods.")
    } else {
        return None;
    };
    Some(why)
}

/// The same of people.
pub(super) fn of_home(home: &Home, special: bool) -> Option<String> {
    let kind = if home.pool { "pool" } else { "department" };
    if !home.outages.is_empty() {
        Some(format!("People of {kind} `{}` are away at given times.", home.name))
    } else if home.vacation.is_some() && !special {
        Some(format!("People of {kind} `{}` go away when there is nothing to do.", home.name))
    } else {
        None
    }
}

/// The most urgent rank to which items of a class may rise at a department, if they may.
pub(super) fn risen(resolved: &Resolved, department: usize, class: u32) -> Option<u32> {
    let standard = resolved.standard(department as u32, class);
    let acts = standard.and_then(|standard| standard.acts.as_ref()).map(|acts| acts.priority);
    let rises = resolved.listed_class(class).into_iter().flat_map(|class| &class.rises);
    let most = rises.map(|rise| rise.priority).chain(acts).min();
    most.filter(|_| !resolved.model.departments[department].ignore_priority)
}

/// Why the time on a handoff is not its transfer time, and what comes out of it not as it went in, if so.
pub(super) fn of_handoff(way: &Handoff) -> Option<String> {
    let Handoff { from, to, .. } = way;
    if way.pickup.is_some() {
        Some(format!("The handoff from `{from}` to `{to}` takes work along at given times only."))
    } else if way.capacity.is_some() {
        Some(format!("The handoff from `{from}` to `{to}` has so much under way at most."))
    } else {
        None
    }
}

/// Why the number of cases of a stream is not its arrival rate, if so.
pub(super) fn comes_back(stream: &Stream) -> Option<String> {
    let retry = stream.retry.as_ref().filter(|retry| retry.probability > 0.0);
    retry.map(|_| format!("How many customers `{}` come back, no formula says.", stream.name))
}

/// Why it is not known who of a stream is served wherever they wait, if so.
pub(super) fn leaves(stream: &Stream) -> Option<String> {
    stream.patience.as_ref().map(|_| format!("Customers `{}` lose patience wherever they wait.", stream.name))
}

/// Whether a model has nothing of all this.
pub(super) fn none(model: &Model) -> bool {
    let department = |department: &Department| {
        of_department(department, false).is_some()
            || !department.outages.is_empty()
            || department.vacation.is_some()
    };
    !model.departments.iter().any(department)
        && model.forks.is_empty()
        && !model.handoffs.iter().any(|way| of_handoff(way).is_some() || !way.or_shorter.is_empty())
        && !model.classes.iter().any(|class| class.turns.is_some())
        && !model.streams.iter().any(|stream| comes_back(stream).or(leaves(stream)).is_some())
}
