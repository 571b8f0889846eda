//! The rules that a model must keep.
//!
//! Every rule is checked, whatever else is broken, and each breach is told once: where a name is
//! unknown or a sum is off, what would only follow from that is not complained about again.

mod parts;
mod streams;
mod structure;

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter, Write};

use super::resolve::Resolved;
use super::{EXIT, Model};
use crate::error::{Defect, Error, Result};
use crate::random::Dist;
use crate::time::Span;

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// How many names may be compared in search of the one that was meant, so that a large file full of
/// wrong names is still refused in bounded time.
const MOST_COMPARISONS: usize = 10_000_000;

/// How many names a defect spells out.
const MOST_LISTED: usize = 5;

impl Model {
    /// Checks every rule of every part, and the structure as a graph.
    ///
    /// - There is a department, and a stream or work in place. Names are there, given once, at most
    ///   200 characters, not blank, without control, invisible or direction-changing characters, and
    ///   no department is called `exit`. Every name that is referred to exists.
    /// - Staff is 1 to 100,000 or infinite, and at most 10,000,000 in all; priorities are at most 63.
    ///   Infinite staff has no queue, so neither capacity nor patience.
    /// - At most 1,000 classes; departments x classes at most 2,000,000; (departments + handoffs) x
    ///   classes at most 50,000,000. At most 8,388,608 cases in place at the start.
    /// - Only departments entered from outside alone may have a queue capacity.
    /// - Distributions keep their own rules ([`Dist`]). The mean batch is 1 to 1,000,000 (its values
    ///   are rounded, and raised to 1 where they are less); the mean size is positive.
    /// - Probabilities and shares are between 0 and 1; the shares of a stream and the handoffs that
    ///   apply to a class in a department that it can reach sum to 1, to within 1e-9. No two
    ///   handoffs lead a class from and to the same department and class.
    /// - Rates are between 1e-15 and 1 per microsecond; in a pattern they may also be 0, but not all.
    /// - Every department is reached, has a service time for every class and visit it may see, and
    ///   every case can leave. There is no loop without time, and no case goes round a million times
    ///   on average (not checked for loops of over a hundred departments where that takes too long).
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
    let mut check = Check {
        resolved: Resolved::new(model),
        defects: Vec::new(),
        names_unknown: false,
        comparisons_left: MOST_COMPARISONS,
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
    check.names("customers", model.streams.iter().map(|stream| stream.name.as_str()));
    check.parts();
    check.streams();
    check.structure();
    check.defects
}

/// A model under inspection.
struct Check<'m> {
    resolved: Resolved<'m>,
    defects: Vec<Defect>,
    /// Whether some name does not exist.
    names_unknown: bool,
    comparisons_left: usize,
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
            if *count == 2 {
                self.add(place, "the name is given more than once");
            }
            if *count == 1 {
                self.own_name(place, name);
            }
            if kind == "department" && name == EXIT {
                self.add(place, format!("the name `{EXIT}` is kept for leaving"));
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
            let resolved = &self.resolved;
            let meant = meant(name, resolved.classes.iter().map(|class| class.name), self.comparisons_left);
            self.comparisons_left = self.comparisons_left.saturating_sub(resolved.classes.len());
            self.unknown(place, "class", name, meant);
        }
    }

    /// Checks that there is a department `name`.
    fn department_exists(&mut self, place: impl Display, name: &str) {
        if self.resolved.department(name).is_none() {
            let known = &self.model().departments;
            let names = known.iter().map(|department| department.name.as_str());
            let meant = meant(name, names, self.comparisons_left);
            self.comparisons_left = self.comparisons_left.saturating_sub(known.len());
            self.unknown(place, "department", name, meant);
        }
    }

    fn unknown(&mut self, place: impl Display, kind: &str, name: &str, meant: Option<&str>) {
        self.names_unknown = true;
        if name.is_empty() {
            return self.add(place, format!("no {kind} is given"));
        }
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

/// Whether a character shows nothing, or changes the direction or the lines of what is around it.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// A name in backticks, without control or invisible characters and not endless.
#[derive(Clone, Copy)]
pub(super) struct Shown<'n>(&'n str);

pub(super) fn shown(name: &str) -> Shown<'_> {
    Shown(name)
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        for letter in self.0.chars().take(LONGEST_NAME) {
            if letter.is_control() || is_invisible(letter) {
                write!(f, "{}", letter.escape_default())?;
            } else {
                f.write_char(letter)?;
            }
        }
        f.write_str(if self.0.chars().nth(LONGEST_NAME).is_some() { "...`" } else { "`" })
    }
}

/// How defects name a thing. Only written out where there is one.
#[derive(Clone, Copy)]
pub(super) struct Place<'n> {
    kind: &'static str,
    name: &'n str,
}

/// How defects name a thing of one kind.
pub(super) fn place<'n>(kind: &'static str, name: &'n str) -> Place<'n> {
    Place { kind, name }
}

impl Display for Place<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, shown(self.name))
    }
}

/// How defects name a department.
pub(super) fn department_place(name: &str) -> Place<'_> {
    place("department", name)
}

/// How defects name a stream.
pub(super) fn stream_place(name: &str) -> Place<'_> {
    place("customers", name)
}

/// "class `a`", "classes `a`, `b`", or the first few "and 7 more".
fn listed<'n>(one: &str, many: &str, names: impl ExactSizeIterator<Item = &'n str>) -> String {
    let count = names.len();
    let first: Vec<_> = names.take(MOST_LISTED).map(|name| shown(name).to_string()).collect();
    let rest = match count.saturating_sub(MOST_LISTED) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    format!("{} {}{rest}", if count == 1 { one } else { many }, first.join(", "))
}

/// A sum as people write it: 1.07, not 1.0700000000000001.
fn tidy(sum: f64) -> f64 {
    (sum * 1e10).round() / 1e10
}

/// The known name nearest to `name`, if it is near enough to be what was meant and there are at most
/// `most` to compare with.
fn meant<'n>(name: &str, known: impl ExactSizeIterator<Item = &'n str>, most: usize) -> Option<&'n str> {
    if known.len() > most {
        return None;
    }
    let name: Vec<char> = name.chars().take(LONGEST_NAME + 1).collect();
    let near = known.filter_map(|candidate| Some((distance_up_to_2(&name, candidate)?, candidate)));
    near.filter(|&(distance, _)| 2 * distance <= name.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, n)| n)
}

/// The edit distance of Levenshtein (1966), if it is at most 2. Only the band of the table within 2
/// of the diagonal is filled.
fn distance_up_to_2(a: &[char], b: &str) -> Option<usize> {
    let b: Vec<char> = b.chars().take(LONGEST_NAME + 1).collect();
    if a.len().abs_diff(b.len()) > 2 {
        return None;
    }
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![3; b.len() + 1];
        row[0] = i + 1;
        for j in i.saturating_sub(2)..b.len().min(i + 3) {
            let changed = above[j] + usize::from(*letter != b[j]);
            row[j + 1] = changed.min(above[j + 1] + 1).min(row[j] + 1);
        }
        if row.iter().all(|&distance| distance > 2) {
            return None;
        }
        above = row;
    }
    above.last().copied().filter(|&distance| distance <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edit_distance_agrees_with_the_full_table() {
        fn full(a: &[char], b: &[char]) -> usize {
            match (a, b) {
                ([], rest) | (rest, []) => rest.len(),
                ([x, a_rest @ ..], [y, b_rest @ ..]) if x == y => full(a_rest, b_rest),
                ([_, a_rest @ ..], [_, b_rest @ ..]) => {
                    1 + full(a_rest, b).min(full(a, b_rest)).min(full(a_rest, b_rest))
                }
            }
        }
        let words = ["", "a", "coding", "codng", "coding2", "gnidoc", "kodink", "odin", "billing", "belly"];
        for a in words {
            for b in words {
                let (x, y): (Vec<_>, Vec<_>) = (a.chars().collect(), b.chars().collect());
                let exact = full(&x, &y);
                assert_eq!(distance_up_to_2(&x, b), (exact <= 2).then_some(exact), "{a} {b}");
            }
        }
    }

    #[test]
    fn names_are_shown_safely() {
        assert_eq!(shown("a\nb").to_string(), "`a\\nb`");
        assert_eq!(shown("a\u{202e}b").to_string(), "`a\\u{202e}b`");
        assert_eq!(shown("Zürich \"x\"").to_string(), "`Zürich \"x\"`");
        assert_eq!(shown(&"x".repeat(300)).to_string(), format!("`{}...`", "x".repeat(200)));
    }
}
