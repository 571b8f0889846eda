//! The ledger: because of whom customers waited, and where it was felt.

use std::collections::HashMap;

use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::flow::{Flow, MOST as MOST_BANDS};
use crate::report::charts::heat::{Entry, Heat, MOST as MOST_CELLS, largest};
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::Unit;
use crate::results::{ClassLedger, GroupLedger, LedgerEntry, LedgerResults, Party, What, Whose};
use crate::stats::Estimate;

/// Of so many classes there are charts.
const MOST_CLASSES: usize = 6;

/// Entries in a table, the largest.
const MOST_ENTRIES: usize = 250;

/// After the names of closed desks.
const CLOSED: &str = ": closed";

/// Whether that is work on the case itself, or its way, by who is responsible: no delay.
fn is_own(entry: &LedgerEntry) -> bool {
    entry.whose == Whose::Own && entry.who == entry.felt
}

/// Who was responsible, and where it was felt: names, and the hours by replication.
struct Matrix<'l> {
    who: Vec<String>,
    /// Of each, whether that is a closed desk.
    closed: Vec<bool>,
    felt: Vec<String>,
    entries: Vec<Entry<'l>>,
    cases: Vec<f64>,
    level: f64,
}

impl<'l> Matrix<'l> {
    /// Of delays: of all that is not work on the case itself by who is responsible for it. Closed desks stand by themselves.
    fn of(group: &'l GroupLedger) -> Matrix<'l> {
        let (mut who, mut felt) = (Names::default(), Names::default());
        let delays = group.entries.iter().filter(|entry| !is_own(entry));
        let entries = delays.map(|entry| {
            let who = who.place(&entry.who, entry.what == What::Closed);
            (who, felt.place(&entry.felt, false), &entry.amount.hours[..])
        });
        let entries = entries.collect();
        let mut closed = vec![false; who.0.len()];
        who.1.iter().for_each(|(&(_, is_closed), &at)| closed[at] = is_closed);
        Matrix {
            closed,
            who: who.0,
            felt: felt.0,
            entries,
            cases: group.cases.iter().map(|&cases| cases as f64).collect(),
            level: group.time.and_then(|time| time.interval).map_or(0.95, |interval| interval.level),
        }
    }

    fn largest(&self, most: (usize, usize)) -> (Vec<String>, Vec<String>, Vec<Vec<Option<Estimate>>>) {
        let names = (self.who.clone(), self.felt.clone());
        largest(names, &self.entries, most, &|hours| Estimate::of_ratio(hours, &self.cases, self.level))
    }

    /// Who makes others wait most: outside of where it is felt.
    fn all(&self, of: impl Fn(&Entry<'_>) -> bool) -> Option<Estimate> {
        let mut sum = vec![0.0; self.cases.len()];
        for entry in self.entries.iter().filter(|entry| of(entry)) {
            sum.iter_mut().zip(entry.2).for_each(|(sum, hours)| *sum += hours);
        }
        Estimate::of_ratio(&sum, &self.cases, self.level)
    }
}

/// Names, each once, in the order in which they come.
#[derive(Default)]
struct Names<'l>(Vec<String>, HashMap<(&'l Party, bool), usize>);

impl<'l> Names<'l> {
    fn place(&mut self, party: &'l Party, closed: bool) -> usize {
        *self.1.entry((party, closed)).or_insert_with(|| {
            self.0.push(format!("{}{}", party.name, if closed { CLOSED } else { "" }));
            self.0.len() - 1
        })
    }
}

impl Chart {
    /// Who is responsible for delay, by row, and where it was felt, by column: hours per case. Work on the case itself by who is
    /// responsible for it is no delay, and left out; so are its ways.
    #[must_use]
    pub fn propagation(group: &GroupLedger) -> Chart {
        let (rows, columns, cells) = Matrix::of(group).largest(MOST_CELLS);
        let heat = Heat {
            units: vec![Unit::Time],
            corner: ("who is responsible", "where it is felt"),
            rows,
            columns,
            cells,
            framed: Vec::new(),
            by_column: false,
        };
        let says = "Each cell is the time per case for which somebody is responsible, felt in some place; what is not on the \
                    diagonal is passed on to others. A case's own work is left out.";
        Chart::new("Because of whom, and where it is felt", says, heat)
    }

    /// The same as bands from who is responsible to where it was felt.
    #[must_use]
    pub fn propagation_flow(group: &GroupLedger) -> Chart {
        let (left, right, bands) = Matrix::of(group).largest((MOST_BANDS, MOST_BANDS));
        let sides = ("because of", "felt at");
        let flow = Flow { unit: Unit::Time, sides, left, right, bands };
        let says = "Delay per case, from who is responsible to where customers felt it. A case's own work is left out.";
        Chart::new("From cause to where it was felt", says, flow)
    }
}

impl Reportable for LedgerResults {}

impl Sections for LedgerResults {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("Because of whom");
        section.text(
            "The ledger follows every wait to what was really going on, and charges each moment of a customer's time to whoever \
             caused it. What somebody is charged with is not what would be saved if they did better: where one cause goes, \
             another may come to light. What would be saved, a run of the changed model tells.",
        );
        group(&mut section, &self.system.completed, "completed cases");
        let classes: Vec<&ClassLedger> =
            self.classes.iter().filter(|class| class.completed.time.is_some()).collect();
        if classes.len() > 1 {
            for class in classes.iter().take(MOST_CLASSES) {
                section.heading(format!("Completed cases of {}", class.name));
                group(&mut section, &class.completed, &format!("completed cases of {}", class.name));
            }
            if classes.len() > MOST_CLASSES {
                section.text(format!("{} more classes are not shown.", classes.len() - MOST_CLASSES));
            }
        }
        if self.system.lost.time.is_some_and(|time| time.mean > 0.0) {
            section.heading("Customers lost: what made them leave");
            group(&mut section, &self.system.lost, "lost cases");
        }
        vec![section]
    }
}

fn group(section: &mut Section, ledger: &GroupLedger, whose: &str) {
    section.text(in_words(ledger, whose));
    let chart = |chart: Chart| {
        let title = format!("{}: {whose}", chart.title());
        chart.titled(title)
    };
    section.chart(chart(Chart::propagation_flow(ledger)));
    section.chart(chart(Chart::propagation(ledger)));
    section.table(entries(ledger, whose));
}

/// "Of 3 d per case, 2 d are delay; coding is responsible for most of it."
fn in_words(ledger: &GroupLedger, whose: &str) -> String {
    let Some(time) = ledger.time else { return format!("There are no {whose}.") };
    let matrix = Matrix::of(ledger);
    let delay = matrix.all(|_| true);
    let closed = matrix.all(|entry| matrix.closed[entry.0]).filter(|closed| closed.mean > 0.0);
    let home = |who: usize| {
        let name = &*matrix.who[who];
        if matrix.closed[who] { name.strip_suffix(CLOSED).unwrap_or(name) } else { name }
    };
    let passed_on = matrix.all(|entry| home(entry.0) != matrix.felt[entry.1]);
    let open = (0..matrix.who.len()).filter(|&who| !matrix.closed[who]);
    let most = open.filter_map(|who| Some((who, matrix.all(|entry| entry.0 == who)?)));
    let most = most.max_by(|a, b| a.1.mean.total_cmp(&b.1.mean));
    let mut text = format!("A case takes {:#}", time);
    if let Some(delay) = delay {
        text += &format!("; {} of it are delay", Unit::Time.show(&delay));
    }
    if let Some(closed) = closed {
        text += &format!(", {} of that closed desks, which are nobody's work", Unit::Time.show(&closed));
    }
    if let Some((who, most)) = most {
        text += &format!("; most of the rest, {}, is because of {}", Unit::Time.show(&most), matrix.who[who]);
    }
    text += ".";
    if let Some(passed_on) = passed_on.filter(|of| of.mean > 0.0) {
        text += &format!(
            " {} are felt in another place than that of who is responsible.",
            Unit::Time.show(&passed_on)
        );
    }
    text
}

fn entries(ledger: &GroupLedger, whose: &str) -> Table {
    let row = |entry: &LedgerEntry| {
        vec![
            entry.who.name.as_str().into(),
            entry.what.to_string().into(),
            self::whose(entry.whose).into(),
            entry.felt.name.as_str().into(),
            Cell::time(Some(entry.amount.time)),
            Cell::share(entry.amount.share.as_ref()),
            Cell::estimate(entry.amount.money.as_ref(), Unit::Number("")),
        ]
    };
    let table = Table::new(format!("The time of {whose}, entry by entry"), "because of")
        .words("what")
        .words("whose work");
    let table = table.words("felt at").figures("per case").figures("share").figures("money per case");
    // The largest come first.
    table.rows(ledger.entries.iter().map(row)).without_empty().at_most(MOST_ENTRIES)
}

fn whose(whose: Whose) -> &'static str {
    match whose {
        Whose::Own => "the case's own",
        Whose::Ahead => "of others ahead",
        Whose::LetPast => "of others let past",
        Whose::Nobody => "nobody's",
    }
}
