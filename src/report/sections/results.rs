//! Results: who they are of, how customers fared, and all else that there is.

use super::{intervals_of, simple};
use crate::report::Reportable;
use crate::report::chart::Chart;
use crate::report::charts::histogram::Histogram;
use crate::report::section::{Section, Sections};
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, hours, percent, short};
use crate::results::{ClassResults, Manifest, Results, TimeEstimate};

/// Of so many classes the lead times are drawn.
const MOST_DRAWN: usize = 8;

impl Chart {
    /// How lead times of completed cases are distributed, with what was promised, where half of them and where nine in ten are
    /// done.
    ///
    /// The slowest half per cent, where they would make the rest too small to see, are told in words.
    #[must_use]
    pub fn lead_times(class: &ClassResults) -> Chart {
        let title = match class.name.as_str() {
            "all" => "Lead times of all customers".to_owned(),
            name => format!("Lead times of {name}"),
        };
        let Some(times) = &class.lead_time else {
            let none = Histogram { bins: Vec::new(), promises: Vec::new(), percentiles: Vec::new() };
            return Chart::new(title, "No case was completed.", none);
        };
        let mut says = format!(
            "Lead times of {} completed cases, all replications together: the mean is {:#}",
            times.count, times.mean
        );
        if let Some(most) = times.percentile(0.9) {
            says += &format!(", and 90 % take no longer than {most:#}");
        }
        says += ".";
        let promises: Vec<String> = class.promises.iter().map(|&promise| hours(promise)).collect();
        if let Some(kept) = &class.promise_kept {
            says += &match &promises[..] {
                [promise] => format!(" The promise of {promise} is kept for {}.", Unit::Share.show(kept)),
                _ => format!(" Promises are kept for {}.", Unit::Share.show(kept)),
            };
        }
        let histogram = Histogram {
            bins: times.histogram.clone(),
            promises: class.promises.clone(),
            percentiles: times.percentiles.clone(),
        };
        Chart::new(title, says, histogram)
    }

    /// The share of promises kept, by class.
    #[must_use]
    pub fn promises_kept(results: &Results) -> Chart {
        let promised = results.classes.iter().filter(|class| class.promise_kept.is_some());
        let rows = promised.map(|class| (class.name.clone(), class.promise_kept));
        let says = format!(
            "The share of completed cases that were done within their promise, with {}.",
            intervals_of(results.manifest.level)
        );
        Chart::new("Promises kept", says, simple(Unit::Share, rows, true))
    }
}

impl Reportable for Results {}

impl Sections for Results {
    fn sections(&self) -> Vec<Section> {
        let mut own = Section::new(format!("Results of {}", self.manifest.model));
        own.text(made(&self.manifest));
        own.warnings(&self.warnings);
        own.heading("Customers");
        customers(self, &mut own);
        own.heading("Departments");
        super::departments::departments(self, &mut own);
        super::others::others(self, &mut own);
        let mut sections = vec![own];
        sections.extend(self.ledger.iter().flat_map(Sections::sections));
        sections.extend(self.active_periods.iter().flat_map(Sections::sections));
        sections.extend(self.costs.iter().flat_map(Sections::sections));
        sections
    }
}

/// What made results.
pub(super) fn made(manifest: &Manifest) -> String {
    let warm_up = match manifest.warm_up {
        0.0 => "no warm-up".to_owned(),
        length => format!("the first {} left out ({})", hours(length), manifest.warm_up_rule),
    };
    format!(
        "{} replication{} of {}, {warm_up}; seed {}, {} events. Ranges in brackets are {} % intervals. \
         Numbers of cases and visits are per replication.",
        manifest.replications,
        if manifest.replications == 1 { "" } else { "s" },
        manifest.horizon,
        manifest.seed,
        manifest.events,
        percent(manifest.level),
    )
}

/// The classes in which somebody arrives, and all customers where there are several.
fn arriving(results: &Results) -> Vec<&ClassResults> {
    let mut classes: Vec<_> = results.classes.iter().filter(|class| class.arrived.mean > 0.0).collect();
    if classes.len() != 1 {
        classes.push(&results.system);
    }
    classes
}

fn customers(results: &Results, section: &mut Section) {
    let classes = arriving(results);
    section.text(in_words(results));
    let mut drawn: Vec<&&ClassResults> = classes.iter().filter(|class| class.lead_time.is_some()).collect();
    if drawn.len() > MOST_DRAWN {
        drawn.sort_by(|a, b| b.arrived.mean.total_cmp(&a.arrived.mean));
        drawn.truncate(MOST_DRAWN);
    }
    drawn.into_iter().for_each(|class| section.chart(Chart::lead_times(class)));
    if classes.iter().filter(|class| class.promise_kept.is_some() && class.name != "all").count() > 1 {
        section.chart(Chart::promises_kept(results));
    }
    section.table(customer_table(&classes));
    section.table(lateness_table(&classes));
}

/// How customers fared, in a sentence.
fn in_words(results: &Results) -> String {
    let Some(times) = &results.system.lead_time else { return "No case was completed.".to_owned() };
    let mut text = format!("A case takes {:#} on average", times.mean);
    if let Some(touch) = &results.system.touch_time {
        let outside = results.departments.iter().any(|department| department.staff.is_none());
        let outside = if outside { ", with those who have no line, as outside" } else { "" };
        text += &format!("; somebody works on it for {touch:#} of that{outside}");
    }
    text += ".";
    if let Some(kept) = &results.system.promise_kept {
        text += &format!(" Of all promises, {} are kept.", Unit::Share.show(kept));
    }
    if let Some(lost) = results.system.lost_share.filter(|lost| lost.mean > 0.0) {
        text += &format!(" Of all customers, {} are lost.", Unit::Share.show(&lost));
    }
    text
}

fn customer_table(classes: &[&ClassResults]) -> Table {
    let percentile = |class: &ClassResults, share: f64| -> Option<TimeEstimate> {
        class.lead_time.as_ref()?.percentile(share)
    };
    let row = |class: &&ClassResults| {
        let lost = class.lost_share.filter(|lost| lost.mean > 0.0);
        let promised: Vec<String> = class.promises.iter().map(|&promise| hours(promise)).collect();
        let promised = if promised.is_empty() { "-".to_owned() } else { promised.join(", ") };
        vec![
            class.name.as_str().into(),
            Cell::count(&class.arrived),
            Cell::time(class.lead_time.as_ref().map(|times| times.mean)),
            Cell::time(percentile(class, 0.5)),
            Cell::time(percentile(class, 0.9)),
            Cell::time(class.lead_time_working.as_ref().map(|times| times.mean)),
            Cell::time(class.touch_time),
            Cell::share(class.flow_efficiency.as_ref()),
            match class.promises.first() {
                Some(&first) => Cell::number(first, promised),
                None => promised.into(),
            },
            Cell::share(class.promise_kept.as_ref()),
            Cell::share(lost.as_ref()),
            Cell::share(class.defective_share.as_ref()),
            Cell::estimate(class.cost.as_ref().and_then(|cost| cost.per_case.as_ref()), Unit::Number("")),
            Cell::count(&class.unfinished),
        ]
    };
    let columns = [
        "cases",
        "mean lead time",
        "half within",
        "90 % within",
        "mean in working hours",
        "touch time",
        "flow efficiency",
        "promise",
        "kept",
        "lost",
        "with an error",
        "cost per case",
        "open at the end",
    ];
    let table =
        columns.iter().fold(Table::new("Customers by class", "class"), |table, name| table.figures(*name));
    table.rows(classes.iter().map(row)).without_empty()
}

fn lateness_table(classes: &[&ClassResults]) -> Table {
    let rows = classes.iter().filter_map(|class| {
        let late = class.lateness.as_ref()?;
        Some(vec![
            class.name.as_str().into(),
            Cell::time(Some(late.mean)),
            Cell::share(Some(&late.late_share)),
            Cell::time(Some(late.tardiness.mean)),
            Cell::time(late.tardiness.percentile(0.9)),
        ])
    });
    let table = Table::new("Done against due dates", "class").figures("mean lateness").figures("late");
    table.figures("mean tardiness").figures("90 % late by at most").rows(rows)
}

/// "12.3".
pub(super) fn plain(value: f64) -> Cell {
    Cell::number(value, short(value))
}
