//! Where in a file the defects of its model are: line and column.
//!
//! A defect names the thing that breaks a rule, and tells the rule in words. Here the words are followed
//! through the text: to the thing, and from field to field as long as one is spoken of. Where they lead no
//! further, the place is that of the thing. Which words mean which field stands in `words`.

mod tree;
mod words;

use std::collections::HashMap;
use std::fmt::Display;

use self::tree::{Node, Value};
use super::Model;
use super::validate::{handoff_place, place, shown};
use crate::error::{Defect, Error, Position};
use crate::time::Span;

/// How many defects are looked for; more are not displayed either.
const MOST_LOCATED: usize = 100;

/// How many items of a list, or fields below a table, are looked at for one defect.
const MOST_LOOKED_AT: usize = 10_000;

/// How far below a table its fields are looked for.
const DEEPEST: u32 = 3;

/// The fields that tell which of its kind a thing is, the first that it has.
const NAMES: [&str; 4] = ["name", "from", "department", "stock"];

/// The same error, whose defects of `model` say where in a text in TOML they are.
pub(super) fn in_toml(error: Error, model: &Model, text: &str) -> Error {
    located(error, model, text, Node::of_toml(text))
}

/// The same error, whose defects of `model` say where in a text in JSON they are.
pub(super) fn in_json(error: Error, model: &Model, text: &str) -> Error {
    located(error, model, text, Node::of_json(text))
}

fn located(error: Error, model: &Model, text: &str, tree: Option<Node>) -> Error {
    let Some(tree) = tree.filter(|_| !error.defects().is_empty()) else { return error };
    let index = Index { tree: &tree, things: things(model) };
    let lines: Vec<usize> = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    error.located(MOST_LOCATED, |defect| Some(position(text, &lines, index.find(defect)?)))
}

/// Line and column of a byte; columns count characters.
fn position(text: &str, lines: &[usize], at: usize) -> Position {
    let line = lines.partition_point(|&start| start <= at);
    let start = lines[line - 1];
    Position { line, column: text.get(start..at).map_or(0, |before| before.chars().count()) + 1 }
}

/// A thing: an item of one of the lists of a model.
type Thing = (&'static str, usize);

/// The things that have names, by what defects call them.
fn things(model: &Model) -> HashMap<String, Vec<Thing>> {
    let mut things: HashMap<String, Vec<Thing>> = HashMap::new();
    fn add<T: Display>(
        things: &mut HashMap<String, Vec<Thing>>,
        list: &'static str,
        places: impl Iterator<Item = T>,
    ) {
        for (index, place) in places.enumerate() {
            things.entry(place.to_string()).or_default().push((list, index));
        }
    }
    let all = &mut things;
    add(all, "class", model.classes.iter().map(|of| place("class", &of.name)));
    add(all, "department", model.departments.iter().map(|of| place("department", &of.name)));
    add(all, "pool", model.pools.iter().map(|of| place("pool", &of.name)));
    add(all, "calendar", model.calendars.iter().map(|of| place("calendar", &of.name)));
    add(all, "stock", model.stocks.iter().map(|of| place("stock", &of.name)));
    add(all, "expense", model.expenses.iter().map(|of| place("expense", &of.name)));
    add(all, "customers", model.streams.iter().map(|of| place("customers", &of.name)));
    add(all, "initial", model.initial.iter().map(|of| place("initial work in", &of.department)));
    add(all, "handoff", model.handoffs.iter().map(handoff_place));
    add(all, "request", model.requests.iter().map(|of| place("request", &of.title()).to_string()));
    add(all, "fork", model.forks.iter().map(|of| place("fork", &of.title()).to_string()));
    things
}

/// A text in which defects are looked for.
struct Index<'t> {
    tree: &'t Node,
    things: HashMap<String, Vec<Thing>>,
}

impl<'t> Index<'t> {
    /// Where the value stands that a defect is about, in bytes.
    fn find(&self, defect: &Defect) -> Option<usize> {
        let (thing, rest) = match self.thing(defect) {
            Some(found) => found,
            None => (self.of_the_model(defect)?, ""),
        };
        let unknown = unknown_name(&defect.rule);
        // An unknown name is looked for by itself.
        let mut words = if unknown.is_some() { rest.to_owned() } else { format!("{rest}: {}", defect.rule) };
        let node = descend(thing, &mut words);
        if let Some(named) = unknown.and_then(|name| holding(node, name, &mut { MOST_LOOKED_AT })) {
            return Some(named.at);
        }
        if std::ptr::eq(node, thing) {
            let named = NAMES.iter().find_map(|name| node.field(name));
            return Some(named.unwrap_or(node).at);
        }
        Some(innermost(node, &words).at)
    }

    /// The thing that a defect names, and the rest of its place.
    fn thing<'d>(&self, defect: &'d Defect) -> Option<(&'t Node, &'d str)> {
        // Of several departments the first is shown.
        let place = defect.place.strip_prefix("departments ").map(|rest| format!("department {rest}"));
        let place = place.as_deref().unwrap_or(&defect.place);
        if let Some((list, number)) = place.split_once(" number ") {
            let index = number.parse::<usize>().ok()?.checked_sub(1)?;
            return Some((self.tree.field(list)?.items().get(index)?, ""));
        }
        let ends = place.match_indices('`').map(|(at, _)| at + 1).collect::<Vec<_>>();
        let (things, end) =
            ends.into_iter().rev().find_map(|end| Some((self.things.get(&place[..end])?, end)))?;
        let mut nodes = things.iter().filter_map(|&(list, index)| self.tree.field(list)?.items().get(index));
        let again = ["more than once", "another of this name", "an earlier"];
        let node = match again.iter().any(|words| defect.rule.contains(words)) && things.len() > 1 {
            true => nodes.nth(1),
            // The first of those of which the most is said.
            false => nodes.rev().max_by_key(|node| said(node, &defect.rule)),
        };
        let from_the_end = place.len() - end;
        Some((node?, &defect.place[defect.place.len() - from_the_end..]))
    }

    /// What a defect of the model as a whole is about.
    fn of_the_model(&self, defect: &Defect) -> Option<&'t Node> {
        self.tree.field(match defect.place.as_str() {
            "start of the model" => "start",
            "working hours of the model" => "working_hours",
            "model" if defect.rule.starts_with("the name") => "name",
            _ => return None,
        })
    }
}

/// Goes from field to field as long as one is spoken of; the words that led on are struck out.
fn descend<'t>(mut node: &'t Node, words: &mut String) -> &'t Node {
    loop {
        let mut next = None;
        if let Value::Table(_) = node.value {
            let mut left = MOST_LOOKED_AT;
            let found = (1..=DEEPEST).find_map(|depth| spoken_of(node, words, depth, &mut left));
            if let Some((_, range, child)) = found {
                let item = child.items().get(of_number(words, &range));
                words.replace_range(range.clone(), &" ".repeat(range.len()));
                next = Some(item.or_else(|| of_values(child, words)).unwrap_or(child));
            }
        }
        match next {
            Some(child) => node = child,
            None => return node,
        }
    }
}

/// The field that is spoken of, among those so far below a table.
fn spoken_of<'t>(
    node: &'t Node,
    words: &str,
    depth: u32,
    left: &mut usize,
) -> Option<(words::Rank, std::ops::Range<usize>, &'t Node)> {
    let mut best: Option<(words::Rank, std::ops::Range<usize>, &Node)> = None;
    for (key, child) in node.fields() {
        if *left == 0 {
            break;
        }
        *left -= 1;
        let found = match depth {
            1 => words::spoken_of(words, key).map(|(rank, range)| (rank, range, child)),
            _ => spoken_of(child, words, depth - 1, left),
        };
        if let Some(found) = found
            && best.as_ref().is_none_or(|best| found.0 < best.0)
        {
            best = Some(found);
        }
    }
    best
}

/// The place in a list by a number: "arrival 2" is the one at 1, "to join where 2 are there" that at 2. Past every list
/// where there is none.
fn of_number(words: &str, range: &std::ops::Range<usize>) -> usize {
    let rest = words[range.end..].trim_start();
    let (rest, first) = match rest.strip_prefix("where ") {
        Some(rest) => (rest, 0),
        None => (rest, 1),
    };
    let digits = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    // "1h" is no number of an item.
    let whole = !rest[digits..].starts_with(|next: char| next.is_alphanumeric() || next == '.');
    rest[..digits]
        .parse::<usize>()
        .ok()
        .filter(|_| whole)
        .and_then(|number| number.checked_sub(first))
        .unwrap_or(usize::MAX)
}

/// The item of a list of which the most is said, the last of several; the only one where there is one.
fn of_values<'t>(list: &'t Node, words: &str) -> Option<&'t Node> {
    let items = list.items();
    if let [only] = items {
        return Some(only);
    }
    let counted = items.iter().take(MOST_LOOKED_AT).map(|item| (said(item, words), item));
    counted.filter(|(count, _)| *count > 0).max_by_key(|(count, _)| *count).map(|(_, item)| item)
}

/// How many values of a thing are said, its name not counted.
fn said(node: &Node, words: &str) -> usize {
    let values = node.fields().iter().filter(|(key, _)| key != "name").map(|(_, value)| value);
    values.chain([node]).filter(|value| is_said(value, words)).count()
}

/// Whether a value is said: a name in backticks, a number, or a time in whatever units.
fn is_said(node: &Node, words: &str) -> bool {
    let Some(text) = node.scalar() else { return false };
    let number = text.replace('_', "").parse::<f64>().map(|number| number.to_string());
    let plain = number.or_else(|_| text.parse::<Span>().map(|span| span.to_string()));
    let is_date = text.starts_with(|first: char| first.is_ascii_digit());
    words.contains(&shown(text).to_string())
        || plain.is_ok_and(|plain| words::find(words, &plain).is_some())
        || (is_date && words::find(words, text).is_some())
}

/// The name in "there is no class `a`".
fn unknown_name(rule: &str) -> Option<&str> {
    let (_, name) = rule.strip_prefix("there is no ")?.split_once('`')?;
    let end = name.find("`; did you mean").or_else(|| name.rfind('`'))?;
    Some(&name[..end])
}

/// The first value of a thing that is this name, as defects show it; not its own name.
fn holding<'t>(node: &'t Node, name: &str, left: &mut usize) -> Option<&'t Node> {
    *left = left.checked_sub(1)?;
    if node.scalar().is_some_and(|text| shown(text).to_string().trim_matches('`') == name) {
        return Some(node);
    }
    let fields = node.fields().iter().filter(|(key, _)| key != "name").map(|(_, value)| value);
    fields.chain(node.items()).find_map(|value| holding(value, name, left))
}

/// The value in a table that is said, or the only one. A number before a name, which only tells which table it is.
fn innermost<'t>(mut node: &'t Node, words: &str) -> &'t Node {
    loop {
        let values = || node.fields().iter().map(|(_, value)| value);
        let is_name =
            |value: &Node| value.scalar().is_some_and(|text| words.contains(&shown(text).to_string()));
        match values().filter(|value| is_said(value, words)).min_by_key(|value| is_name(value)) {
            Some(value) => return value,
            None if values().count() == 1 => node = values().next().unwrap_or(node),
            None => return node,
        }
    }
}

#[cfg(test)]
mod tests;
