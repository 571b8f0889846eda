//! Tables of results, as text. Shared by the examples.

#![allow(dead_code)] // Every example uses a part of it.

use std::fmt::Display;

use comfy_table::{CellAlignment, LineStyle, Table, presets};
use knockon::results::{Results, TimeEstimate};
use knockon::stats::Estimate;

/// The figure and its interval: "12.3 d (12.1 to 12.5)", without level and number of replications.
pub fn brief(figure: impl Display) -> String {
    format!("{figure:#}")
}

/// The figure without its interval: "12.3 d".
pub fn point(figure: impl Display) -> String {
    let text = figure.to_string();
    text.split_once(" (").map_or(text.clone(), |(start, _)| start.to_owned())
}

/// A share in percent, with its interval: "87.8 % (87.6 to 88.0)".
pub fn percent(share: &Estimate) -> String {
    brief(share.times(100.0)).replacen(" (", " % (", 1)
}

/// What there is to show of a figure that may not exist.
pub fn or_dash<T>(figure: Option<T>, show: impl Fn(T) -> String) -> String {
    figure.map_or("-".to_owned(), show)
}

/// Rows under a header: the first column to the left, the others to the right.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING.header_separator(LineStyle::none().fill('-').junction('-')));
    table.set_header(header.to_vec()).add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding(if index == 0 { (0, 1) } else { (1, 1) });
        column.set_cell_alignment(if index == 0 { CellAlignment::Left } else { CellAlignment::Right });
    }
    table.trim_fmt() + "\n"
}

/// How the customers of each class fared. Classes in which nobody arrives are left out.
pub fn classes(results: &Results) -> String {
    let arriving = results.classes.iter().filter(|class| class.arrived.mean > 0.0);
    let rows = arriving.map(|class| {
        let percentile = |share| class.lead_time.as_ref().and_then(|times| times.percentile(share));
        vec![
            class.name.clone(),
            format!("{:.0}", class.arrived.mean),
            or_dash(class.lead_time.as_ref(), |times| brief(times.mean)),
            or_dash(percentile(0.5), point),
            or_dash(percentile(0.9), point),
            or_dash(class.promise_kept.as_ref(), percent),
            or_dash(class.lost_share.as_ref(), |share| format!("{:.1} %", 100.0 * share.mean)),
            format!("{:.0}", class.unfinished.mean),
        ]
    });
    let header =
        ["class", "cases", "mean lead time", "median", "90 % within", "promise kept", "lost", "open"];
    table(&header, rows)
}

/// How the departments fared.
pub fn departments(results: &Results) -> String {
    let rows = results.departments.iter().map(|department| {
        let waiting = department.visits.waiting.as_ref();
        vec![
            department.name.clone(),
            department.staff.map_or("any".to_owned(), |staff| staff.to_string()),
            format!("{:.0}", department.visits.joined.mean),
            or_dash(department.utilization.as_ref(), percent),
            or_dash(waiting, |times| time(times.mean)),
            or_dash(department.visits.queue_length, |length| format!("{:.2}", length.mean)),
            or_dash(waiting.and_then(|times| times.zero_share), |share| {
                format!("{:.1} %", 100.0 * share.mean)
            }),
        ]
    });
    table(&["department", "staff", "visits", "utilization", "mean wait", "queue", "no wait"], rows)
}

/// A mean time, or "none" where it never takes any.
pub fn time(mean: TimeEstimate) -> String {
    if mean.mean == 0.0 { "none".to_owned() } else { brief(mean) }
}
