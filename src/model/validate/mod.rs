//! The rules that a model must keep.
//!
//! Every rule is checked, whatever else is broken, and each breach is told once: where a name is
//! unknown or a sum is off, what would only follow from that is not complained about again.

mod asking;
mod circles;
mod classes;
mod forks;
mod parts;
mod quality;
mod rules;
mod staffing;
mod stock;
mod streams;
mod structure;
#[cfg(test)]
mod tests;
mod timeless;
mod words;

use std::collections::{HashMap, HashSet};
use std::fmt::Display;

use self::words::{LONGEST_NAME, is_invisible, listed, tidy};
use super::flow::{self, Flow};
use super::resolve::Resolved;
use super::{EXIT, Model, ProbabilityFor};
use crate::error::{Defect, Error, Result};
use crate::random::Dist;
use crate::time::Span;

pub(super) use self::parts::handoff_place;
pub(super) use self::words::{department_place, meant, place, shown, stream_place};

/// How many names may be compared in search of the one that was meant, so that a large file full of
/// wrong names is still refused in bounded time.
const MOST_COMPARISONS: usize = 10_000_000;

impl Model {
    /// Checks every rule of every part, and the structure as a graph.
    ///
    /// - There is a department, and a stream or work in place. Names are there, given once, at most
    ///   200 characters, not blank, without control, invisible or direction-changing characters, and
    ///   no department or pool is called `exit`; departments and pools share one set of names. Every name that
    ///   is referred to exists.
    /// - Staff is 1 to 100,000 or infinite, and at most 10,000,000 in all, as are people times absences and outages;
    ///   priorities are at most 63. Nobody waits for infinite staff, so there are neither capacity, preemption, setups,
    ///   shifts, absences, outages, vacations, costs nor helpers; nor patience, nor anything that is done about a
    ///   standard, unless work waits for a batch, a slot or stock. A pool's people have all that from the pool, and
    ///   every pool is used.
    /// - Where everybody is served at once ([`Discipline::ProcessorSharing`](super::Discipline)), nobody waits either,
    ///   also not for a batch, a slot or stock; people of the department's own are always there, one for each piece of
    ///   work, and help nowhere.
    /// - Helpers are others with a finite staff, named once, with a speed above 0 and up to 1,000. No piece of
    ///   work needs more people than may be there at one time, no outage takes more than there are, and a vacation
    ///   that is repeated lasts 1 microsecond or more on average.
    /// - A calendar has a week of shifts or a cycle, at most 10,000 entries, and somebody on shift at some time,
    ///   never more than the staff; holidays last 1 to 3,660 days, and need the model's start.
    ///   Only those who finish have a `replaced` crew.
    /// - Times that repeat (of slots and pickups) are at most 10,000, later and later, and within their period. A
    ///   batch begins with at least 1 and at most its size, which is at most 8,388,608; where there is no longest wait,
    ///   so many have room. What a standard does begins within it, and has an effect. What changes over time ends
    ///   after it begins; factors are at most 1,000,000, and above 0 for service times.
    /// - A class rises later and later to more urgent ranks, at most 16 times, and does not turn into itself.
    /// - At most 1,000 classes; departments x classes at most 2,000,000; (departments + handoffs + requests +
    ///   detections) x classes x (forks + 1) at most 50,000,000, detections being the departments that find errors
    ///   times those that make them; departments with setups x classes x classes as many; uses of stock and raids, by
    ///   class, at most 5,000,000. At most 8,388,608 cases in place at the start, and customers of populations. At most
    ///   64 departments make errors.
    /// - Distributions keep their own rules ([`Dist`]). The mean batch is 1 to 1,000,000 (its values
    ///   are rounded, and raised to 1 where they are less); the mean size is positive, and so is the mean time
    ///   between arrivals or absences.
    /// - Probabilities and shares are between 0 and 1; the shares of a stream and the handoffs that
    ///   apply to a class in a department that it can reach sum to 1, to within 1e-9. No two
    ///   handoffs lead a class from and to the same department and class. Money is not negative.
    /// - Rates are between 1e-15 and 1 per microsecond; in a pattern they may also be 0, but not all. A
    ///   saturated stream comes one by one, into a department with finite staff where it takes time. A population comes one
    ///   by one, too.
    /// - No handoff that takes time leads to a queue capacity of 0, where no place could be kept; none for
    ///   rework leads out, or to the shortest of several queues; those are queues in which somebody may wait. How many
    ///   are under way is limited only where the way takes time. Those who lose patience can only go elsewhere where
    ///   there is a patience.
    /// - A fork has 2 to 1,000 branches, needs 1 to all of them, and is the only one of its classes after its
    ///   department, which no handoff leads out of for them. Its parts meet in a department of their own, where each
    ///   can come, and comes by a handoff, unless it is lost; none comes through the fork again by handoffs. At most
    ///   1,000 forks; a case is in at most 100,000 parts at one time.
    /// - Quantities and levels of stock are at most 8,388,608, and a stock has at most 100 supplies. A visit can have
    ///   what it needs, if from a stock that is raided. The work on orders does not use up as much as they bring, nor
    ///   need what only they bring.
    /// - Detections name departments that make errors, each once.
    /// - Every department is reached by cases, requests or orders, also by returns, complaints and lost patience, and
    ///   has a service time for every class and visit it may see. Every case can leave, by handoffs or by losing
    ///   patience, but for those of a population. There is no loop without time (less than a microsecond
    ///   on average, also for the smallest cases, in a period, or by the fastest helper), and no case goes round a million times
    ///   on average (not checked for loops of over a hundred departments where that takes too long). Nobody who is
    ///   lost, or away for no time, comes back without end at one instant. No error is certain to be made and found
    ///   again for ever, no complaint to bring on the next, and answering a request, or serving an order, brings on
    ///   less than one more request on average.
    ///
    /// # Errors
    ///
    /// One error with every defect, in the order of the model's parts, the structure last.
    pub fn validate(&self) -> Result<()> {
        let defects = defects(self);
        if defects.is_empty() { Ok(()) } else { Err(Error::from_defects(defects)) }
    }
}

/// All defects of `model`.
pub(super) fn defects(model: &Model) -> Vec<Defect> {
    let resolved = Resolved::new(model);
    let mut check = Check {
        flow: flow::fits(&resolved).then(|| Flow::of_all(&resolved)),
        resolved,
        defects: Vec::new(),
        highest_levels: HashMap::new(),
        names_unknown: false,
        comparisons_left: MOST_COMPARISONS,
        smallest_size: timeless::smallest_size(model),
    };
    if model.departments.is_empty() {
        check.add("model", "it has no departments");
    }
    if model.streams.is_empty() && model.initial.is_empty() {
        check.add("model", "it has no customers");
    }
    check.own_name("model", &model.name);
    check.names("class", model.classes.iter().map(|class| class.name.as_str()));
    check.names("department", model.departments.iter().map(|department| department.name.as_str()));
    check.names("pool", model.pools.iter().map(|pool| pool.name.as_str()));
    check.names("calendar", model.calendars.iter().map(|calendar| calendar.name.as_str()));
    check.names("stock", model.stocks.iter().map(|stock| stock.name.as_str()));
    check.names("expense", model.expenses.iter().map(|expense| expense.name.as_str()));
    check.request_names();
    check.names("customers", model.streams.iter().map(|stream| stream.name.as_str()));
    check.parts();
    check.streams();
    check.structure();
    check.defects
}

/// A model under inspection.
struct Check<'m> {
    resolved: Resolved<'m>,
    /// What cases reach; absent where the model is too large.
    flow: Option<Flow>,
    /// The most people on shift by calendar and staff, once it is known.
    highest_levels: HashMap<(&'m str, u32), u64>,
    defects: Vec<Defect>,
    /// Whether some name does not exist.
    names_unknown: bool,
    comparisons_left: usize,
    /// The mean size of the smallest cases, at most 1.
    smallest_size: f64,
}

impl<'m> Check<'m> {
    fn model(&self) -> &'m Model {
        self.resolved.model
    }

    fn add(&mut self, place: impl Display, rule: impl Into<String>) {
        self.defects.push(Defect::new(place.to_string(), rule));
    }

    /// Checks that things of one kind have proper names, each its own.
    fn names<'n>(&mut self, kind: &'static str, names: impl Iterator<Item = &'n str>) {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (index, name) in names.enumerate() {
            if name.is_empty() {
                self.add(format_args!("{kind} number {}", index + 1), "it has no name");
                continue;
            }
            let place = place(kind, name);
            let count = counts.entry(name).or_default();
            *count += 1;
            let count = *count;
            if count == 2 {
                self.add(place, "the name is given more than once");
            }
            if count == 1 {
                self.own_name(place, name);
            }
            if matches!(kind, "department" | "pool") && name == EXIT {
                self.add(place, format!("the name `{EXIT}` is kept for leaving"));
            }
            if kind == "pool" && count == 1 && self.resolved.department(name).is_some() {
                self.add(place, "a department has the same name");
            }
        }
    }

    /// Checks the characters and the length of a name.
    fn own_name(&mut self, place: impl Display, name: &str) {
        if name.chars().any(char::is_control) {
            self.add(&place, "the name has control characters");
        }
        if name.chars().any(is_invisible) {
            self.add(&place, "the name has invisible or direction-changing characters");
        } else if !name.is_empty() && name.trim().is_empty() {
            self.add(&place, "the name is blank");
        }
        let length = name.chars().count();
        if length > LONGEST_NAME {
            let rule = format!("the name has {length} characters, must be at most {LONGEST_NAME}");
            self.add(place, rule);
        }
    }

    /// Checks that there is a class `name`.
    fn class_exists(&mut self, place: impl Display, name: &str) {
        if self.resolved.class(name).is_none() {
            let names: Vec<&str> = self.known(self.resolved.classes.iter().map(|class| class.name));
            self.unknown(place, "class", name, names);
        }
    }

    /// Checks that there is a department `name`.
    fn department_exists(&mut self, place: impl Display, name: &str) {
        if self.resolved.department(name).is_none() {
            let names = self.known(self.department_names());
            self.unknown(place, "department", name, names);
        }
    }

    fn department_names(&self) -> impl Iterator<Item = &'m str> + use<'m> {
        self.model().departments.iter().map(|department| department.name.as_str())
    }

    /// The names to look through for the one that was meant; none where that would take too long.
    fn known<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
        let most = self.comparisons_left;
        if names.size_hint().0 > most { Vec::new() } else { names.take(most).collect() }
    }

    /// Tells that there is no such name, with the one of the `known` that may have been meant.
    fn unknown(&mut self, place: impl Display, kind: &str, name: &str, known: Vec<&str>) {
        self.names_unknown = true;
        if name.is_empty() {
            return self.add(place, format!("no {kind} is given"));
        }
        self.comparisons_left = self.comparisons_left.saturating_sub(known.len());
        let meant = meant(name, known.into_iter());
        let hint = meant.map(|meant| format!("; did you mean {}?", shown(meant))).unwrap_or_default();
        self.add(place, format!("there is no {kind} {}{hint}", shown(name)));
    }

    /// Checks a distribution of times; true if it keeps its rules.
    fn times(&mut self, place: impl Display, what: impl Display, times: &Dist) -> bool {
        self.rules(place, what, times.defects())
    }

    /// Checks a distribution of numbers; true if it keeps its rules.
    fn numbers(&mut self, place: impl Display, what: impl Display, numbers: &Dist<f64>) -> bool {
        self.rules(place, what, numbers.defects())
    }

    fn rules(&mut self, place: impl Display, what: impl Display, rules: Vec<String>) -> bool {
        let kept = rules.is_empty();
        rules.into_iter().for_each(|rule| self.add(format_args!("{place}, {what}"), rule));
        kept
    }

    /// Checks that a span is positive, and not too long.
    fn positive(&mut self, place: impl Display, what: &str, span: Span) {
        if !span.is_valid() || span <= Span::ZERO {
            let rule = format!("the {what} is {span}, must be positive and at most {}", Span::MAX);
            self.add(place, rule);
        }
    }

    /// Checks probabilities by class, and the one for the classes not named.
    fn probabilities(
        &mut self,
        place: impl Display + Copy,
        otherwise: Option<f64>,
        rows: &'m [ProbabilityFor],
    ) {
        if let Some(probability) = otherwise {
            self.probability(place, "probability", probability);
        }
        let mut seen = HashSet::new();
        for row in rows {
            let what = format!("probability for class {}", shown(&row.class));
            self.class_exists(place, &row.class);
            if !seen.insert(&row.class) {
                self.add(place, format!("the {what} is given more than once"));
            }
            self.probability(place, what, row.probability);
        }
    }

    /// Checks an amount of money.
    fn money(&mut self, place: impl Display, what: &str, money: f64) {
        if !(money.is_finite() && money >= 0.0) {
            self.add(place, format!("the {what} is {money}, must be a number that is not negative"));
        }
    }

    /// Checks the starts of steps within a period.
    fn steps(&mut self, place: impl Display + Copy, what: &str, period: Span, starts: &[Span]) {
        self.positive(place, &format!("period of the {what}"), period);
        match starts.first() {
            None => self.add(place, format!("the {what} has no steps")),
            Some(&first) if first != Span::ZERO => {
                self.add(place, format!("the {what} starts at {first}, must start at 0s"));
            }
            _ => {}
        }
        for pair in starts.windows(2).filter(|pair| pair[1] <= pair[0]) {
            let rule = format!("the step from {} follows the one from {}, must be later", pair[1], pair[0]);
            self.add(place, rule);
        }
        for start in starts.iter().filter(|start| !start.is_valid() || **start >= period) {
            self.add(place, format!("the step from {start} is not within the period of {period}"));
        }
    }

    /// Checks a probability or share.
    fn probability(&mut self, place: impl Display, what: impl Display, probability: f64) {
        if !is_probability(probability) {
            self.add(place, format!("the {what} is {probability}, must be between 0 and 1"));
        }
    }
}

fn is_probability(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

/// Whether a sum of probabilities is 1 but for rounding.
fn is_one(sum: f64) -> bool {
    (sum - 1.0).abs() <= 1e-9
}
