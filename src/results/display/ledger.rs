//! The ledger as text: who is responsible for what was felt where.

use std::collections::BTreeMap;
use std::fmt;

use crate::results::{ClassLedger, GroupLedger, LedgerEntry, LedgerResults, What};
use crate::text::{Table, write_prose};

/// Rows with less of the time than this are shown as one.
const SMALL: f64 = 0.005;

const OWN: &str = "its own work";

impl GroupLedger {
    /// Who is responsible, by row, for what some groups of cases felt at some places, by column: hours per case of the
    /// groups together, and the share of all that was felt there. What a case takes with its own work has a row of its
    /// own, the first; what is less than half a per cent is shown as one.
    #[must_use]
    pub fn matrix(groups: &[&GroupLedger], places: &[&str]) -> Table {
        let at = |place: &str| places.iter().position(|name| *name == place);
        let mut rows: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for entry in groups.iter().flat_map(|group| &group.entries) {
            if let Some(column) = at(&entry.felt.name) {
                let row = rows.entry(responsible(entry)).or_insert_with(|| vec![0.0; places.len()]);
                row[column] += entry.amount.hours.iter().sum::<f64>();
            }
        }
        let sum = |cells: &[f64]| cells.iter().sum::<f64>();
        let all: f64 = rows.values().map(|cells| sum(cells)).sum();
        let (mut large, small): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|(_, cells)| sum(cells) >= SMALL * all);
        large.sort_by(|a, b| (b.0 == OWN).cmp(&(a.0 == OWN)).then(sum(&b.1).total_cmp(&sum(&a.1))));
        let total = large.iter().chain(&small).map(|(_, cells)| cells.iter().copied()).fold(vec![], added);
        if !small.is_empty() {
            let cells = small.into_iter().map(|(_, cells)| cells.into_iter()).fold(vec![], added);
            large.push(("all others".to_owned(), cells));
        }
        large.push(("all".to_owned(), total));

        let cases = groups.iter().flat_map(|group| &group.cases).sum::<u64>() as f64;
        let hours = |hours: f64| if hours == 0.0 { "-".to_owned() } else { format!("{:.2}", hours / cases) };
        let rows = large.into_iter().map(|(name, cells)| {
            let (total, share) = (hours(sum(&cells)), format!("{:.1} %", 100.0 * sum(&cells) / all));
            [vec![name], cells.iter().map(|&cell| hours(cell)).collect(), vec![total, share]].concat()
        });
        Table::new(&[&["hours per case"], places, &["all", "share"]].concat(), rows)
    }

    /// All places where something was felt, those of `first` first.
    fn places<'p>(&'p self, first: impl Iterator<Item = &'p str>) -> Vec<&'p str> {
        let felt = || self.propagation.iter().map(|cell| cell.felt.name.as_str());
        let mut places: Vec<&str> = first.filter(|name| felt().any(|place| place == *name)).collect();
        for place in felt() {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}

impl fmt::Display for GroupLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&GroupLedger::matrix(&[self], &self.places(std::iter::empty())), f)
    }
}

impl fmt::Display for ClassLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_class(f, self, &[], &format!(" of class {}", self.name))
    }
}

impl fmt::Display for LedgerResults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_ledger(f, self, &[])
    }
}

/// All customers, then each class; places in the order of `departments` as far as that goes.
pub(super) fn write_ledger(
    f: &mut fmt::Formatter<'_>,
    ledger: &LedgerResults,
    departments: &[&str],
) -> fmt::Result {
    write_class(f, &ledger.system, departments, "")?;
    // Of one class only, that is all there is.
    let classes = ledger.classes.iter().filter(|_| ledger.classes.len() > 1);
    classes.into_iter().try_for_each(|class| {
        let has_any = class.completed.time.or(class.lost.time).is_some();
        if has_any {
            writeln!(f)?;
        }
        write_class(f, class, departments, &format!(" of class {}", class.name))
    })
}

fn write_class(
    f: &mut fmt::Formatter<'_>,
    ledger: &ClassLedger,
    departments: &[&str],
    whose: &str,
) -> fmt::Result {
    let groups = [(&ledger.completed, "completed"), (&ledger.lost, "lost")];
    for (at, (group, name)) in groups.into_iter().filter(|(group, _)| group.time.is_some()).enumerate() {
        let gap = if at > 0 { "\n" } else { "" };
        let about = "by who is responsible and where it was felt";
        write_prose(f, &format_args!("{gap}The time of {name} cases{whose}, {about}:\n\n"))?;
        let places = group.places(departments.iter().copied());
        fmt::Display::fmt(&GroupLedger::matrix(&[group], &places), f)?;
    }
    Ok(())
}

/// Who is responsible, and for what.
fn responsible(entry: &LedgerEntry) -> String {
    match entry.what {
        What::Service if entry.is_own() => OWN.to_owned(),
        What::Service => format!("{}: work for others", entry.who),
        What::Rework => format!("{}: its errors", entry.who),
        other => format!("{}: {other}", entry.who),
    }
}

/// Sums by place, of two rows of numbers.
fn added(sums: Vec<f64>, more: impl Iterator<Item = f64>) -> Vec<f64> {
    if sums.is_empty() { more.collect() } else { sums.into_iter().zip(more).map(|(a, b)| a + b).collect() }
}
