//! What changes would do.

use super::intervals_of;
use crate::analysis::{Comparison, CustomerChange, FigureChange, MovedCustomers};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::intervals::{Intervals, Row};
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, capital, plain};
use crate::settings::{Customers, Figure};
use crate::stats::Estimate;
use crate::text::unbroken_text;

/// So many classes have charts of their own.
const MOST_CLASSES: usize = 4;

/// The difference with the interval that holds for all scenarios together.
fn together(change: &FigureChange) -> Estimate {
    Estimate { interval: change.simultaneous.or(change.difference.interval), ..change.difference }
}

impl Chart {
    /// What each scenario does to a figure: the difference from the model as it is, with the interval that holds for all
    /// scenarios together.
    #[must_use]
    pub fn differences(comparison: &Comparison, figure: &Figure) -> Chart {
        let unit = Unit::of(figure);
        let differences = unit.of_differences();
        let rows = comparison.scenarios.iter().map(|scenario| {
            let change = scenario.figure(figure);
            let note = change.map_or(String::new(), |change| {
                format!("{} before, {} after", unit.show(&change.before), unit.show(&change.after))
            });
            Row { name: scenario.scenario.name.clone(), estimates: vec![change.map(together)], note }
        });
        let rows = rows.collect();
        let before = comparison.scenarios.iter().find_map(|scenario| Some(scenario.figure(figure)?.before));
        let before =
            before.map_or(String::new(), |before| format!(" It is {} as things are.", unit.show(&before)));
        let several =
            if comparison.scenarios.len() > 1 { ", which hold for all scenarios together" } else { "" };
        let says = format!(
            "By how much {} changes, on the same draws, with {}{several}.{before}",
            plain(&figure.to_string()),
            intervals_of(comparison.level)
        );
        let line = Some((0.0, "as it is".to_owned()));
        let drawn = Intervals { unit: differences, series: vec![""], rows, line, from_zero: false };
        Chart::new(format!("Change of {}", plain(&figure.to_string())), says, drawn)
    }
}

impl Reportable for Comparison {}

impl Sections for Comparison {
    fn sections(&self) -> Vec<Section> {
        let mut section = Section::new("What changes would do");
        section.text(format!(
            "{} replications of the model as it is and with each change, on the same draws: every customer is compared with \
             themself. Ranges are {}{}.",
            self.replications,
            intervals_of(self.level),
            if self.scenarios.len() > 1 { ", which hold for all scenarios together" } else { "" }
        ));
        figures(self).iter().for_each(|figure| section.chart(Chart::differences(self, figure)));
        for scenario in &self.scenarios {
            section.heading(capital(&scenario.scenario.name));
            section.list(sentences(&unbroken_text(scenario)));
        }
        section.heading("All figures, and all customers");
        section.table(customer_table(self));
        section.table(figure_table(self));
        vec![section]
    }
}

/// What is said of a scenario: a sentence for each class. The first line is the name, and what is farther in goes on.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for line in text.lines().skip(1) {
        match sentences.last_mut().filter(|_| line.starts_with("    ")) {
            Some(last) => *last += &format!("; {}", line.trim()),
            None => sentences.push(capital(line.trim())),
        }
    }
    sentences.iter().map(|sentence| format!("{}.", sentence.trim_end_matches('.'))).collect()
}

/// Those that say most.
fn figures(comparison: &Comparison) -> Vec<Figure> {
    let Some(first) = comparison.scenarios.first() else { return Vec::new() };
    let classes =
        first.classes.iter().filter(|class| class.both > 0).map(|class| Customers::from(&*class.class));
    let mut classes: Vec<Customers> = classes.take(MOST_CLASSES).collect();
    if classes.len() != 1 {
        classes.push(Customers::All);
    }
    let of_each = |figure: fn(Customers) -> Figure| classes.iter().cloned().map(figure).collect::<Vec<_>>();
    let mut figures = of_each(Figure::lead_time);
    figures.extend(of_each(Figure::promise_kept));
    figures.push(Figure::lost_share(Customers::All));
    figures.push(Figure::cost(Customers::All));
    let changes = |figure: &Figure| {
        comparison
            .scenarios
            .iter()
            .filter_map(|scenario| scenario.figure(figure))
            .any(|of| of.before.mean != 0.0 || of.after.mean != 0.0)
    };
    figures.retain(changes);
    figures
}

fn customer_table(comparison: &Comparison) -> Table {
    let median = |of: &MovedCustomers| Cell::time(of.median);
    let row = |name: &str, of: &CustomerChange| {
        vec![
            name.into(),
            of.class.as_str().into(),
            Cell::number(of.both as f64, of.both.to_string()),
            Cell::time(of.gain),
            Cell::share(of.faster.share.as_ref()),
            median(&of.faster),
            Cell::share(of.slower.share.as_ref()),
            median(&of.slower),
        ]
    };
    let rows = comparison.scenarios.iter().flat_map(|scenario| {
        let name = &scenario.scenario.name;
        let all = scenario.classes.iter().chain([&scenario.system]).filter(|of| of.both > 0);
        all.map(|of| row(name, of)).collect::<Vec<_>>()
    });
    let table = Table::new("Customers, one by one", "scenario").words("class").figures("completed in both");
    let table = table.figures("sooner by").figures("faster").figures("half of them by").figures("slower");
    table.figures("half of them by").rows(rows)
}

fn figure_table(comparison: &Comparison) -> Table {
    let rows = comparison.scenarios.iter().flat_map(|scenario| {
        scenario.figures.iter().map(|change| {
            let unit = Unit::of(&change.figure);
            let reduction = change.variance_reduction.map(|of| of.times);
            vec![
                scenario.scenario.name.as_str().into(),
                plain(&change.figure.to_string()).into(),
                Cell::estimate(Some(&change.before), unit),
                Cell::estimate(Some(&change.after), unit),
                Cell::estimate(Some(&together(change)), unit.of_differences()),
                reduction.map_or("-".into(), super::results::plain),
            ]
        })
    });
    let table =
        Table::new("Every figure", "scenario").words("figure").figures("as it is").figures("with the change");
    table.figures("difference").figures("variance reduced so many times").rows(rows)
}
