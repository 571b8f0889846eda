//! From the tree of a result to its rows.

use super::Row;
use super::tree::Tree;

/// What has no place in rows: what made a result, what single replications say, histograms, and inputs.
const LEFT_OUT: [&str; 9] =
    ["manifest", "warnings", "histogram", "changes", "goal", "disturbance", "disturbances", "kind", "case"];

/// The rows of a result.
pub(super) fn rows(tree: &Tree) -> Vec<Row> {
    let mut walk = Walk { rows: Vec::new() };
    walk.any(&At::default(), tree);
    walk.rows
}

/// A place in a result.
#[derive(Clone, Default)]
struct At {
    /// The names found on the way, and the part of the result.
    row: Row,
    /// The fields since the last named thing.
    figure: Vec<String>,
    /// The last list or field that things are in.
    list: String,
    /// Plain numbers are times.
    timed: bool,
    /// Numbers are money.
    money: bool,
}

struct Walk {
    rows: Vec<Row>,
}

impl Walk {
    fn any(&mut self, at: &At, tree: &Tree) {
        match tree {
            Tree::Nothing | Tree::Text(_) => {}
            Tree::Number(number) => self.add(at, *number, at.timed),
            Tree::Time(hours) => self.add(at, *hours, true),
            Tree::Timed(estimate) => self.any(&At { timed: true, ..at.clone() }, estimate),
            Tree::Kind(kind, inner) => match &**inner {
                Tree::Table(_) | Tree::List(_) => self.any(&at.within(kind), inner),
                other => self.any(at, other),
            },
            Tree::List(items) => self.items(at, items),
            Tree::Table(_) => self.table(at, tree),
        }
    }

    fn table(&mut self, at: &At, table: &Tree) {
        let Tree::Table(fields) = table else { return };
        if is_estimate(fields) {
            return self.estimate(at, table);
        }
        let at = named(at, fields);
        for (key, value) in fields.iter().filter(|(key, _)| !LEFT_OUT.contains(&key.as_str())) {
            // Totals of single replications; a number of them is a figure.
            if key == "replications" && matches!(value, Tree::List(_)) || is_name(key, value) {
                continue;
            }
            self.any(&at.within(key), value);
        }
    }

    fn items(&mut self, at: &At, items: &[Tree]) {
        // Values by replication, samples.
        if items.iter().all(|item| item.number().is_some()) {
            return;
        }
        for (index, item) in items.iter().enumerate() {
            let mut within = at.of_list();
            match item {
                Tree::Table(fields) if !is_estimate(fields) => {
                    let told = fields.iter().any(|(key, value)| is_name(key, value));
                    let first = fields.iter().find(|(key, value)| is_mark(key, value));
                    match first.filter(|_| !told) {
                        Some((key, value)) => {
                            within.detail(&value.number().unwrap_or_default().to_string());
                            let rest = fields.iter().filter(|(other, _)| other != key).cloned().collect();
                            self.any(&within, &Tree::Table(rest));
                        }
                        None => self.any(&within, item),
                    }
                }
                // A pair of a name and a figure.
                Tree::List(pair) => {
                    pair.iter().filter_map(Tree::text).for_each(|name| within.detail(name));
                    pair.iter().for_each(|value| self.any(&within, value));
                }
                Tree::Text(_) => {}
                _ => {
                    within.detail(&index.to_string());
                    self.any(&within, item);
                }
            }
        }
    }

    fn estimate(&mut self, at: &At, table: &Tree) {
        let number = |tree: &Tree, key: &str| tree.field(key).and_then(Tree::number);
        let Some(mean) = number(table, "mean") else { return };
        self.add(at, mean, at.timed);
        let Some(row) = self.rows.last_mut() else { return };
        row.replications = number(table, "replications").map(|count| count as u32);
        if let Some(interval) = table.field("interval") {
            row.std_error = number(interval, "std_error");
            row.low = number(interval, "low");
            row.high = number(interval, "high");
            row.level = number(interval, "level");
        }
    }

    fn add(&mut self, at: &At, mean: f64, timed: bool) {
        let figure = at.figure.join(".");
        let unit = unit(at.figure.last().map_or("", String::as_str), timed, at.money);
        self.rows.push(Row { figure, unit: unit.to_owned(), mean, ..at.row.clone() });
    }
}

impl At {
    /// In a field.
    fn within(&self, key: &str) -> At {
        let mut at = self.clone();
        at.figure.push(key.to_owned());
        key.clone_into(&mut at.list);
        at.money |= matches!(key, "cost" | "costs" | "money");
        at
    }

    /// In a list: the fields that lead to it are the part of the result.
    fn of_list(&self) -> At {
        let mut at = self.clone();
        let fields = std::mem::take(&mut at.figure);
        at.row.table = [vec![std::mem::take(&mut at.row.table)], fields].concat().join(".");
        at.row.table = at.row.table.trim_start_matches('.').to_owned();
        at
    }

    fn detail(&mut self, text: &str) {
        join(&mut self.row.detail, text);
    }
}

fn join(all: &mut String, text: &str) {
    if !all.is_empty() {
        all.push_str("; ");
    }
    all.push_str(text);
}

/// Whether it is an estimate with its interval.
fn is_estimate(fields: &[(String, Tree)]) -> bool {
    let has = |key: &str| fields.iter().any(|(name, _)| name == key);
    fields.len() == 3 && has("mean") && has("interval") && has("replications")
}

/// Whether a field names what the figures beside it are of.
fn is_name(key: &str, value: &Tree) -> bool {
    match value {
        Tree::Text(text) => !text.is_empty() && !matches!(key, "reason" | "model" | "version"),
        // A party of the ledger, a scenario, a figure that was asked for.
        Tree::Table(fields) => {
            matches!(key, "who" | "felt" | "toward" | "scenario")
                && fields.iter().any(|(name, _)| name == "name")
        }
        Tree::Kind(_, _) => key == "figure",
        _ => false,
    }
}

/// Whether a number tells an item of a list from the others: the share of a percentile, the time of a sample.
fn is_mark(key: &str, value: &Tree) -> bool {
    value.number().is_some()
        && matches!(key, "share" | "time" | "faster" | "from" | "number" | "staff" | "level")
}

/// The place with the names that a table has.
fn named(at: &At, fields: &[(String, Tree)]) -> At {
    let names: Vec<&(String, Tree)> = fields.iter().filter(|(key, value)| is_name(key, value)).collect();
    if names.is_empty() {
        return at.clone();
    }
    // A named thing outside of a list is a part of the result as well.
    let mut at = at.of_list();
    for (key, value) in names {
        let text = match value {
            Tree::Text(text) => {
                at.timed |= matches!(key.as_str(), "by" | "ranked_by") && text.contains("time");
                text.clone()
            }
            Tree::Table(_) => value.field("name").and_then(Tree::text).unwrap_or_default().to_owned(),
            Tree::Kind(kind, of) => {
                at.timed |= kind.contains("time");
                for (field, own) in [("of", &mut at.row.class), ("department", &mut at.row.department)] {
                    let mut names = Vec::new();
                    leaves(of.field(field).unwrap_or(&Tree::Nothing), &mut names);
                    if own.is_empty() {
                        *own = names.join(", ");
                    }
                }
                in_words(kind, of)
            }
            _ => continue,
        };
        let row = &mut at.row;
        let own = match (key.as_str(), at.list.as_str()) {
            ("name", "classes" | "system") | ("class", _) => &mut row.class,
            ("name", "departments") | ("department" | "from", _) => &mut row.department,
            ("scenario", _) | ("name", "scenarios") => &mut row.scenario,
            ("to", _) => &mut row.to,
            ("who", _) => &mut row.who,
            ("what", _) => &mut row.what,
            ("whose", _) => &mut row.whose,
            ("felt", _) => &mut row.felt,
            ("name" | "home" | "stock" | "of" | "pool", _) => &mut row.name,
            _ => &mut row.detail,
        };
        // A second name of one kind belongs to the first.
        let place = if own.is_empty() { own } else { &mut row.detail };
        join(place, &text);
    }
    at
}

/// A figure that was asked for: "lead-time of insured".
fn in_words(kind: &str, of: &Tree) -> String {
    let mut parts = Vec::new();
    leaves(of, &mut parts);
    if parts.is_empty() { kind.to_owned() } else { format!("{kind} of {}", parts.join(", ")) }
}

fn leaves(tree: &Tree, parts: &mut Vec<String>) {
    match tree {
        Tree::Text(text) => parts.push(text.clone()),
        Tree::Number(number) | Tree::Time(number) => parts.push(number.to_string()),
        Tree::Timed(inner) | Tree::Kind(_, inner) => leaves(inner, parts),
        Tree::List(items) => items.iter().for_each(|item| leaves(item, parts)),
        Tree::Table(fields) => fields.iter().for_each(|(_, value)| leaves(value, parts)),
        Tree::Nothing => {}
    }
}

/// The unit of a figure by its field.
fn unit(field: &str, timed: bool, money: bool) -> &'static str {
    const HOURS: [&str; 6] = ["hours", "overtime", "helping", "longest", "oldest_unfinished", "standard"];
    const SHARES: [&str; 7] =
        ["promise_kept", "standard_kept", "flow_efficiency", "utilization", "empty", "mistrust", "momentary"];
    match field {
        // Of a variance reduction, and the level of an interval.
        "times" | "at_most" | "level" => "",
        _ if money => "money",
        _ if SHARES.contains(&field) || field.ends_with("_share") => "share",
        "throughput" => "per hour",
        _ if field.ends_with("elasticity") => "",
        _ if timed || HOURS.contains(&field) || field.ends_with("_hours") => "h",
        // Of a time that several share in, it is hours.
        "share" => "share",
        _ => "",
    }
}
