//! Handoffs, requests, errors, parts, stocks, pools, and cases that stand out.

use super::{intervals_of, simple};
use crate::report::chart::Chart;
use crate::report::section::Section;
use crate::report::table::{Cell, Table};
use crate::report::text::{Unit, hours};
use crate::results::{NotableCase, Results};

const COUNT: Unit = Unit::Number("");

impl Chart {
    /// How long each request takes to be answered, the slowest first.
    #[must_use]
    pub fn response_times(results: &Results) -> Chart {
        let response = results.requests.iter().map(|of| (of, of.response_time.as_ref()));
        let known = response.filter_map(|(of, times)| Some((of.name.clone(), Some(times?.mean.0))));
        let mut rows: Vec<_> = known.collect();
        rows.sort_by(|a, b| b.1.map_or(0.0, |of| of.mean).total_cmp(&a.1.map_or(0.0, |of| of.mean)));
        let level = intervals_of(results.manifest.level);
        let says = format!("The mean time from a department's question to the answer, with {level}.");
        Chart::new("Response times of internal requests", says, simple(Unit::Time, rows, true))
    }
}

pub(super) fn others(results: &Results, section: &mut Section) {
    if !results.requests.is_empty() {
        section.heading("Internal requests");
        section.text("Departments are customers of each other: while one waits for an answer, its own case stands still.");
        section.chart(Chart::response_times(results));
        section.table(request_table(results));
    }
    let tables = [
        handoff_table(results),
        pool_table(results),
        error_table(results),
        fork_table(results),
        stock_table(results),
        cases("Cases with the longest lead times", &results.worst_cases),
        cases("Some cases, drawn at random", &results.random_cases),
    ];
    if tables.iter().any(|table| !table.is_empty()) {
        section.heading("Handoffs, and all else");
    }
    tables.into_iter().for_each(|table| section.table(table));
}

fn request_table(results: &Results) -> Table {
    let row = |of: &crate::results::RequestResults| {
        vec![
            of.name.as_str().into(),
            Cell::count(&of.asked),
            Cell::time(of.response_time.as_ref().map(|times| times.mean)),
            Cell::time(of.response_time.as_ref().and_then(|times| times.percentile(0.9))),
            of.standard.map_or("-".into(), |standard| Cell::number(standard, hours(standard))),
            Cell::share(of.standard_kept.as_ref()),
            Cell::estimate(Some(&of.given_up).filter(|of| of.mean > 0.0), COUNT),
            Cell::estimate(Some(&of.held_hours).filter(|of| of.mean > 0.0), Unit::Number("h")),
        ]
    };
    let columns =
        ["asked", "mean response", "90 % within", "standard", "kept", "given up", "staff time held"];
    let table = Table::new("Internal requests", "request");
    columns
        .iter()
        .fold(table, |table, name| table.figures(*name))
        .rows(results.requests.iter().map(row))
        .without_empty()
}

fn handoff_table(results: &Results) -> Table {
    let row = |of: &crate::results::HandoffResults| {
        let becomes = of.becomes.as_ref().map_or(String::new(), |class| format!(", becoming {class}"));
        let waiting = of.waiting.as_ref();
        vec![
            format!("{} to {}{becomes}", of.from, of.to).into(),
            Cell::count(&of.count),
            Cell::time(of.transfer_time.filter(|time| time.mean > 0.0)),
            Cell::time(waiting.and_then(|waiting| waiting.time)),
        ]
    };
    let table = Table::new("Handoffs", "handoff").figures("cases").figures("time on the way");
    table.figures("waited to be taken along").rows(results.handoffs.iter().map(row)).without_empty()
}

fn pool_table(results: &Results) -> Table {
    let rows = results.pools.iter().map(|of| {
        let staff = Cell::number(f64::from(of.staff), of.staff.to_string());
        vec![of.name.as_str().into(), staff, Cell::share(of.utilization.as_ref())]
    });
    Table::new("Pools", "pool").figures("staff").figures("utilization").rows(rows)
}

fn error_table(results: &Results) -> Table {
    let rows = results.defects.iter().map(|of| {
        let found = of.found.iter().filter(|by| by.found.mean > 0.0);
        let found: Vec<String> =
            found.map(|by| format!("{} by {}", COUNT.show(&by.found), by.department)).collect();
        let found = if found.is_empty() { "-".to_owned() } else { found.join("; ") };
        let some = |of| Some(of).filter(|of: &&crate::stats::Estimate| of.mean > 0.0);
        vec![
            of.department.as_str().into(),
            Cell::count(&of.made),
            found.into(),
            Cell::count(&of.reached),
            Cell::estimate(some(&of.complaints), COUNT),
            Cell::estimate(some(&of.cost), COUNT),
        ]
    });
    let table = Table::new("Errors", "made by").figures("made").words("found").figures("reached customers");
    table.figures("complaints").figures("cost").rows(rows).without_empty()
}

fn fork_table(results: &Results) -> Table {
    let rows = results.forks.iter().map(|of| {
        vec![
            of.name.as_str().into(),
            Cell::count(&of.forked),
            Cell::time(of.duration.as_ref().map(|times| times.mean)),
            Cell::time(of.synchronization.as_ref().map(|times| times.mean)),
            Cell::count(&of.failed),
        ]
    });
    let table =
        Table::new("Work in parts", "from the fork to the join").figures("cases").figures("until joined");
    table.figures("a part waits for the others").figures("lost").rows(rows)
}

fn stock_table(results: &Results) -> Table {
    let rows = results.stocks.iter().map(|of| {
        vec![
            of.name.as_str().into(),
            Cell::estimate(of.on_hand.as_ref(), COUNT),
            Cell::share(of.empty.as_ref()),
            Cell::count(&of.let_downs),
            Cell::time(of.waiting_time.as_ref().map(|times| times.mean)),
            Cell::estimate(Some(&of.raided).filter(|of| of.mean > 0.0), COUNT),
            Cell::estimate(of.hidden.as_ref(), COUNT),
        ]
    });
    let columns = ["on hand", "empty", "let-downs", "mean wait for it", "raids", "hidden"];
    let table = Table::new("Stocks", "stock");
    columns.iter().fold(table, |table, name| table.figures(*name)).rows(rows).without_empty()
}

fn cases(caption: &str, cases: &[NotableCase]) -> Table {
    let rows = cases.iter().map(|of| {
        let replication = Cell::number(of.replication as f64, of.replication.to_string());
        let time = Cell::number(of.lead_time, hours(of.lead_time));
        vec![of.name.as_str().into(), of.class.as_str().into(), replication, time]
    });
    Table::new(caption, "case").words("class").figures("replication").figures("lead time").rows(rows)
}
